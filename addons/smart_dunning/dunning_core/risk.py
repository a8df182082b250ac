"""Probability that a customer pays late, from the customer's own history, with its reasons.

Most of the signal is the customer's late rate. It is drawn towards the company's rate while there
is little history: (late + k * prior) / (invoices + k), the posterior mean of a beta-binomial with
a prior worth ``k`` invoices. Everything is as of a date: an invoice counts only from the day on
which its outcome was known, so a past score can be computed again and measured honestly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from statistics import median

PRIOR_INVOICES = 5  # k: what the company's rate weighs, in invoices
# Without any history one invoice in two is as good a guess as another (rule of succession).
_LAPLACE_LATE, _LAPLACE_ALL = 1, 2
_LOW, _HIGH = Decimal("0.33"), Decimal("0.66")
_DIGITS = Decimal("0.0001")


class Band(str, Enum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class InvoiceHistory:
    """One past invoice. ``settled_date`` is None while it is open."""

    customer: int
    due_date: date
    settled_date: date | None = None


@dataclass(frozen=True, slots=True)
class RiskReason:
    """One reason: ``code`` names it, ``values`` fill the sentence, in order.

    no_history (); late_rate (late, invoices); last_late (days); last_on_time ();
    overdue_now (invoices, days of the oldest).
    """

    code: str
    values: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of all customers of a company: share paid late, median days late."""

    late_rate: Decimal
    days_late: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """``probability`` in 0..1 (four digits) that the next invoice is paid after its due date;
    ``expected_days_late`` in calendar days; ``observed``: invoices it rests on."""

    customer: int
    as_of: date
    probability: Decimal
    expected_days_late: Decimal
    observed: int
    band: Band
    reasons: tuple[RiskReason, ...]


def days_late(invoice: InvoiceHistory, as_of: date) -> int | None:
    """Calendar days after the due date, never below 0; None when not yet known at ``as_of``.

    An open invoice is known to be late from the day after its due date, with the days so far.
    """
    if invoice.settled_date is not None and invoice.settled_date <= as_of:
        return max(0, (invoice.settled_date - invoice.due_date).days)
    return (as_of - invoice.due_date).days if as_of > invoice.due_date else None


def company_prior(history: Iterable[InvoiceHistory], as_of: date) -> Prior:
    """The late rate and the median days late of all customers together, as of a date."""
    delays = _delays(history, as_of)
    late = sum(1 for delay in delays if delay > 0)
    rate = Decimal(late + _LAPLACE_LATE) / Decimal(len(delays) + _LAPLACE_ALL)
    return Prior(rate.quantize(_DIGITS), Decimal(median(delays)) if delays else Decimal(0))


def smoothed_rate(late: int, total: int, prior: Decimal, k: int = PRIOR_INVOICES) -> Decimal:
    """(late + k * prior) / (total + k), four digits. ValueError unless 0 <= late <= total."""
    if not 0 <= late <= total:
        raise ValueError("late must lie between 0 and total")
    return ((late + k * prior) / (total + k)).quantize(_DIGITS)


def score(customer: int, history: Iterable[InvoiceHistory], prior: Prior, as_of: date) -> Score:
    """The risk of one customer as of a date. ``history`` holds this customer's invoices only."""
    invoices = list(history)
    delays = _delays(invoices, as_of)
    late = sum(1 for delay in delays if delay > 0)
    probability = smoothed_rate(late, len(delays), prior.late_rate)
    return Score(
        customer=customer,
        as_of=as_of,
        probability=probability,
        expected_days_late=_expected_days(delays, prior),
        observed=len(delays),
        band=band(probability),
        reasons=_reasons(invoices, delays, late, as_of),
    )


def band(probability: Decimal) -> Band:
    """Thirds of the scale: a reading aid, no decision hangs on it."""
    if probability < _LOW:
        return Band.LOW
    return Band.HIGH if probability >= _HIGH else Band.MEDIUM


def _delays(history: Iterable[InvoiceHistory], as_of: date) -> list[int]:
    known = (days_late(invoice, as_of) for invoice in history)
    return [delay for delay in known if delay is not None]


def _expected_days(delays: Sequence[int], prior: Prior) -> Decimal:
    """The customer's median, with the company's median standing in as one more invoice."""
    return Decimal(median([*map(Decimal, delays), prior.days_late]))


def _reasons(
    invoices: Sequence[InvoiceHistory], delays: Sequence[int], late: int, as_of: date
) -> tuple[RiskReason, ...]:
    if not delays:
        return (RiskReason("no_history"),)
    reasons = [RiskReason("late_rate", (late, len(delays)))]
    settled = [i for i in invoices if i.settled_date is not None and i.settled_date <= as_of]
    if settled:
        last = max(settled, key=lambda i: (i.settled_date or date.min, i.due_date))
        delay = days_late(last, as_of) or 0
        reasons.append(RiskReason("last_late", (delay,)) if delay else RiskReason("last_on_time"))
    overdue = [
        (as_of - i.due_date).days
        for i in invoices
        if i.due_date < as_of and (i.settled_date is None or i.settled_date > as_of)
    ]
    if overdue:
        reasons.append(RiskReason("overdue_now", (len(overdue), max(overdue))))
    return tuple(reasons)
