"""What is known about where a supplier prints a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

_FIRST = 0.78  # what was taught once is shown as a proposal
_DOUBT = 0.6  # of the doubt that is left after each further time it was right
_HIGHEST = 0.97
_LEAST = 0.5


class Direction(str, Enum):
    """Where the value stands: beside its label, below it, or at a place without a label."""

    RIGHT = "right"
    BELOW = "below"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Hint:
    """``field`` is one of :class:`.model.ReadDocument`; ``label`` is folded, its words with one
    space between; ``left`` and ``top`` are where the value began, in parts of the page.
    ``month_first`` is how the supplier writes dates, None where that was not to be seen."""

    field: str
    label: str
    direction: Direction
    left: float
    top: float
    month_first: bool | None = None
    right: int = 0
    wrong: int = 0

    @property
    def confidence(self) -> float:
        """Higher each time it was right; each time it was wrong takes back more than that."""
        sure = 1 - (1 - _FIRST) * _DOUBT ** (self.right - 3 * self.wrong)
        return round(min(_HIGHEST, max(0.0, sure)), 3)

    @property
    def is_trusted(self) -> bool:
        """Whether it proposes anything any more."""
        return self.confidence >= _LEAST
