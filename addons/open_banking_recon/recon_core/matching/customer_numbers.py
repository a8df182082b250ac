"""Numbers that all documents of one customer end with: they name the customer, not a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ..references import groups
from .docs import Doc, all_references

_MIN_DIGITS = 4


def tell_apart(docs: Sequence[Doc]) -> tuple[list[Doc], dict[str, int]]:
    """(``docs`` without the abbreviations that all documents of their partner share, or three of
    them, {number: the only partner of whose documents it is the last one, several times})."""
    sharing = Counter([(tail, doc.item.partner_id) for doc in docs for tail in doc.tails])
    common = _common(sharing, Counter([doc.item.partner_id for doc in docs]))
    if not common:
        return list(docs), {}
    abbreviations = {tail for tail, _owner in common}
    owners = Counter([tail for tail, _owner in sharing if tail in abbreviations])
    numbers: dict[str, int] = {}
    cleaned: list[Doc] = []
    for doc in docs:
        owner = doc.item.partner_id
        dropped = [t for t in doc.tails if (t, owner) in common]
        numbers |= {t: owner for t in dropped if owners[t] == 1 and _is_last_number(t, doc)}
        own = tuple([t for t in doc.tails if t not in dropped])
        cleaned.append(replace(doc, tails=own) if dropped else doc)
    return cleaned, numbers


def _common(sharing: Counter[tuple[str, int]], size: Counter[int]) -> set[tuple[str, int]]:
    return {
        (tail, owner)
        for (tail, owner), count in sharing.items()
        if count > 2 or (count == 2 and size[owner] == 2)
    }


def _is_last_number(tail: str, doc: Doc) -> bool:
    """Whether ``tail`` is all of the last number of a reference, not only its last digits."""
    if len(tail) < _MIN_DIGITS:
        return False
    parts = [groups(reference) for reference in all_references(doc.item)]
    return any(part and part[-1].lstrip("0") == tail for part in parts)
