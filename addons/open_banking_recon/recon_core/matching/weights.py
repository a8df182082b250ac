"""Weights of the evidence: natural logarithms of m/u (Fellegi and Sunter 1969).

m: how often true matches show a sign; u: how often wrong pairs do. The shipped values are a start for
a company without history: round figures from what m and u are by reason, not fitted on any data.
The amount has its own u: how many open documents share it (term frequency).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log

from .measured import RIGHT_SIGNS, WRONG_SIGNS

# A reference in full is wrong about once in 10,000 pairs; an abbreviation once in 50.
SHIPPED: dict[str, float] = {
    "reference_structured": 11.0,
    "reference_exact": 9.0,
    "reference_core": 7.5,
    "reference_near": 5.0,
    "reference_tail": 3.5,
    "reference_none": -1.0,
    "amount_exact": 0.0,  # its weight is that of the amount's rarity, see exact_amount
    "amount_stated_fee": 5.0,
    "amount_discount": 4.5,
    "amount_rounded": 5.0,
    "amount_converted": 2.5,
    "amount_small": 2.0,
    "amount_short": -1.5,
    "amount_partial": -1.5,
    "amount_over": -2.5,
    "partner_iban": 6.0,
    "partner_name": 5.0,
    "partner_numbered": 5.0,
    "partner_learned": 5.0,
    "partner_likely": 2.5,
    "partner_unknown": -0.5,
    "partner_conflict": -4.0,
    "date_named": 3.0,
    "month_named": 1.5,
    "unused_reference": -4.0,
    "unexplained_reference": -1.5,
    "only_sum": -1.0,
    "advance_words": -3.0,
    "no_document_line": -6.0,
}
_COMPARISONS = ("reference", "amount", "partner")
_SHIPPED_OBSERVATIONS = 200  # own observations that weigh as much as the shipped frequencies
_FARTHEST = 2.0  # no habit of one company moves a weight by more


def prior(documents: int) -> float:
    """Log-odds of one document of ``documents`` before the line says anything."""
    return -log(max(documents, 2))


def exact_amount(documents: int, sharing: int) -> float:
    """ln(m/u) of an amount equal to the cent that ``sharing`` of ``documents`` open ones have."""
    return log(0.9 * max(documents, 2) / max(sharing, 1))


def adapted(right: Mapping[str, int], wrong: Mapping[str, int]) -> dict[str, float]:
    """The weights of a company whose accepted proposals showed the signs ``right`` and whose
    rejected ones ``wrong`` (counts by evidence code).

    A weight moves by how much more often than usual the company's right matches show the sign, and
    how much less often its wrong ones do. Usual frequencies count as 200 observations, so that a few
    decisions change little and nothing is unlearned at once.
    """
    return {code: weight + _shift(code, right, wrong) for code, weight in SHIPPED.items()}


def _shift(code: str, right: Mapping[str, int], wrong: Mapping[str, int]) -> float:
    if code.partition("_")[0] not in _COMPARISONS:
        return 0.0
    shift = _log_ratio(code, right, RIGHT_SIGNS) - _log_ratio(code, wrong, WRONG_SIGNS)
    return max(-_FARTHEST, min(_FARTHEST, shift))


def _log_ratio(code: str, own: Mapping[str, int], usual: Mapping[str, int]) -> float:
    """ln(own frequency of the sign among those of its comparison / its usual one)."""
    usual_share = (usual.get(code, 0) + 1) / (_of_comparison(code, usual) + len(SHIPPED))
    seen = own.get(code, 0) + _SHIPPED_OBSERVATIONS * usual_share
    return log(seen / (_of_comparison(code, own) + _SHIPPED_OBSERVATIONS) / usual_share)


def _of_comparison(code: str, counts: Mapping[str, int]) -> int:
    comparison = code.partition("_")[0]
    return sum(count for key, count in counts.items() if key.partition("_")[0] == comparison)
