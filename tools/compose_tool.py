"""Docker Compose, to check the compose files: docker's own, or Debian's package on its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

from . import debian_archive
from .console import StepFailed, note
from .paths import ROOT

FOLDER = ROOT / ".cache" / "compose"
PROGRAM = FOLDER / "usr/libexec/docker/cli-plugins/docker-compose"


def command() -> list[str]:
    """The words that call it; none when it is not there."""
    if PROGRAM.exists():
        return [str(PROGRAM)]
    docker = shutil.which("docker")
    if (
        docker
        and not subprocess.run(
            [docker, "compose", "version"], capture_output=True, check=False
        ).returncode
    ):
        return [docker, "compose"]
    return []


def tasks() -> list[tuple[str, Callable[[], None]]]:
    """Its download where it is missing. Never a reason to stop: the check says that it did not run."""
    if command():
        return []
    if not debian_archive.is_there():
        note("docker compose is missing: the compose files are not checked by it")
        return []
    return [("Docker Compose, to check its files", _fetch)]


def _fetch() -> None:
    try:
        debian_archive.unpack(["docker-compose/sid"], FOLDER, "compose", "")
    except StepFailed as failure:
        note(f"docker compose could not be fetched, its files are not checked by it: {failure}")
