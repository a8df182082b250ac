"""One line pays one document in full."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from .. import phrases, text
from ..ledger import Ledger
from ..model import Item, Partner, Transfer, Truth
from ..names import as_bank_writes

Booked = list[tuple[Transfer, Truth]]


def say(ledger: Ledger, table: dict[str, tuple[str, ...]], partner: Partner, what: str = "") -> str:
    """A phrase of the partner's language around ``what``."""
    return ledger.rng.choice(table[partner.language]).format(what)


def transfer_of(ledger: Ledger, item: Item, words: str, **fields: object) -> Transfer:
    """The partner's transfer of what is left of ``item``."""
    partner = item.partner
    transfer = Transfer(
        amount=item.left,
        text=words,
        name=as_bank_writes(ledger.rng, partner.name),
        iban=partner.iban,
        language=partner.language,
    )
    return replace(transfer, **fields)


def in_full(
    ledger: Ledger,
    on: date,
    item: Item,
    class_name: str,
    transfer: Transfer,
    names_documents: bool = True,
) -> Booked:
    """Takes the document; the alternatives are its twins when no number was given."""
    item.taken = True
    others: list[Item] = []
    if not names_documents:
        others = [o for o in ledger.same_amount(item, on) if o.partner is item.partner]
    alternatives = tuple(((other, other.left),) for other in others)
    parts = ((item, item.left),)
    return [(transfer, Truth(class_name, "full", parts, names_documents, alternatives))]


def in_euro(item: Item) -> bool:
    return item.currency == "EUR"


def reference_exact(ledger: Ledger, on: date) -> Booked:
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    words = say(ledger, phrases.INVOICE, item.partner, item.number)
    return in_full(ledger, on, item, "reference_exact", transfer_of(ledger, item, words))


def reference_with_order_and_customer(ledger: Ledger, on: date) -> Booked:
    """Invoice, customer number and the invoice's date in one text."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    partner = item.partner
    parts = [
        say(ledger, phrases.INVOICE, partner, item.number),
        f"{item.invoice_date:%d.%m.%Y}",
        say(ledger, phrases.CUSTOMER, partner, partner.customer_number),
    ]
    ledger.rng.shuffle(parts)
    transfer = transfer_of(ledger, item, " ".join(parts))
    return in_full(ledger, on, item, "reference_with_date_and_customer_number", transfer)


def reference_reformatted(ledger: Ledger, on: date) -> Booked:
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    written = text.other_separators(ledger.rng, item.number)
    if ledger.chance(0.3):
        written = text.without_zeros(written)
    words = say(ledger, phrases.INVOICE, item.partner, written)
    return in_full(ledger, on, item, "reference_reformatted", transfer_of(ledger, item, words))


def reference_after_long_words(ledger: Ledger, on: date) -> Booked:
    """The number comes last, where banks cut; what stays of it begins many numbers."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    openings = {
        "fr": (
            "Règlement de notre commande du {:%d/%m/%Y} suivant votre facture numéro",
            "Paiement marchandises livrées le {:%d/%m} bon de livraison signé facture",
            "VIREMENT SUITE A VOTRE RELANCE DU {:%d%m%y} AVEC NOS EXCUSES FACTURE N°",
        ),
        "de": (
            "Zahlung gemäß Ihrer Mahnung vom {:%d.%m.%Y} zu Rechnung Nummer",
            "Überweisung Wartungsvertrag und Lieferung vom {:%d.%m.} Rechnungsnr.",
        ),
        "nl": ("Betaling van uw levering van {:%d/%m/%Y} volgens factuur nummer",),
        "en": ("Payment for goods received on {:%d %b %Y} as per your invoice number",),
    }
    opening = ledger.rng.choice(openings[item.partner.language]).format(item.invoice_date)
    transfer = transfer_of(ledger, item, f"{opening} {item.number}")
    return in_full(ledger, on, item, "reference_after_long_words", transfer)


def reference_without_prefix(ledger: Ledger, on: date) -> Booked:
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    words = say(ledger, phrases.INVOICE, item.partner, text.without_prefix(item.number))
    return in_full(ledger, on, item, "reference_without_prefix", transfer_of(ledger, item, words))


def reference_last_digits(ledger: Ledger, on: date) -> Booked:
    """Only the running number; the name and the amount say the rest."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    words = say(ledger, phrases.INVOICE, item.partner, text.last_digits(item.number))
    return in_full(ledger, on, item, "reference_last_digits", transfer_of(ledger, item, words))


def reference_mistyped(ledger: Ledger, on: date) -> Booked:
    """One keystroke wrong, and the result is nobody's number."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    written = text.mistyped(ledger.rng, item.number)
    if written in ledger.numbers or text.last_digits(written) in ledger.by_running:
        return []
    words = say(ledger, phrases.INVOICE, item.partner, written)
    return in_full(ledger, on, item, "reference_mistyped", transfer_of(ledger, item, words))


def reference_lookalikes(ledger: Ledger, on: date) -> Booked:
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    written = text.lookalikes(ledger.rng, item.number)
    if written == item.number or written in ledger.numbers:
        return []
    words = say(ledger, phrases.INVOICE, item.partner, written)
    return in_full(
        ledger, on, item, "reference_with_letters_for_digits", transfer_of(ledger, item, words)
    )


