"""The virtual environment ``.venv`` with what Odoo, the add-ons, the tests and the linters need."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from .console import StepFailed, run
from .paths import ROOT, VENV, VENV_PYTHON

BASE = ("tools/requirements-odoo.txt", "requirements.txt", "requirements-dev.txt")
LINT = ("requirements-lint.txt",)
ADVICE = "pip must reach a package index: check your network and pip's configuration, then run make again"


def _stamp(files: Sequence[str]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for name in files:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _is_current(marker: Path, stamp: str) -> bool:
    return VENV_PYTHON.exists() and marker.exists() and marker.read_text() == stamp


def _pip(files: Sequence[str], log_name: str) -> None:
    command: list[str | Path] = [VENV_PYTHON, "-m", "pip", "install", "-q", "--no-input"]
    command += ["--disable-pip-version-check", "--prefer-binary"]
    for name in files:
        command += ["-r", ROOT / name]
    run(command, log_name, advice=ADVICE)


def tasks(with_lint: bool = False) -> list[tuple[str, Callable[[], None]]]:
    """What has to be done for ``.venv`` to be as the requirements say; empty when it is."""
    if sys.version_info < (3, 10):  # noqa: UP036 - whatever python3 the user has runs this
        raise SystemExit("Python 3.10 or newer is needed (3.10-3.13 are tested).")
    name, files = ("lint", (*BASE, *LINT)) if with_lint else ("base", BASE)
    marker = VENV / f".ready-{name}"
    stamp = _stamp(files)
    if _is_current(marker, stamp):
        return []

    def install() -> None:
        if not VENV_PYTHON.exists():
            _create()
        _pip(files, f"pip-{name}")
        marker.write_text(stamp)

    return [("Python packages", install)]


def _create() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    run(
        [sys.executable, "-m", "venv", VENV],
        "venv",
        advice="install the venv module: apt install python3-venv",
        env={**os.environ, "PYTHONNOUSERSITE": "1"},
    )
    if not VENV_PYTHON.exists():
        raise StepFailed(f"{VENV_PYTHON} was not made", "remove .venv and run make again")
