"""Why a customer is thought to pay late: codes and numbers, for a sentence in any language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from math import expm1

from .risk_books import Receivable
from .risk_features import NAMES
from .risk_logit import Correction

_LOW, _HIGH = 0.33, 0.66
_TOLD = 2  # parts of the correction that are told
_WORTH_TELLING = 10  # per cent by which a part moves the odds


class Band(str, Enum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class RiskReason:
    """One reason: ``code`` names it, ``values`` fill the sentence, in order.

    no_history (); late_rate (late, invoices); last_late (days); last_on_time ();
    overdue_now (invoices, days of the oldest). The name of a feature: (per cent by which it moves
    the odds of being late, > -100).
    """

    code: str
    values: tuple[int, ...] = ()


def band(probability: float) -> Band:
    """Thirds of the scale: a reading aid, no decision hangs on it."""
    if probability < _LOW:
        return Band.LOW
    return Band.HIGH if probability >= _HIGH else Band.MEDIUM


def facts(invoices: Iterable[Receivable], as_of: date) -> tuple[RiskReason, ...]:
    """What the history of one customer says, as known on the evening of ``as_of``."""
    seen = [invoice for invoice in invoices if invoice.late_on(as_of) is not None]
    if not seen:
        return (RiskReason("no_history"),)
    late = sum(bool(invoice.late_on(as_of)) for invoice in seen)
    reasons = [RiskReason("late_rate", (late, len(seen)))]
    paid = [(i.settled_date, i) for i in seen if i.settled_date and i.settled_date <= as_of]
    if paid:
        last = max(paid, key=lambda pair: (pair[0], pair[1].due_date))[1]
        delay = last.delay or 0
        reasons.append(
            RiskReason("last_late", (delay,)) if delay > 0 else RiskReason("last_on_time")
        )
    overdue = [
        (as_of - i.due_date).days for i in seen if not i.settled_date or i.settled_date > as_of
    ]
    if overdue:
        reasons.append(RiskReason("overdue_now", (len(overdue), max(overdue))))
    return tuple(reasons)


def parts(correction: Correction, features: Sequence[float]) -> tuple[RiskReason, ...]:
    """The features that moved the smoothed rate most, in falling order."""
    found = zip(NAMES, correction.parts(features), strict=True)
    moved = [(name, part, round(100 * expm1(part))) for name, part in found]
    telling = [entry for entry in moved if abs(entry[2]) >= _WORTH_TELLING]
    telling.sort(key=lambda entry: -abs(entry[1]))
    return tuple(RiskReason(name, (percent,)) for name, _, percent in telling[:_TOLD])
