"""When two explanations of a line stand side by side, so that a person has to choose."""

from __future__ import annotations

from collections.abc import Sequence, Set

from .hypotheses import Hypothesis
from .reading import Reading
from .rules import EXACT, STRENGTH
from .scoring import is_dated, is_of_named_month
from .subsets import MAX_CHANCE

_FARFETCHED = 10  # times likelier by accident: such a sum is no rival
RIVAL = "rival"
TWINS = "twins"  # only younger documents of the same partner and amount stand beside it


def still_rivals(
    h: Hypothesis, ranked: Sequence[Hypothesis], reading: Reading, gone: Set[int]
) -> bool:
    """Whether another explanation stands beside ``h`` when the documents ``gone`` are taken."""
    return any(_is_rival(h, other, reading) and gone.isdisjoint(other.key) for other in ranked)


def rivalry(h: Hypothesis, ranked: Sequence[Hypothesis], reading: Reading) -> str:
    """RIVAL when another hypothesis explains the line as well as ``h``, TWINS when only younger
    equal documents of its partner do, else empty."""
    rivals = [other for other in ranked if _is_rival(h, other, reading)]
    if rivals and all(_is_younger_twin(h, other) for other in rivals):
        return TWINS
    return RIVAL if rivals else ""


def _is_rival(h: Hypothesis, other: Hypothesis, reading: Reading) -> bool:
    """Whether ``other`` explains the line as well as ``h``, so that a person has to choose."""
    if other is h or _is_twin_of_another_month(h, other, reading):
        return False
    if h.amount not in EXACT and other.amount in EXACT and other.partner >= h.partner:
        return True
    if h.amount in EXACT and other.amount not in EXACT and set(other.key) < set(h.key):
        return False
    if _is_of_another_month(h, other, reading):
        return True
    if (
        other.added
        and other.partner_id == h.partner_id
        and other.chance > _FARFETCHED * max(h.chance, MAX_CHANCE / _FARFETCHED)
    ):
        return False
    if STRENGTH[other.rule] > STRENGTH[h.rule] or other.ref < h.ref or other.partner < h.partner:
        return False
    return is_dated(other, reading) or not is_dated(h, reading)


def _is_of_another_month(h: Hypothesis, other: Hypothesis, reading: Reading) -> bool:
    """Whether ``other`` explains the month that the line names, and ``h`` does not."""
    return (
        not h.ref
        and other.amount in EXACT
        and other.partner >= h.partner
        and is_of_named_month(other, reading)
        and not is_of_named_month(h, reading)
    )


def _is_younger_twin(h: Hypothesis, other: Hypothesis) -> bool:
    """Whether ``other`` is one document like the one of ``h`` and due later."""
    if len(h.docs) > 1 or len(other.docs) > 1:
        return False
    mine, its = h.docs[0], other.docs[0]
    return (
        h.partner_id == other.partner_id
        and (mine.residual, mine.sign, mine.is_payment) == (its.residual, its.sign, its.is_payment)
        and h.currency == other.currency
        and mine.age < its.age
    )


def _is_twin_of_another_month(h: Hypothesis, other: Hypothesis, reading: Reading) -> bool:
    """Whether ``other`` is a document like that of ``h`` but not of the month that the line names."""
    if len(h.docs) > 1 or len(other.docs) > 1 or h.ref or other.ref:
        return False
    mine, its = h.docs[0], other.docs[0]
    alike = h.partner_id == other.partner_id and mine.is_payment == its.is_payment
    if not alike or is_dated(other, reading):
        return False
    return is_of_named_month(h, reading) and not is_of_named_month(other, reading)
