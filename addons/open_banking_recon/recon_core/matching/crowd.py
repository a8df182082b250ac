"""Open documents that share an amount with many others: too many to look at each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from .docs import Doc


class Crowd:
    """``docs`` are oldest first."""

    def __init__(self, docs: Sequence[Doc]) -> None:
        self._docs = docs
        self._of_partner: defaultdict[int, list[int]] = defaultdict(list)
        self._with_tail: defaultdict[str, list[int]] = defaultdict(list)
        self._rank = {doc.position: rank for rank, doc in enumerate(docs)}
        for rank, doc in enumerate(docs):
            self._of_partner[doc.item.partner_id].append(rank)
            for tail in doc.tails:
                self._with_tail[tail].append(rank)

    def near(
        self, partners: Iterable[int], positions: Iterable[int], digits: Iterable[str]
    ) -> list[Doc]:
        """The documents of one of ``partners``, at one of ``positions`` of the book, or abbreviated
        by one of ``digits``; oldest first."""
        ranks = {self._rank[p] for p in positions if p in self._rank}
        for partner_id in partners:
            ranks.update(self._of_partner.get(partner_id, ()))
        for number in digits:
            ranks.update(self._with_tail.get(number, ()))
        return [self._docs[rank] for rank in sorted(ranks)]
