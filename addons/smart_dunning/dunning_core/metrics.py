"""How well money comes in. One formula a function; amounts in one currency, credits netted.

Ratios are returned as ``Decimal`` and None where they mean nothing (nothing sold, nothing open).
Sources: Credit Research Foundation, "Days Sales Outstanding", "Best Possible DSO" and
"Collection Effectiveness Index" in its performance measurement formulas.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_ZERO = Decimal(0)
BUCKET_ENDS = (0, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class PeriodSales:
    """Credit sales (tax included, as the receivables are) of a period of ``days`` days."""

    days: int
    sales: Decimal


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that settled an invoice or a part of it."""

    amount: Decimal
    invoice_date: date
    due_date: date
    paid_date: date


@dataclass(frozen=True, slots=True)
class Ageing:
    """Open amounts by days past due; one amount for each end in BUCKET_ENDS and one beyond.

    ``amounts[0]`` is not yet due or due today, then 1-30, 31-60, 61-90 and over 90 days.
    """

    amounts: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, _ZERO)

    @property
    def overdue(self) -> Decimal:
        return self.total - self.amounts[0]


def dso_simple(receivables_end: Decimal, credit_sales: Decimal, days: int) -> Decimal | None:
    """Days of sales in the receivables: receivables / credit sales of the period * its days."""
    return receivables_end / credit_sales * days if credit_sales > 0 else None


def dso_average(
    receivables_begin: Decimal, receivables_end: Decimal, credit_sales: Decimal, days: int
) -> Decimal | None:
    """The simple DSO of the mean of the receivables at both ends of the period: a large invoice of
    the last day counts half."""
    return dso_simple((receivables_begin + receivables_end) / 2, credit_sales, days)


def dso_countback(receivables_end: Decimal, periods: Sequence[PeriodSales]) -> Decimal | None:
    """Days of sales that the receivables exhaust, walking back from the newest period.

    ``periods`` come newest first. A period sold less than what is left counts with all its days,
    the last one in proportion. None when the periods given do not reach back far enough.
    """
    left, total_days = max(receivables_end, _ZERO), _ZERO
    for period in periods:
        if not left:
            break
        if period.sales > left:
            return total_days + left / period.sales * period.days
        left -= max(period.sales, _ZERO)
        total_days += period.days
    return None if left else total_days


def best_possible_dso(
    receivables_current: Decimal, credit_sales: Decimal, days: int
) -> Decimal | None:
    """The DSO if nobody were late: receivables not yet due / credit sales * days."""
    return dso_simple(receivables_current, credit_sales, days)


def days_to_pay(receipts: Iterable[Receipt]) -> Decimal | None:
    """The true DSO: days from invoice to payment, each euro that came in counting once."""
    return _weighted([(r.amount, (r.paid_date - r.invoice_date).days) for r in receipts])


def days_late(receipts: Iterable[Receipt]) -> Decimal | None:
    """Days from the due date to payment, each euro counting once; before it is 0 days."""
    return _weighted([(r.amount, max((r.paid_date - r.due_date).days, 0)) for r in receipts])


def kept_rate(promises: Sequence[tuple[Decimal, bool]]) -> tuple[Decimal, Decimal] | None:
    """Share of promises that were kept, by number and by amount; None without any.

    ``promises``: (amount, kept) of those that are decided.
    """
    total = sum((amount for amount, _ in promises), _ZERO)
    if not total:
        return None
    kept = [amount for amount, was_kept in promises if was_kept]
    return Decimal(len(kept)) / len(promises), sum(kept, _ZERO) / total


def average_days_delinquent(dso: Decimal, best_possible: Decimal) -> Decimal:
    """The part of the DSO that lateness causes."""
    return dso - best_possible


def collection_effectiveness(
    receivables_begin: Decimal,
    credit_sales: Decimal,
    receivables_end: Decimal,
    receivables_end_current: Decimal,
) -> Decimal | None:
    """Per cent of what could be collected in the period that was collected (CEI):
    (begin + sales - end) / (begin + sales - end not yet due) * 100."""
    collectable = receivables_begin + credit_sales - receivables_end_current
    if collectable <= 0:
        return None
    return (receivables_begin + credit_sales - receivables_end) / collectable * 100


def ageing(open_amounts: Iterable[tuple[date, Decimal]], today: date) -> Ageing:
    """Open amounts (due date, amount) sorted into buckets of days past due at ``today``."""
    buckets = [_ZERO] * (len(BUCKET_ENDS) + 1)
    for due_date, amount in open_amounts:
        past_due = (today - due_date).days
        buckets[sum(1 for end in BUCKET_ENDS if past_due > end)] += amount
    return Ageing(tuple(buckets))


def overdue_share(buckets: Ageing) -> Decimal | None:
    """Part of the open amount that is past due, 0..1 while no bucket is in credit."""
    return buckets.overdue / buckets.total if buckets.total > 0 else None


def _weighted(days_by_amount: Sequence[tuple[Decimal, int]]) -> Decimal | None:
    total = sum((amount for amount, _ in days_by_amount), _ZERO)
    if total <= 0:
        return None
    return sum((amount * days for amount, days in days_by_amount), _ZERO) / total
