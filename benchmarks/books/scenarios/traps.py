"""More lines that lead astray: amounts that are nearly right, numbers that mean something else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from .. import ids, phrases, text
from ..ledger import Ledger
from ..model import NOTHING, Item, Truth, cents
from .nothing import recurring
from .single import Booked, in_euro, in_full, say, transfer_of

UNEXPLAINED = Decimal("0.045")  # a gap beyond any usual discount, as a share
DUNNING_CHARGE = Decimal(40)  # Directive 2011/7/EU art. 6


def short_without_reason(ledger: Ledger, on: date) -> Booked:
    """Names a document and pays five to thirty percent less: the rest stays open."""
    item = ledger.pick(on, lambda i: in_euro(i) and i.left > 200)
    if item is None:
        return []
    amount = item.left - cents(item.left * ledger.rng.choice((5, 7, 12, 20, 30)) / 100)
    return _less(ledger, item, amount, "paid_short_without_reason")


def _less(ledger: Ledger, item: Item, amount: Decimal, class_name: str) -> Booked:
    words = say(ledger, phrases.INVOICE, item.partner, item.number)
    item.taken = True
    transfer = transfer_of(ledger, item, words, amount=amount)
    return [(transfer, Truth(class_name, "partial", ((item, amount),), True))]


def amount_with_swapped_digits(ledger: Ledger, on: date) -> Booked:
    """1 234 for 1 324: the payer mistyped the amount; too little stays open, too much on account."""
    item = ledger.pick(on, lambda i: in_euro(i) and i.left > 200)
    if item is None:
        return []
    digits = str(item.left)
    place = ledger.rng.randrange(0, digits.index(".") - 1)
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    amount = Decimal(swapped)
    if amount < 100 or abs(amount - item.left) < item.left * UNEXPLAINED:
        return []
    gap = abs(amount - item.left)
    if any(i.residual == gap for i in ledger.by_partner[item.partner.id]):
        return []  # it would look like the payment of one more document
    name = "amount_with_swapped_digits"
    if amount < item.left:
        return _less(ledger, item, amount, f"{name}_too_little")
    words = say(ledger, phrases.INVOICE, item.partner, item.number)
    item.taken = True
    transfer = transfer_of(ledger, item, words, amount=amount)
    return [(transfer, Truth(f"{name}_too_much", "over", ((item, item.left),), True))]


def dunning_charge_added(ledger: Ledger, on: date) -> Booked:
    """Pays the document and the lump sum of a reminder, for which there is no document."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    words = {
        "fr": "+ indemnité forfaitaire 40 EUR",
        "de": "+ Mahngebühr 40,00",
        "nl": "+ aanmaningskosten 40 EUR",
        "en": "+ late fee 40.00",
    }
    told = say(ledger, phrases.INVOICE, item.partner, item.number)
    item.taken = True
    transfer = transfer_of(
        ledger, item, f"{told} {words[item.partner.language]}", amount=item.left + DUNNING_CHARGE
    )
    return [(transfer, Truth("paid_with_dunning_charge", "over", ((item, item.left),), True))]


def stated_amount_is_a_number(ledger: Ledger, on: date) -> Booked:
    """The text states the amount, whose digits are the number of somebody else's document."""

    def collides(item: Item) -> bool:
        if not in_euro(item) or item.left % 1:
            return False
        rivals = ledger.with_last_digits(str(int(item.left)))
        return any(r.partner is not item.partner and not r.taken for r in rivals)

    item = ledger.pick(on, collides)
    if item is None or any(o.partner is item.partner for o in ledger.same_amount(item, on)):
        return []
    words = f"{say(ledger, phrases.VAGUE, item.partner)} {int(item.left)} EUR"
    transfer = transfer_of(ledger, item, words)
    return in_full(
        ledger, on, item, "stated_amount_has_digits_of_anothers_invoice", transfer, False
    )


def twins_paid_together(ledger: Ledger, on: date) -> Booked:
    """Two identical documents, two identical transfers on one day, no number: both are right."""
    item = ledger.pick(
        on,
        lambda i: in_euro(i) and any(o.partner is i.partner for o in ledger.same_amount(i, on)),
    )
    if item is None:
        return []
    first, others = ledger.oldest_twin(item, on)
    second = others[0]
    words = say(ledger, phrases.VAGUE, item.partner)
    transfer = transfer_of(ledger, first, words)
    made = in_full(ledger, on, first, "identical_documents_paid_on_one_day", transfer, False)
    again = in_full(ledger, on, second, "identical_documents_paid_on_one_day", transfer, False)
    ledger.stories.append((on, *again[0]))
    return made


