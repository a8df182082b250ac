"""The bank inside the calling process, for tests: a real server on a free port of this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from .app import Application
from .bank import Bank, Rules
from .initial import initial_state
from .store import Store


@dataclass(frozen=True)
class LocalBank:
    """``url`` is the root of the server, without a slash at its end."""

    url: str
    bank: Bank

    @property
    def api_url(self) -> str:
        """What a Berlin Group client takes as its base address."""
        return f"{self.url}/berlingroup"


@contextmanager
def running_bank(
    data: dict[str, Any],
    now: Callable[[], datetime],
    *,
    rules: Rules | None = None,
    seed: int = 1,
    state_path: Path | None = None,
) -> Iterator[LocalBank]:
    """A bank with the given data set and clock that serves until the block ends."""
    store = Store(initial_state(data, {}, {}), state_path)
    bank = Bank(store, now, rules or Rules(), seed)
    server = make_server("127.0.0.1", 0, Application(bank), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield LocalBank(f"http://127.0.0.1:{server.server_port}", bank)
    finally:
        bank.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()
