"""Evidence added up: log-odds of every hypothesis, then probabilities against its rivals."""

from __future__ import annotations

from collections.abc import Sequence, Set
from math import exp

from . import weights
from .book import Book
from .docs import RefLevel
from .hypotheses import Hypothesis
from .kinds import LineKind
from .levels import AmountLevel, PartnerLevel
from .model import Evidence
from .reading import Reading, unexplained
from .units import from_units

_CEILING = 35.0  # beyond it a probability is 1 to fifteen digits


def score(found: Sequence[Hypothesis], reading: Reading, book: Book) -> list[Hypothesis]:
    """``found`` with evidence, log-odds and probability, best first. Ties: oldest documents first."""
    for hypothesis in found:
        hypothesis.evidence = _evidence(hypothesis, reading, book)
        hypothesis.score = min(_CEILING, sum(e.weight for e in hypothesis.evidence))
    ranked = sorted(found, key=lambda h: (-round(h.score, 6), [d.age for d in h.docs]))
    odds = [exp(h.score) for h in ranked]
    total = 1.0 + sum(odds)
    for hypothesis, odd in zip(ranked, odds, strict=True):
        hypothesis.probability = odd / total
    return ranked


def unused_reference(hypothesis: Hypothesis, reading: Reading) -> int | None:
    """A document that the line names in full and the hypothesis leaves out, unless the name of one
    that it settles covers the spot: 2026-00007 in FAC 2026-00007 does not name RFAC 2026-00007."""
    used = {d.position for d in hypothesis.docs}
    unused = [p for p, level in reading.refs.items() if level >= RefLevel.CORE and p not in used]
    if not unused:
        return None
    taken = [spot for p in used for spot in reading.places.get(p, ())]
    return next((p for p in unused if not _covered(reading.places.get(p), taken)), None)


def _covered(spots: Set[tuple[int, int]] | None, taken: Sequence[tuple[int, int]]) -> bool:
    """Whether each of ``spots`` lies inside one of ``taken``; False without any spot."""
    if not spots:
        return False
    return all(any(s <= start and end <= e for s, e in taken) for start, end in spots)


def is_dated(hypothesis: Hypothesis, reading: Reading) -> bool:
    """Whether the line names the date of every document that it settles."""
    return bool(reading.dates) and all(
        d.item.invoice_date in reading.dates for d in hypothesis.docs
    )


def is_of_named_month(hypothesis: Hypothesis, reading: Reading) -> bool:
    """Whether the line names the month of every document that it settles."""
    if not reading.months and not reading.year_months:
        return False
    days = [d.item.invoice_date for d in hypothesis.docs]
    return all(d.month in reading.months or (d.year, d.month) in reading.year_months for d in days)


def _evidence(h: Hypothesis, reading: Reading, book: Book) -> list[Evidence]:
    documents = len(book.docs)
    evidence = [Evidence("prior", weights.prior(documents), {"documents": str(documents)})]
    evidence.append(_reference(h, reading, book))
    evidence.append(_amount(h, book))
    evidence.append(_partner(h, reading, book))
    if is_dated(h, reading):
        params = {"date": h.docs[0].item.invoice_date.isoformat()}
        evidence.append(Evidence("date_named", book.weights["date_named"], params))
    if is_of_named_month(h, reading):
        params = {"date": h.docs[0].item.invoice_date.isoformat()}
        evidence.append(Evidence("month_named", book.weights["month_named"], params))
    unused = unused_reference(h, reading)
    if unused is not None:
        number = book.docs[unused].item.number
        evidence.append(
            Evidence("unused_reference", book.weights["unused_reference"], {"number": number})
        )
    elif h.ref < RefLevel.CORE and (unknown := unexplained(reading, h.docs, book)):
        params = {"reference": unknown}
        evidence.append(
            Evidence("unexplained_reference", book.weights["unexplained_reference"], params)
        )
    if h.added:
        params = {"count": str(h.added)}
        evidence.append(Evidence("only_sum", book.weights["only_sum"] * h.added, params))
    if reading.kind is LineKind.NO_DOCUMENT:
        evidence.append(Evidence("no_document_line", book.weights["no_document_line"]))
    elif reading.kind is LineKind.ADVANCE and h.ref is RefLevel.NONE:
        evidence.append(Evidence("advance_words", book.weights["advance_words"]))
    return evidence


def _reference(h: Hypothesis, reading: Reading, book: Book) -> Evidence:
    numbers = ", ".join(d.item.number for d in h.docs if reading.level(d))
    code = f"reference_{h.ref.name.lower()}"
    return Evidence(code, book.weights[code], {"number": numbers})


def _amount(h: Hypothesis, book: Book) -> Evidence:
    gap = from_units(abs(h.paid - h.due))
    params = {"amount": str(gap), "currency": h.currency}
    if h.amount is AmountLevel.EXACT:
        sharing = 1
        if len(h.docs) == 1:
            doc = h.docs[0]
            sharing = len(book.by_amount[doc.sign, doc.item.currency, doc.residual])
        weight = book.weights["amount_exact"] + weights.exact_amount(len(book.docs), sharing)
        return Evidence("amount_exact", weight, {**params, "sharing": str(sharing)})
    code = f"amount_{h.amount.name.lower()}"
    return Evidence(code, book.weights[code], params)


def _partner(h: Hypothesis, reading: Reading, book: Book) -> Evidence:
    partner = book.partners.get(h.partner_id)
    params = {"partner": partner.name if partner else ""}
    if h.partner_id in reading.numbered and h.partner in (PartnerLevel.SURE, PartnerLevel.LIKELY):
        return Evidence("partner_numbered", book.weights["partner_numbered"], params)
    times = reading.payers.get(h.partner_id, 0)
    if times and h.partner in (PartnerLevel.SURE, PartnerLevel.LIKELY):
        code = "partner_learned" if h.partner is PartnerLevel.SURE else "partner_likely"
        return Evidence("partner_learned", book.weights[code], {**params, "count": str(times)})
    percent = {"percent": str(round(100 * reading.names.get(h.partner_id, 0.0)))}
    code = _PARTNER_CODES[h.partner]
    return Evidence(code, book.weights[code], {**params, **percent})


_PARTNER_CODES = {
    PartnerLevel.IBAN: "partner_iban",
    PartnerLevel.SURE: "partner_name",
    PartnerLevel.LIKELY: "partner_likely",
    PartnerLevel.UNKNOWN: "partner_unknown",
    PartnerLevel.CONFLICT: "partner_conflict",
}
