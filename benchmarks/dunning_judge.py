"""A second, simpler book-keeping of a year of follow-up, that judges each message on its own.

It is told what happens (invoices, payments, promises ...) and what was sent, and reads nothing from
Odoo. Business days come from the ``holidays`` package, counted here one by one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

import holidays

OFFSETS = (-3, 5, 15, 30)
FORMAL = 30
MINIMUM = Decimal(5)
LIMITS = ((1, 7), (3, 30))
PENDING_DAYS = 7
GRACE_DAYS = 3
KEPT = Decimal("0.95")
PARIS = ZoneInfo("Europe/Paris")
_ONE = timedelta(days=1)
_CLOSED = holidays.country_holidays("FR")


@cache
def is_open(day: date) -> bool:
    return day.weekday() < 5 and day not in _CLOSED


@cache
def business_days_from(day: date, count: int) -> date:
    step = _ONE if count > 0 else -_ONE
    while count:
        day += step
        if is_open(day):
            count -= 1 if count > 0 else -1
    return day


@dataclass
class Invoice:
    name: str
    customer: int
    issued: date
    due: date
    open: Decimal
    is_disputed: bool = False
    done: int | None = None

    def reached(self, today: date) -> int | None:
        """The newest step that has come, as of the evening of ``today``."""
        found = None
        for offset in OFFSETS:
            if offset < 0 and today >= self.due:
                continue
            if offset == FORMAL and (self.done is None or self.done < 0):
                continue  # a formal notice is never the first word
            if self.issued < business_days_from(self.due, offset) <= today:
                found = offset
        return found

    def step_back(self) -> None:
        if self.done is not None:
            self.done = max((o for o in OFFSETS if o < self.done), default=None)


@dataclass
class Promise:
    owed: Decimal
    last: date


@dataclass
class Customer:
    invoices: list[Invoice] = field(default_factory=list)
    credit: Decimal = Decimal(0)
    announced: date | None = None
    holds: list[tuple[date, date]] = field(default_factory=list)
    promise: Promise | None = None
    contacts: list[date] = field(default_factory=list)

    def open_invoices(self) -> list[Invoice]:
        return [invoice for invoice in self.invoices if invoice.open > 0]

    def owed(self) -> Decimal:
        return sum((i.open for i in self.open_invoices()), Decimal(0)) - self.credit

    def silence(self, today: date) -> str:
        """Why nothing may be written today, "" when something may."""
        if self.announced and (today - self.announced).days <= PENDING_DAYS:
            return "a payment is on its way"
        if any(start <= today <= end for start, end in self.holds):
            return "on hold"
        if self.promise and today <= self.promise.last:
            if self.promise.owed - max(self.owed(), Decimal(0)) < self.promise.owed * KEPT:
                return "a promise is open"
            self.promise = None  # kept
        for most, days in LIMITS:
            if sum((today - day).days < days for day in self.contacts) >= most:
                return "written to often enough"
        return ""

    def due_step(self, today: date) -> int | None:
        """The step that is to be taken today, None when there is none or nothing is owed for it."""
        reached = {
            i.name: at
            for i in self.open_invoices()
            if not i.is_disputed and (at := i.reached(today)) is not None
        }
        fresh = [
            at
            for i in self.open_invoices()
            if (at := reached.get(i.name)) is not None and (i.done is None or i.done < at)
        ]
        if not fresh:
            return None
        step = max(fresh)
        asked = sum(
            i.open
            for i in self.open_invoices()
            if i.name in reached and (reached[i.name] < 0) == (step < 0)
        )
        return step if asked - self.credit >= MINIMUM else None


class Judge:
    """``wrong``: each message or omission that should not have been, with its reason."""

    def __init__(self) -> None:
        self.customers: defaultdict[int, Customer] = defaultdict(Customer)
        self.invoices: dict[str, Invoice] = {}
        self.ids: Counter[str] = Counter()
        self.late: set[int] = set()
        self.wrong: list[str] = []
        self.messages = 0

    def add(self, invoice: Invoice) -> None:
        self.customers[invoice.customer].invoices.append(invoice)
        self.invoices[invoice.name] = invoice

    def read(self, customer_id: int, mail: dict[str, object]) -> None:
        """Judge one e-mail by what is known at this moment."""
        self.ids[str(mail["id"])] += 1
        if self.ids[str(mail["id"])] > 1:
            return  # the same message again: the driver counts them
        self.messages += 1
        at = datetime.fromisoformat(str(mail["at"])).astimezone(PARIS)
        customer, today = self.customers[customer_id], at.date()
        names = [str(name) for name in mail["names"]]  # type: ignore[attr-defined]
        for reason in self._faults(customer_id, customer, names, at):
            self.wrong.append(f"{at:%Y-%m-%d %H:%M} customer {customer_id} {names}: {reason}")
        customer.contacts.append(today)
        for name in names:
            if (step := self.invoices[name].reached(today)) is not None:
                self.invoices[name].done = step

    def _faults(
        self, customer_id: int, customer: Customer, names: list[str], at: datetime
    ) -> list[str]:
        found = []
        asked = [self.invoices[name] for name in names]
        if not asked:
            found.append("names no invoice")
        if any(invoice.customer != customer_id for invoice in asked):
            found.append("names an invoice of another customer")
        if any(invoice.open <= 0 for invoice in asked):
            found.append("asks for a paid invoice")
        if any(invoice.is_disputed for invoice in asked):
            found.append("asks for a disputed invoice")
        if sum(invoice.open for invoice in asked) <= customer.credit:
            found.append("credits cover the debt")
        if silence := customer.silence(at.date()):
            found.append(silence)
        if not is_open(at.date()) or not 9 <= at.hour < 18:
            found.append("outside business hours")
        return found

    def close_day(self, today: date) -> None:
        """On a business day: whoever was owed a step yesterday evening and is owed it still."""
        if not is_open(today):
            return
        late = {
            number
            for number, customer in self.customers.items()
            if customer.due_step(today) is not None and not customer.silence(today)
        }
        for number in late & self.late:
            step = self.customers[number].due_step(today)
            self.wrong.append(f"{today} customer {number}: step {step} was due yesterday")
        self.late = late
