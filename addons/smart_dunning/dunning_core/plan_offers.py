"""Which payment plans a customer may choose without asking a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .instalments import Instalment

_DAYS_A_MONTH = 30
_FEWEST = 2  # one instalment is a promise


@dataclass(frozen=True, slots=True)
class OfferLimits:
    """``max_months``: the longest plan. ``min_instalment`` and ``min_amount`` are in the currency
    of the debt; below ``min_amount`` there is no plan. ``max_risk``: no plan for customers whose
    probability of paying late is above it; None: the risk does not matter."""

    max_months: int = 6
    min_instalment: Decimal = Decimal(50)
    min_amount: Decimal = Decimal(200)
    max_risk: Decimal | None = None


def counts_offered(
    amount: Decimal, days_late: int, risk: Decimal | None, limits: OfferLimits
) -> tuple[int, ...]:
    """The numbers of monthly instalments offered for ``amount``, fewest first; none is no offer.

    Each started month of delay takes one month off the longest plan: who waited long to speak up
    gets less time. An unknown ``risk`` does not stand in the way.
    """
    if amount < limits.min_amount or _is_too_risky(risk, limits):
        return ()
    months = limits.max_months - -(-max(days_late, 0) // _DAYS_A_MONTH)
    most = max(months, _FEWEST)
    if limits.min_instalment > 0:
        most = min(most, int(amount // limits.min_instalment))
    return tuple(range(_FEWEST, min(most, limits.max_months) + 1))


def silent_until(plan: Sequence[Instalment], received: Decimal, grace_days: int) -> date | None:
    """The last day of silence that ``plan`` earns with ``received``: the grace of its oldest
    unpaid instalment. None when all are paid."""
    following = next_unpaid(plan, received)
    return following[0].day + timedelta(days=grace_days) if following else None


def next_unpaid(plan: Sequence[Instalment], received: Decimal) -> tuple[Instalment, Decimal] | None:
    """The oldest instalment that ``received`` does not cover, and what is missing of it; None when
    all are paid."""
    left = received
    for instalment in sorted(plan, key=lambda part: part.day):
        if instalment.amount > left:
            return instalment, instalment.amount - left
        left -= instalment.amount
    return None


def _is_too_risky(risk: Decimal | None, limits: OfferLimits) -> bool:
    return risk is not None and limits.max_risk is not None and risk > limits.max_risk
