"""Whether the lines of an account add up to what the bank says is on it.

Only what can be compared is compared:

* ``closingBooked`` stands for the end of its day, against the lines booked until then. It is taken
  first, as nothing is booked between two calls any more. Without a date nobody knows which day.
* ``interimBooked`` stands for the moment of the read, against all lines. When the bank dates it on an
  earlier day, lines of that day or later may be in it or not: it counts only when there are none.
* Anything else (``expected``, ``interimAvailable``...) holds money that is not booked: never.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..types import Balance


@dataclass(frozen=True, slots=True)
class Comparable:
    """The booked balance of all that was booked until ``day``, in the currency of the account."""

    amount: Decimal
    day: date


def comparable(
    balances: Iterable[Balance], currency: str, read_on: date, newest_booking: date | None
) -> Comparable | None:
    """The first balance that lines can be compared with, the most certain kind first.

    ``read_on``: the day of the read, whose transactions are all stored. ``newest_booking``: the
    latest booking date of a line, None without any.
    """
    own = [balance for balance in balances if balance.currency == currency]
    for balance in own:
        day = balance.reference_date
        if balance.balance_type == "closingBooked" and day is not None and day < read_on:
            return Comparable(balance.amount, day)
    for balance in own:
        day = balance.reference_date
        if balance.balance_type not in ("interimBooked", "closingBooked"):
            continue
        if day is None:
            if balance.balance_type == "interimBooked":
                return Comparable(balance.amount, read_on)
        elif day >= read_on or newest_booking is None or newest_booking < day:
            return Comparable(balance.amount, min(day, read_on))
    return None


def gap(bank: Comparable, anchor: Decimal, lines: Decimal) -> Decimal:
    """What the bank has more than the books: its balance less ``anchor`` and the ``lines`` until
    that day. Negative when the books have more."""
    return bank.amount - anchor - lines
