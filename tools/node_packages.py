"""The servers of others that conformance tests run against, from npm into ``node_modules``."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable

from .console import StepFailed, note, run
from .paths import ROOT

FILES = ("package.json", "package-lock.json", ".npmrc")
MARKER = ROOT / "node_modules" / ".ready"


def _stamp() -> str:
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def tasks() -> list[tuple[str, Callable[[], None]]]:
    """The installation, when there is npm and it is not done. Never a reason to stop: without it
    the tests that need it are skipped and say so."""
    stamp = _stamp()
    if MARKER.exists() and MARKER.read_text() == stamp:
        return []
    if not shutil.which("npm"):
        note("npm is missing: the tests against servers of others are skipped (apt install npm)")
        return []

    def install() -> None:
        try:
            run(["npm", "ci"], "npm", cwd=ROOT, timeout_s=300)
        except StepFailed as failure:
            note(f"npm ci failed, the tests against servers of others are skipped: {failure}")
            return
        MARKER.write_text(stamp)

    return [("servers to test against (npm)", install)]
