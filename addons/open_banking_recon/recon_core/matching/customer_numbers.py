"""Numbers that all documents of one customer end with: they name the customer, not a document."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from .docs import Doc

_MIN_DIGITS = 4


def tell_apart(docs: Sequence[Doc]) -> tuple[list[Doc], dict[str, int]]:
    """(``docs`` without the abbreviations that several documents of their partner share,
    {number: the only partner that has it, with several documents})."""
    shared: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for doc in docs:
        for tail in doc.tails:
            shared[tail][doc.item.partner_id] += 1
    numbers = {
        tail: next(iter(owners))
        for tail, owners in shared.items()
        if len(owners) == 1 and len(tail) >= _MIN_DIGITS and max(owners.values()) > 1
    }
    return [_without_shared(doc, shared) for doc in docs], numbers


def _without_shared(doc: Doc, shared: defaultdict[str, Counter[int]]) -> Doc:
    own = tuple([t for t in doc.tails if shared[t][doc.item.partner_id] == 1])
    return doc if len(own) == len(doc.tails) else replace(doc, tails=own)