def wrong_year(ledger: Ledger, on: date) -> Booked:
    """Numbers begin again each year: last year's is somebody else's; name and amount decide."""
    item = ledger.pick(on, lambda i: in_euro(i) and not ledger.same_amount(i, on))
    if item is None:
        return []
    year = f"{item.invoice_date:%y}"
    written = item.number.replace(f"-{year}-", "-25-" if year == "26" else "-26-")
    other = ledger.numbers.get(written)
    if other is None or other is item or other.partner is item.partner or other.taken:
        return []
    words = say(ledger, phrases.INVOICE, item.partner, written)
    transfer = transfer_of(ledger, item, words)
    return in_full(ledger, on, item, "number_with_wrong_year_is_another_customers", transfer)


def running_number_of_two_years(ledger: Ledger, on: date) -> Booked:
    """Only the running number, which two open documents have; the name or the amount decides."""
    item = ledger.pick(on, lambda i: in_euro(i) and len(_both(ledger, i, on)) > 1)
    if item is None:
        return []
    words = say(ledger, phrases.INVOICE, item.partner, text.last_digits(item.number))
    transfer = transfer_of(ledger, item, words)
    return in_full(ledger, on, item, "running_number_of_two_years", transfer)


def _both(ledger: Ledger, item: Item, on: date) -> list[Item]:
    found = ledger.with_last_digits(text.last_digits(item.number))
    return [i for i in found if not i.taken and i.invoice_date <= on]


def institution_with_digits_of_a_document(ledger: Ledger, on: date) -> Booked:
    """A payout, tax or wage whose own number has the digits of an open document of ours."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    number = text.without_prefix(item.number)
    made = recurring("fr")(ledger, on)
    transfer, _truth = made[0]
    if abs(transfer.amount) == item.left:
        return []
    words = f"{transfer.text} REF {number}"
    return [
        (replace(transfer, text=words), Truth("institution_with_digits_of_a_document", NOTHING))
    ]


def prepaid_card_of_customer(ledger: Ledger, on: date) -> Booked:
    """A known customer pays something else of ours, a deposit for packaging: none of its documents."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    amount = Decimal(ledger.rng.choice(("35.00", "70.00", "105.00", "140.00")))
    if any(i.residual == amount for i in ledger.by_partner[item.partner.id]):
        return []
    table = {
        "fr": "Consigne palettes {}",
        "de": "Pfand Paletten {}",
        "nl": "Waarborg paletten {}",
        "en": "Pallet deposit {}",
    }
    words = table[item.partner.language].format(ids.digits(ledger.rng, 4))
    transfer = transfer_of(ledger, item, words, amount=amount)
    return [(transfer, Truth("customer_pays_something_else", NOTHING))]


def supplier_gives_back(ledger: Ledger, on: date) -> Booked:
    """A vendor refunds us and names our bill; no credit note was booked."""
    item = ledger.pick(on, in_euro, "in_invoice")
    if item is None:
        return []
    amount = cents(item.left * ledger.rng.choice((10, 15, 35)) / 100)
    words = f"{say(ledger, phrases.CREDIT, item.partner)} {item.partner_ref}"
    transfer = transfer_of(ledger, item, " ".join(words.split()), amount=amount)
    return [(transfer, Truth("vendor_refund_without_credit_note", NOTHING))]


def credit_note_number_quoted(ledger: Ledger, on: date) -> Booked:
    """An invoice is paid whose digits a credit note has as well."""
    item = ledger.pick(on, lambda i: in_euro(i) and bool(_refund_like(ledger, i)))
    if item is None:
        return []
    words = say(ledger, phrases.INVOICE, item.partner, text.without_prefix(item.number))
    transfer = transfer_of(ledger, item, words)
    return in_full(ledger, on, item, "digits_of_an_invoice_and_a_credit_note", transfer)


def _refund_like(ledger: Ledger, item: Item) -> list[Item]:
    digits = text.without_prefix(item.number)
    refunds = ledger.with_last_digits(text.last_digits(item.number), "out_refund")
    return [i for i in refunds if text.without_prefix(i.number) == digits]
