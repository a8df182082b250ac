"""Business days and the hours in which a customer may be written to."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

OPENS_AT = time(9)
CLOSES_AT = time(18)
_SATURDAY = 5


@lru_cache(maxsize=64)
def _public_holidays(country: str) -> holidays.HolidayBase | None:
    if country not in holidays.list_supported_countries():
        return None
    return holidays.country_holidays(country)


def has_public_holidays(country: str) -> bool:
    """Whether the public holidays of ``country`` (ISO 3166-1 alpha-2) are known. Where they are
    not, or the country is unknown (""), only week-ends are taken for closed."""
    return _public_holidays(country) is not None


def is_business_day(day: date, country: str) -> bool:
    """True from Monday to Friday unless ``day`` is a public holiday in ``country``."""
    if day.weekday() >= _SATURDAY:
        return False
    closed = _public_holidays(country)
    return closed is None or day not in closed


def add_business_days(day: date, days: int, country: str) -> date:
    """The ``days``-th business day after ``day`` (before it when < 0); 0 gives ``day`` itself."""
    one = timedelta(days=1 if days > 0 else -1)
    left = abs(days)
    while left:
        day += one
        if is_business_day(day, country):
            left -= 1
    return day


def next_allowed(moment: datetime, zone: str, country: str) -> datetime:
    """The first moment from ``moment`` on, in UTC, at which the customer may be written to:
    a business day, from 09:00 to before 18:00 on the clock of their time ``zone`` (IANA name).

    ``moment`` must be aware; ValueError when it is not.
    """
    if moment.tzinfo is None:
        raise ValueError("moment must be timezone-aware")
    tz = ZoneInfo(zone)
    local = moment.astimezone(tz)
    day = local.date()
    if is_business_day(day, country):
        if OPENS_AT <= local.time() < CLOSES_AT:
            return moment.astimezone(timezone.utc)
        if local.time() >= CLOSES_AT:
            day = add_business_days(day, 1, country)
    else:
        day = add_business_days(day, 1, country)
    return datetime.combine(day, OPENS_AT, tz).astimezone(timezone.utc)


def is_allowed(moment: datetime, zone: str, country: str) -> bool:
    """Whether the customer may be written to at ``moment``."""
    return next_allowed(moment, zone, country) == moment
