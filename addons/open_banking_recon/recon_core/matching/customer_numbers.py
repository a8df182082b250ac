"""Numbers that all documents of one customer end with: they name the customer, not a document."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ..references import groups
from .docs import Doc, all_references

_MIN_DIGITS = 4


def tell_apart(docs: Sequence[Doc]) -> tuple[list[Doc], dict[str, int]]:
    """(``docs`` without the abbreviations that all documents of their partner share, or three of
    them, {number: the only partner of whose documents it is the last one, several times})."""
    shared: defaultdict[str, Counter[int]] = defaultdict(Counter)
    size: Counter[int] = Counter()
    for doc in docs:
        size[doc.item.partner_id] += 1
        for tail in doc.tails:
            shared[tail][doc.item.partner_id] += 1
    numbers: dict[str, int] = {}
    cleaned: list[Doc] = []
    for doc in docs:
        owner = doc.item.partner_id
        common = [t for t in doc.tails if _is_common(shared[t][owner], size[owner])]
        numbers |= {t: owner for t in common if len(shared[t]) == 1 and _is_last_number(t, doc)}
        own = tuple([t for t in doc.tails if t not in common])
        cleaned.append(replace(doc, tails=own) if common else doc)
    return cleaned, numbers


def _is_common(sharing: int, of: int) -> bool:
    return sharing > 2 or (sharing == 2 and of == 2)


def _is_last_number(tail: str, doc: Doc) -> bool:
    """Whether ``tail`` is all of the last number of a reference, not only its last digits."""
    if len(tail) < _MIN_DIGITS:
        return False
    parts = [groups(reference) for reference in all_references(doc.item)]
    return any(part and part[-1].lstrip("0") == tail for part in parts)
