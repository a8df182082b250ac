"""Which days a fetch asks for."""

from __future__ import annotations

from datetime import date, timedelta

OVERLAP_DAYS = 10  # banks book late: every fetch goes back over what is known
# 90 days are given without strong authentication (Regulation (EU) 2022/2360, article 10a); banks
# count the day of the read, and "three months" may be more than 90 days
UNAUTHENTICATED_DAYS = 89


def first_day(today: date, stored_until: date | None, reach_days: int) -> date:
    """The first day to ask for; the last one is ``today``.

    ``stored_until``: up to when all is stored, None before the first fetch. ``reach_days``: how far
    back the bank lets us look at this moment.
    """
    reach = today - timedelta(days=reach_days)
    if stored_until is None:
        return reach
    return max(stored_until - timedelta(days=OVERLAP_DAYS), reach)


def reach_days(authenticated: bool, history_days: int, wanted_days: int) -> int:
    """How far back to ask: the whole history only right after strong authentication.

    ``history_days``: what the bank gives then. ``wanted_days``: the user's own limit, 0 for none.
    """
    reach = history_days if authenticated else min(history_days, UNAUTHENTICATED_DAYS)
    return min(reach, wanted_days) if wanted_days else reach
