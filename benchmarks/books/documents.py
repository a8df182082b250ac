"""Fills the books with documents in the order of their dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate

from .ledger import FIRST_DOCUMENT, LAST_LINE, Ledger
from .model import Closed, Item, Partner, cents

GAP = 0.3  # share of numbers whose document was paid before the books were drawn up


def days(ledger: Ledger, count: int) -> list[date]:
    """``count`` working days, in order."""
    span = (LAST_LINE - FIRST_DOCUMENT).days
    found: list[date] = []
    while len(found) < count:
        day = FIRST_DOCUMENT + timedelta(days=ledger.rng.randint(0, span))
        if day.weekday() < 5:
            found.append(day)
    return sorted(found)


def ordinary(ledger: Ledger, count: int) -> None:
    """Customer invoices and credit notes, vendor bills; few customers have many of them."""
    profile, rng = ledger.profile, ledger.rng
    customers = [p for p in ledger.partners if not p.is_vendor]
    vendors = [p for p in ledger.partners if p.is_vendor]
    weight = {False: _weights(ledger, customers), True: _weights(ledger, vendors)}
    first = rng.randint(300, 900)  # credit notes come near the numbers of invoices
    numbers = Counter({"out_invoice": first, "out_refund": first + rng.randint(0, 200)})
    year = FIRST_DOCUMENT.year
    for day in days(ledger, count):
        roll = rng.random()
        if roll < profile.vendor_share:
            move_type = "in_invoice"
            partner = rng.choices(vendors, cum_weights=weight[True])[0]
        else:
            refund = roll < profile.vendor_share + profile.refund_share
            move_type = "out_refund" if refund else "out_invoice"
            partner = rng.choices(customers, cum_weights=weight[False])[0]
        if profile.restarts and day.year > year:
            year = day.year
            numbers.clear()
        numbers[move_type] += 1
        if move_type == "out_invoice" and ledger.chance(GAP):
            _paid_before(ledger, customers, day, numbers[move_type])
            numbers[move_type] += 1
        number = profile.number(ledger, move_type, day, numbers[move_type])
        add(ledger, partner, move_type, number, day)


def _weights(ledger: Ledger, partners: Sequence[Partner]) -> list[float]:
    shares = [1 / (rank + 6) for rank in range(len(partners))]
    ledger.rng.shuffle(shares)
    return list(accumulate(shares))


def _paid_before(ledger: Ledger, customers: Sequence[Partner], day: date, number: int) -> None:
    partner = ledger.rng.choice(customers)
    written = ledger.profile.number(ledger, "out_invoice", day, number)
    total = ledger.profile.price(ledger, partner)
    ledger.add_closed(Closed(partner, written, day, total))


def add(ledger: Ledger, partner: Partner, move_type: str, number: str, day: date) -> Item:
    """One document with the references that the company keeps of it."""
    profile, rng = ledger.profile, ledger.rng
    total = profile.price(ledger, partner)
    if move_type == "out_refund":
        total = cents(total * rng.choice((10, 20, 25, 50)) / 100)
    residual = total
    if move_type == "out_invoice" and total > 100 and ledger.chance(profile.paid_before_share):
        residual = total - cents(total * rng.choice((30, 40, 50)) / 100)
    order = ""
    if move_type == "in_invoice":
        order = vendor_number(ledger, partner)
    elif move_type == "out_invoice" and ledger.chance(profile.order_share):
        order = profile.order(ledger, partner)
    structured = ""
    if profile.structured and move_type == "out_invoice":
        structured = profile.structured(ledger, number)
    return ledger.add_item(
        Item(
            id=len(ledger.items) + 1,
            partner=partner,
            move_type=move_type,
            number=number,
            invoice_date=day,
            due_date=day + timedelta(days=partner.terms_days),
            currency=partner.currency,
            total=total,
            residual=residual,
            left=residual,
            partner_ref=order,
            structured_ref=structured,
        )
    )


def vendor_number(ledger: Ledger, partner: Partner) -> str:
    """The vendor's own number: each vendor numbers in its own way, always the same."""
    rng = ledger.rng
    ways = ("FA{:05d}", "{:07d}", "F26-{:04d}", "RE 26/{:04d}", "INV-{:06d}", "2026{:04d}")
    return ways[partner.id % len(ways)].format(rng.randint(11, 9999))
