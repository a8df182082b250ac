"""What to do when the bank sends a collected payment back: by the class of its reason code.

Codes are those of ISO 20022, ExternalReturnReason1Code; which code is of which class is data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from .types import HoldReason, ReturnClass

MAX_ATTEMPTS = 3
WINDOW_DAYS = 28
BUSINESS_DAYS_APART = 5
# No mandate, deceased: whatever a rule says, such a debt is never collected again.
# Source: EPC016-06 SEPA Core Direct Debit rulebook; the other limits are practice of the market.
NEVER_AGAIN = frozenset({"MD01", "MD07"})
_ONE_DAY = timedelta(days=1)


class RetryRefusal(str, Enum):
    """Why there is no next attempt."""

    FORBIDDEN = "forbidden"  # a return in the history forbids it for good
    NOT_RETRYABLE = "not_retryable"  # the class of the reason does not call for one
    EXHAUSTED = "exhausted"  # as many attempts as allowed within the window


@dataclass(frozen=True, slots=True)
class ReturnRule:
    """A code and its class. ``countries`` (ISO 3166-1 alpha-2) limit the class to accounts there:
    elsewhere the code is UNKNOWN. Empty: everywhere."""

    code: str
    return_class: ReturnClass
    countries: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A collection of the debt on ``day`` that came back with ``code``."""

    day: date
    code: str


@dataclass(frozen=True, slots=True)
class NextAttempt:
    """``day`` of the next collection, or None and why."""

    day: date | None
    refusal: RetryRefusal | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """``hold``: why the customer is not written to until a person has decided, None to go on."""

    hold: HoldReason | None


REACTIONS = {
    ReturnClass.RETRY_FUNDS: Reaction(None),
    ReturnClass.FIX_ACCOUNT: Reaction(None),
    ReturnClass.MANDATE: Reaction(HoldReason.MANUAL),
    ReturnClass.REFUSED: Reaction(HoldReason.DISPUTE),
    ReturnClass.DECEASED: Reaction(HoldReason.DECEASED),
    ReturnClass.OUR_ERROR: Reaction(HoldReason.MANUAL),
    ReturnClass.UNKNOWN: Reaction(None),
}


def classify(rule: ReturnRule | None, account_country: str) -> ReturnClass:
    """The class of a return; UNKNOWN without a rule, or outside the countries of the rule.

    ``account_country``: ISO 3166-1 alpha-2 of the customer's account, "" when not known.
    """
    if rule is None or (rule.countries and account_country not in rule.countries):
        return ReturnClass.UNKNOWN
    return rule.return_class


def next_attempt(
    history: Sequence[Attempt],
    rule: ReturnRule | None,
    account_country: str,
    today: date,
    is_business_day: Callable[[date], bool],
) -> NextAttempt:
    """The earliest day on which a debt may be collected again, or why it may not.

    ``history``: all attempts of the debt, the one that has just come back included; ``rule`` is
    that of its code, None when the code is not known. At least BUSINESS_DAYS_APART business days
    lie between two attempts, at most MAX_ATTEMPTS within WINDOW_DAYS days.
    """
    if any(attempt.code in NEVER_AGAIN for attempt in history):
        return NextAttempt(None, RetryRefusal.FORBIDDEN)
    if classify(rule, account_country) is not ReturnClass.RETRY_FUNDS:
        return NextAttempt(None, RetryRefusal.NOT_RETRYABLE)
    day = today
    if history:
        latest = max(attempt.day for attempt in history)
        day = max(day, _add_business_days(latest, BUSINESS_DAYS_APART, is_business_day))
    while not is_business_day(day):
        day += _ONE_DAY
    window_start = day - timedelta(days=WINDOW_DAYS - 1)
    within = sum(attempt.day >= window_start for attempt in history)
    if within >= MAX_ATTEMPTS:
        return NextAttempt(None, RetryRefusal.EXHAUSTED)
    return NextAttempt(day)


def _add_business_days(day: date, days: int, is_business_day: Callable[[date], bool]) -> date:
    while days:
        day += _ONE_DAY
        if is_business_day(day):
            days -= 1
    return day
