"""Payments that come again each month or quarter, learned from what the bank booked."""

from __future__ import annotations

import calendar
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from statistics import median_low

LEAST = 3  # occurrences before something recurs
# amounts of one counterparty that differ by more than this factor are not the same payment
_SAME_AMOUNT = Decimal("1.25")
_STILL_COMES = timedelta(days=10)  # how late the next occurrence may be before the row has ended
_SAME = timedelta(days=10)  # an announced payment this near is the expected one


class Rhythm(int, Enum):
    """Months from one occurrence to the next."""

    MONTHLY = 1
    QUARTERLY = 3


# days between two occurrences: a month or quarter, moved by three days at both ends (week-ends)
_GAPS = {Rhythm.MONTHLY: range(22, 39), Rhythm.QUARTERLY: range(83, 100)}


@dataclass(frozen=True, slots=True)
class PastLine:
    """A booked bank line without a document. ``key``: the counterparty."""

    ref: int
    key: Hashable
    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Announced:
    """A pending transaction of the counterparty of ``key``."""

    key: Hashable
    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Recurring:
    """One recurring payment. ``amount``: the median of the occurrences, ``smallest`` and ``largest``
    their range by size; ``refs``: the lines it was learned from, oldest first; ``spread_days``: the
    most that an occurrence was off its day."""

    key: Hashable
    rhythm: Rhythm
    amount: Decimal
    smallest: Decimal
    largest: Decimal
    next_day: date
    spread_days: int
    refs: tuple[int, ...]
    occurrences: int

    def days(self, until: date) -> Iterator[date]:
        """The expected days from ``next_day`` up to and with ``until``."""
        number, day = 0, self.next_day
        while day <= until:
            yield day
            number += 1
            day = add_months(self.next_day, number * self.rhythm.value)


def learn(
    lines: Iterable[PastLine], today: date, announced: Iterable[Announced] = ()
) -> list[Recurring]:
    """What recurs in ``lines``, largest amounts first; ended rows are left out.

    Lines of one key, direction and day are one occurrence. A row is the newest run of at least
    LEAST occurrences whose gaps are all a month, or all a quarter. Where a key as a whole has no
    such run, its amounts are looked at apart: a lessor may get two rents. What is ``announced``
    already is not expected again.
    """
    by_key: dict[tuple[Hashable, bool], list[PastLine]] = {}
    for line in lines:
        if line.amount:
            by_key.setdefault((line.key, line.amount > 0), []).append(line)
    pending = list(announced)
    found = []
    for (key, comes_in), group in by_key.items():
        days = [row.day for row in pending if row.key == key and (row.amount > 0) == comes_in]
        rows = [row for part in _parts(group) if (row := _newest_run(part, today, days))]
        found += rows
    return sorted(found, key=lambda row: (-abs(row.amount), row.next_day, row.refs))


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _parts(group: Sequence[PastLine]) -> list[list[PastLine]]:
    """``group`` as a whole where it is regular, else apart by amount."""
    if _regular(_occurrences(group)):
        return [list(group)]
    ordered = sorted(group, key=lambda line: abs(line.amount))
    parts = [[ordered[0]]]
    for line in ordered[1:]:
        if abs(line.amount) > abs(parts[-1][-1].amount) * _SAME_AMOUNT:
            parts.append([])
        parts[-1].append(line)
    return parts


def _occurrences(group: Iterable[PastLine]) -> list[list[PastLine]]:
    """The lines of each day, by day."""
    days: dict[date, list[PastLine]] = {}
    for line in group:
        days.setdefault(line.day, []).append(line)
    return [days[day] for day in sorted(days)]


def _regular(occurrences: Sequence[Sequence[PastLine]]) -> tuple[Rhythm, int] | None:
    """(rhythm, length) of the newest run that is long enough."""
    days = [lines[0].day for lines in occurrences]
    gaps = [(after - before).days for before, after in zip(days, days[1:], strict=False)]
    for rhythm, allowed in _GAPS.items():
        length = 1
        for gap in reversed(gaps):
            if gap not in allowed:
                break
            length += 1
        if length >= LEAST:
            return rhythm, length
    return None


def _newest_run(
    group: Sequence[PastLine], today: date, announced: Sequence[date]
) -> Recurring | None:
    occurrences = _occurrences(group)
    regular = _regular(occurrences)
    if not regular:
        return None
    rhythm, length = regular
    run = occurrences[-length:]
    days = [lines[0].day for lines in run]
    offsets = [
        (day - add_months(days[0], number * rhythm.value)).days for number, day in enumerate(days)
    ]
    usual = median_low(offsets)  # a payment on the last of the month, or moved by a week-end
    expected = add_months(days[0], length * rhythm.value) + timedelta(usual)
    if today - expected > _STILL_COMES:
        return None
    if any(abs(day - expected) <= _SAME for day in announced):
        expected = add_months(days[0], (length + 1) * rhythm.value) + timedelta(usual)
    sums = [sum((line.amount for line in lines), Decimal(0)) for lines in run]
    smallest, *_between, largest = sorted(sums, key=abs)
    return Recurring(
        key=group[0].key,
        rhythm=rhythm,
        amount=_median(sums),
        smallest=smallest,
        largest=largest,
        next_day=expected,
        spread_days=max(abs(offset - usual) for offset in offsets),
        refs=tuple(line.ref for lines in run for line in lines),
        occurrences=length,
    )


def _median(amounts: Sequence[Decimal]) -> Decimal:
    """The median by size; of two in the middle the smaller, so that it is an amount that was."""
    return sorted(amounts, key=abs)[(len(amounts) - 1) // 2]
