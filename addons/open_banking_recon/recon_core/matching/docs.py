"""An open item as the matching sees it, and how a text may name it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from ..references import Spellings, spellings
from .model import MoveType, OpenItem
from .units import to_units

_SHAPE = str.maketrans("0123456789", "9999999999")


class RefLevel(IntEnum):
    """How a text names a document, weakest first."""

    NONE = 0
    TAIL = 1  # its last digits only: needs the partner and the amount beside it
    NEAR = 2  # one edit away, or cut inside a longer run of digits
    CORE = 3  # all its digits without its letters or zeros
    EXACT = 4
    STRUCTURED = 5  # with check digits


@dataclass(frozen=True, slots=True, eq=False)
class Doc:
    """An open item with what the matching needs of it. ``sign`` is +1 when it expects money in.
    There is one of each, so that identity is equality."""

    position: int
    item: OpenItem
    residual: int
    sign: int
    keys: tuple[str, ...]
    tails: tuple[str, ...]
    is_payment: bool

    @property
    def age(self) -> tuple[date, date, int]:
        """Sort key: the debt that fell due first is paid first (Code civil art. 1342-10)."""
        return self.item.due_date, self.item.invoice_date, self.item.id


def all_references(item: OpenItem) -> list[str]:
    """Every reference that a payer may quote for the item, each once."""
    given = (item.number, item.partner_ref, item.structured_ref, *item.references)
    return [r for r in dict.fromkeys(given) if r]


def spelled(item: OpenItem) -> dict[str, Spellings]:
    """How each reference of the item is written."""
    return {reference: spellings(reference) for reference in all_references(item)}


def make_doc(position: int, item: OpenItem, names: Mapping[str, Spellings]) -> Doc:
    """The item with its amount, sign and keys; ``position`` is its place in the book, ``names`` are
    its references as :func:`spelled`."""
    unstructured = [s for reference, s in names.items() if reference != item.structured_ref]
    return Doc(
        position=position,
        item=item,
        residual=to_units(item.amount_residual),
        sign=1 if item.move_type.expects_money_in else -1,
        keys=tuple([s.key for s in unstructured]),
        tails=tuple(dict.fromkeys([tail for s in unstructured for tail in s.tails])),
        is_payment=item.move_type in (MoveType.PAYMENT_IN, MoveType.PAYMENT_OUT),
    )


def is_telling(key: str) -> bool:
    """Whether a key is long enough to name a document by itself: 7 digits, or 6 with a letter."""
    size = len(key)
    return size >= 6 and not key.isalpha() and (size >= 7 or not key.isdigit())


def shape(key: str) -> str:
    """``INV202500130`` -> ``INV999999999``: what references of one series have in common."""
    return key.translate(_SHAPE)


def oldest_first(docs: Sequence[Doc]) -> list[Doc]:
    """The documents in the order in which the law pays them."""
    return sorted(docs, key=lambda d: d.age)
