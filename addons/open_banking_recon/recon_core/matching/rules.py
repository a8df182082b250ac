"""The rules that may post by themselves from the first day.

Each rule is a class of evidence whose errors were counted; a probability alone never posts. The
order in ``STRENGTH`` says who comes first: a document goes to the stronger claim, then to the earlier line.
What forbids a match to post although its rule could: matching.vetoes and matching.rivals.
"""

from __future__ import annotations

from .docs import RefLevel
from .experience import Tally
from .hypotheses import Hypothesis
from .levels import AmountLevel, PartnerLevel
from .measured import CATEGORIES
from .reading import Reading

STRENGTH = {
    "batch": 0,
    "reference_exact": 0,
    "reference_near": 1,
    "reference_small_difference": 2,
    "reference_sum": 2,
    "reference_converted": 2,
    "reference_partial": 3,
    "reference_instalments": 3,
    "reference_over": 3,
    "partner_amount": 4,
    "likely_name_amount": 5,
    "short_name_amount": 5,
    "reference_weak": 5,
    "partner_rounded": 6,
    "partner_share": 6,
    "partner_small_difference": 6,
    "partner_sum": 6,
    "weak": 7,
}
# The rules that may post as shipped, as long as what was counted for them keeps the target.
CERTAIN = frozenset(STRENGTH) - {"reference_weak", "partner_small_difference", "weak"}
EXACT = (AmountLevel.EXACT, AmountLevel.STATED_FEE)
_SMALL = (AmountLevel.ROUNDED, AmountLevel.DISCOUNT, AmountLevel.SMALL)


def admitted(precision_target: float) -> frozenset[str]:
    """The rules that may post: best first, as long as all together keep the target. A rule whose own
    count shows that it does not (upper end of the Wilson interval) is left out."""
    counted = {
        rule: CATEGORIES[rule]
        for rule in CERTAIN & CATEGORIES.keys()
        if Tally(*CATEGORIES[rule]).upper_bound() >= precision_target
    }
    rules: list[str] = []
    right, made = 0, 0
    for rule in sorted(counted, key=lambda r: (-_share(counted[r]), r)):
        right, made = right + counted[rule][0], made + counted[rule][1]
        if (right + 1) / (made + 2) < precision_target:
            break
        rules.append(rule)
    return frozenset(rules)


def _share(count: tuple[int, int]) -> float:
    return (count[0] + 1) / (count[1] + 2)


def rule_of(h: Hypothesis, reading: Reading) -> str:
    """The strongest rule that ``h`` satisfies; ``reference_weak`` or ``weak`` when none does."""
    rule = _posting_rule(h, reading)
    return "reference_weak" if rule == "weak" and h.ref >= RefLevel.NEAR else rule


def _posting_rule(h: Hypothesis, reading: Reading) -> str:
    exact = h.amount in EXACT
    if h.partner_id == 0:
        return _batch_rule(h, reading) if exact else "weak"
    if h.added:
        return _sum_rule(h) if exact else "weak"
    if h.ref is RefLevel.NONE:
        return _partner_rule(h, reading)
    if exact:
        return _reference_rule(h)
    return _gap_rule(h)


def _batch_rule(h: Hypothesis, reading: Reading) -> str:
    """Documents of several partners: one reference names them all, or each is named in full."""
    if h.ref < RefLevel.CORE:
        return "weak"
    if _same_span(h, reading):
        return "batch"
    return "reference_exact" if h.ref >= RefLevel.EXACT else "reference_near"


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
    if h.amount is AmountLevel.CONVERTED:
        return "reference_converted" if h.partner >= PartnerLevel.LIKELY else "weak"
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


def _partner_rule(h: Hypothesis, reading: Reading) -> str:
    if h.partner is PartnerLevel.LIKELY and h.amount in EXACT:
        return "short_name_amount" if h.partner_id in reading.short_names else "likely_name_amount"
    if h.partner < PartnerLevel.SURE:
        return "weak"
    if h.amount in EXACT:
        return "partner_amount"
    if h.amount is AmountLevel.ROUNDED:
        return "partner_rounded"
    if h.is_share:
        return "partner_share"
    return "partner_small_difference" if h.amount in _SMALL else "weak"


def _same_span(h: Hypothesis, reading: Reading) -> bool:
    return len({reading.spans.get(d.position) for d in h.docs}) == 1
