"""The line pays less or more than the documents say, for a reason that the trade knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from .. import phrases
from ..ledger import Ledger
from ..model import CENT, ZERO, Item, Transfer, Truth, cents
from .several import amount_of, from_partner, listed, pay, run_of
from .single import Booked, in_euro, in_full, say, transfer_of


def _close(item: Item, class_name: str, transfer: Transfer, named: bool = True) -> Booked:
    item.taken = True
    return [(transfer, Truth(class_name, "with-fee", ((item, item.left),), named))]


def skonto(ledger: Ledger, on: date) -> Booked:
    """Two or three percent off within the days of discount, said or not."""
    rate = ledger.rng.choice((2, 2, 3))
    item = ledger.pick(on, lambda i: in_euro(i) and i.left > 40, memory=16)
    if item is None:
        return []
    partner = item.partner
    words = say(ledger, phrases.INVOICE, partner, item.number)
    told = ledger.chance(0.5)
    if told:
        words += " " + say(ledger, phrases.DISCOUNT, partner, str(rate))
    amount = item.left - cents(item.left * rate / 100)
    transfer = transfer_of(ledger, item, words, amount=amount)
    return _close(item, "discount_told" if told else "discount_not_told", transfer)


def skonto_without_number(ledger: Ledger, on: date) -> Booked:
    """Discount, no number; the customer has no other document near that amount."""
    rate = ledger.rng.choice((2, 3))

    def only(item: Item) -> bool:
        return in_euro(item) and item.left > 40 and len(ledger.open_of(item.partner, on)) == 1

    item = ledger.pick(on, only, memory=16)
    if item is None:
        return []
    words = say(ledger, phrases.DISCOUNT, item.partner, str(rate))
    amount = item.left - cents(item.left * rate / 100)
    transfer = transfer_of(ledger, item, words, amount=amount)
    return _close(item, "discount_without_reference", transfer, named=False)


def skonto_on_several(ledger: Ledger, on: date) -> Booked:
    items = run_of(ledger, on, 2, 7)
    if not items:
        return []
    rate, partner = ledger.rng.choice((2, 3)), items[0].partner
    total = amount_of(items)
    words = f"{listed(ledger, items)} {say(ledger, phrases.DISCOUNT, partner, str(rate))}"
    off = sum((cents(i.left * rate / 100) for i in items), ZERO)
    transfer = from_partner(ledger, partner, total - off, words)
    return pay(ledger, items, "discount_on_several_documents", transfer, kind="with-fee")


def rounded(ledger: Ledger, on: date) -> Booked:
    """Cents left off."""
    item = ledger.pick(on, lambda i: in_euro(i) and i.left > 20 and i.left % 1 != 0)
    if item is None:
        return []
    amount = item.left.quantize(Decimal(1)).quantize(CENT)
    words = say(ledger, phrases.INVOICE, item.partner, item.number)
    return _close(item, "rounded_to_the_euro", transfer_of(ledger, item, words, amount=amount))


def rounded_unnamed(ledger: Ledger, on: date) -> Booked:
    """Cents left off, and no number."""
    item = ledger.pick(on, lambda i: in_euro(i) and i.left > 20 and i.left % 1 != 0)
    if item is None:
        return []
    amount = item.left.quantize(Decimal(1)).quantize(CENT)
    transfer = transfer_of(ledger, item, say(ledger, phrases.VAGUE, item.partner), amount=amount)
    return _close(item, "rounded_without_reference", transfer, named=False)


def share_unnamed(ledger: Ledger, on: date) -> Booked:
    """A third, a half or the like of one document, and no number."""
    item = ledger.pick(on, lambda i: in_euro(i) and i.left > 100 and i.left == i.total)
    if item is None:
        return []
    parts = ledger.rng.choice((2, 2, 3, 3, 4))
    amount = (item.left / parts).quantize(CENT, ROUND_DOWN)
    item.taken = True
    transfer = transfer_of(ledger, item, say(ledger, phrases.VAGUE, item.partner), amount=amount)
    truth = Truth("usual_share_without_reference", "partial", ((item, amount),), False)
    return [(transfer, truth)]


def fee_deducted(ledger: Ledger, on: date) -> Booked:
    """A bank on the way kept its charges (SHA, BEN); the text may say so."""
    item = ledger.pick(on, lambda i: in_euro(i) and i.left > 400)
    if item is None:
        return []
    fee = ledger.rng.choice(("4.50", "7.50", "12.00", "15.00", "18.00", "25.00"))
    words = say(ledger, phrases.INVOICE, item.partner, item.number)
    told = ledger.chance(0.5)
    if told:
        code = ledger.rng.choice(("/CHGS/EUR{}", "SHA CHARGES {} EUR", "FRAIS {} EUR"))
        words += " " + code.format(fee.replace(".", ","))
    transfer = transfer_of(ledger, item, words, amount=item.left - Decimal(fee))
    name = "bank_charges_told" if told else "bank_charges_not_told"
    return _close(item, name, replace(transfer, code="PMNT-RCDT-XBCT"))


def paid_too_much(ledger: Ledger, on: date) -> Booked:
    """The document is paid, the rest stays on account."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    more = ledger.rng.choice((Decimal(10), Decimal("27.50"), cents(item.left / 10), Decimal(100)))
    if any(i.residual == more for i in ledger.by_partner[item.partner.id]):
        return []  # it would look like the payment of one more document
    words = say(ledger, phrases.INVOICE, item.partner, item.number)
    transfer = transfer_of(ledger, item, words, amount=item.left + more)
    item.taken = True
    return [(transfer, Truth("paid_too_much", "over", ((item, item.left),), True))]


