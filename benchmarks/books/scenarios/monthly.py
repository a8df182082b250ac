"""Payments of fixed monthly amounts by consumers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from .. import ids, names, phrases, text
from ..ledger import Ledger
from ..model import Item, Transfer, Truth
from .several import amount_of, pay
from .single import Booked, in_euro, in_full, say, transfer_of


def month_named(ledger: Ledger, on: date) -> Booked:
    """Name and month: that month's invoice, not the oldest."""
    item = ledger.pick(on, lambda i: in_euro(i) and len(_of_month(ledger, i, on)) == 1)
    if item is None:
        return []
    partner = item.partner
    words = f"Abonnement {phrases.month(partner.language, item.invoice_date.month)}"
    if ledger.chance(0.3):
        words = f"abo {item.invoice_date:%m/%Y}"
    return in_full(
        ledger, on, item, "month_and_name", transfer_of(ledger, item, words), names_documents=False
    )


def _of_month(ledger: Ledger, item: Item, on: date) -> list[Item]:
    day = item.invoice_date
    return [
        i
        for i in ledger.open_of(item.partner, on)
        if (i.invoice_date.year, i.invoice_date.month) == (day.year, day.month)
    ]


def customer_reference(ledger: Ledger, on: date) -> Booked:
    """The same structured reference stands on all invoices of the customer: the oldest first."""
    item = ledger.pick(on, lambda i: in_euro(i) and bool(i.structured_ref))
    if item is None:
        return []
    item, twins = ledger.oldest_twin(item, on)
    transfer = transfer_of(ledger, item, "", structured=item.structured_ref)
    if ledger.chance(0.4):
        transfer = replace(transfer, structured="", text=item.structured_ref)
    name = "customers_structured_reference"
    if twins:
        name += "_oldest_first"
    return in_full(ledger, on, item, name, transfer, names_documents=False)


def spouse(ledger: Ledger, on: date) -> Booked:
    """Another first name, the same family name; mostly with the customer number."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    item, _twins = ledger.oldest_twin(item, on)
    partner = item.partner
    numbered = ledger.chance(0.6)
    family = partner.name.split()[-1]
    if not numbered and _same_family(ledger, item, family, on):
        return []
    first = names.person(ledger.rng, partner.language)[0]
    words = say(ledger, phrases.CUSTOMER, partner, partner.customer_number) if numbered else "abo"
    name = names.person_as_bank_writes(ledger.rng, first, family)
    iban = ids.iban(ledger.rng, partner.country)
    transfer = transfer_of(ledger, item, words, name=name, iban=iban)
    class_name = "spouse_with_customer_number" if numbered else "spouse_family_name_and_amount"
    return in_full(ledger, on, item, class_name, transfer, names_documents=False)


def _same_family(ledger: Ledger, item: Item, family: str, on: date) -> bool:
    return any(
        family in other.partner.name
        for other in ledger.same_amount(item, on)
        if other.partner is not item.partner
    )


def employer(ledger: Ledger, on: date) -> Booked:
    """A company pays for the consumer: the customer number or the number of the document."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    item, _twins = ledger.oldest_twin(item, on)
    partner = item.partner
    company = names.with_form(ledger.rng, f"{names.brand(ledger.rng)} Conseil", "fr")
    words = f"{say(ledger, phrases.CUSTOMER, partner, partner.customer_number)} {partner.name}"
    if ledger.chance(0.4):
        words = say(ledger, phrases.CUSTOMER, partner, partner.customer_number)
    transfer = transfer_of(
        ledger,
        item,
        words,
        name=names.as_bank_writes(ledger.rng, company),
        iban=ids.iban(ledger.rng, "FR"),
    )
    return in_full(ledger, on, item, "employer_with_customer_number", transfer, False)


def several_months(ledger: Ledger, on: date) -> Booked:
    """Some months at once, all of one price: the oldest ones."""
    item = ledger.pick(on, lambda i: in_euro(i) and len(ledger.open_of(i.partner, on)) > 1)
    if item is None:
        return []
    due = ledger.open_of(item.partner, on)
    count = ledger.rng.randint(2, len(due))
    items = due[:count]
    partner = item.partner
    words = say(ledger, phrases.CUSTOMER, partner, partner.customer_number)
    if ledger.chance(0.5):
        words = f"{count} mois"
    transfer = replace(transfer_of(ledger, item, words), amount=amount_of(items))
    name = "all_open_months_at_once" if count == len(due) else "some_months_at_once_oldest_first"
    return pay(ledger, items, name, transfer, names_documents=False)


def months_ahead(ledger: Ledger, on: date) -> Booked:
    """What is open and months to come: the open ones are paid, the rest waits on account."""
    item = ledger.pick(on, lambda i: in_euro(i) and len(ledger.open_of(i.partner, on)) == 1)
    if item is None:
        return []
    partner, more = item.partner, ledger.rng.choice((2, 5, 11))
    words = f"{say(ledger, phrases.CUSTOMER, partner, partner.customer_number)} {more + 1} mois"
    transfer = transfer_of(ledger, item, words, amount=item.left * (more + 1))
    item.taken = True
    return [(transfer, Truth("pays_open_month_and_months_ahead", "over", ((item, item.left),)))]


def ahead_of_everything(ledger: Ledger, on: date) -> Booked:
    """Nothing is open for this customer on that day; the next invoice comes later."""
    some = ledger.rng.sample(ledger.partners, 20)
    free = [p for p in some if not p.is_vendor and not ledger.open_of(p, on)]
    if not free:
        return []
    partner = free[0]
    # a round sum on account: none of the later invoices is that high
    amount = Decimal(ledger.rng.choice((50, 100, 150, 200)))
    if any(i.residual == amount for i in ledger.by_partner[partner.id]):
        return []
    words = f"{say(ledger, phrases.CUSTOMER, partner, partner.customer_number)} provision"
    transfer = Transfer(
        amount.quantize(Decimal("0.01")),
        words,
        text.plain(partner.name).upper(),
        partner.iban,
        language=partner.language,
    )
    return [(transfer, Truth("provision_while_nothing_is_open", "none"))]


def direct_debit_batch(ledger: Ledger, on: date) -> Booked:
    """A collection of many documents; the books know which were handed in under its id."""
    items: list[Item] = []
    for _ in range(ledger.rng.randint(4, 25)):
        item = ledger.pick(on, lambda i: in_euro(i) and i not in items, memory=45)
        if item is not None:
            items.append(item)
    if len(items) < 3:
        return []
    number = f"SDD-{on:%Y%m%d}-{ledger.rng.randint(1, 99)}"
    for item in items:
        item.payment_batch = number
    words = ledger.rng.choice(
        ("REMISE PRLV SEPA {n} OPE {b}", "SAMMELLASTSCHRIFT {b} ANZAHL {n}", "SDD CORE {n} TX")
    ).format(n=len(items), b=number)
    transfer = Transfer(
        amount_of(items), words, end_to_end_id=number, code="PMNT-IDDT-ESDD", raw=True
    )
    return pay(ledger, items, "direct_debit_batch", transfer)
