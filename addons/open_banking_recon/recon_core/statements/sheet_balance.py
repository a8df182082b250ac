"""The balances of a sheet that tells one behind each entry, in whatever order the bank lists them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Step:
    """An entry and the balance behind it, None where the sheet tells none."""

    day: date
    amount: Decimal
    balance: Decimal | None


@dataclass(frozen=True, slots=True)
class Chain:
    """``opening`` is before the first entry and ``closing`` behind the last one, as the sheet tells
    them. ``holds``: each balance follows from the one before. ``newest_first``: how it is listed."""

    opening: Decimal
    closing: Decimal
    holds: bool
    newest_first: bool


def chain_of(steps: Sequence[Step]) -> Chain | None:
    """The balances of ``steps``, in the order of the sheet; None when it tells none.

    Oldest first and newest first are tried. Where a bank lists the entries of a day in another order
    than it booked them, each day has to hold the balance that all entries until then lead to.
    """
    if all(step.balance is None for step in steps):
        return None
    directions = [(list(steps), False), (list(reversed(steps)), True)]
    if steps[0].day > steps[-1].day:
        directions.reverse()
    for ordered, newest_first in directions:
        before = _before(ordered)
        if len(set(before)) == 1:
            total = sum(step.amount for step in ordered)
            return Chain(before[0], before[0] + total, True, newest_first)
    ordered, newest_first = directions[0]
    opening = _by_days(ordered)
    if opening is not None:
        total = sum(step.amount for step in ordered)
        return Chain(opening, opening + total, True, newest_first)
    before = _before(ordered)
    total = sum(step.amount for step in ordered)
    return Chain(before[0], before[-1] + total, False, newest_first)


def _before(ordered: Sequence[Step]) -> list[Decimal]:
    """What each told balance says was there before the first entry."""
    sums = accumulate(step.amount for step in ordered)
    return [
        step.balance - total
        for step, total in zip(ordered, sums, strict=True)
        if step.balance is not None
    ]


def _by_days(ordered: Sequence[Step]) -> Decimal | None:
    days: defaultdict[date, list[Step]] = defaultdict(list)
    for step in ordered:
        days[step.day].append(step)
    chronological = [days[day] for day in sorted(days)]
    candidates = {s.balance - s.amount for s in chronological[0] if s.balance is not None}
    found = [opening for opening in sorted(candidates) if _fits(opening, chronological)]
    return found[0] if len(found) == 1 else None


def _fits(opening: Decimal, days: Iterable[Sequence[Step]]) -> bool:
    total = opening
    for steps in days:
        total += sum(step.amount for step in steps)
        if total not in {step.balance for step in steps}:
            return False
    return True
