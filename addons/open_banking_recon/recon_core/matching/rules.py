"""The rules that may post by themselves from the first day, and what forbids them to.

Each rule is a class of evidence whose errors were counted; a probability alone never posts. Their
order is their strength: a document goes to the stronger claim, then to the earlier line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from .book import Book, RefLevel
from .hypotheses import Hypothesis
from .kinds import LineKind
from .levels import CENT, AmountLevel, PartnerLevel
from .reading import LIKELY_NAME, Reading
from .scoring import is_dated, unused_references
from .units import to_units

STRENGTH = {
    "batch": 0,
    "reference_exact": 0,
    "reference_near": 1,
    "reference_small_difference": 2,
    "reference_sum": 2,
    "reference_partial": 3,
    "reference_instalments": 3,
    "reference_over": 3,
    "partner_amount": 4,
    "reference_weak": 5,
    "partner_small_difference": 6,
    "partner_sum": 6,
    "weak": 7,
}
DAY_ONE = frozenset(
    {
        "batch",
        "reference_exact",
        "reference_near",
        "reference_small_difference",
        "reference_partial",
        "reference_instalments",
        "reference_over",
        "partner_amount",
        "reference_sum",
        "partner_sum",
    }
)
_PART_WORDS = re.compile(
    r"\b(?:ACOMPTE|VERSEMENT|ECHEANCE|MENSUALITE|PARTIEL|PARTIELLE|PARTIAL|INSTALMENT|INSTALLMENT|PART|TEIL\w*"
    r"|TEILZAHLUNG|ABSCHLAG\w*|DEELBETALING|PARCIAL|PARZIALE|RATA|RATE|\d ?/ ?\d)\b"
)
_CREDIT_WORDS = re.compile(
    r"\b(?:AVOIRS?|CREDIT NOTES?|GUTSCHRIFT|CREDITNOTA|NOTA DI CREDITO|ABONO)\b"
)
_MAX_CHANCE = 0.005
_MAX_CHANCE_UNNAMED = 0.001
_MAX_OTHERS = 12
GAP_UNEXPLAINED = "gap_unexplained"
RIVAL = "rival"
_EXACT = (AmountLevel.EXACT, AmountLevel.STATED_FEE)
_SMALL = (AmountLevel.ROUNDED, AmountLevel.SMALL)


def rule_of(h: Hypothesis, reading: Reading) -> str:
    """The strongest rule that ``h`` satisfies; ``reference_weak`` or ``weak`` when none does."""
    rule = _posting_rule(h, reading)
    return "reference_weak" if rule == "weak" and h.ref >= RefLevel.NEAR else rule


def _posting_rule(h: Hypothesis, reading: Reading) -> str:
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
    if h.rule in ("reference_partial", "reference_over") and not _gap_is_told(h, reading, book):
        return GAP_UNEXPLAINED
    if h.amount not in _EXACT and _CREDIT_WORDS.search(reading.folded):
        return "credit_note_named"
    if h.chance > (_MAX_CHANCE if h.ref >= RefLevel.CORE else _MAX_CHANCE_UNNAMED):
        return "ambiguous_sum"
    return RIVAL if still_rivals(h, ranked, reading, set()) else ""


def still_rivals(
    h: Hypothesis, ranked: Sequence[Hypothesis], reading: Reading, gone: Set[int]
) -> bool:
    """Whether another explanation stands beside ``h`` when the documents ``gone`` are taken."""
    return any(_is_rival(h, other, reading) and gone.isdisjoint(other.key) for other in ranked)


def _gap_is_told(h: Hypothesis, reading: Reading, book: Book) -> bool:
    """Whether the line says that it pays a part, or the amount is one that people choose: whole
    tens or a usual share. Too much is only believed of a partner that owes nothing else."""
    if h.amount is AmountLevel.OVER:
        return _nothing_makes_up(h, book)
    return bool(_PART_WORDS.search(reading.folded)) or _is_chosen(h)


def _nothing_makes_up(h: Hypothesis, book: Book) -> bool:
    """Whether no set of the partner's other documents makes up what is paid too much; only believed
    of a partner with so few that every set was tried."""
    doc = h.docs[0]
    others = [
        d.residual * d.sign * doc.sign
        for d in book.by_partner[h.partner_id]
        if d is not doc and d.item.currency == h.currency
    ]
    if len(others) > _MAX_OTHERS:
        return False
    sums = {0}
    for value in others:
        sums |= {s + value for s in sums}
    return all(abs(h.paid - h.due - s) > CENT for s in sums - {0})


def _is_chosen(h: Hypothesis) -> bool:
    total = to_units(h.docs[0].item.amount_total)
    shares = {round(total * share) for share in (0.2, 0.25, 0.3, 1 / 3, 0.4, 0.5, 0.6, 2 / 3, 0.7)}
    return h.paid % (10 * 100 * CENT) == 0 or any(abs(h.paid - s) <= CENT for s in shares)


def _fits_another(h: Hypothesis, reading: Reading, book: Book) -> bool:
    """Whether the partner that the line names has an open document of the same amount."""
    doc = h.docs[0]
    if len(h.docs) > 1:
        return True
    owners = {
        d.item.partner_id for d in book.by_amount[doc.sign, doc.item.currency, doc.residual]
    } - {h.partner_id}
    named = {p for p, s in reading.names.items() if s >= LIKELY_NAME} | set(reading.iban_partners)
    return bool(owners & named)


def _is_rival(h: Hypothesis, other: Hypothesis, reading: Reading) -> bool:
    """Whether ``other`` explains the line as well as ``h``, so that a person has to choose."""
    if other is h:
        return False
    if h.amount not in _EXACT and other.amount in _EXACT and other.partner >= h.partner:
        return True
    if STRENGTH[other.rule] > STRENGTH[h.rule] or other.ref < h.ref or other.partner < h.partner:
        return False
    return is_dated(other, reading) or not is_dated(h, reading)
