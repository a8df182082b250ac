"""Money that is expected to come in, by calendar week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

WEEKS = 13
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """Monday of the week and what is expected in it."""

    monday: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CashIn:
    """``weeks`` in order, the current one first; ``later``: what is expected after them."""

    weeks: tuple[Week, ...]
    later: Decimal


def expected_by_week(
    payments: Iterable[tuple[date, Decimal]], today: date, weeks: int = WEEKS
) -> CashIn:
    """``payments`` (day, amount), in one currency, sorted into ``weeks`` weeks from Monday on.

    A day gone by counts in the current week: what did not come is still to come.
    """
    first = monday_of(today)
    amounts = [Decimal(0)] * weeks
    later = Decimal(0)
    for day, amount in payments:
        number = (monday_of(max(day, today)) - first).days // 7
        if number < weeks:
            amounts[number] += amount
        else:
            later += amount
    found = (Week(first + n * _WEEK, amount) for n, amount in enumerate(amounts))
    return CashIn(tuple(found), later)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
