"""What a contact with a customer is worth: the order of the work of a day.

A debt that is paid earlier spares the cost of the capital that it binds:

    chance that it is late x chance that the contact works x amount x days gained x daily cost

less what the contact costs. The chance that a contact works is an assumption until it has been
measured, so the figure is for ordering, not for the accounts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

RESPONSE_DAYS = 7  # a contact that works brings the money in about a week
_DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Contact:
    """``effect``: share of contacts after which is paid (0..1); ``capital_rate``: yearly cost of
    capital as a fraction; ``cost`` of one contact, in the currency of the debts."""

    effect: Decimal
    capital_rate: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Debt:
    """``late``: probability of being paid late (0..1), of no account once it is overdue;
    ``expected``: the day of payment if nobody says anything."""

    amount: Decimal
    due_date: date
    expected: date
    late: Decimal


def expected_gain(debts: Iterable[Debt], today: date, contact: Contact) -> Decimal:
    """The gain of one contact about all ``debts``, in their currency, not rounded. Below zero
    where the contact costs more than it brings."""
    bound = sum((_amount_days(debt, today) for debt in debts), Decimal(0))
    return bound * contact.effect * contact.capital_rate / _DAYS_A_YEAR - contact.cost


def _amount_days(debt: Debt, today: date) -> Decimal:
    chance = Decimal(1) if debt.due_date < today else debt.late
    answered = max(today, debt.due_date).toordinal() + RESPONSE_DAYS
    return chance * debt.amount * max(debt.expected.toordinal() - answered, 0)
