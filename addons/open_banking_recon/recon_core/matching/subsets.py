"""Sums of a few documents. A sum that two different sets of documents reach proves nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, combinations
from math import comb

MAX_DOCUMENTS = 45
MAX_SIZE = 4
MAX_CHANCE = 0.005  # sets that would reach a sum by accident: more than this prove nothing
_STEPS = (10_000, 5_000, 1_000, 500, 100, 50, 10, 5, 1)  # cents


def unique_subset(
    values: Sequence[int], target: int, smallest: int = 1, largest: int = MAX_SIZE
) -> tuple[int, ...] | None:
    """Positions of the only subset of ``values`` that sums to ``target``; None when there is none,
    when there are several that differ in their values. Among equal values the first positions are
    taken. At most ``MAX_SIZE`` positions, and only one of more than ``MAX_DOCUMENTS`` values.

    Pairs are joined through their sums (meet in the middle): 45 documents are some 1,000 pairs.
    """
    if len(values) > MAX_DOCUMENTS:
        largest = 1
    sizes = range(smallest, min(largest, MAX_SIZE, len(values)) + 1)
    found: dict[tuple[int, ...], tuple[int, ...]] = {}
    for subset in _subsets(values, target, sizes):
        key = tuple(sorted(values[p] for p in subset))
        if key not in found or subset < found[key]:
            found[key] = subset
        if len(found) > 1:
            return None
    return next(iter(found.values()), None)


def chance_of_sum(documents: int, size: int, target: int) -> float:
    """How many of all subsets of up to ``size`` of ``documents`` would reach ``target`` (in cents)
    by accident, if sums were spread evenly up to it."""
    return sum(comb(documents, k) for k in range(1, size + 1)) / max(abs(target), 1)


def grain(values: Sequence[int]) -> int:
    """The round step in which sums of ``values`` (in cents) move: 1000 for whole tens, 1 for odd
    amounts. Round amounts meet by accident that much more often."""
    return next(step for step in _STEPS if not any(value % step for value in values))


def _subsets(values: Sequence[int], target: int, sizes: range) -> Iterator[tuple[int, ...]]:
    if 1 in sizes:
        yield from ((p,) for p, v in enumerate(values) if v == target)
    if sizes and sizes[-1] > 1:
        sums = _Sums(values)
        for size in sizes:
            if size > 1:
                yield from sums.subsets(target, size)


@lru_cache(maxsize=MAX_DOCUMENTS + 1)
def _pairs(count: int) -> tuple[tuple[int, int], ...]:
    return tuple(combinations(range(count), 2))


class _Sums:
    """The sums of all pairs of ``values``, made once for the sizes from two to four."""

    def __init__(self, values: Sequence[int]) -> None:
        self._values = values
        self._pairs = _pairs(len(values))
        self._sums = [values[a] + values[b] for a, b in self._pairs]
        self._reached = frozenset(self._sums)

    def subsets(self, target: int, size: int) -> Iterator[tuple[int, ...]]:
        """All sets of ``size`` positions that sum to ``target``."""
        if size == 2:
            return (p for p, s in zip(self._pairs, self._sums, strict=True) if s == target)
        missing = self._values if size == 3 else self._reached
        tails = self._reached.intersection([target - value for value in missing])
        return self._joined(target, size, tails) if tails else iter(())

    def _joined(self, target: int, size: int, tails: frozenset[int]) -> Iterator[tuple[int, ...]]:
        """One position or a pair, before each pair whose sum is the one of ``tails`` that it lacks."""
        ends: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for pair, total in zip(self._pairs, self._sums, strict=True):
            if total in tails:
                ends[total].append(pair)
        heads: Iterable[tuple[int, ...]] = chain.from_iterable(ends.values())
        if size == 3:
            heads = ((p,) for p in range(len(self._values)))
        for head in heads:
            for tail in ends.get(target - sum(self._values[p] for p in head), ()):
                if head[-1] < tail[0]:
                    yield *head, *tail