def order_number(ledger: Ledger, on: date) -> Booked:
    """The customer's own order, which the invoice carries."""
    item = ledger.pick(on, lambda i: in_euro(i) and bool(i.partner_ref))
    if item is None:
        return []
    words = say(ledger, phrases.ORDER, item.partner, item.partner_ref)
    return in_full(ledger, on, item, "order_number", transfer_of(ledger, item, words))


def structured_reference(ledger: Ledger, on: date) -> Booked:
    """The reference with check digits, in its field or within the text."""
    item = ledger.pick(on, lambda i: in_euro(i) and bool(i.structured_ref))
    if item is None:
        return []
    code = item.structured_ref
    if ledger.chance(0.6):
        transfer = transfer_of(ledger, item, "", structured=code)
    else:
        if ledger.chance(0.5):
            code = " ".join(code[i : i + 4] for i in range(0, len(code), 4))
        transfer = transfer_of(ledger, item, code)
    return in_full(ledger, on, item, "structured_reference", transfer)


def reference_payer_unnamed(ledger: Ledger, on: date) -> Booked:
    """The bank gives no name and no account."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    words = say(ledger, phrases.INVOICE, item.partner, item.number)
    transfer = transfer_of(ledger, item, words, name="", iban="")
    return in_full(ledger, on, item, "reference_payer_unnamed", transfer)


def customer_number_only(ledger: Ledger, on: date) -> Booked:
    """The customer number, which the matcher's books may not even hold, and the name."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    item, twins = ledger.oldest_twin(item, on)
    words = say(ledger, phrases.CUSTOMER, item.partner, item.partner.customer_number)
    name = "customer_number_identical_oldest_first" if twins else "customer_number_and_name"
    return in_full(ledger, on, item, name, transfer_of(ledger, item, words), False)


def delivery_note_unknown(ledger: Ledger, on: date) -> Booked:
    """A delivery note that the books do not hold; name and amount are the customer's alone."""
    item = ledger.pick(on, lambda i: in_euro(i) and not ledger.same_amount(i, on))
    if item is None:
        return []
    note = f"{ledger.rng.choice(('BL', 'BL ', 'LS-', 'Bon '))}{ledger.rng.randint(20000, 99999)}"
    transfer = transfer_of(ledger, item, note)
    return in_full(ledger, on, item, "delivery_note_not_in_books", transfer, False)


def name_and_amount(ledger: Ledger, on: date) -> Booked:
    """No number at all. Identical documents: the oldest first (Code civil art. 1342-10)."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    item, twins = ledger.oldest_twin(item, on)
    if twins:
        name = "no_reference_identical_oldest_first"
    elif ledger.same_amount(item, on):
        name = "no_reference_amount_shared_with_others"
    else:
        name = "no_reference_amount_unique"
    words = say(ledger, phrases.VAGUE, item.partner)
    return in_full(ledger, on, item, name, transfer_of(ledger, item, words), False)


def short_name_and_amount(ledger: Ledger, on: date) -> Booked:
    """The trade name only; nobody else has a document of this amount."""

    def alone(item: Item) -> bool:
        known = bool(item.partner.short_name)
        return in_euro(item) and known and not ledger.same_amount(item, on)

    item = ledger.pick(on, alone)
    if item is None:
        return []
    words = say(ledger, phrases.VAGUE, item.partner)
    shown = text.plain(item.partner.short_name).upper()
    transfer = transfer_of(ledger, item, words, name=shown)
    return in_full(ledger, on, item, "no_reference_trade_name", transfer, False)


def third_party_with_reference(ledger: Ledger, on: date) -> Booked:
    """Somebody whom the books do not know pays and quotes the number."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    payer = ledger.stranger(item.partner.language)
    words = say(ledger, phrases.INVOICE, item.partner, item.number)
    if ledger.chance(0.4):
        words += f" {text.plain(item.partner.name)}"
    transfer = transfer_of(ledger, item, words, name=payer[0], iban=payer[1])
    return in_full(ledger, on, item, "third_party_with_reference", transfer)


def supplier_bill(ledger: Ledger, on: date) -> Booked:
    """Our own transfer to a vendor with the vendor's number."""
    item = ledger.pick(on, in_euro, "in_invoice")
    if item is None:
        return []
    words = say(ledger, phrases.INVOICE, item.partner, item.partner_ref)
    transfer = transfer_of(ledger, item, words, amount=-item.left, code="PMNT-ICDT-ESCT")
    return in_full(ledger, on, item, "supplier_bill_with_reference", transfer)


def supplier_bill_without_number(ledger: Ledger, on: date) -> Booked:
    item = ledger.pick(on, in_euro, "in_invoice")
    if item is None:
        return []
    item, twins = ledger.oldest_twin(item, on)
    words = say(ledger, phrases.VAGUE, item.partner)
    transfer = transfer_of(ledger, item, words, amount=-item.left, code="PMNT-ICDT-ESCT")
    name = "supplier_bill_identical_oldest_first" if twins else "supplier_bill_without_reference"
    return in_full(ledger, on, item, name, transfer, False)


def customer_refund(ledger: Ledger, on: date) -> Booked:
    """We pay a credit note out."""
    item = ledger.pick(on, in_euro, "out_refund")
    if item is None:
        return []
    words = say(ledger, phrases.CREDIT, item.partner, item.number)
    transfer = transfer_of(ledger, item, words, amount=-item.left, code="PMNT-ICDT-ESCT")
    return in_full(ledger, on, item, "customer_refund_with_reference", transfer)
