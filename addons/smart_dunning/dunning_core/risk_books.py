"""The receivables as they stood on the evening of a day, customer by customer.

One walk through time: an invoice is issued, it becomes overdue, it is settled. Each of them is known
from its day on and not before, so that whatever is read from ``Books`` on the way rests on the past
alone. An invoice that is open after its due date is known to be late, not yet by how much.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum
from itertools import groupby
from math import sqrt

from .risk_prior import BetaPrior, estimate

HALF_LIFE_DAYS = 180  # an outcome of half a year ago weighs half in what is "recent"
KEPT_DELAYS = 40  # newest late payments kept of each customer
_REFRESH_DAYS = 7  # how old the priors may be
_EARLIEST, _LATEST = -90, 180  # days: payments further off say no more
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Receivable:
    """One invoice, or one instalment. ``segment``: the country, or what else groups customers.

    ``amount`` in the currency of the company; ``settled_date`` None while it is open; ``key``: how
    the caller calls it.
    """

    customer: str
    segment: str
    invoice_date: date
    due_date: date
    amount: Decimal
    settled_date: date | None = None
    key: str = ""

    @property
    def delay(self) -> int | None:
        """Days from the due date to the payment, negative before it; None while open."""
        return None if self.settled_date is None else (self.settled_date - self.due_date).days

    def late_on(self, day: date) -> bool | None:
        """Whether it was paid after its due date, as known on the evening of ``day``."""
        if self.settled_date is not None and self.settled_date <= day:
            return self.settled_date > self.due_date
        return True if day > self.due_date else None


class _Kind(IntEnum):
    ISSUED = 0
    OVERDUE = 1
    SETTLED = 2


@dataclass(slots=True)
class Fading:
    """Sums whose parts lose half of their weight in ``half_life_days``; ``day`` is an ordinal."""

    sums: list[float]
    half_life_days: int = HALF_LIFE_DAYS
    day: int = 0

    def at(self, day: int) -> list[float]:
        fade = 0.5 ** ((day - self.day) / self.half_life_days) if self.day else 1.0
        return [value * fade for value in self.sums]

    def add(self, day: int, *values: float) -> None:
        self.sums = [old + new for old, new in zip(self.at(day), values, strict=True)]
        self.day = day


@dataclass(slots=True)
class Standing:
    """What is known of one customer."""

    segment: str
    issued: int = 0
    amounts: float = 0.0
    terms_days: int = 0
    open_count: int = 0
    overdue: dict[int, date] = field(default_factory=dict)
    late: int = 0
    total: int = 0
    recent: Fading = field(default_factory=lambda: Fading([0.0, 0.0]))  # late, all
    pace: Fading = field(default_factory=lambda: Fading([0.0, 0.0, 0.0]))  # 1, delay, delay squared
    late_delays: deque[int] = field(default_factory=lambda: deque(maxlen=KEPT_DELAYS))

    def note_issued(self, invoice: Receivable) -> None:
        amount = abs(float(invoice.amount))
        self.issued += 1
        self.amounts += amount
        self.terms_days += (invoice.due_date - invoice.invoice_date).days
        self.open_count += 1

    def note_outcome(self, day: date, late: bool) -> None:
        self.total += 1
        self.late += late
        self.recent.add(day.toordinal(), float(late), 1.0)

    def note_settled(self, day: date, invoice: Receivable, delay: int) -> None:
        self.open_count -= 1
        near = float(min(max(delay, _EARLIEST), _LATEST))
        self.pace.add(day.toordinal(), 1.0, near, near * near)
        if delay > 0:
            self.late_delays.append(delay)


@dataclass(frozen=True, slots=True)
class Pace:
    """When customers pay, in days after the due date: mean, spread between invoices."""

    mean: float
    spread: float


class Books:
    """All customers of a company on one evening; ``close`` moves on to a later one."""

    def __init__(self, invoices: Iterable[Receivable]) -> None:
        self._invoices = in_order(invoices)
        self._events = _events(self._invoices)
        self._next = 0
        self._priors: dict[str, BetaPrior] = {}
        self._all_pace = Standing("")
        self._refreshed_on: date | None = None
        self.customers: dict[str, Standing] = {}

    def close(self, day: date) -> None:
        """Take in all that happened until the evening of ``day``."""
        while self._next < len(self._events) and self._events[self._next][0] <= day:
            when, kind, index = self._events[self._next]
            self._happen(when, kind, index)
            self._next += 1
        if self._refreshed_on is None or (day - self._refreshed_on).days >= _REFRESH_DAYS:
            self._refresh(day)

    def standing(self, customer: str, segment: str) -> Standing:
        return self.customers.get(customer) or Standing(segment)

    def prior(self, segment: str) -> BetaPrior:
        """Of a customer without history in that segment."""
        return self._priors.get(segment) or self._priors[""]

    def pace(self, day: date) -> Pace:
        """Of all customers together."""
        weight, total, squares = self._all_pace.pace.at(day.toordinal())
        if weight < 1:
            return Pace(0.0, 1.0)
        mean = total / weight
        return Pace(mean, max(sqrt(max(squares / weight - mean * mean, 0.0)), 1.0))

    def _happen(self, day: date, kind: _Kind, index: int) -> None:
        invoice = self._invoices[index]
        who = self.customers.setdefault(invoice.customer, Standing(invoice.segment))
        if kind is _Kind.ISSUED:
            who.segment = invoice.segment
            who.note_issued(invoice)
        elif kind is _Kind.OVERDUE:
            who.overdue[index] = invoice.due_date
            who.note_outcome(day, late=True)
        else:
            self._settle(day, who, invoice, index)

    def _settle(self, day: date, who: Standing, invoice: Receivable, index: int) -> None:
        delay = invoice.delay or 0
        if who.overdue.pop(index, None) is None:
            who.note_outcome(day, late=delay > 0)
        who.note_settled(day, invoice, delay)
        self._all_pace.note_settled(day, invoice, delay)

    def _refresh(self, day: date) -> None:
        """Estimate the priors anew: the company from its customers, a segment drawn to it."""
        by_segment: dict[str, list[float]] = {}
        for who in self.customers.values():
            sums = by_segment.setdefault(who.segment, [0.0, 0.0])
            sums[0] += who.late
            sums[1] += who.total
        company = estimate((who.late, who.total) for who in self.customers.values())
        between = estimate((late, total) for late, total in by_segment.values())
        # A segment is known no better than its customers are alike: its invoices count as many
        # as the independent ones they are worth.
        worth = 1 / (1 + company.strength)
        self._priors = {
            segment: BetaPrior(
                BetaPrior(company.rate, between.strength).smooth(late * worth, total * worth),
                company.strength,
            )
            for segment, (late, total) in by_segment.items()
        }
        self._priors[""] = company
        self._refreshed_on = day


def in_order(invoices: Iterable[Receivable]) -> list[Receivable]:
    """Sorted by what is known on the day of issue alone."""
    return sorted(invoices, key=lambda i: (i.invoice_date, i.due_date, i.customer, i.amount))


def by_invoice_date(
    books: Books, invoices: Sequence[Receivable]
) -> Iterator[tuple[date, list[Receivable]]]:
    """(the evening before, the invoices issued on the next day), with the books closed then."""
    for day, issued in groupby(in_order(invoices), key=lambda i: i.invoice_date):
        books.close(day - _DAY)
        yield day - _DAY, list(issued)


def _events(invoices: Sequence[Receivable]) -> list[tuple[date, _Kind, int]]:
    events = []
    for index, invoice in enumerate(invoices):
        events.append((invoice.invoice_date, _Kind.ISSUED, index))
        settled = invoice.settled_date
        if settled is None or settled > invoice.due_date:
            # Issued after its due date: late from the day on which it exists.
            known = max(invoice.due_date + _DAY, invoice.invoice_date)
            if settled is None or settled > known:
                events.append((known, _Kind.OVERDUE, index))
        if settled is not None:
            events.append((max(settled, invoice.invoice_date), _Kind.SETTLED, index))
    return sorted(events)
