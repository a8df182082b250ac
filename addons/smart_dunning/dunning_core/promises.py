"""A promise to pay by a day: whether it may be given, until when it silences, whether it was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum

from .calendar import add_business_days

# A promise counts as kept from this share on: bank charges and discounts are no broken word.
KEPT_SHARE = Decimal("0.95")


class PromiseState(str, Enum):
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


class PromiseRefusal(str, Enum):
    """Why a customer's promise is not taken."""

    NO_AMOUNT = "no_amount"  # nothing is owed, or nothing is promised
    IN_THE_PAST = "in_the_past"
    TOO_LATE = "too_late"  # later than the company waits
    ONE_IS_OPEN = "one_is_open"
    LAST_WAS_BROKEN = "last_was_broken"  # a second chance is for a person to give


@dataclass(frozen=True, slots=True)
class PromiseLimits:
    """``max_days``: calendar days from today to the latest day that may be promised.
    ``grace_days``: business days after the promised day in which money still counts, for the
    time that banks take."""

    max_days: int = 30
    grace_days: int = 3


@dataclass(frozen=True, slots=True)
class Promise:
    """``amount`` > 0 by ``day``; ``owed`` is what was open, net of credits, when it was given."""

    day: date
    amount: Decimal
    owed: Decimal


def refusal(
    day: date,
    amount: Decimal,
    today: date,
    limits: PromiseLimits,
    earlier: tuple[PromiseState, ...] = (),
) -> PromiseRefusal | None:
    """Why the promise of ``amount`` by ``day`` is not taken, None when it is.

    ``earlier``: the states of the customer's promises for this case, the newest first.
    """
    if amount <= 0:
        return PromiseRefusal.NO_AMOUNT
    if day < today:
        return PromiseRefusal.IN_THE_PAST
    if day > today + timedelta(days=limits.max_days):
        return PromiseRefusal.TOO_LATE
    if PromiseState.OPEN in earlier:
        return PromiseRefusal.ONE_IS_OPEN
    if earlier and earlier[0] is PromiseState.BROKEN:
        return PromiseRefusal.LAST_WAS_BROKEN
    return None


def last_day(day: date, limits: PromiseLimits, country: str) -> date:
    """The last day on which money for a promise of ``day`` comes in time. ``country``: ISO 3166-1
    alpha-2, for its holidays."""
    return add_business_days(day, limits.grace_days, country)


def judge(promise: Promise, owed_now: Decimal, last: date, today: date) -> PromiseState:
    """How ``promise`` stands at the end of ``today``.

    ``owed_now``: what is open now of what was open then, net of credits and payments that are not
    allocated yet; a payment that is taken back shows in it by itself. ``last`` as of ``last_day``.
    """
    if today > last:
        return PromiseState.BROKEN
    received = promise.owed - max(owed_now, Decimal(0))
    kept = received >= promise.amount * KEPT_SHARE
    return PromiseState.KEPT if kept else PromiseState.OPEN
