"""What is left of an order after its bank shaped it: could anybody still know?"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache

from .ledger import Ledger
from .model import Item, Transfer, Truth
from .names import without_form
from .text import last_digits, plain, without_prefix, without_zeros

LEGIBLE_DIGITS = 3  # a shorter run of digits in a text is no number of a document
TOKEN = 4  # letters of a word of a name that tell something


def compact(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", plain(text).upper())


def fair(ledger: Ledger, ordered: Transfer, shown: Transfer, truth: Truth, on: date) -> Truth:
    """``truth`` with a class that says when the bank took away what the payer had written.

    The documents are named but the numbers got lost: ``..._lost_by_the_bank``; the payer is lost
    too and the amount fits others: ``ambiguous_...``.
    """
    if not truth.parts:
        return truth
    items = [item for item, _amount in truth.parts]
    lost = legible(ordered, items) and not legible(shown, items)
    cut = truth.names_documents and compact(ordered.text) not in compact(shown.text)
    name = truth.class_name
    if not legible(shown, items) and not payer_seen(shown, items[0]):
        if not name.startswith("ambiguous"):
            name = f"{_unknown(ledger, items, on)}_{name}"
    elif lost:
        name += "_lost_by_the_bank"
    elif cut and not ordered.structured:
        name += "_text_cut_or_maimed"
    elif (
        not name.startswith("ambiguous")
        and not truth.names_documents
        and _namesake(ledger, shown, items[0], on)
    ):
        name = f"ambiguous_namesake_{name}"
    return replace(truth, class_name=name)


def _unknown(ledger: Ledger, items: list[Item], on: date) -> str:
    shared = len(items) > 1 or ledger.same_residual(items[0], on)
    return "ambiguous" if shared else "amount_only"


def legible(transfer: Transfer, items: list[Item]) -> bool:
    """Some way of writing each document stands in the text."""
    text = compact(f"{transfer.text} {transfer.structured} {transfer.end_to_end_id}")
    return all(any(way in text for way in _ways(item)) for item in items)


def _ways(item: Item) -> set[str]:
    ways = {compact(item.number), compact(without_prefix(item.number)), last_digits(item.number)}
    ways |= {compact(without_zeros(item.number)), compact(item.partner_ref)}
    ways |= {compact(item.structured_ref), compact(item.payment_batch)}
    return {way for way in ways if len(way) >= LEGIBLE_DIGITS}


def payer_seen(transfer: Transfer, item: Item) -> bool:
    """The account is known, or a word of one of the payer's names stands in the line."""
    partner = item.partner
    if transfer.iban and transfer.iban in partner.known_ibans:
        return True
    text = compact(transfer.name) + compact(transfer.text)
    names = (without_form(partner.name), *partner.known_variants)
    return any(
        word in text for name in names for word in map(compact, name.split()) if len(word) >= TOKEN
    )


def _namesake(ledger: Ledger, shown: Transfer, item: Item, on: date) -> bool:
    """Somebody else with the same amount fits the shown name as well, and no account decides."""
    if shown.iban and shown.iban in item.partner.known_ibans:
        return False
    number = item.partner.customer_number
    if number in shown.text and number in item.number + item.structured_ref:
        return False
    if item.structured_ref and compact(item.structured_ref) in compact(
        shown.structured + shown.text
    ):
        return False
    text = compact(shown.name) + compact(shown.text)
    own = _fits(text, item.partner.name)
    rivals = (o for o in ledger.same_residual(item, on) if o.partner is not item.partner)
    return any(_fits(text, other.partner.name) >= own for other in rivals)


def _fits(text: str, name: str) -> float:
    """Share of the words of the name that stand in ``text``."""
    words = _words(name)
    return sum(word in text for word in words) / len(words)


@cache
def _words(name: str) -> tuple[str, ...]:
    return tuple(compact(word) for word in without_form(name).split())
