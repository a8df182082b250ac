"""Servers of others, from npm: started as processes of their own and waited for by their own word."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NODE_MODULES = ROOT / "node_modules"
START_TIMEOUT_S = 120


def needs(package: str) -> None:
    """Skips the test when ``package`` is not installed."""
    if not shutil.which("node") or not (NODE_MODULES / package).is_dir():
        pytest.skip(f"no {package}: install node 20 and npm, then run make test (or npm ci)")


class NodeServer:
    """A process; ``ready`` is the line of its output that has ``word`` in it."""

    def __init__(self, words: Sequence[str | Path], word: str, **env: str) -> None:
        self._word = word
        self._lines: list[str] = []
        self._ready = threading.Event()
        self.ready = ""
        self.process = subprocess.Popen(
            [str(part) for part in words],
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def wait(self) -> str:
        """The line that says it is ready; fails the test when it ends or takes too long."""
        self._ready.wait(START_TIMEOUT_S)
        assert self.ready, "".join(self._lines[-20:])
        return self.ready

    def stop(self) -> None:
        self.process.terminate()
        self._reader.join()
        self.process.wait()

    def _read(self) -> None:
        """Reads to the end: a pipe that nobody reads would stop the server."""
        for line in self.process.stdout or ():
            self._lines.append(line)
            if self._word in line:
                self.ready = line
                self._ready.set()
        self._ready.set()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mocks(specifications: Mapping[str, Path]) -> Iterator[dict[str, str]]:
    """{name: address} of a prism for each specification, all started at the same time."""
    prism = NODE_MODULES / "@stoplight" / "prism-cli" / "dist" / "index.js"
    ports = {name: free_port() for name in specifications}
    servers = [
        NodeServer(["node", prism, "mock", "-p", str(ports[name]), file], "Prism is listening")
        for name, file in specifications.items()
    ]
    try:
        for server in servers:
            server.wait()
        yield {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    finally:
        for server in servers:
            server.stop()
