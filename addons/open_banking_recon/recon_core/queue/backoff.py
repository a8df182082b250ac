"""How long to wait before work is tried again."""

from __future__ import annotations

import math
from datetime import timedelta

FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=6)
MAX_ATTEMPTS = 8


def delay(attempt: int, jitter: float, retry_after_s: int | None = None) -> timedelta:
    """Whole seconds to wait after the ``attempt``-th attempt (1, 2, ...) has failed.

    Doubles from 30 seconds up to six hours; ``jitter`` in [0, 1] spreads it over the upper half, so
    that what failed together does not come back together. Never shorter than ``retry_after_s``,
    what the other side asked for. Raises ValueError outside of these ranges.
    """
    if attempt < 1 or not 0 <= jitter <= 1:
        raise ValueError(f"attempt {attempt}, jitter {jitter}")
    doublings = min(attempt - 1, 20)
    whole = min(FIRST * 2**doublings, LONGEST).total_seconds()
    seconds = math.ceil(whole * (0.5 + jitter / 2))
    return timedelta(seconds=max(seconds, retry_after_s or 0))
