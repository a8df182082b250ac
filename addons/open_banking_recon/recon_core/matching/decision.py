"""From a claim to a decision: automatic, a suggestion, or an exception with its reason."""

from __future__ import annotations

from decimal import Decimal

from .claims import Claim
from .hypotheses import Hypothesis, likely_partners
from .kinds import LineKind
from .levels import AmountLevel, closes
from .model import Allocation, Decision, LineResult, MatchPolicy, Proposal, Reason
from .reading import Reading
from .rules import precision_of
from .units import from_units

_WORTH_A_LOOK = 0.01
_GAP_REASONS = {
    AmountLevel.PARTIAL: Reason.UNDERPAID,
    AmountLevel.SHORT: Reason.UNDERPAID,
    AmountLevel.SMALL: Reason.UNDERPAID,
    AmountLevel.DISCOUNT: Reason.UNDERPAID,
    AmountLevel.OVER: Reason.OVERPAID,
}


def decide(claim: Claim, policy: MatchPolicy, rules: frozenset[str]) -> LineResult:
    """The result for the line of ``claim``; ``rules`` are those that may post by themselves."""
    reading, chosen = claim.reading, claim.chosen
    line_id = reading.line.id
    if chosen is not None and not claim.veto and not claim.lost_to:
        chosen.probability = max(chosen.probability, precision_of(chosen.rule))
    partners = likely_partners(reading)
    partner_id = partners[0] if len(partners) == 1 or reading.iban_partners else 0
    if chosen is None:
        return LineResult(
            line_id, Decision.EXCEPTION, _reason(claim), _others(claim, policy), partner_id
        )
    proposals = (_proposal(chosen, claim.takes, reading), *_others(claim, policy))
    proposals = proposals[: policy.max_proposals]
    partner_id = chosen.partner_id or partner_id
    if chosen.rule in rules and not claim.veto and not claim.lost_to:
        return LineResult(line_id, Decision.AUTO, Reason.NONE, proposals, partner_id)
    decision = Decision.EXCEPTION
    if chosen.probability >= policy.suggest_threshold and not claim.lost_to:
        decision = Decision.SUGGEST
    return LineResult(line_id, decision, _reason(claim), proposals, partner_id)


def _reason(claim: Claim) -> Reason:
    chosen = claim.chosen
    if claim.reading.kind is LineKind.RETURNED:
        return Reason.RETURNED
    if claim.lost_to or (chosen is None and claim.reading.names_paid):
        return Reason.DUPLICATE
    if chosen is None:
        return _reason_without_choice(claim)
    if claim.veto == "rival" or _close_rival(claim):
        return Reason.AMBIGUOUS
    return _GAP_REASONS.get(chosen.amount, Reason.UNSURE)


def _reason_without_choice(claim: Claim) -> Reason:
    if not claim.ranked:
        return Reason.CURRENCY if claim.reading.refs else Reason.NO_CANDIDATE
    likely = claim.ranked[0].probability >= _WORTH_A_LOOK
    return Reason.AMBIGUOUS if likely else Reason.NO_CANDIDATE  # another line took the documents


def _close_rival(claim: Claim) -> bool:
    chosen = claim.chosen
    return any(
        h is not chosen and chosen is not None and abs(h.score - chosen.score) < 1.0
        for h in claim.ranked
    )


def _others(claim: Claim, policy: MatchPolicy) -> tuple[Proposal, ...]:
    rest = [h for h in claim.ranked if h is not claim.chosen and h.probability >= _WORTH_A_LOOK]
    rest = rest[: policy.max_proposals]
    return tuple(_proposal(h, _full_takes(h), claim.reading) for h in rest)


def _full_takes(h: Hypothesis) -> dict[int, int]:
    if closes(h.amount):
        return {d.position: d.residual for d in h.docs}
    left, takes = h.paid, {}
    for doc in h.docs:
        takes[doc.position] = min(left, doc.residual)
        left -= takes[doc.position]
    return {p: units for p, units in takes.items() if units > 0}


def _proposal(h: Hypothesis, takes: dict[int, int], reading: Reading) -> Proposal:
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
        evidence=tuple(h.evidence),
        difference=difference,
        partner_id=h.partner_id,
    )
