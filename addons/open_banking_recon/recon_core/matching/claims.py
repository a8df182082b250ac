"""A line on its way through the matching: what it could settle, and what it got."""

from __future__ import annotations

from dataclasses import dataclass, field

from .book import Book
from .hypotheses import Hypothesis
from .reading import Reading
from .rules import STRENGTH
from .vetoes import veto


@dataclass(slots=True)
class Claim:
    """A line with its ranked hypotheses, and in the end the one that it got."""

    reading: Reading
    ranked: list[Hypothesis]
    chosen: Hypothesis | None = None
    takes: dict[int, int] = field(default_factory=dict)
    veto: str = ""
    lost_to: int = 0

    @property
    def held_by(self) -> str:
        """What keeps the chosen hypothesis from posting: a veto, or another line that has taken the
        document; empty when nothing does."""
        return "taken" if self.lost_to else self.veto

    def veto_of(self, h: Hypothesis, book: Book) -> str:
        """Why ``h`` of this line may not post; looked for when somebody first asks, since most are
        never chosen."""
        if h.veto is None:
            h.veto = veto(h, self.ranked, self.reading, book)
        return h.veto

    def order(self, at: int) -> tuple[int, str, int, int]:
        line = self.reading.line
        strength = STRENGTH[self.ranked[at].rule]
        return strength, line.booking_date.isoformat(), line.id, at
