"""The balance of the coming weeks, from what is known today of money that will move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum

WEEKS = 13
_WEEK = timedelta(days=7)
_ZERO = Decimal(0)


class Kind(str, Enum):
    """Where a movement is known from."""

    PENDING = "pending"  # the bank announces it
    TRANSIT = "transit"  # a payment in the books that the bank has not booked yet
    CUSTOMER = "customer"
    VENDOR = "vendor"
    RECURRING = "recurring"


# The week, from the current one, in which a movement counts whose day has gone by. What the bank
# works on comes any day; who has not paid yet needs a few days more, and so do we.
OVERDUE_WEEK = {
    Kind.PENDING: 0,
    Kind.TRANSIT: 0,
    Kind.CUSTOMER: 1,
    Kind.VENDOR: 1,
    Kind.RECURRING: 0,
}


@dataclass(frozen=True, slots=True)
class Flow:
    """Money expected on ``day``; ``amount`` > 0 comes in. ``spread_days``: how much earlier or later
    it may well come. One flow may stand for many documents."""

    kind: Kind
    day: date
    amount: Decimal
    spread_days: int = 0


@dataclass(frozen=True, slots=True)
class Week:
    """From ``monday`` to Sunday. ``money_in`` >= 0 and ``money_out`` <= 0 by kind, without zeros.

    ``low``: the closing balance if money comes in late and goes out early, each by its spread;
    ``high``: the other way round.
    """

    monday: date
    opening: Decimal
    money_in: dict[Kind, Decimal]
    money_out: dict[Kind, Decimal]
    closing: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Forecast:
    """``weeks`` in order, the current one first; ``later``: what moves after the last."""

    weeks: tuple[Week, ...]
    later: Decimal

    def below(self, minimum: Decimal) -> Week | None:
        """The first week that is expected to close below ``minimum``."""
        return next((week for week in self.weeks if week.closing < minimum), None)

    def at_risk(self, minimum: Decimal) -> Week | None:
        """The first week that closes below ``minimum`` if payments go badly."""
        return next((week for week in self.weeks if week.low < minimum), None)


def forecast(opening: Decimal, flows: Iterable[Flow], today: date, weeks: int = WEEKS) -> Forecast:
    """The balance of ``weeks`` calendar weeks from that of ``today`` on, all in one currency.

    A day gone by counts as OVERDUE_WEEK says. The movements of all weeks and ``later`` add up to
    ``flows``. Raises ValueError without a week.
    """
    if weeks < 1:
        raise ValueError("a forecast has weeks")
    first = monday_of(today)
    money_in: list[dict[Kind, Decimal]] = [{} for _ in range(weeks)]
    money_out: list[dict[Kind, Decimal]] = [{} for _ in range(weeks)]
    lows, highs = [_ZERO] * weeks, [_ZERO] * weeks
    later = _ZERO
    for flow in flows:
        day = counts_on(flow.kind, flow.day, today)
        number = _number(first, day)
        if number < weeks:
            side = money_in if flow.amount > 0 else money_out
            if flow.amount:
                side[number][flow.kind] = side[number].get(flow.kind, _ZERO) + flow.amount
        else:
            later += flow.amount
        spread = timedelta(days=flow.spread_days)
        early, late = max(day - spread, today), day + spread
        bad, good = (late, early) if flow.amount > 0 else (early, late)
        _add(lows, _number(first, bad), flow.amount)
        _add(highs, _number(first, good), flow.amount)
    return Forecast(tuple(_run(opening, first, money_in, money_out, lows, highs)), later)


def counts_on(kind: Kind, day: date, today: date) -> date:
    """The day on which a movement expected on ``day`` counts: ``day``, or for a day gone by the
    first one left of the week of OVERDUE_WEEK."""
    if day >= today:
        return day
    return max(today, monday_of(today) + OVERDUE_WEEK[kind] * _WEEK)


def days_of(kind: Kind, number: int, today: date) -> tuple[date, date, bool]:
    """(first day, last day, whether days gone by count too) of week ``number`` of a forecast: the
    expected days of what stands in its cell."""
    monday = monday_of(today) + number * _WEEK
    return max(monday, today), monday + timedelta(days=6), number == OVERDUE_WEEK[kind]


def mean_absolute_error(pairs: Sequence[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Mean of the distance of forecast and actual balance, not rounded; None without a pair."""
    if not pairs:
        return None
    return sum((abs(said - was) for said, was in pairs), _ZERO) / len(pairs)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _number(first: date, day: date) -> int:
    return (monday_of(day) - first).days // 7


def _add(amounts: list[Decimal], number: int, amount: Decimal) -> None:
    if number < len(amounts):
        amounts[number] += amount


def _run(
    opening: Decimal,
    first: date,
    money_in: list[dict[Kind, Decimal]],
    money_out: list[dict[Kind, Decimal]],
    lows: list[Decimal],
    highs: list[Decimal],
) -> Iterable[Week]:
    low = high = opening
    for number, (came, went) in enumerate(zip(money_in, money_out, strict=True)):
        closing = opening + sum(came.values(), _ZERO) + sum(went.values(), _ZERO)
        low, high = low + lows[number], high + highs[number]
        yield Week(first + number * _WEEK, opening, came, went, closing, low, high)
        opening = closing
