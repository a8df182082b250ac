"""SEPA direct debits: batches, and what comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from ..ledger import Ledger
from ..model import NOTHING, Item, Transfer, Truth
from .monthly import direct_debit_batch
from .several import amount_of
from .single import Booked

RETURN_FEE = Decimal("3.50")


def batch_less_a_return(ledger: Ledger, on: date) -> Booked:
    """A batch credited less one debit that was rejected; the text names the rejected document.

    It stays open; the others of the batch are paid.
    """
    made = direct_debit_batch(ledger, on)
    if not made:
        return []
    transfer, truth = made[0]
    refused = ledger.rng.choice([item for item, _amount in truth.parts])
    kept: list[Item] = [item for item, _amount in truth.parts if item is not refused]
    if len(kept) < 2:
        return []
    refused.taken = False
    words = f"{transfer.text} ABZGL. RUECKGABE {refused.number}"
    parts = tuple((item, item.left) for item in kept)
    shown = replace(transfer, text=words, amount=amount_of(kept))
    return [(shown, Truth("direct_debit_batch_less_a_named_return", "multi", parts))]


def returned_later(ledger: Ledger, on: date) -> Booked:
    """A debit collected in an earlier batch comes back with the bank's fee on top."""
    collected = [
        item
        for line in ledger.lines[-80:]
        if line.truth.class_name.startswith("direct_debit_batch")
        for item, _amount in line.truth.parts
    ]
    if not collected:
        return []
    item = ledger.rng.choice(collected)
    reason = ledger.rng.choice(("AC04 KONTO AUFGELOEST", "AM04 DECKUNG", "MD06 WIDERSPRUCH"))
    words = f"RUECKLASTSCHRIFT SVWZ+RETURN {reason} {item.number} ENTGELT 3,50 EUR"
    transfer = Transfer(
        -(item.residual + RETURN_FEE),
        words,
        item.partner.name.upper(),
        item.partner.iban,
        code="PMNT-IDDT-PRDD",
        language="de",
        raw=True,
    )
    return [(transfer, Truth("direct_debit_returned_with_fee", NOTHING, names_documents=True))]
