"""Reference rates by date, and the annual rate that a rule makes of them.

Percentages are ``Decimal`` (12.15 is 12.15 % a year). What a rate was on which day is data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from math import ceil

_ZERO = Decimal(0)


class RateUnknown(LookupError):
    """No row says what the rate ``kind`` was on ``day``: a later row must not be guessed."""

    def __init__(self, kind: str, day: date) -> None:
        super().__init__(f"no rate {kind} on {day}")
        self.kind = kind
        self.day = day


class Fixing(str, Enum):
    """Which day's reference rate rules a day of default."""

    DAILY = "daily"  # the one of the day itself
    # the one of 1 January for the first half of a year, of 1 July for the second
    # Source: Directive 2011/7/EU art. 3(3), code de commerce L441-10 II
    SEMESTER = "semester"


@dataclass(frozen=True, slots=True)
class DatedRate:
    """``percent`` from ``valid_from`` until the next row of its kind.

    ``valid_to``: the last day for which it is known, None while nothing else is said.
    """

    kind: str
    valid_from: date
    percent: Decimal
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class RateRule:
    """``margin`` points over ``factor`` times the rate ``reference``; no reference: margin alone.

    ``round_up_to``: the sum goes up to the next multiple of it, 0 leaves it as it is.
    """

    reference: str | None
    margin: Decimal = _ZERO
    factor: Decimal = Decimal(1)
    fixing: Fixing = Fixing.DAILY
    round_up_to: Decimal = _ZERO


class RateTable:
    """Rows of reference rates, asked by kind and day."""

    def __init__(self, rows: Iterable[DatedRate]) -> None:
        self._rows: dict[str, list[DatedRate]] = {}
        for row in sorted(rows, key=lambda row: row.valid_from):
            self._rows.setdefault(row.kind, []).append(row)

    def reference(self, kind: str, day: date) -> Decimal:
        """The rate ``kind`` in force on ``day``. Raises RateUnknown."""
        rows = [row for row in self._rows.get(kind, ()) if row.valid_from <= day]
        if not rows or (rows[-1].valid_to is not None and rows[-1].valid_to < day):
            raise RateUnknown(kind, day)
        return rows[-1].percent

    def annual(self, rule: RateRule, day: date) -> Decimal:
        """The rate of ``rule`` for ``day``, never below zero: a debtor earns nothing by default.

        Raises RateUnknown.
        """
        percent = rule.margin
        if rule.reference is not None:
            fixed_on = semester_start(day) if rule.fixing is Fixing.SEMESTER else day
            percent += rule.factor * self.reference(rule.reference, fixed_on)
        if rule.round_up_to:
            percent = ceil(percent / rule.round_up_to) * rule.round_up_to
        return max(percent, _ZERO)

    def changes(self, rule: RateRule, start: date, end: date) -> Iterator[date]:
        """Days after ``start`` up to ``end`` on which the rate of ``rule`` may change."""
        if rule.reference is None:
            return
        if rule.fixing is Fixing.SEMESTER:
            day = next_semester(start)
            while day <= end:
                yield day
                day = next_semester(day)
            return
        for row in self._rows.get(rule.reference, ()):
            # the day after a rate that ends: to be asked for, so that it is missed
            known_until = row.valid_to and row.valid_to + timedelta(days=1)
            for day in filter(None, (row.valid_from, known_until)):
                if start < day <= end:
                    yield day


def semester_start(day: date) -> date:
    """1 January or 1 July, whichever is the last one not after ``day``."""
    return date(day.year, 7 if day.month > 6 else 1, 1)


def next_semester(day: date) -> date:
    """The first 1 January or 1 July after ``day``."""
    return date(day.year + 1, 1, 1) if day.month > 6 else date(day.year, 7, 1)
