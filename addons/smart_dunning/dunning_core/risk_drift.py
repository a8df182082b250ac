"""Customers on the whole become slower or faster; a model that was fitted once follows them.

What was said of invoices is held against what became of them, and the surplus of late ones moves
what is said next: one step of Newton's method on the intercept, drawn to no step at all.
"""

from __future__ import annotations

from datetime import date, timedelta
from heapq import heappop, heappush

from .risk_books import Fading, Receivable

_HALF_LIFE_DAYS = 90
_STRENGTH = 20.0  # variance of the outcomes, 1/4 for an even bet, that "no change" weighs
_DAY = timedelta(days=1)


class Drift:
    """Compares each invoice on the day after its due date, when late and punctual ones are known
    alike. Ask for evenings in their order."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, float, float]] = []
        self._seen = Fading([0.0, 0.0], _HALF_LIFE_DAYS)
        self._count = 0

    def expect(self, invoice: Receivable, probability: float) -> None:
        """Remember the probability that ``invoice`` is paid late, until it is due."""
        known = max(invoice.due_date + _DAY, invoice.invoice_date)
        late = float(bool(invoice.late_on(known)))
        self._count += 1
        heappush(self._waiting, (known.toordinal(), self._count, late, probability))

    def shift(self, evening: date) -> float:
        """What to add to the log odds on ``evening``; 0 while all goes as expected."""
        today = evening.toordinal()
        while self._waiting and self._waiting[0][0] <= today:
            day, _, late, probability = heappop(self._waiting)
            self._seen.add(day, late - probability, probability * (1 - probability))
        surplus, variance = self._seen.at(today)
        return surplus / (variance + _STRENGTH)
