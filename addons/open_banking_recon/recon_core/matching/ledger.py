"""The open documents of one partner, found by amount or by abbreviation without walking them all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence

from .docs import Doc, RefLevel, oldest_first


class Ledger:
    """``docs`` are in the order in which they fall due."""

    def __init__(self, docs: Sequence[Doc]) -> None:
        self.docs = tuple(docs)
        self._by_amount = sorted(docs, key=lambda d: (d.residual, d.position))
        self._amounts = [d.residual for d in self._by_amount]
        self._by_date: dict[str, list[Doc]] = {}
        self._by_tail: defaultdict[str, list[Doc]] = defaultdict(list)
        self._positions = {d.position: d for d in docs}
        for doc in docs:
            for tail in doc.tails:
                self._by_tail[tail].append(doc)

    def between(self, lowest: int, highest: int) -> list[Doc]:
        """The documents with a residual from ``lowest`` to ``highest``, smallest first."""
        start = bisect_left(self._amounts, lowest)
        return self._by_amount[start : bisect_right(self._amounts, highest)]

    def by_date(self, currency: str) -> list[Doc]:
        """The documents in ``currency``, outstanding payments left out, in the order of their dates."""
        found = self._by_date.get(currency)
        if found is None:
            found = [d for d in self.docs if d.item.currency == currency and not d.is_payment]
            found.sort(key=lambda d: (d.item.invoice_date, d.item.number, d.item.id))
            self._by_date[currency] = found
        return found

    def named(self, refs: dict[int, RefLevel], digits: Iterable[str]) -> list[Doc]:
        """The documents that a line names, in full (``refs``) or by their last digits."""
        found = {p: self._positions[p] for p in refs if p in self._positions}
        for number in digits:
            found |= {d.position: d for d in self._by_tail.get(number, ())}
        return oldest_first(list(found.values()))
