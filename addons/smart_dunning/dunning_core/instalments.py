"""Payment plans: what is proposed, by when which part is due, and whether a plan is kept."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import Enum

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

from .interest import PartPayment

_ZERO = Decimal(0)
_MONTHS_A_YEAR = 12
# Stems of our own: P and the plan with the number of the instalment, or C and the case.
_OURS = re.compile(r"(?=(RF[0-9]{2}P[0-9]{11})|(RF[0-9]{2}C[0-9]{8}))")


class Interval(str, Enum):
    WEEK = "week"
    MONTH = "month"


class Refusal(str, Enum):
    """Why a plan is not proposed."""

    NO_AMOUNT = "no_amount"
    NO_INSTALMENTS = "no_instalments"
    FIRST_IN_THE_PAST = "first_in_the_past"
    TOO_SMALL = "too_small"  # an instalment would be below the least amount
    TOO_LONG = "too_long"  # the last one would be later than allowed


class PlanRefused(ValueError):
    """A plan outside the limits; ``refusal`` says which."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class PlanState(str, Enum):
    ON_TRACK = "on_track"
    IN_GRACE = "in_grace"  # an instalment is late, its days of grace are not over
    BROKEN = "broken"
    FULFILLED = "fulfilled"


@dataclass(frozen=True, slots=True)
class Limits:
    """At most ``max_months`` from the agreement to the last instalment, each of at least
    ``min_instalment`` in the currency of the plan; ``grace_days`` calendar days are forgiven."""

    max_months: int = 6
    min_instalment: Decimal = _ZERO
    grace_days: int = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """``count`` instalments of ``amount`` in all, the first on ``first_day``, then one each
    ``interval``."""

    amount: Decimal
    count: int
    first_day: date
    interval: Interval = Interval.MONTH


@dataclass(frozen=True, slots=True)
class Instalment:
    """``reference``: an RF creditor reference of its own (ISO 11649), by which a payment is
    known."""

    day: date
    amount: Decimal
    reference: str


@dataclass(frozen=True, slots=True)
class PlanCheck:
    """``missing``: what is not paid of the instalments due; ``since``: the oldest of them."""

    state: PlanState
    missing: Decimal = _ZERO
    since: date | None = None


def propose(
    wish: Wish,
    limits: Limits,
    agreed_on: date,
    reference_stem: str,
    is_business_day: Callable[[date], bool],
    digits: int = 2,
) -> tuple[Instalment, ...]:
    """The instalments of ``wish``, each on a business day, in order.

    All are equal but the last, which takes the rest to the last unit of ``digits`` decimals. A day
    that is no business day moves to the next one; the others keep their distance from the first.
    ``reference_stem``: up to 18 letters and digits that tell this plan from all others. Raises
    PlanRefused; ValueError for a stem that does not fit.
    """
    unit = Decimal(1).scaleb(-digits)
    _check(wish, agreed_on)
    each = (wish.amount / wish.count).quantize(unit, ROUND_DOWN)
    if each < max(limits.min_instalment, unit):
        raise PlanRefused(Refusal.TOO_SMALL)
    days = [
        _next_business_day(_step(wish.first_day, number, wish.interval), is_business_day)
        for number in range(wish.count)
    ]
    if days[-1] > _add_months(agreed_on, limits.max_months):
        raise PlanRefused(Refusal.TOO_LONG)
    amounts = [each] * (wish.count - 1)
    amounts.append(wish.amount - sum(amounts, _ZERO))
    return tuple(
        Instalment(day, amount, creditor_reference(f"{reference_stem}{number:03d}"))
        for number, (day, amount) in enumerate(zip(days, amounts, strict=True), 1)
    )


def check(
    plan: Sequence[Instalment], payments: Iterable[PartPayment], today: date, grace_days: int
) -> PlanCheck:
    """How ``plan`` stands at the end of ``today``.

    Money counts for the oldest instalment first, whatever it was sent for. A plan whose arrears
    were paid after all is on track again: whether it is taken up again is for a person to say.
    """
    left = sum((payment.amount for payment in payments if payment.day <= today), _ZERO)
    missing, since = _ZERO, None
    open_later = False
    for instalment in sorted(plan, key=lambda part: part.day):
        unpaid = max(instalment.amount - left, _ZERO)
        left = max(left - instalment.amount, _ZERO)
        if not unpaid:
            continue
        if instalment.day >= today:  # the day itself is in time
            open_later = True
            continue
        missing += unpaid
        since = since or instalment.day
    if since is not None:
        late = today > since + timedelta(days=grace_days)
        return PlanCheck(PlanState.BROKEN if late else PlanState.IN_GRACE, missing, since)
    return PlanCheck(PlanState.ON_TRACK if open_later else PlanState.FULFILLED)


def creditor_reference(stem: str) -> str:
    """The RF reference of ``stem``, 1 to 21 letters and digits. ValueError for anything else.

    Source: ISO 11649, check digits by ISO 7064 mod 97-10.
    """
    stem = stem.upper()
    reference = f"RF{mod_97_10.calc_check_digits(stem + 'RF')}{stem}" if _fits(stem) else ""
    if not iso11649.is_valid(reference):
        raise ValueError("a reference is made of 1 to 21 letters and digits")
    return reference


def references_in(text: str) -> tuple[str, ...]:
    """The RF references of ours in ``text`` (without spaces), in order, those with wrong check digits
    left out."""
    found = []
    for match in _OURS.finditer(text.upper()):
        found += [ref for ref in match.groups() if ref and iso11649.is_valid(ref)]
    return tuple(dict.fromkeys(found))


def _fits(stem: str) -> bool:
    return stem.isascii() and stem.isalnum()


def _check(wish: Wish, agreed_on: date) -> None:
    if wish.amount <= 0:
        raise PlanRefused(Refusal.NO_AMOUNT)
    if wish.count < 1:
        raise PlanRefused(Refusal.NO_INSTALMENTS)
    if wish.first_day < agreed_on:
        raise PlanRefused(Refusal.FIRST_IN_THE_PAST)


def _step(first: date, number: int, interval: Interval) -> date:
    if interval is Interval.WEEK:
        return first + timedelta(weeks=number)
    return _add_months(first, number)


def _add_months(day: date, months: int) -> date:
    """The same day of a later month, its last day where it is shorter."""
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _next_business_day(day: date, is_business_day: Callable[[date], bool]) -> date:
    while not is_business_day(day):
        day += timedelta(days=1)
    return day
