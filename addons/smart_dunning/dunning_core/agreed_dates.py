"""When what a customer agreed to pay in instalments is expected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from .instalments import Instalment

_ZERO = Decimal(0)


def spread(
    plan: Sequence[Instalment], debts: Sequence[Decimal]
) -> tuple[tuple[tuple[date, Decimal], ...], ...]:
    """For each of ``debts`` (open amounts, oldest first) its parts (day, amount), by day.

    Money counts for the oldest instalment and the oldest debt first, so what is still open belongs
    to the newest of both. What the instalments do not reach, as they were agreed net of credits,
    is expected with the first of them. ``plan`` has at least one instalment.
    """
    days = sorted(plan, key=lambda part: part.day, reverse=True)
    left = [part.amount for part in days]
    found = []
    for debt in reversed(debts):
        parts: dict[date, Decimal] = {}
        for number, part in enumerate(days):
            taken = min(left[number], debt)
            left[number] -= taken
            debt -= taken
            if taken > 0:
                parts[part.day] = parts.get(part.day, _ZERO) + taken
        if debt > 0:
            parts[days[-1].day] = parts.get(days[-1].day, _ZERO) + debt
        found.append(tuple(sorted(parts.items())))
    return tuple(reversed(found))
