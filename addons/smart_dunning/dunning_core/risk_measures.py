"""How good predicted probabilities and delays are: AUC, Brier score, mean absolute error."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import sqrt


def auc(probabilities: Sequence[float], outcomes: Sequence[bool]) -> float | None:
    """Share of pairs (one late, one not) that are ranked rightly; a tie counts half.

    None while only one kind of outcome was seen. Source: Mann and Whitney (1947).
    """
    late = sum(outcomes)
    in_time = len(outcomes) - late
    if not late or not in_time:
        return None
    ranked = sorted(zip(probabilities, outcomes, strict=True))
    below, right = 0, 0.0
    for _, tied in groupby(ranked, key=lambda pair: pair[0]):
        group = [outcome for _, outcome in tied]
        late_here = sum(group)
        right += late_here * (below + (len(group) - late_here) / 2)
        below += len(group) - late_here
    return right / (late * in_time)


def brier_gain(
    probabilities: Sequence[float], others: Sequence[float], outcomes: Sequence[bool]
) -> tuple[float, float]:
    """How much lower the Brier score of ``probabilities`` is than that of ``others``, and the
    standard error of that difference, invoice by invoice."""
    gains = [
        (other - outcome) ** 2 - (p - outcome) ** 2
        for p, other, outcome in zip(probabilities, others, outcomes, strict=True)
    ]
    mean = sum(gains) / len(gains)
    return mean, sqrt(sum((gain - mean) ** 2 for gain in gains)) / len(gains)


def brier(probabilities: Sequence[float], outcomes: Sequence[bool]) -> float:
    """The mean squared distance between probability and outcome; 0 is best."""
    pairs = zip(probabilities, outcomes, strict=True)
    return sum((p - outcome) ** 2 for p, outcome in pairs) / len(outcomes)


def mean_absolute_error(expected: Sequence[float], actual: Sequence[float]) -> float:
    """The mean distance, in the unit of the values."""
    return sum(abs(e - a) for e, a in zip(expected, actual, strict=True)) / len(actual)
