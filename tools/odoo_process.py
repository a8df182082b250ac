"""Odoo as a command: how it is called with our configuration, add-ons and database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from . import odoo_source
from .console import StepFailed
from .database import Server
from .paths import ADDONS, DATA, LOGS, ROOT

MODULES = ("open_banking_recon", "smart_dunning")


def modules() -> list[str]:
    """Our add-ons that are in this checkout, in the order of their dependencies."""
    return [name for name in MODULES if (ADDONS / name / "__manifest__.py").exists()]


def addons_paths() -> list[str]:
    """Where add-ons are: Odoo's own, then ours. Ends the program when Odoo is not there."""
    home = odoo_source.find()
    if home is None:
        raise SystemExit("Odoo 19 is not there yet: run make demo or make test first.")
    paths = [str(home / "addons")] if (home / "addons").is_dir() else []
    return [*paths, str(home / "odoo" / "addons"), str(ADDONS)]


def command(
    server: Server, database: str, arguments: Sequence[str | Path] = (), sub: str = "server"
) -> list[str]:
    """``python -m odoo <sub>`` with configuration, paths, database and ``arguments``."""
    return [
        *(sys.executable, "-m", "odoo", sub),
        f"--config={ROOT / 'odoo.conf'}",
        f"--addons-path={','.join(addons_paths())}",
        f"--data-dir={DATA / 'odoo'}",
        f"--database={database}",
        *server.odoo_arguments(),
        *(str(word) for word in arguments),
    ]


def environment(server: Server) -> dict[str, str]:
    """The environment Odoo runs in."""
    home = odoo_source.find()
    # PG* variables: Odoo reads its connection from arguments, its helpers from these
    return {
        **os.environ,
        **server.environment(),
        "PYTHONPATH": str(home),
        "PYTHONUNBUFFERED": "1",
        "TZ": "UTC",
    }


def free_port() -> int:
    """A TCP port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Background:
    """A process of ours that serves while others work; ended by :meth:`stop`, by its own id."""

    def __init__(self, name: str, words: Sequence[str], env: dict[str, str] | None = None) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log = LOGS / f"{name}.log"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                list(words),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=ROOT,
                start_new_session=True,
            )

    def wait_until(self, ready: Callable[[], bool], timeout_s: float = 60) -> None:
        """Return when ``ready()``; raise StepFailed when the process ends or time runs out."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                tail = "\n    ".join(self.log.read_text(errors="replace").splitlines()[-12:])
                raise StepFailed(f"{self.name} ended at once, see {self.log}\n    {tail}")
            if ready():
                return
            time.sleep(0.1)
        raise StepFailed(f"{self.name} was not ready after {timeout_s:.0f} s, see {self.log}")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)


def answers(url: str) -> Callable[[], bool]:
    """A readiness check: ``url`` answers with a status below 500."""

    def check() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - loopback only
                return int(answer.status) < 500
        except urllib.error.HTTPError as error:
            return error.code < 500
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    return check


def listens(port: int) -> Callable[[], bool]:
    """A readiness check: something accepts connections on a port of this machine."""

    def check() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    return check


@contextmanager
def serving(server: Server, database: str, *words: str) -> Iterator[str]:
    """The address of an Odoo on ``database``, without crons unless ``words`` of its command line say
    so; it ends with the block."""
    port = free_port()
    arguments = [f"--http-port={port}", "--max-cron-threads=0", *words]
    odoo = Background(f"{database}-http", command(server, database, arguments), environment(server))
    try:
        url = f"http://localhost:{port}"
        odoo.wait_until(answers(f"{url}/web/health"), 120)
        yield url
    finally:
        odoo.stop()
