"""A dispute silences the lines it is about and no others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from .types import Hold, HoldReason, OpenDebt, Position


@dataclass(frozen=True, slots=True)
class Dispute:
    """Lines that the customer disputes from ``start`` on; ``end`` is the last day of silence, None
    until it is closed."""

    refs: frozenset[int]
    start: date
    end: date | None = None

    def is_live(self, today: date) -> bool:
        return self.start <= today and (self.end is None or today <= self.end)


def silence_disputed(position: Position, disputes: Iterable[Dispute], today: date) -> Position:
    """``position`` without what is disputed today.

    The other lines are followed up as before. Where nothing else is left to ask for, the case is
    on hold instead: it says why it is silent, and its waiting messages wait.
    """
    live = [dispute for dispute in disputes if dispute.is_live(today)]
    refs = frozenset().union(*(dispute.refs for dispute in live))
    if not any(_is_asked(debt) and debt.ref in refs for debt in position.debts):
        return position
    if all(debt.ref in refs for debt in position.debts if _is_asked(debt)):
        holds = tuple(Hold(HoldReason.DISPUTE, dispute.start, dispute.end) for dispute in live)
        return replace(position, holds=position.holds + holds)
    debts = tuple(
        replace(debt, excluded=debt.excluded or debt.ref in refs) for debt in position.debts
    )
    return replace(position, debts=debts)


def _is_asked(debt: OpenDebt) -> bool:
    return not debt.excluded
