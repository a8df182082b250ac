"""Customers whose habits are known, and the invoices they would get: the truth to be found again."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from dunning_core.risk_books import Receivable

START = date(2024, 1, 1)


class Customer(NamedTuple):
    name: str
    late_rate: float
    late_days: float


def customers(seed: int, count: int) -> list[Customer]:
    """Customers with beta-distributed late rates, some bad, most good."""
    chance = random.Random(seed)  # noqa: S311 - a seeded world, no secret
    return [
        Customer(f"C{n}", chance.betavariate(0.8, 1.4), chance.uniform(3, 12)) for n in range(count)
    ]


def invoices(
    seed: int,
    payers: list[Customer],
    count: int,
    days: int = 600,
    rate: Callable[[Customer, Decimal], float] = lambda payer, amount: payer.late_rate,
) -> list[Receivable]:
    """``count`` invoices at 30 days over ``days`` days; ``rate`` says how often they are late."""
    chance = random.Random(seed)  # noqa: S311 - a seeded world, no secret
    found = []
    for number in range(count):
        payer = chance.choice(payers)
        issued = START + timedelta(days=chance.randrange(days))
        due = issued + timedelta(days=30)
        amount = Decimal(round(chance.lognormvariate(6, 1)))
        if chance.random() < rate(payer, amount):
            settled = due + timedelta(days=max(1, round(chance.gauss(payer.late_days, 2))))
        else:
            settled = due - timedelta(days=chance.randrange(10))
        found.append(Receivable(payer.name, "FR", issued, due, amount, settled, f"I{number}"))
    return found
