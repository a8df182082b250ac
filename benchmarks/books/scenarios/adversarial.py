"""Lines whose text or amount leads astray."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .. import phrases, text
from ..ledger import Ledger
from ..model import NOTHING, Item, Transfer, Truth
from ..names import as_bank_writes
from .several import amount_of, from_partner, listed, pay, run_of
from .single import Booked, in_euro, in_full, say, transfer_of


def number_of_another_customer(ledger: Ledger, on: date) -> Booked:
    """A typing error hits an open invoice of somebody else; name and amount say the right one."""
    item = ledger.pick(on, lambda i: in_euro(i) and not ledger.same_amount(i, on))
    if item is None:
        return []
    for _ in range(40):
        written = text.mistyped(ledger.rng, item.number)
        other = ledger.numbers.get(written)
        if other and _open_elsewhere(other, item, on):
            words = say(ledger, phrases.INVOICE, item.partner, written)
            transfer = transfer_of(ledger, item, words)
            return in_full(ledger, on, item, "mistyped_into_number_of_another_customer", transfer)
    return []


def _open_elsewhere(other: Item, item: Item, on: date) -> bool:
    return (
        other.partner is not item.partner
        and not other.taken
        and other.invoice_date <= on
        and other.left != item.left
    )


def number_of_own_other_document(ledger: Ledger, on: date) -> Booked:
    """An older number of the same customer is quoted; the amount fits one other document only.

    That older document is paid, so the text cannot mean it.
    """
    item = ledger.pick(on, lambda i: in_euro(i) and not ledger.same_amount(i, on))
    paid = ledger.closed_of[item.partner.id] if item else []
    old = [c for c in paid if item and c.total != item.left]
    if item is None or not old:
        return []
    words = say(ledger, phrases.INVOICE, item.partner, ledger.rng.choice(old).number)
    transfer = transfer_of(ledger, item, words)
    return in_full(ledger, on, item, "old_number_of_the_customer_amount_fits_one", transfer, False)


def alike_customers_same_amount(ledger: Ledger, on: date) -> Booked:
    """Two customers of a group with the same amount open; the full name or account decides."""

    def shared(item: Item) -> bool:
        return (
            in_euro(item)
            and bool(item.partner.group)
            and any(
                o.partner is not item.partner and o.partner.group == item.partner.group
                for o in ledger.same_amount(item, on)
            )
        )

    item = ledger.pick(on, shared)
    if item is None:
        return []
    item, _twins = ledger.oldest_twin(item, on)
    shown = text.plain(item.partner.name).upper()
    transfer = transfer_of(ledger, item, say(ledger, phrases.VAGUE, item.partner), name=shown)
    return in_full(ledger, on, item, "alike_names_same_amount_full_name", transfer, False)


def alike_customers_nobody_knows(ledger: Ledger, on: date) -> Booked:
    """Only the group's name is shown, two of its companies have this amount: nobody could know."""

    def shared(item: Item) -> bool:
        if not in_euro(item) or not item.partner.group:
            return False
        rivals = [o.partner for o in ledger.same_amount(item, on)]
        return any(p is not item.partner and p.group == item.partner.group for p in rivals)

    item = ledger.pick(on, shared)
    if item is None:
        return []
    words = say(ledger, phrases.VAGUE, item.partner)
    shown = text.plain(item.partner.group).upper()
    transfer = transfer_of(ledger, item, words, name=shown, iban="")
    return in_full(ledger, on, item, "ambiguous_group_name_amount_shared", transfer, False)


def amount_shared_payer_unnamed(ledger: Ledger, on: date) -> Booked:
    """No name, no number, several documents of this amount: nobody could know."""
    item = ledger.pick(on, lambda i: in_euro(i) and len(ledger.same_amount(i, on)) > 1)
    if item is None:
        return []
    words = say(ledger, phrases.VAGUE, item.partner)
    transfer = transfer_of(ledger, item, words, name="", iban="")
    return in_full(ledger, on, item, "ambiguous_payer_unnamed_amount_shared", transfer, False)


def order_equals_anothers_number(ledger: Ledger, on: date) -> Booked:
    """The customer's order has the digits of somebody else's invoice; name and amount decide."""

    def collides(item: Item) -> bool:
        if not in_euro(item) or not item.partner_ref.isdigit():
            return False
        rivals = ledger.with_last_digits(item.partner_ref)
        return any(r.partner is not item.partner and not r.taken for r in rivals)

    item = ledger.pick(on, collides)
    if item is None:
        return []
    words = say(ledger, phrases.ORDER, item.partner, item.partner_ref)
    transfer = transfer_of(ledger, item, words)
    return in_full(ledger, on, item, "order_number_has_digits_of_anothers_invoice", transfer)


