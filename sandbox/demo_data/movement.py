"""A bank movement before it has its number, and the calendar of banks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from .model import Account, Document, Settled, Transaction, Truth

HISTORY_DAYS = 75

Movement = tuple[Transaction, Truth]


@dataclass(frozen=True, slots=True)
class Period:
    """The days the bank tells about: from ``start`` to the day before ``as_of``."""

    as_of: date

    @property
    def start(self) -> date:
        return self.as_of - timedelta(days=HISTORY_DAYS)

    def bank_day(self, wanted: date) -> date:
        """The first weekday on or after ``wanted``, kept inside the period."""
        day = min(max(wanted, self.start), self.as_of - timedelta(days=1))
        while day.weekday() > 4 and day < self.as_of - timedelta(days=1):
            day += timedelta(days=1)
        while day.weekday() > 4:
            day -= timedelta(days=1)
        return day

    def month_days(self, day_of_month: int) -> list[date]:
        """That day of every month of the period, oldest first, as bank days."""
        days = (self.start + timedelta(days=offset) for offset in range(HISTORY_DAYS))
        return [self.bank_day(day) for day in days if day.day == day_of_month]


def booked(account: Account, day: date, truth: Truth, **fields: Any) -> Movement:
    """A booked movement of ``account``; ``fields`` as in Transaction."""
    transaction = Transaction(
        id="",
        account_iban=account.iban,
        status="booked",
        booking_date=day,
        value_date=day,
        **fields,
    )
    return transaction, truth


def pays(kind: str, *documents: Document) -> Truth:
    """The truth of a movement that pays documents in full."""
    signs = {"out_refund": -1}
    settled = (Settled(item.number, signs.get(item.kind, 1) * item.total) for item in documents)
    return Truth(kind, tuple(settled))
