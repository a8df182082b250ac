"""Numbers that all documents of one customer end with: they name the customer, not a document."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from .docs import Doc

_MIN_DIGITS = 4


def tell_apart(docs: Sequence[Doc]) -> tuple[list[Doc], dict[str, int]]:
    """(``docs`` without the abbreviations that several documents of their partner share,
    {number: the only partner that has it, with several documents})."""
    first: dict[str, int] = {}  # partner of the first document, by abbreviation
    others: set[tuple[str, int]] = set()  # further partners that have it
    shared: set[tuple[str, int]] = set()  # several documents of the partner have it
    for doc in docs:
        partner_id = doc.item.partner_id
        for tail in doc.tails:
            if tail not in first:
                first[tail] = partner_id
            elif first[tail] == partner_id or (tail, partner_id) in others:
                shared.add((tail, partner_id))
            else:
                others.add((tail, partner_id))
    common = {tail for tail, _ in others}
    numbers = {t: p for t, p in shared if len(t) >= _MIN_DIGITS and t not in common}
    return [_without_shared(doc, shared) for doc in docs], numbers


def _without_shared(doc: Doc, shared: Set[tuple[str, int]]) -> Doc:
    partner_id = doc.item.partner_id
    if not any([(tail, partner_id) in shared for tail in doc.tails]):
        return doc
    return replace(doc, tails=tuple([t for t in doc.tails if (t, partner_id) not in shared]))