def another_one_disputed(ledger: Ledger, on: date) -> Booked:
    """Pays some documents and names one more only to say that it is not paid."""
    items = run_of(ledger, on, 2, 4)
    if not items:
        return []
    *paid, refused = items
    partner = refused.partner
    table = {
        "fr": ("hors {} en litige", "sauf {} contestée", "{} non due", "{} bloquée attente avoir"),
        "de": ("ohne RE {} Reklamation", "RE {} strittig", "{} wird nicht anerkannt"),
        "nl": ("behalve {} betwist", "factuur {} in betwisting"),
        "en": ("excluding {} disputed", "{} on hold"),
    }
    no = ledger.rng.choice(table[partner.language]).format(refused.number)
    words = f"{say(ledger, phrases.INVOICE, partner, listed(ledger, paid))} {no}"
    transfer = from_partner(ledger, partner, amount_of(paid), words)
    kind = "multi" if len(paid) > 1 else "full"
    return pay(ledger, paid, "names_one_more_to_dispute_it", transfer, kind=kind)


def only_disputed(ledger: Ledger, on: date) -> Booked:
    """A credit that pays nothing open and names an invoice as disputed (a deposit, a caution)."""
    item = ledger.pick(on, lambda i: in_euro(i) and i.left > 100)
    if item is None:
        return []
    words = f"CONSIGNATION LITIGE {item.number} SANS RECONNAISSANCE DE DETTE"
    name = as_bank_writes(ledger.rng, "Caisse des Règlements Pécuniaires")
    amount = (item.left / 2).quantize(Decimal("1")).quantize(Decimal("0.01"))
    transfer = Transfer(amount, words, name, ledger.standing_iban(name))
    return [(transfer, Truth("lawyers_deposit_naming_a_dispute", NOTHING, (), True))]


def other_numbers_in_text(ledger: Ledger, on: date) -> Booked:
    """The right number among a date, a telephone, a tax number and the payer's own references."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    rng = ledger.rng
    junk = [
        f"TEL 0{rng.randint(1, 7)}{rng.randint(10**7, 10**8 - 1)}",
        f"SIRET {rng.randint(10**13, 10**14 - 1)}",
        f"{item.invoice_date:%d%m%y}",
        f"N/REF {rng.randint(1000, 99999)}",
        f"MDT {rng.randint(10**6, 10**7)}",
        f"DOSSIER {rng.randint(100, 9999)}/{on.year}",
    ]
    parts = [*rng.sample(junk, rng.randint(1, 3)), item.number]
    rng.shuffle(parts)
    transfer = transfer_of(ledger, item, " ".join(parts))
    return in_full(ledger, on, item, "reference_among_other_numbers", transfer)


def only_other_numbers(ledger: Ledger, on: date) -> Booked:
    """Numbers of the payer's own, one of them the digits of somebody else's invoice."""
    item = ledger.pick(on, lambda i: in_euro(i) and not ledger.same_amount(i, on))
    other = ledger.pick(on, lambda i: item is not None and i.partner is not item.partner)
    if item is None or other is None or other.left == item.left:
        return []
    digits = text.last_digits(other.number)
    words = f"{say(ledger, phrases.VAGUE, item.partner)} N/REF {digits}"
    transfer = transfer_of(ledger, item, words.strip())
    return in_full(ledger, on, item, "payers_reference_has_digits_of_anothers", transfer, False)


def wrong_name_right_number(ledger: Ledger, on: date) -> Booked:
    """The bank shows another customer's name (a shared accountant pays); number and amount agree."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    rivals = {o.partner.id for o in ledger.same_amount(item, on)}
    others = [p for p in ledger.partners if not p.is_vendor and p.id not in rivals]
    payer = ledger.rng.choice(others)
    if payer is item.partner:
        return []
    words = say(ledger, phrases.INVOICE, item.partner, item.number)
    name = as_bank_writes(ledger.rng, payer.name)
    transfer = transfer_of(ledger, item, words, name=name, iban=payer.iban)
    return in_full(ledger, on, item, "another_customer_pays_with_number", transfer)
