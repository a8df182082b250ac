"""How often a bank may be read while nobody is in front of the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

PERIOD = timedelta(hours=24)  # RTS (EU) 2018/389 art. 36(5)(b): four times in any 24 hours

# A read that gave nothing took nothing of the right: the bank could not be reached, or refused.
NOT_SERVED = frozenset({"unavailable", "rate_limited", "period_invalid"})


def allowed_at(past: Sequence[datetime], limit: int | None, now: datetime) -> datetime:
    """``now`` when one more unattended read is allowed, else the moment from which it is.

    ``past``: the moments of the reads without the user. ``limit``: reads in any 24 hours, None for
    as many as one likes.
    """
    if limit is None:
        return now
    recent = sorted(moment for moment in past if moment > now - PERIOD)
    if len(recent) < limit:
        return now
    return recent[-limit] + PERIOD if limit else now + PERIOD
