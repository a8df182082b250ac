"""Part payments that name no document: a usual share of one, to the cent."""

from __future__ import annotations

from collections.abc import Iterator

from .docs import Doc
from .ledger import Ledger
from .levels import CENT
from .reading import Reading
from .units import to_units

SHARES = (0.2, 0.25, 0.3, 1 / 3, 0.4, 0.5, 0.6, 2 / 3, 0.7, 0.75)


def is_share(doc: Doc, paid: int) -> bool:
    """Whether ``paid`` (units) is a usual share of the total of ``doc``, rounded either way."""
    total = to_units(doc.item.amount_total)
    return any(abs(paid - total * share) <= CENT for share in SHARES)


def documents_shared(reading: Reading, ledger: Ledger) -> Iterator[tuple[Doc, float]]:
    """(document, how many of the partner's documents the amount would be a share of by accident)."""
    paid = reading.amounts[reading.line.currency]
    chance = len(ledger.docs) * len(SHARES) * 2 * CENT / paid
    for share in SHARES:
        total = round(paid / share)
        slack = round(CENT / share) + 1
        for doc in ledger.between(total - slack, total + slack):
            if (
                doc.sign == reading.sign
                and doc.item.currency == reading.line.currency
                and is_share(doc, paid)
            ):
                yield doc, chance
