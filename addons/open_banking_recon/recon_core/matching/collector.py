"""Python's collector of reference cycles, paused while a lot is made that holds none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Pause the collector of this process, and start it again when it was running before.

    It would walk the books again and again as they grow, a sixth of the time of a matching. Memory
    is freed as ever where nothing refers to it; only cycles that other threads leave behind wait.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
