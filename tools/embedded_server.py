"""The embedded PostgreSQL server as a process. Standard library only: ``make clean`` has no more."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from .paths import DATA

STOP_TIMEOUT_S = 20


def stop() -> None:
    """Stop the embedded server if it runs, and wait until it has written everything.

    By signal: PostgreSQL's own ``pg_ctl`` refuses to work for root.
    """
    pid_file = DATA / "postgres" / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().split("\n", 1)[0])
    if not _is_server(pid):  # the file of a server that was killed
        return
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while pid_file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)


def _is_server(pid: int) -> bool:
    """Whether ``pid`` runs on our folder: a number may have gone to another process meanwhile."""
    with suppress(OSError):
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        return str(DATA / "postgres") in command
    return False
