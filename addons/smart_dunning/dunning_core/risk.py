"""The risk of each customer, and when each open invoice is expected, as of a day.

The books are closed on the evening of the day. A customer is judged by a typical next invoice: the
mean of its amounts and of its terms. Later facts never matter, so a past day can be asked for again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from .risk_books import Books, Receivable
from .risk_delay import Delays
from .risk_expected import ExpectedDay, expected_day
from .risk_features import Case, case, cases
from .risk_model import Prediction, RiskModel, forecast, learn
from .risk_reasons import RiskReason, facts, parts


@dataclass(frozen=True, slots=True)
class CustomerRisk:
    """``prediction`` of the next invoice; ``observed``: invoices it rests on."""

    prediction: Prediction
    observed: int
    reasons: tuple[RiskReason, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """``customers`` by name; ``expected`` and ``late`` (0..1) by the key of the open invoice."""

    model: RiskModel
    customers: Mapping[str, CustomerRisk]
    expected: Mapping[str, ExpectedDay]
    late: Mapping[str, float]


def assess(
    history: Iterable[Receivable],
    open_items: Sequence[Receivable],
    as_of: date,
    anonymous: Collection[str] = (),
) -> Assessment:
    """What is known on the evening of ``as_of``.

    ``history``: the invoices to learn from, open ones included; ``open_items``: what is to be
    dated, with unique keys. ``anonymous``: customers that are not judged; their open items are
    dated as those of a customer nothing is known of. The segment is the ISO code of the country.
    """
    known = [invoice for invoice in history if invoice.invoice_date <= as_of]
    seen = list(cases(known))
    model = learn(seen, as_of)
    books = Books(known)
    books.close(as_of)
    by_customer = _by_customer(known, anonymous)
    typical = [_typical(books, name, as_of) for name in by_customer]
    shown = [_unnamed(item) if item.customer in anonymous else item for item in open_items]
    asked = [case(books, invoice, as_of) for invoice in [*typical, *shown]]
    answers = _answers(model, seen, asked)
    split = len(typical)
    return Assessment(
        model=model,
        customers={
            name: _customer(model, found, prediction, by_customer[name], as_of)
            for name, (found, prediction) in zip(by_customer, answers[:split], strict=True)
        },
        expected={
            found.invoice.key: _expected(found, prediction.late, model.delays, as_of)
            for found, prediction in answers[split:]
        },
        late={found.invoice.key: prediction.late for found, prediction in answers[split:]},
    )


def _by_customer(
    known: Iterable[Receivable], anonymous: Collection[str]
) -> dict[str, list[Receivable]]:
    found: dict[str, list[Receivable]] = defaultdict(list)
    for invoice in known:
        if invoice.customer not in anonymous:
            found[invoice.customer].append(invoice)
    return found


def _typical(books: Books, customer: str, as_of: date) -> Receivable:
    """The next invoice of ``customer``, with its usual terms and mean amount."""
    who = books.customers[customer]
    issued = as_of + timedelta(days=1)
    terms = round(who.terms_days / who.issued)
    amount = Decimal(who.amounts / who.issued)
    return Receivable(customer, who.segment, issued, issued + timedelta(terms), amount)


def _unnamed(item: Receivable) -> Receivable:
    return replace(item, customer="")


def _answers(
    model: RiskModel, seen: Sequence[Case], asked: Sequence[Case]
) -> list[tuple[Case, Prediction]]:
    """The predictions of ``asked``, after what became of ``seen`` has been taken in."""
    return list(forecast(model, [*seen, *asked]))[len(seen) :]


def _customer(
    model: RiskModel,
    found: Case,
    prediction: Prediction,
    invoices: Sequence[Receivable],
    as_of: date,
) -> CustomerRisk:
    observed = sum(invoice.late_on(as_of) is not None for invoice in invoices)
    reasons = facts(invoices, as_of)
    if model.correction is not None:
        reasons += parts(model.correction, found.features)
    return CustomerRisk(prediction, observed, reasons)


def _expected(found: Case, late: float, delays: Delays, as_of: date) -> ExpectedDay:
    invoice = found.invoice
    return expected_day(invoice.due_date, as_of, late, found.late_delays, delays, invoice.segment)
