"""Customer invoices, credit notes and vendor bills of the last five months."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from . import identifiers, vocabulary
from .model import Document, Line, Partner
from .parties import ascii_upper

_INVOICES = 215
_CREDIT_NOTES = 10
_BILLS = 36
_PAPER_BILLS = 4
_MONTHS_DAYS = 150
_RENTING = 3  # customers who rent, and for how many months
_RENTAL_MONTHS = 3


def invoices(rng: random.Random, as_of: date, customers: Sequence[Partner]) -> tuple[Document, ...]:
    """Invoices numbered by date within their year, as Odoo will number them. Every sixth has an
    ISO 11649 reference; every third quotes the customer's purchase order."""
    drafts = []
    for index in range(_INVOICES):
        # every customer gets one before chance decides
        customer = customers[index] if index < len(customers) else rng.choice(customers)
        # four in five are old enough to have been paid by somebody who pays late
        least, most = (3, 50) if index % 5 == 4 else (50, _MONTHS_DAYS)
        invoice_date = as_of - timedelta(days=rng.randrange(least, most))
        order = f"BC{rng.randrange(10_000, 99_999)}" if index % 3 == 0 else ""
        due_date = invoice_date + timedelta(days=customer.payment_days)
        drafts.append(
            Document(
                "out_invoice", customer.ref, "", invoice_date, due_date, _lines(rng), "", order
            )
        )
    numbered = _numbered([*drafts, *_rentals(as_of, customers)], "FAC")
    return tuple(
        replace(item, structured_ref=identifiers.creditor_reference(item.number))
        if index % 6 == 0
        else item
        for index, item in enumerate(numbered)
    )


def credit_notes(rng: random.Random, as_of: date, sold: Sequence[Document]) -> tuple[Document, ...]:
    """Credit notes for one article that came back, some days after its invoice."""
    returned = rng.sample(
        [item for item in sold if item.invoice_date < as_of - timedelta(30)], _CREDIT_NOTES
    )
    drafts = []
    for invoice in returned:
        issued = invoice.invoice_date + timedelta(days=rng.randrange(5, 25))
        line = replace(invoice.lines[0], quantity=1)
        drafts.append(Document("out_refund", invoice.partner_ref, "", issued, issued, (line,)))
    return tuple(_numbered(drafts, "RFAC"))


def bills(
    rng: random.Random, as_of: date, vendors: Sequence[Partner]
) -> tuple[tuple[Document, ...], tuple[Document, ...]]:
    """Bills that are entered, and the few that are known from paper only, of other vendors."""
    collecting = [vendor for vendor in vendors if vendor.creditor_id]
    others = [vendor for vendor in vendors if not vendor.creditor_id]
    on_paper, others = others[:_PAPER_BILLS], others[_PAPER_BILLS:]
    entered = [
        _bill(rng, as_of, vendor, 23 + 3 * index, index)
        for index, vendor in enumerate(collecting + collecting[:3])
    ]
    for index in range(_BILLS - len(entered)):
        entered.append(_bill(rng, as_of, others[index % len(others)], 6 + 3 * index, index))
    paper = [
        _bill(rng, as_of, vendor, 40 + 3 * index, index) for index, vendor in enumerate(on_paper)
    ]
    entered.sort(key=lambda item: (item.invoice_date, item.number))
    return tuple(entered), tuple(paper)


def _numbered(drafts: list[Document], prefix: str) -> list[Document]:
    count: Counter[int] = Counter()
    numbered = []
    for draft in sorted(drafts, key=lambda item: item.invoice_date):
        year = draft.invoice_date.year
        count[year] += 1
        numbered.append(replace(draft, number=f"{prefix}/{year}/{count[year]:05d}"))
    return numbered


def _rentals(as_of: date, customers: Sequence[Partner]) -> list[Document]:
    """The same amount month after month, for the customers who come first in the file."""
    name, tenths, rate = vocabulary.RENTAL
    found = []
    for index, customer in enumerate(customers[:_RENTING]):
        line = Line(name, index + 1, Decimal(tenths) / 10, Decimal(rate))
        for month in range(_RENTAL_MONTHS):
            issued = as_of - timedelta(days=70 + index + 30 * month)
            due = issued + timedelta(days=30)
            found.append(Document("out_invoice", customer.ref, "", issued, due, (line,)))
    return found


def _lines(rng: random.Random) -> tuple[Line, ...]:
    chosen = rng.sample(vocabulary.ARTICLES, rng.choice((1, 1, 2, 2, 3)))
    return tuple(
        Line(name, rng.choice((1, 1, 2, 3, 4, 6, 10)), Decimal(tenths) / 10, Decimal(rate))
        for name, tenths, rate in chosen
    )


def _bill(rng: random.Random, as_of: date, vendor: Partner, age_days: int, index: int) -> Document:
    article = next(bought for name, bought, _ in vocabulary.VENDORS if name == vendor.name)
    invoice_date = as_of - timedelta(days=age_days)
    line = Line(
        article, rng.choice((1, 2, 5, 12)), Decimal(rng.randrange(180, 2600)) / 10, Decimal(20)
    )
    styles = (
        f"F{invoice_date:%y%m}-{rng.randrange(100, 999)}",
        f"{invoice_date.year}{rng.randrange(10_000, 99_999)}",
        f"FA{rng.randrange(100_000, 999_999)}",
        f"{ascii_upper(vendor.name)[:2]}-{invoice_date:%Y}-{rng.randrange(1000, 9999)}",
    )
    due_date = invoice_date + timedelta(days=20 if vendor.creditor_id else 30)
    number = styles[index % len(styles)]
    return Document("in_invoice", vendor.ref, number, invoice_date, due_date, (line,))
