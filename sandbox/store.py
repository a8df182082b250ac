"""The memory of the bank: one JSON document, in a file when a path is given."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

State = dict[str, Any]

_EMPTY: State = {
    "accounts": [],
    "transactions": [],
    "psu": {},
    "consents": {},
    "clients": {},
    "sessions": {},
    "codes": {},
    "tokens": {},
    "faults": {},
    "options": {},
    "counters": {},
    "reads": {},
    "clock_offset_s": 0,
    "next_number": 1,
}


class Store:
    """Hands out the state under a lock and writes it when the block that changed it ends well.

    A block that raises changes nothing: it works on a copy. The file is replaced in one step, so a
    kill leaves the old state or the new one.
    """

    def __init__(self, initial: Mapping[str, Any], path: Path | None = None) -> None:
        self._initial = copy.deepcopy({**_EMPTY, **initial})
        self._path = path
        self._lock = threading.RLock()
        if path and path.exists():
            self._state = {**copy.deepcopy(_EMPTY), **json.loads(path.read_text("utf-8"))}
        else:
            self._state = copy.deepcopy(self._initial)
            self._save(self._state)

    @contextmanager
    def change(self) -> Iterator[State]:
        """The state, to read and to change."""
        with self._lock:
            draft = _copy(self._state)
            yield draft
            if draft != self._state:
                self._save(draft)
                self._state = draft

    def read(self) -> State:
        """A copy of the state as it is now."""
        with self._lock:
            return _copy(self._state)

    def reset(self) -> None:
        """Back to the data the bank started from: no consents, no tokens, no faults."""
        with self._lock:
            self._state = copy.deepcopy(self._initial)
            self._save(self._state)

    def _save(self, state: State) -> None:
        if self._path is None:
            return
        draft = self._path.with_suffix(self._path.suffix + ".new")
        draft.write_text(json.dumps(state, ensure_ascii=False, indent=1), "utf-8")
        draft.replace(self._path)


def _copy(state: State) -> State:
    """A copy of ``state``. The transactions, of which there may be many, are flat: what they hold is
    replaced and never changed in place."""
    rest = {name: value for name, value in state.items() if name != "transactions"}
    transactions = [dict(item) for item in state["transactions"]]
    return {**copy.deepcopy(rest), "transactions": transactions}
