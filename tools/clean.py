"""Stop what the demo left running and remove what was made at run time."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path

from . import embedded_server
from .paths import ARTIFACTS, DATA, ROOT

STOP_TIMEOUT_S = 20
OURS = ("-m odoo", "-m sandbox", "-m aiosmtpd")


def _ours() -> list[int]:
    """Process ids of servers started from this very checkout."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            folder = (entry / "cwd").readlink()
        except OSError:  # it ended meanwhile, or is another user's
            continue
        if folder == ROOT and any(mark in words for mark in OURS):
            found.append(int(entry.name))
    return found


def stop_servers() -> None:
    """End what an earlier demo of this checkout left running, and wait until it is gone."""
    for pid in _ours():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while _ours() and time.monotonic() < deadline:
        time.sleep(0.1)


def main() -> int:
    stop_servers()
    embedded_server.stop()
    for folder in (DATA, ARTIFACTS):
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
