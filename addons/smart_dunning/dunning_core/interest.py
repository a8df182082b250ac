"""Late interest: simple, on what is left of a claim, day by day at the rate of the day.

Interest runs from the day after the due date to the day of payment, both included, so the number of
days is the difference of the two dates. Amounts are exact until they are rounded once at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from fractions import Fraction

_ONE_DAY = timedelta(days=1)
_ZERO = Decimal(0)


class DayCount(str, Enum):
    ACT_365 = "act_365"  # every year has 365 days
    ACT_ACT = "act_act"  # days of a leap year count 1/366


@dataclass(frozen=True, slots=True)
class PartPayment:
    """``amount`` > 0 that came in on ``day``; it still bears interest on that day."""

    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Claim:
    """What was to be paid on ``due_date``, tax included, and what has come in for it."""

    principal: Decimal
    due_date: date
    payments: tuple[PartPayment, ...] = ()

    def left_after(self, day: date) -> Decimal:
        """What is still owed at the end of ``day``, never below zero."""
        paid = sum((p.amount for p in self.payments if p.day <= day), _ZERO)
        return max(self.principal - paid, _ZERO)


@dataclass(frozen=True, slots=True)
class Period:
    """``days`` days from ``start`` to ``end``, both included, at one rate on one principal.

    ``year_days`` is the divisor, 365 or 366.
    """

    start: date
    end: date
    principal: Decimal
    percent: Decimal
    year_days: int

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def exact(self) -> Fraction:
        """principal * rate * days / days of the year, not rounded."""
        yearly = Fraction(self.principal) * Fraction(self.percent) / 100
        return yearly * self.days / self.year_days

    @property
    def amount(self) -> Decimal:
        """The interest of the period with four decimals, to show it; not to be added up."""
        return round_half_up(self.exact, 4)


@dataclass(frozen=True, slots=True)
class Interest:
    """``amount`` in the currency of the claim, rounded half-up once, and how it comes about."""

    amount: Decimal
    periods: tuple[Period, ...] = ()

    @property
    def days(self) -> int:
        return sum(period.days for period in self.periods)


def late_interest(
    claim: Claim,
    first_day: date,
    last_day: date,
    rate_of: Callable[[date], Decimal],
    rate_changes: Iterable[date] = (),
    day_count: DayCount = DayCount.ACT_365,
    digits: int = 2,
) -> Interest:
    """Interest of ``claim`` for the days from ``first_day`` to ``last_day``, both included.

    ``rate_of`` gives percent a year for a day, asked at the start of each period; ``rate_changes``
    are the days on which it may change. Days up to the due date bear none. ``digits`` are the
    decimals of the currency. Source: Directive 2011/7/EU art. 2(5): simple interest.
    """
    first_day = max(first_day, claim.due_date + _ONE_DAY)
    periods: list[Period] = []
    for start, end in _pieces(claim, first_day, last_day, rate_changes, day_count):
        principal = claim.left_after(start - _ONE_DAY)
        if principal:
            _append(periods, Period(start, end, principal, rate_of(start), _year(start, day_count)))
    total = sum((period.exact for period in periods), Fraction(0))
    return Interest(round_half_up(total, digits), tuple(periods))


def round_half_up(amount: Fraction, digits: int) -> Decimal:
    """``amount`` with ``digits`` decimals; exactly half goes away from zero."""
    scaled = abs(amount) * 10**digits
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    value = Decimal(units).scaleb(-digits)
    return (-value if amount < 0 else value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _pieces(
    claim: Claim, first_day: date, last_day: date, changes: Iterable[date], day_count: DayCount
) -> list[tuple[date, date]]:
    """(start, end) of the pieces within which neither rate, principal nor divisor changes."""
    if last_day < first_day:
        return []
    cuts = {*changes, *(payment.day + _ONE_DAY for payment in claim.payments)}
    if day_count is DayCount.ACT_ACT:
        cuts |= {date(year, 1, 1) for year in range(first_day.year + 1, last_day.year + 1)}
    starts = [first_day, *sorted(day for day in cuts if first_day < day <= last_day)]
    ends = [*(day - _ONE_DAY for day in starts[1:]), last_day]
    return list(zip(starts, ends, strict=True))


def _append(periods: list[Period], period: Period) -> None:
    """Add ``period``, as one with the last where nothing has changed in between."""
    if periods:
        last = periods[-1]
        same = (last.principal, last.percent, last.year_days) == (
            period.principal,
            period.percent,
            period.year_days,
        )
        if same and last.end + _ONE_DAY == period.start:
            periods[-1] = Period(
                last.start, period.end, last.principal, last.percent, last.year_days
            )
            return
    periods.append(period)


def _year(day: date, day_count: DayCount) -> int:
    if day_count is DayCount.ACT_365:
        return 365
    return (date(day.year + 1, 1, 1) - date(day.year, 1, 1)).days
