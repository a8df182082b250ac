"""Who gets which document: best claims first, over all lines at once.

A document goes to the stronger rule, then to the earlier line. A line that is left to a person
keeps what it claims reserved, so that a later copy of it cannot take the document meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from .book import Book, RefLevel
from .hypotheses import Hypothesis
from .levels import AmountLevel, amount_level, closes
from .reading import Reading
from .rules import STRENGTH


@dataclass(slots=True)
class Claim:
    """A line with its ranked hypotheses, and in the end the one that it got."""

    reading: Reading
    ranked: list[Hypothesis]
    vetoes: list[str]
    chosen: Hypothesis | None = None
    takes: dict[int, int] = field(default_factory=dict)
    veto: str = ""
    lost_to: int = 0

    def order(self, at: int) -> tuple[int, str, int, int]:
        line = self.reading.line
        strength = STRENGTH[self.ranked[at].rule]
        return strength, line.booking_date.isoformat(), line.id, at


def assign(claims: Sequence[Claim], book: Book) -> None:
    """Give every claim the best hypothesis whose documents are still free; sets the fields of the
    claims. The result depends on the claims, not on their order."""
    left = {d.position: d.residual for d in book.docs}
    taker: dict[int, int] = {}
    queue = [(claim.order(0), n, 0) for n, claim in enumerate(claims) if claim.ranked]
    heapify(queue)
    while queue:
        _, number, at = heappop(queue)
        claim = claims[number]
        wanted = claim.ranked[at]
        takes = _takes(wanted, claim.reading, left)
        if takes is None:
            _lose(claim, wanted, taker, left)
            if at + 1 < len(claim.ranked):
                heappush(queue, (claim.order(at + 1), number, at + 1))
            continue
        claim.chosen, claim.takes, claim.veto = wanted, takes, claim.vetoes[at]
        for position, units in takes.items():
            left[position] -= units
            taker[position] = claim.reading.line.id


def _lose(claim: Claim, wanted: Hypothesis, taker: dict[int, int], left: dict[int, int]) -> None:
    """Remember that a claim by reference came too late: the line may be a second payment."""
    gone = [d.position for d in wanted.docs if left[d.position] < d.residual]
    if gone and not claim.lost_to and wanted.ref >= RefLevel.CORE:
        claim.lost_to = taker.get(gone[0], 0)


def _takes(h: Hypothesis, reading: Reading, left: dict[int, int]) -> dict[int, int] | None:
    """What ``h`` consumes of each document, in units; None when it is no longer there.

    A document named in full that was paid in part before may be paid to its end by this line.
    """
    free = {d.position: left[d.position] for d in h.docs}
    if len(h.docs) == 1 and h.ref >= RefLevel.CORE:
        return _takes_one(h, reading, free)
    if any(free[d.position] < d.residual for d in h.docs):
        return None
    return free if closes(h.amount) else _part(h, free)


def _takes_one(h: Hypothesis, reading: Reading, free: dict[int, int]) -> dict[int, int] | None:
    doc = h.docs[0]
    remaining = free[doc.position]
    if remaining <= 0:
        return None
    if remaining == doc.residual:
        return free if closes(h.amount) else _part(h, free)
    level = amount_level(h.paid, remaining, reading.fee)
    if level in (AmountLevel.EXACT, AmountLevel.ROUNDED):
        return free
    return (
        {doc.position: h.paid} if h.paid < remaining and h.amount is AmountLevel.PARTIAL else None
    )


def _part(h: Hypothesis, free: dict[int, int]) -> dict[int, int] | None:
    if len(h.docs) > 1:
        return None
    position = h.docs[0].position
    return {position: min(h.paid, free[position])}
