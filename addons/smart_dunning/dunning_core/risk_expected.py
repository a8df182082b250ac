"""The day on which an open invoice is expected to be paid, knowing that it is still unpaid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from .calendar import add_business_days, is_business_day
from .risk_delay import Delays

MAX_WAIT_DAYS = 90  # how far ahead an invoice is expected that is older than any that was paid


class Expectation(str, Enum):
    """What the expected day rests on."""

    IN_TIME = "in_time"  # rather paid on its due date than later
    USUAL_DELAY = "usual_delay"
    STILL_UNPAID = "still_unpaid"  # overdue: as the payments that took even longer
    BEYOND = "beyond"  # overdue for longer than any payment took: as long again


@dataclass(frozen=True, slots=True)
class ExpectedDay:
    day: date
    because: Expectation


def expected_day(
    due_date: date, as_of: date, late: float, own: Sequence[int], delays: Delays, country: str
) -> ExpectedDay:
    """The median day of payment of an invoice that is unpaid on the evening of ``as_of``.

    ``late``: its probability of being paid late; ``own``: late payments of the customer, in days.
    A business day of ``country``, never before ``as_of``.
    """
    overdue = (as_of - due_date).days
    if overdue <= 0:
        days = delays.median_with(late, own)
        because = Expectation.USUAL_DELAY if days else Expectation.IN_TIME
        return ExpectedDay(_business_day(due_date + timedelta(days), country), because)
    reached = delays.median_beyond(own, overdue)
    if reached is not None:
        day = due_date + timedelta(reached)
        return ExpectedDay(_business_day(day, country), Expectation.STILL_UNPAID)
    day = as_of + timedelta(min(overdue, MAX_WAIT_DAYS))
    return ExpectedDay(_business_day(day, country), Expectation.BEYOND)


def _business_day(day: date, country: str) -> date:
    """``day`` or the business day that follows: banks move no money in between."""
    return day if is_business_day(day, country) else add_business_days(day, 1, country)
