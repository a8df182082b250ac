"""Which transaction is which: a versioned identity made of content, not of the bank's ids.

Banks renumber (``transactionId`` changes between two reads), repeat ids, and shift positional ones
when a late entry arrives. What a transaction says does not change. So the identity is a fingerprint
of the content, and twins (two equal payments on one day) are told apart by counting them.

The count is sound because a window is made of whole days and the booking date is part of the
fingerprint: all twins of a transaction are in the window, or none is. A late entry or another order
changes no key but its own. Ids of the bank are stored beside the key as evidence, never inside.

A change to the recipe re-imports history: add ``identity_v2`` beside it, never edit ``identity_v1``.

A key ``v1:<fingerprint>:<n>`` is the name of a stored line. Whether an entry is stored already is
decided on its identity ``v1:<fingerprint>`` and by counting (``sync.recognise``), so that a line may
learn further identities when the bank changes what it says.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable

from ..types import BankTransaction

VERSION = "v1"

_TOKEN = re.compile(r"[A-Z0-9]+")
NOT_PROVIDED = frozenset({"", "NOTPROVIDED", "NONREF", "NOREF"})


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
    counterparty = compact(told("counterparty_iban")) or words(told("counterparty_name"))
    end_to_end_id = compact(told("end_to_end_id"))
    parts = (
        booking_date,
        format(transaction.amount.normalize() + 0, "f"),  # + 0 turns a minus zero into zero
        transaction.currency.upper(),
        counterparty,
        words(transaction.remittance_unstructured),
        compact(transaction.creditor_reference),
        "" if end_to_end_id in NOT_PROVIDED else end_to_end_id,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


# The recipes that were ever used, by the version that begins each identity. None is ever taken out:
# stored lines are named by it.
RECIPES: dict[str, Callable[[BankTransaction], str]] = {VERSION: identity_v1}


def identity(transaction: BankTransaction, version: str = VERSION) -> str:
    """``<version>:<fingerprint>``. Equal entries have the same one; see :func:`keyed`."""
    return f"{version}:{RECIPES[version](transaction)}"


def identities(transaction: BankTransaction, version: str = VERSION) -> list[str]:
    """The identities of all recipes: that of ``version``, which names new lines, comes first."""
    others = [known for known in RECIPES if known != version]
    return [identity(transaction, own) for own in (version, *others)]


def keyed(transactions: Iterable[BankTransaction]) -> list[tuple[str, BankTransaction]]:
    """Each transaction with its key ``v1:<fingerprint>:<n>``, in the order given.

    ``n`` counts equal fingerprints from 1. ``transactions`` must be everything the bank told about
    whole days of one account: then equal content gets equal keys at every fetch.
    """
    seen: Counter[str] = Counter()
    result = []
    for transaction in transactions:
        own = identity(transaction)
        seen[own] += 1
        result.append((f"{own}:{seen[own]}", transaction))
    return result


def told_once(transactions: Iterable[BankTransaction]) -> list[BankTransaction]:
    """``transactions`` of one read without entries that its pages repeat, in the order given.

    A repeat has the same content and the same ids of the bank, and at least one id. Equal content
    under other ids, or under none, is another payment. Not for statement files: the parts of a batch
    share the reference of their entry.
    """
    seen: set[tuple[str, str, str, str]] = set()
    result = []
    for transaction in transactions:
        ids = real_ids(transaction)
        status = transaction.status.value
        mark = (
            *(status, identity_v1(transaction)),
            *(transaction.transaction_id, transaction.entry_reference),
        )
        if ids and mark in seen:
            continue
        seen.add(mark)
        result.append(transaction)
    return result


def real_ids(transaction: BankTransaction) -> frozenset[str]:
    """The ids that the bank gave to the entry, without placeholders. Evidence, never an identity."""
    ids = (transaction.transaction_id.strip(), transaction.entry_reference.strip())
    return frozenset(found for found in ids if compact(found) not in NOT_PROVIDED)


def identity_of(key: str) -> str:
    """The identity in a key: the key without its count."""
    return key.rpartition(":")[0]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).upper()


def compact(text: str) -> str:
    """Letters and digits of ``text`` alone, in upper case without accents."""
    return "".join(_TOKEN.findall(_plain(text)))


def words(text: str) -> str:
    """The words of ``text`` in alphabetic order, in upper case without accents."""
    return " ".join(sorted(_TOKEN.findall(_plain(text))))
