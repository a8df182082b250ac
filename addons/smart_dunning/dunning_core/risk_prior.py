"""What a group of customers says about one of them: a beta prior, estimated from the data.

The late rate of a customer is seen as a draw from a beta distribution whose mean is the rate of its
group. How much the group weighs, in invoices, follows from how far its customers lie apart: like
customers weigh much, unlike ones little. Source: Kleinman (1973), "Proportions with Extraneous
Variance", JASA 68, 46-54 (moments of the beta-binomial).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MIN_STRENGTH, MAX_STRENGTH = 1.0, 100.0
DEFAULT_STRENGTH = 5.0  # until there are customers enough to tell
_GROUPS_TO_TELL = 5
_LAPLACE_LATE, _LAPLACE_ALL = 1.0, 2.0


@dataclass(frozen=True, slots=True)
class BetaPrior:
    """``rate`` in 0..1 and ``strength``, the number of invoices that it weighs."""

    rate: float
    strength: float

    def smooth(self, late: float, total: float) -> float:
        """The posterior mean: (late + strength * rate) / (total + strength)."""
        return (late + self.strength * self.rate) / (total + self.strength)


def pooled_rate(late: float, total: float) -> float:
    """The rate of all invoices together; one in two without any (rule of succession)."""
    return (late + _LAPLACE_LATE) / (total + _LAPLACE_ALL)


def estimate(groups: Iterable[tuple[float, float]]) -> BetaPrior:
    """The prior behind ``groups``, pairs of (late, total), by the method of moments.

    The strength lies within MIN_STRENGTH and MAX_STRENGTH; DEFAULT_STRENGTH with few groups.
    """
    seen = [(late, total) for late, total in groups if total > 0]
    late_sum, total_sum = sum(late for late, _ in seen), sum(total for _, total in seen)
    rate = pooled_rate(late_sum, total_sum)
    spread = rate * (1 - rate)
    free = total_sum - sum(total * total for _, total in seen) / total_sum if seen else 0.0
    free -= len(seen) - 1
    if len(seen) < _GROUPS_TO_TELL or free <= 0:
        return BetaPrior(rate, DEFAULT_STRENGTH)
    between = sum(total * (late / total - rate) ** 2 for late, total in seen)
    alike = (between - (len(seen) - 1) * spread) / (free * spread)
    strength = (1 - alike) / alike if alike > 0 else MAX_STRENGTH
    return BetaPrior(rate, min(max(strength, MIN_STRENGTH), MAX_STRENGTH))
