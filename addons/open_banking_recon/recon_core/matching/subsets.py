"""Sums of a few documents. A sum that two different sets of documents reach proves nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from math import comb

MAX_DOCUMENTS = 45
MAX_SIZE = 4


def unique_subset(
    values: Sequence[int], target: int, smallest: int = 1, largest: int = MAX_SIZE
) -> tuple[int, ...] | None:
    """Positions of the only subset of ``values`` that sums to ``target``; None when there is none,
    when there are several that differ in their values. Among equal values the first positions are
    taken. At most ``MAX_SIZE`` positions, and only one of more than ``MAX_DOCUMENTS`` values.

    Pairs are joined through a table of sums (meet in the middle): 45 documents are some 1,000 pairs.
    """
    if len(values) > MAX_DOCUMENTS:
        largest = 1
    found: dict[tuple[int, ...], tuple[int, ...]] = {}
    for size in range(smallest, min(largest, MAX_SIZE, len(values)) + 1):
        for subset in _subsets(values, target, size):
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


def _subsets(values: Sequence[int], target: int, size: int) -> list[tuple[int, ...]]:
    if size == 1:
        return [(p,) for p, v in enumerate(values) if v == target]
    pairs = list(combinations(range(len(values)), 2))
    if size == 2:
        return [p for p in pairs if values[p[0]] + values[p[1]] == target]
    sums: defaultdict[int, list[tuple[int, ...]]] = defaultdict(list)
    for p in pairs:
        sums[values[p[0]] + values[p[1]]].append(p)
    if size == 3:
        heads: list[tuple[int, ...]] = [(p,) for p in range(len(values))]
    else:
        heads = list(pairs)
    return [
        (*head, *tail)
        for head in heads
        for tail in sums.get(target - sum(values[p] for p in head), ())
        if head[-1] < tail[0]
    ]
