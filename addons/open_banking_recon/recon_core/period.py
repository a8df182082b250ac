"""The days that a page of figures is about, and the days that they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

TREND_MONTHS = 12
LONGEST_DAYS = 5 * 366


class PeriodKind(str, Enum):
    """What a user chooses; ``OWN`` comes with both dates."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both ends included. Raises ValueError when it ends before it begins or lasts more
    than LONGEST_DAYS."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if not 0 < self.days <= LONGEST_DAYS:
            raise ValueError("a period has one day to five years")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def days_from(self, in_use_since: date | None) -> int:
        """Its days from ``in_use_since`` on; all of them where that is unknown or not within it."""
        if in_use_since and self.first < in_use_since <= self.last:
            return (self.last - in_use_since).days + 1
        return self.days

    def before(self, in_use_since: date | None) -> Period:
        """What the figures are compared with: as many days up to the day before ``in_use_since``, or
        without one in this period or before it, the same days of the year before."""
        if in_use_since and in_use_since <= self.last:
            last = in_use_since - timedelta(days=1)
        else:
            last = year_before(self.last)
        return Period(last - timedelta(days=self.days - 1), last)

    def month_ends(self) -> tuple[date, ...]:
        """The last days of the months of the trend, oldest first: TREND_MONTHS of them, or all of a
        longer period. The last one is the end of the period."""
        ends = [self.last]
        begin = self.last.replace(day=1)
        while len(ends) < TREND_MONTHS or begin > self.first:
            ends.append(begin - timedelta(days=1))
            begin = ends[-1].replace(day=1)
        return tuple(reversed(ends))


def period_of(
    kind: PeriodKind, today: date, first: date | None = None, last: date | None = None
) -> Period:
    """This month or quarter until ``today``, the twelve months that end with it, or ``first`` to
    ``last``. Raises ValueError for own dates that are missing or in the wrong order."""
    if kind is PeriodKind.MONTH:
        return Period(today.replace(day=1), today)
    if kind is PeriodKind.QUARTER:
        return Period(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), today)
    if kind is PeriodKind.YEAR:
        return Period(year_before(today) + timedelta(days=1), today)
    if first is None or last is None:
        raise ValueError("own dates need a first and a last day")
    return Period(first, last)


def year_before(day: date) -> date:
    """The same day of the year before; 28 February for a leap day."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def months_before(day: date, months: int) -> date:
    """The same day ``months`` before, or the last day of a month that has none."""
    number = day.year * 12 + day.month - 1 - months
    begin = date(number // 12, number % 12 + 1, 1)
    following = (begin + timedelta(days=31)).replace(day=1)
    return min(begin + timedelta(days=day.day - 1), following - timedelta(days=1))
