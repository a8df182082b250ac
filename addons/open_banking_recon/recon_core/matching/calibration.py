"""How sure a match is: what was counted for its category, at home first, then when shipped.

A category is the rule of a match, what holds it back, and the band of its raw probability. Raw
probabilities rank well and promise too much; the share of a category that turned out right does not.
"""

from __future__ import annotations

from collections.abc import Mapping

from .experience import Experience, Tally
from .measured import CATEGORIES
from .rules import CERTAIN

_BANDS = ((0.99, "99"), (0.9, "90"), (0.5, "50"))
_SHIPPED_WEIGHT = 100  # as many observations as the shipped counts are worth beside a company's own
_UNSEEN = 0.8  # of a raw probability is believed where nothing was ever counted
# Kinds of matches that no record of their own may ever post: the line should not match at all.
_NEVER = frozenset({"no_document_line", "advance_words", "taken"})


def category_of(rule: str, held_by: str, raw: float) -> str:
    """The category of a match: the rule alone when it is a certain one and nothing holds it back."""
    if rule in CERTAIN and not held_by:
        return rule
    band = next((name for least, name in _BANDS if raw >= least), "0")
    return f"{rule}/{held_by}/{band}"


def stated_probability(category: str, raw: float, own: Mapping[str, Tally]) -> float:
    """The probability to state: the share of the category that was right, (right + 1) / (made + 2),
    shipped counts and the company's own together; the latter soon outweigh the former."""
    shipped, mine = CATEGORIES.get(category, (0, 0)), own.get(category, Tally())
    right, made = (shipped[0] + 1.0, shipped[1] + 2) if shipped[1] else (2 * raw * _UNSEEN, 2)
    scale = min(1.0, _SHIPPED_WEIGHT / made) if mine.made else 1.0
    return (right * scale + mine.right) / (made * scale + mine.made)


def can_earn(category: str) -> bool:
    """Whether ``category`` is one that a good record may let post."""
    return "/" in category and not _NEVER.intersection(category.split("/"))


def is_paused(category: str, experience: Experience) -> bool:
    """Whether a person has to allow ``category``, or its rule as a whole, before it posts again."""
    return not experience.paused.isdisjoint((category, category.partition("/")[0]))


def may_post(category: str, experience: Experience, precision_target: float) -> bool:
    """Whether the company's own record lets ``category`` post although no shipped rule does: the
    lower bound of its precision is above the target, and nobody paused it."""
    if is_paused(category, experience) or not can_earn(category):
        return False
    return experience.categories.get(category, Tally()).lower_bound() >= precision_target