def part_payment(ledger: Ledger, on: date) -> Booked:
    """A part, the number given; no word of a later part."""
    item = ledger.pick(on, lambda i: in_euro(i) and i.left > 100)
    if item is None:
        return []
    share = ledger.rng.choice((Decimal("0.5"), Decimal("0.3"), Decimal("0.4"), Decimal("0.25")))
    amount = cents(item.left * share)
    if ledger.chance(0.5):
        amount = (amount // 50 * 50 or Decimal(50)).quantize(CENT)
    words = say(ledger, phrases.PART, item.partner, item.number)
    item.taken = True
    transfer = transfer_of(ledger, item, words, amount=amount)
    return [(transfer, Truth("part_payment_named", "partial", ((item, amount),), True))]


def instalments(ledger: Ledger, on: date) -> Booked:
    """Two or three parts of one document, on later days; each quotes the number."""
    item = ledger.pick(on, lambda i: in_euro(i) and i.left > 150)
    if item is None:
        return []
    shares = ledger.rng.choice((("0.5",), ("0.3", "0.4"), ("0.4", "0.3")))
    amounts = [cents(item.left * Decimal(share)) for share in shares]
    amounts.append(item.left - sum(amounts, ZERO))
    item.taken = True
    partner, day = item.partner, on
    stories = []
    for number, amount in enumerate(amounts, start=1):
        table = phrases.REST if number == len(amounts) else phrases.PART
        words = say(ledger, table, partner, item.number)
        if ledger.chance(0.4):
            words += f" {number}/{len(amounts)}"
        transfer = transfer_of(ledger, item, words, amount=amount)
        truth = Truth("instalment_of_a_document", "partial", ((item, amount),), True)
        stories.append((day, transfer, truth))
        day += timedelta(days=ledger.rng.choice((14, 28, 30)))
    ledger.stories += stories[1:]
    return [stories[0][1:]]


def rest_of_document(ledger: Ledger, on: date) -> Booked:
    """The rest of a document of which a part was paid before."""
    item = ledger.pick(on, lambda i: in_euro(i) and i.residual < i.total)
    if item is None:
        return []
    words = say(ledger, phrases.REST, item.partner, item.number)
    transfer = transfer_of(ledger, item, words)
    return in_full(ledger, on, item, "rest_of_a_document_partly_paid", transfer)


def claim_deducted(ledger: Ledger, on: date) -> Booked:
    """A claim of freight or quality held back on a named document, which stays open for it."""
    items = [i for i in run_of(ledger, on, 1, 5) if i.left > 60]
    if not items:
        return []
    claimed = ledger.rng.choice(items)
    off = cents(claimed.left * ledger.rng.choice((10, 15, 20)) / 100)
    reason = ledger.rng.choice(("casse", "litige transport", "manquant", "avarie", "non conforme"))
    named = " ".join(i.number for i in items)
    words = f"{named} retenue {reason} sur {claimed.number} -{off}".replace(".", ",")
    transfer = from_partner(ledger, claimed.partner, amount_of(items) - off, words)
    parts = tuple((i, i.left - off if i is claimed else i.left) for i in items)
    for item in items:
        item.taken = True
    return [(transfer, Truth("claim_held_back_on_named_document", "partial", parts, True))]
