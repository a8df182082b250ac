"""How late, once it is late: the delays of the customer, filled up with those of all customers.

The delays of late payments are kept as they were; a customer with few of them borrows from the
others. From the mixture follow the share beyond a number of days and any quantile. The expected
delay is the median of "in time with 1 - p, else so late", which has the least mean absolute error;
it is 0 while p is at most one half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

OWN_STRENGTH = 8.0  # late payments that the delays of all customers weigh
_POINTS = 60  # quantiles kept of the delays of all customers
_DEFAULT = (7,)  # days; until a late payment was seen


@dataclass(frozen=True, slots=True)
class Delays:
    """The delays, in days, of the late payments of all customers."""

    quantiles: tuple[int, ...]

    @classmethod
    def of(cls, late_days: Sequence[int]) -> Delays:
        ordered = sorted(late_days) or list(_DEFAULT)
        count = min(_POINTS, len(ordered))
        step = len(ordered) / count
        return cls(tuple(ordered[int((i + 0.5) * step)] for i in range(count)))

    def beyond(self, own: Sequence[int], days: int) -> float:
        """Share of late payments of a customer with ``own`` delays that take more than ``days``."""
        pairs = self._mixture(own)
        return sum(w for d, w in pairs if d > days) / sum(w for _, w in pairs)

    def quantile(self, own: Sequence[int], share: float) -> int | None:
        """The delay that ``share`` (0..1) of the late payments do not exceed, None when none did."""
        return self._quantile_beyond(own, share, 0)

    def median_with(self, probability: float, own: Sequence[int]) -> int:
        """The median delay, on time counting as 0, when it is late with ``probability``."""
        if probability <= 0.5:
            return 0
        return self.quantile(own, 1 - 0.5 / probability) or 0

    def median_beyond(self, own: Sequence[int], days: int) -> int | None:
        """The median of the late payments that take more than ``days``, None when none did."""
        return self._quantile_beyond(own, 0.5, days)

    def _quantile_beyond(self, own: Sequence[int], share: float, days: int) -> int | None:
        pairs = sorted((d, w) for d, w in self._mixture(own) if d > days)
        wanted = share * sum(w for _, w in pairs)
        reached = 0.0
        for delay, weight in pairs:
            reached += weight
            if reached >= wanted - 1e-9:
                return delay
        return None

    def _mixture(self, own: Sequence[int]) -> list[tuple[int, float]]:
        others = OWN_STRENGTH / len(self.quantiles)
        return [*((d, 1.0) for d in own), *((d, others) for d in self.quantiles)]
