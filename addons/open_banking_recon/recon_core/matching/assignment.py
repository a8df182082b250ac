"""Who gets which document: best claims first, over all lines at once.

A document goes to the stronger rule, then to the earlier line. A line that is left to a person
keeps what it claims reserved, so that a later copy of it cannot take the document meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from .book import Book
from .claims import Claim
from .docs import RefLevel
from .hypotheses import Hypothesis
from .instalments import break_up, find_instalments
from .levels import AmountLevel, amount_level, closes
from .reading import Reading
from .rivals import RIVAL, TWINS, still_rivals


def assign(claims: Sequence[Claim], book: Book) -> None:
    """Give every claim the best hypothesis whose documents are still free; sets the fields of the
    claims. The result depends on the claims, not on their order."""
    groups = find_instalments(claims)
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
    break_up(groups, left)
    _hold_contested(claims)
    _drop_settled_rivals(claims)


def _hold_contested(claims: Sequence[Claim]) -> None:
    """Hold a gap that closes a document which another line names too: it may be the other part."""
    losers = {claim.lost_to for claim in claims}
    for claim in claims:
        chosen = claim.chosen
        if claim.reading.line.id not in losers or not chosen:
            continue
        if chosen.rule == "reference_small_difference":
            claim.veto = "contested"


def _drop_settled_rivals(claims: Sequence[Claim]) -> None:
    """Let a claim post whose rivals want documents that sure claims of other lines have taken.

    Only claims without a veto count as sure, and what becomes sure here may free the next one;
    each round looks at the state before it, so that the order of the lines does not matter.
    """
    gone: set[int] = set()
    waiting = [c for c in claims if c.veto in (RIVAL, TWINS) and c.chosen]
    sure = [c for c in claims if c.chosen and not c.veto and not c.lost_to]
    while sure:
        gone.update(position for c in sure for position in c.takes)
        sure = [
            c for c in waiting if c.chosen and not still_rivals(c.chosen, c.ranked, c.reading, gone)
        ]
        for claim in sure:
            claim.veto = ""
        waiting = [c for c in waiting if c.veto]


def _lose(claim: Claim, wanted: Hypothesis, taker: dict[int, int], left: dict[int, int]) -> None:
    """Remember that a claim came too late: the line may be a second payment. A claim without any
    reference tells so only where nothing better than a share of another document is left."""
    gone = [d.position for d in wanted.docs if left[d.position] < d.residual]
    telling = wanted.ref > RefLevel.NONE or any(h.is_share for h in claim.ranked)
    if gone and not claim.lost_to and telling:
        claim.lost_to = taker.get(gone[0], 0)


def _takes(h: Hypothesis, reading: Reading, left: dict[int, int]) -> dict[int, int] | None:
    """What ``h`` consumes of each document, in units; None when it is no longer there.

    A document named in full that was paid in part before may be paid to its end by this line.
    """
    free = {d.position: left[d.position] for d in h.docs}
    if len(h.docs) == 1 and (h.ref >= RefLevel.NEAR or h.is_share):
        return _takes_one(h, reading, free)
    if any(free[d.position] < d.residual for d in h.docs):
        return None
    return free if closes(h.amount) else _part(h, free)


def _takes_one(h: Hypothesis, reading: Reading, free: dict[int, int]) -> dict[int, int] | None:
    doc = h.docs[0]
    remaining = free[doc.position]
    if remaining <= 0:
        return None
    if h.share:
        return {doc.position: h.share} if h.share <= remaining else None
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
