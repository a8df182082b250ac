"""The rules that may post by themselves from the first day, and what forbids them to.

Each rule is a class of evidence whose errors were counted; a probability alone never posts. Their
order is their strength: a document goes to the stronger claim, then to the earlier line.
"""

from __future__ import annotations

from collections.abc import Sequence

from .book import Book, RefLevel
from .hypotheses import Hypothesis
from .kinds import LineKind
from .levels import AmountLevel, PartnerLevel
from .reading import Reading
from .scoring import unused_references

STRENGTH = {
    "batch": 0,
    "reference_exact": 0,
    "reference_near": 1,
    "reference_small_difference": 2,
    "reference_partial": 2,
    "reference_over": 2,
    "partner_amount": 3,
    "reference_sum": 3,
    "partner_small_difference": 4,
    "partner_sum": 4,
    "weak": 5,
}
DAY_ONE = frozenset(
    {
        "batch",
        "reference_exact",
        "reference_near",
        "reference_small_difference",
        "reference_partial",
        "reference_over",
        "partner_amount",
        "reference_sum",
    }
)
_EXACT = (AmountLevel.EXACT, AmountLevel.STATED_FEE)
_SMALL = (AmountLevel.ROUNDED, AmountLevel.SMALL)


def rule_of(h: Hypothesis, reading: Reading) -> str:
    """The strongest rule that ``h`` satisfies; ``weak`` when none does."""
    exact = h.amount in _EXACT
    if h.partner_id == 0:
        return "batch" if exact and h.ref >= RefLevel.CORE and _same_span(h, reading) else "weak"
    if h.added:
        return _sum_rule(h) if exact else "weak"
    if h.ref is RefLevel.NONE:
        return _partner_rule(h)
    if exact:
        return _reference_rule(h)
    return _gap_rule(h)


def _reference_rule(h: Hypothesis) -> str:
    if h.ref >= RefLevel.EXACT:
        return "reference_exact"
    likely = h.partner >= PartnerLevel.LIKELY
    if h.ref is RefLevel.CORE and (likely or h.partner is PartnerLevel.UNKNOWN):
        return "reference_near"
    return "reference_near" if likely else "weak"


def _gap_rule(h: Hypothesis) -> str:
    if h.ref < RefLevel.CORE:
        return "weak"
    if h.amount in _SMALL:
        return "reference_small_difference" if h.partner >= PartnerLevel.LIKELY else "weak"
    if len(h.docs) == 1 and h.partner >= PartnerLevel.SURE:
        if h.amount is AmountLevel.PARTIAL:
            return "reference_partial"
        if h.amount is AmountLevel.OVER:
            return "reference_over"
    return "weak"


def _sum_rule(h: Hypothesis) -> str:
    if h.ref >= RefLevel.CORE and h.partner >= PartnerLevel.LIKELY:
        return "reference_sum"
    return "partner_sum" if h.partner >= PartnerLevel.SURE else "weak"


def _partner_rule(h: Hypothesis) -> str:
    if h.partner < PartnerLevel.SURE:
        return "weak"
    if h.amount in _EXACT:
        return "partner_amount"
    return "partner_small_difference" if h.amount in _SMALL else "weak"


def _same_span(h: Hypothesis, reading: Reading) -> bool:
    return len({reading.spans.get(d.position) for d in h.docs}) == 1


def veto(h: Hypothesis, ranked: Sequence[Hypothesis], reading: Reading, book: Book) -> str:
    """Why ``h`` may not post although its rule could; empty when nothing speaks against it."""
    if reading.kind is LineKind.NO_DOCUMENT and h.rule not in ("batch", "reference_exact"):
        return "no_document_line"
    if reading.kind is LineKind.ADVANCE and h.ref < RefLevel.CORE:
        return "advance_words"
    if unused_references(h, reading):
        return "unused_reference"
    if reading.unexplained and h.rule not in ("batch", "reference_exact"):
        return "unexplained_reference"
    if h.partner is PartnerLevel.CONFLICT and _fits_another(h, reading, book):
        return "partner_conflict"
    return "rival" if any(_is_rival(h, other) for other in ranked) else ""


def _fits_another(h: Hypothesis, reading: Reading, book: Book) -> bool:
    """Whether the partner that the line names has an open document of the same amount."""
    doc = h.docs[0]
    if len(h.docs) > 1:
        return True
    owners = {
        d.item.partner_id for d in book.by_amount[doc.sign, doc.item.currency, doc.residual]
    } - {h.partner_id}
    named = {p for p, s in reading.names.items() if s >= 0.6} | set(reading.iban_partners)
    return bool(owners & named)


def _is_rival(h: Hypothesis, other: Hypothesis) -> bool:
    """Another way of the same strength that is not just a twin (same partner, same amount)."""
    if other is h or STRENGTH[other.rule] > STRENGTH[h.rule]:
        return False
    twins = (
        other.partner_id == h.partner_id and other.due == h.due and len(other.docs) == len(h.docs)
    )
    if twins and other.ref == h.ref:
        return False
    return other.ref >= h.ref and other.partner >= h.partner
