"""What the law of a country lets a creditor ask for a payment that came late.

The rules of each country are data: a profile says how its rate is made, from when interest runs and
what the flat cost of recovery is, for businesses or for consumers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum

from .interest import Claim, DayCount, Interest, late_interest
from .rates import RateRule, RateTable

_ZERO = Decimal(0)
_ONE_DAY = timedelta(days=1)


class Audience(str, Enum):
    BUSINESS = "business"
    CONSUMER = "consumer"


class InterestStart(str, Enum):
    """The fact after which interest runs."""

    DUE_DATE = "due_date"
    REMINDER = "reminder"  # the first reminder, of whatever tone, after the due date
    FORMAL_NOTICE = "formal_notice"


class NoCharge(str, Enum):
    """Why nothing may be asked."""

    NO_PROFILE = "no_profile"  # the law of the country is not known
    NOT_LATE = "not_late"
    NOT_ALLOWED = "not_allowed"  # the profile knows neither interest nor cost
    NO_NOTICE = "no_notice"  # the message after which interest runs was never sent
    NOTHING_NEW = "nothing_new"  # all of it has been charged already


@dataclass(frozen=True, slots=True)
class LegalProfile:
    """The rules for ``audience`` in ``countries`` (ISO 3166-1 alpha-2) from ``valid_from`` on.

    ``floor``: a rate agreed in a contract below it is lifted to it. The rate of the law itself is
    not compared with it: in 2024 the French floor, three times the legal rate, was above the
    default rate, and the default rate held. ``recovery_cost`` is in the currency of the claim.
    """

    ref: int
    countries: frozenset[str]
    audience: Audience
    valid_from: date
    rate: RateRule
    floor: RateRule | None = None
    start: InterestStart = InterestStart.DUE_DATE
    day_count: DayCount = DayCount.ACT_365
    recovery_cost: Decimal = _ZERO

    @property
    def bears_interest(self) -> bool:
        return self.rate.reference is not None or self.rate.margin > 0


@dataclass(frozen=True, slots=True)
class Terms:
    """What is known of a claim beside its amounts.

    ``reminder_day``, ``notice_day``: the first reminder and the first formal notice sent for it.
    ``charged_until``: the last day for which interest was charged before. ``cost_charged``: the
    flat cost was, for this invoice. ``agreed_percent``: the yearly rate of the contract.
    """

    reminder_day: date | None = None
    notice_day: date | None = None
    charged_until: date | None = None
    cost_charged: bool = False
    agreed_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LateCharges:
    """What may be asked, in the currency of the claim, or why nothing."""

    interest: Interest
    recovery_cost: Decimal = _ZERO
    refusal: NoCharge | None = None

    @property
    def total(self) -> Decimal:
        return self.interest.amount + self.recovery_cost


def find_profile(
    profiles: Iterable[LegalProfile], country: str, audience: Audience, day: date
) -> LegalProfile | None:
    """The newest profile of ``country`` in force on ``day``, None where the law is not known."""
    fitting = [
        profile
        for profile in profiles
        if country in profile.countries
        and profile.audience is audience
        and profile.valid_from <= day
    ]
    return max(fitting, key=lambda profile: (profile.valid_from, profile.ref), default=None)


def annual_percent(
    profile: LegalProfile, table: RateTable, day: date, agreed: Decimal | None = None
) -> Decimal:
    """The yearly rate on ``day``: the one agreed, at least the floor, else the one of the law.

    Consumers owe the rate of the law whatever was agreed. Raises RateUnknown.
    """
    if agreed is None or profile.audience is Audience.CONSUMER:
        return table.annual(profile.rate, day)
    return max(agreed, table.annual(profile.floor, day)) if profile.floor else agreed


def late_charges(
    claim: Claim,
    profile: LegalProfile,
    table: RateTable,
    last_day: date,
    terms: Terms = Terms(),
    digits: int = 2,
) -> LateCharges:
    """Interest and flat cost of ``claim`` up to ``last_day``, what was charged before left out.

    Raises RateUnknown when a reference rate of a day of default is missing.
    """
    nothing = Interest(_ZERO)
    if not profile.bears_interest and not profile.recovery_cost:
        return LateCharges(nothing, refusal=NoCharge.NOT_ALLOWED)
    if last_day <= claim.due_date or not claim.left_after(claim.due_date):
        return LateCharges(nothing, refusal=NoCharge.NOT_LATE)
    started = _started(profile, claim, terms)
    if started is None:
        return LateCharges(nothing, refusal=NoCharge.NO_NOTICE)
    if last_day <= started or not claim.left_after(started):
        return LateCharges(nothing, refusal=NoCharge.NOT_LATE)
    interest = _interest(claim, profile, table, last_day, terms, started, digits)
    cost = _ZERO if terms.cost_charged else profile.recovery_cost
    refusal = None if interest.amount or cost else NoCharge.NOTHING_NEW
    return LateCharges(interest, cost, refusal)


def _started(profile: LegalProfile, claim: Claim, terms: Terms) -> date | None:
    """The day after which interest runs, None while its condition is not met."""
    facts = {
        InterestStart.DUE_DATE: claim.due_date,
        InterestStart.REMINDER: terms.reminder_day or terms.notice_day,
        InterestStart.FORMAL_NOTICE: terms.notice_day,
    }
    fact = facts[profile.start]
    return fact and max(fact, claim.due_date)


def _interest(
    claim: Claim,
    profile: LegalProfile,
    table: RateTable,
    last_day: date,
    terms: Terms,
    started: date,
    digits: int,
) -> Interest:
    if not profile.bears_interest:
        return Interest(_ZERO)
    first_day = max(started, terms.charged_until or started) + _ONE_DAY
    changes = [
        day
        for rule in (profile.rate, profile.floor)
        if rule is not None
        for day in table.changes(rule, first_day, last_day)
    ]
    return late_interest(
        claim,
        first_day,
        last_day,
        lambda day: annual_percent(profile, table, day, terms.agreed_percent),
        changes,
        profile.day_count,
        digits,
    )
