"""From a claim to a decision: automatic, a suggestion, or an exception with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from .book import Book
from .calibration import category_of, is_paused, may_post, stated_probability
from .claims import Claim
from .evidence import evidence_of
from .experience import Experience, Tally
from .hypotheses import Hypothesis, likely_partners
from .kinds import LineKind, comes_with_a_bill
from .levels import AmountLevel, closes
from .model import (
    Allocation,
    Decision,
    Evidence,
    LineResult,
    MatchPolicy,
    Proposal,
    Reason,
)
from .reading import Reading
from .rivals import RIVAL, TWINS
from .units import from_units

_WORTH_A_LOOK = 0.01
_TAKEN = 0.05  # what is left to documents that other lines have better claims on
_GAP_REASONS = {
    AmountLevel.PARTIAL: Reason.UNDERPAID,
    AmountLevel.SHORT: Reason.UNDERPAID,
    AmountLevel.SMALL: Reason.UNDERPAID,
    AmountLevel.DISCOUNT: Reason.UNDERPAID,
    AmountLevel.OVER: Reason.OVERPAID,
}


def decide(
    claim: Claim,
    book: Book,
    policy: MatchPolicy,
    rules: frozenset[str],
    experience: Experience,
) -> LineResult:
    """The result for the line of ``claim``; ``rules`` are those that may post by themselves. Beside
    them a category of matches posts that has shown in the company itself that it may."""
    reading, chosen = claim.reading, claim.chosen
    line_id = reading.line.id
    partners = likely_partners(reading)
    partner_id = partners[0] if len(partners) == 1 or reading.iban_partners else 0
    if chosen is None:
        others = _others(claim, book, policy)
        return LineResult(line_id, Decision.EXCEPTION, _reason(claim), others, partner_id)
    category = category_of(chosen.rule, claim.held_by, chosen.probability)
    chosen.probability = stated_probability(category, chosen.probability, experience.categories)
    by_age = policy.oldest_first and claim.held_by == TWINS
    by_rule = category in rules or (by_age and chosen.rule in rules)
    certain = by_rule and not is_paused(category, experience)
    if by_age:
        chosen.notes.append(Evidence("oldest_first", 0.0))
    proven = not certain and may_post(category, experience, policy.precision_target)
    if proven:
        chosen.notes.append(_record(experience.categories[category]))
    best = _proposal(chosen, claim.takes, reading, book, category)
    proposals = (best, *_others(claim, book, policy))[: policy.max_proposals]
    partner_id = chosen.partner_id or partner_id
    if certain or proven:
        return LineResult(line_id, Decision.AUTO, Reason.NONE, proposals, partner_id)
    decision = Decision.EXCEPTION
    if chosen.probability >= policy.suggest_threshold and not claim.lost_to:
        decision = Decision.SUGGEST
    return LineResult(line_id, decision, _reason(claim), proposals, partner_id)


def _record(tally: Tally) -> Evidence:
    return Evidence("own_record", 0.0, {"right": str(tally.right), "made": str(tally.made)})


def _reason(claim: Claim) -> Reason:
    chosen = claim.chosen
    if claim.reading.kind is LineKind.RETURNED:
        return Reason.RETURNED
    if claim.lost_to or (chosen is None and claim.reading.names_paid):
        return Reason.DUPLICATE
    if chosen is None:
        return _reason_without_choice(claim)
    if claim.veto in (RIVAL, TWINS) or _close_rival(claim):
        return Reason.AMBIGUOUS
    return _GAP_REASONS.get(chosen.amount, Reason.UNSURE)


def _reason_without_choice(claim: Claim) -> Reason:
    if claim.ranked and claim.ranked[0].probability >= _WORTH_A_LOOK:
        return Reason.AMBIGUOUS
    # what is ranked and unlikely are documents that another line took
    if claim.reading.refs and not claim.ranked:
        return Reason.CURRENCY
    reading = claim.reading
    if comes_with_a_bill(reading.line, reading.folded, reading.kind):
        return Reason.BILL_MISSING
    return Reason.NO_CANDIDATE


def _close_rival(claim: Claim) -> bool:
    chosen = claim.chosen
    return any(
        h is not chosen and chosen is not None and abs(h.score - chosen.score) < 1.0
        for h in claim.ranked
    )


def _others(claim: Claim, book: Book, policy: MatchPolicy) -> tuple[Proposal, ...]:
    rest = [h for h in claim.ranked if h is not claim.chosen and h.probability >= _WORTH_A_LOOK]
    rest = rest[: policy.max_proposals]
    _share_what_is_left(rest, claim.chosen)
    if claim.chosen is not None:
        rest = rest[: policy.max_proposals - 1]
    return tuple([_proposal(h, _full_takes(h), claim.reading, book) for h in rest])


def _share_what_is_left(others: Sequence[Hypothesis], chosen: Hypothesis | None) -> None:
    """Probabilities of the others that leave the best one the share it was found to have."""
    left = _TAKEN if chosen is None else 1.0 - chosen.probability
    total = sum(h.probability for h in others)
    for h in others:
        h.probability *= min(1.0, left / total)


def _full_takes(h: Hypothesis) -> dict[int, int]:
    if closes(h.amount):
        return {d.position: d.residual for d in h.docs}
    left, takes = h.paid, {}
    for doc in h.docs:
        takes[doc.position] = min(left, doc.residual)
        left -= takes[doc.position]
    return {p: units for p, units in takes.items() if units > 0}


def _proposal(
    h: Hypothesis, takes: dict[int, int], reading: Reading, book: Book, category: str = ""
) -> Proposal:
    docs = [d for d in h.docs if d.position in takes]
    allocations = tuple(Allocation(d.item.id, from_units(takes[d.position])) for d in docs)
    difference = Decimal(0)
    if h.currency == reading.line.currency:
        settled = sum(takes[d.position] * d.sign for d in docs)
        difference = reading.line.amount - from_units(abs(settled)) * (1 if settled >= 0 else -1)
    return Proposal(
        allocations=allocations,
        probability=h.probability,
        rule=h.rule,
        evidence=evidence_of(h, reading, book),
        difference=difference,
        partner_id=h.partner_id,
        category=category,
    )
