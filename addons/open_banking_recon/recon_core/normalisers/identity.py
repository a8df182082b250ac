"""Which transaction is which: a versioned identity made of content, not of the bank's ids.

Banks renumber (``transactionId`` changes between two reads), repeat ids, and shift positional ones
when a late entry arrives. What a transaction says does not change. So the identity is a fingerprint
of the content, and twins (two equal payments on one day) are told apart by counting them.

The count is sound because a window is made of whole days and the booking date is part of the
fingerprint: all twins of a transaction are in the window, or none is. A late entry or another order
changes no key but its own. Ids of the bank are stored beside the key as evidence, never inside.

A change to the recipe re-imports history: add ``identity_v2`` beside it, never edit ``identity_v1``.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from ..types import BankTransaction

VERSION = "v1"

_TOKEN = re.compile(r"[A-Z0-9]+")
_NOT_PROVIDED = frozenset({"", "NOTPROVIDED", "NONREF", "NOREF"})


def identity_v1(transaction: BankTransaction) -> str:
    """Hex fingerprint (32 characters) of what the transaction says.

    Booking date, signed amount without trailing zeros, currency, counterparty (IBAN, else name),
    words of the remittance in alphabetic order (BoursoBank shuffles the lines between reads),
    creditor reference and end-to-end id. Letter case, accents, spaces and punctuation do not count.
    What was read from the free text counts as not told: to read more banks' texts changes no key.
    """

    def told(field: str) -> str:
        return "" if field in transaction.read_from_text else str(getattr(transaction, field))

    booking_date = transaction.booking_date.isoformat() if transaction.booking_date else ""
    counterparty = _compact(told("counterparty_iban")) or _words(told("counterparty_name"))
    end_to_end_id = _compact(told("end_to_end_id"))
    parts = (
        booking_date,
        format(transaction.amount.normalize() + 0, "f"),  # + 0 turns a minus zero into zero
        transaction.currency.upper(),
        counterparty,
        _words(transaction.remittance_unstructured),
        _compact(transaction.creditor_reference),
        "" if end_to_end_id in _NOT_PROVIDED else end_to_end_id,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def keyed(transactions: Iterable[BankTransaction]) -> list[tuple[str, BankTransaction]]:
    """Each transaction with its key ``v1:<fingerprint>:<n>``, in the order given.

    ``n`` counts equal fingerprints from 1. ``transactions`` must be everything the bank told about
    whole days of one account: then equal content gets equal keys at every fetch.
    """
    seen: Counter[str] = Counter()
    result = []
    for transaction in transactions:
        fingerprint = identity_v1(transaction)
        seen[fingerprint] += 1
        result.append((f"{VERSION}:{fingerprint}:{seen[fingerprint]}", transaction))
    return result


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).upper()


def _compact(text: str) -> str:
    return "".join(_TOKEN.findall(_plain(text)))


def _words(text: str) -> str:
    return " ".join(sorted(_TOKEN.findall(_plain(text))))
