"""What is known of an invoice and its customer on the evening before it is issued, in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import erf, log1p, sqrt

from .risk_books import Books, Pace, Receivable, Standing, by_invoice_date
from .risk_logit import logit
from .risk_prior import BetaPrior

NAMES = (
    "rate",
    "doubt",
    "recent_rate",
    "pace",
    "overdue",
    "open",
    "amount",
    "terms",
)
_PACE_STRENGTH = 1.0  # invoices that the pace of all customers weighs


@dataclass(frozen=True, slots=True)
class Case:
    """One invoice as it looked when it was issued.

    ``rate``: the smoothed late rate of the customer; ``features`` in the order of NAMES;
    ``late_delays``: the customer's newest late payments, in days; ``pace``: its usual one.
    """

    invoice: Receivable
    as_of: date
    rate: float
    features: tuple[float, ...]
    late_delays: tuple[int, ...]
    pace: Pace


def cases(invoices: Iterable[Receivable]) -> Iterator[Case]:
    """One case for each invoice, in the order of issue; only the past enters."""
    known = list(invoices)
    books = Books(known)
    for evening, issued in by_invoice_date(books, known):
        for invoice in issued:
            yield case(books, invoice, evening)


def case(books: Books, invoice: Receivable, evening: date) -> Case:
    """The case of ``invoice``; ``books`` closed on ``evening``. Its settlement is not read."""
    who = books.standing(invoice.customer, invoice.segment)
    prior = books.prior(invoice.segment)
    rate = prior.smooth(who.late, who.total)
    pace = _pace(who, books.pace(evening), evening)
    values = {
        "rate": logit(rate),
        "doubt": rate * (1 - rate),
        "recent_rate": _recent(who, prior, rate, evening) - logit(rate),
        "pace": logit(_chance_of_late(pace)),
        "overdue": log1p(len(who.overdue)),
        "open": log1p(who.open_count),
        "amount": log1p(abs(float(invoice.amount))),
        "terms": log1p(max((invoice.due_date - invoice.invoice_date).days, 0)),
    }
    features = tuple(values[name] for name in NAMES)
    return Case(invoice, evening, rate, features, tuple(who.late_delays), pace)


def _recent(who: Standing, prior: BetaPrior, rate: float, evening: date) -> float:
    """The log odds of the recent outcomes, drawn to the rate of all outcomes."""
    late, total = who.recent.at(evening.toordinal())
    return logit(BetaPrior(rate, prior.strength).smooth(late, total))


def _pace(who: Standing, usual: Pace, evening: date) -> Pace:
    """The customer's own pace, drawn to the usual one."""
    weight, total, squares = who.pace.at(evening.toordinal())
    mean = (total + _PACE_STRENGTH * usual.mean) / (weight + _PACE_STRENGTH)
    around = squares - 2 * mean * total + weight * mean * mean
    variance = (around + _PACE_STRENGTH * usual.spread**2) / (weight + _PACE_STRENGTH)
    return Pace(mean, sqrt(max(variance, 1.0)))


def _chance_of_late(pace: Pace) -> float:
    """Share of a normal distribution that lies more than half a day after the due date."""
    return 0.5 * (1 + erf((pace.mean - 0.5) / (pace.spread * sqrt(2))))
