"""What the lines that people decided on teach about the next ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from .aliases import aliases_of
from .docs import all_references
from .engine import match
from .experience import Alias, Experience, Tally
from .model import Allocation, LineResult, MatchPolicy, OpenItem, Partner, StatementLine


@dataclass(frozen=True, slots=True)
class Lesson:
    """A line and what a person settled with it; no allocations when it pays no document."""

    line: StatementLine
    allocations: tuple[Allocation, ...] = ()


def learn(
    lessons: Sequence[Lesson],
    items: Iterable[OpenItem],
    partners: Iterable[Partner],
    known: Experience | None = None,
) -> Experience:
    """``known`` and what ``lessons`` add to it, one version later. ``items`` are the documents as
    they were open before the lessons were decided: each lesson is compared with what the matching
    would have proposed, so that its record counts matches that nobody was shown, too."""
    known = known or Experience()
    items, partners = list(items), list(partners)
    by_id = {item.id: item for item in items}
    results = match([lesson.line for lesson in lessons], items, partners, MatchPolicy(), known)
    categories: dict[str, Tally] = dict(known.categories)
    right, wrong = Counter(known.right_signs), Counter(known.wrong_signs)
    for lesson, result in zip(lessons, results, strict=True):
        for category, tally in tally_of(result, lesson.allocations).items():
            categories[category] = categories.get(category, Tally()) + tally
        for is_right, signs in signs_of(result, lesson.allocations):
            (right if is_right else wrong).update(signs)
    return replace(
        known,
        version=known.version + 1,
        aliases=_merged(known.aliases, [a for x in lessons for a in aliases_from(x, by_id)]),
        categories=categories,
        right_signs=dict(right),
        wrong_signs=dict(wrong),
    )


def aliases_from(lesson: Lesson, items: dict[int, OpenItem]) -> list[Alias]:
    """What ``lesson`` teaches about its payer; nothing unless one partner alone was paid."""
    paid = [items[a.item_id] for a in lesson.allocations if a.item_id in items]
    owners = {item.partner_id for item in paid}
    if len(owners) != 1 or len(paid) != len(lesson.allocations):
        return []
    references = [r for item in paid for r in all_references(item)]
    return aliases_of(lesson.line, owners.pop(), references)


def tally_of(result: LineResult, truth: Sequence[Allocation]) -> dict[str, Tally]:
    """{category of the best proposal: whether it was right}; empty when nothing was proposed."""
    if not result.proposals or not result.proposals[0].category:
        return {}
    best = result.proposals[0]
    return {best.category: Tally(int(is_same(best.allocations, truth)), 1)}


def signs_of(result: LineResult, truth: Sequence[Allocation]) -> list[tuple[bool, list[str]]]:
    """[(whether the proposal was right, its evidence codes)] for all proposals of the line."""
    return [(is_same(p.allocations, truth), [e.code for e in p.evidence]) for p in result.proposals]


def is_same(proposed: Sequence[Allocation], settled: Sequence[Allocation]) -> bool:
    """Whether both settle the same documents with the same amounts, to half a cent."""
    mine = {a.item_id: a.amount for a in proposed}
    its = {a.item_id: a.amount for a in settled}
    return mine.keys() == its.keys() and all(
        abs(amount - its[item]) <= Decimal("0.005") for item, amount in mine.items()
    )


def _merged(known: Sequence[Alias], added: Sequence[Alias]) -> tuple[Alias, ...]:
    counts: Counter[Alias] = Counter()
    for alias in (*known, *added):
        counts[replace(alias, count=0)] += alias.count
    return tuple(replace(alias, count=count) for alias, count in counts.items())
