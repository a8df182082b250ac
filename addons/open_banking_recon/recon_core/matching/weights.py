"""Weights of the evidence: natural logarithms of m/u (Fellegi and Sunter 1969).

m: how often true matches show a sign; u: how often wrong pairs do. The values are a start for a
company without history: round figures from what m and u are by reason, not fitted on any data.
The amount has its own u: how many open documents share it (term frequency).
"""

from __future__ import annotations

from math import log

from .docs import RefLevel
from .levels import AmountLevel, PartnerLevel

# A reference in full is wrong about once in 10,000 pairs; an abbreviation once in 50.
REFERENCE: dict[RefLevel, float] = {
    RefLevel.STRUCTURED: 11.0,
    RefLevel.EXACT: 9.0,
    RefLevel.CORE: 7.5,
    RefLevel.NEAR: 5.0,
    RefLevel.TAIL: 3.5,
    RefLevel.NONE: -1.0,
}
AMOUNT: dict[AmountLevel, float] = {
    AmountLevel.STATED_FEE: 5.0,
    AmountLevel.DISCOUNT: 4.5,
    AmountLevel.ROUNDED: 5.0,
    AmountLevel.SMALL: 2.0,
    AmountLevel.SHORT: -1.5,
    AmountLevel.PARTIAL: -1.5,
    AmountLevel.OVER: -2.5,
}
PARTNER: dict[PartnerLevel, float] = {
    PartnerLevel.IBAN: 6.0,
    PartnerLevel.SURE: 5.0,
    PartnerLevel.LIKELY: 2.5,
    PartnerLevel.UNKNOWN: -0.5,
    PartnerLevel.CONFLICT: -4.0,
}
DATE_NAMED = 3.0
MONTH_NAMED = 1.5
UNUSED_REFERENCE = -4.0
UNEXPLAINED_REFERENCE = -1.5
SEVERAL_DOCUMENTS = -1.0
ADVANCE = -3.0
NO_DOCUMENT = -6.0


def prior(documents: int) -> float:
    """Log-odds of one document of ``documents`` before the line says anything."""
    return -log(max(documents, 2))


def exact_amount(documents: int, sharing: int) -> float:
    """ln(m/u) of an amount equal to the cent that ``sharing`` of ``documents`` open ones have."""
    return log(0.9 * max(documents, 2) / max(sharing, 1))
