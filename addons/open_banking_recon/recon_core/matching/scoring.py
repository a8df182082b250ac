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
from .reading import Reading, unexplained

_CEILING = 35.0  # beyond it a probability is 1 to fifteen digits


def score(found: Sequence[Hypothesis], reading: Reading, book: Book) -> list[Hypothesis]:
    """``found`` with signs, log-odds and probability, best first. Ties: oldest documents first."""
    for hypothesis in found:
        hypothesis.signs = _signs(hypothesis, reading, book)
        hypothesis.score = min(_CEILING, sum([weight for _, weight in hypothesis.signs]))
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
    taken = [spot for p in used for spot in reading.places.get(p, ())]
    for position, level in reading.refs.items():
        if level < RefLevel.CORE or position in used:
            continue
        if not _covered(reading.places.get(position), taken):
            return position
    return None


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


def _signs(h: Hypothesis, reading: Reading, book: Book) -> list[tuple[str, float]]:
    """What speaks for and against ``h``: (code of the evidence, its weight)."""
    known = book.weights
    reference = f"reference_{h.ref.name.lower()}"
    signs = [
        ("prior", weights.prior(len(book.docs))),
        (reference, known[reference]),
        _amount(h, book),
        _partner(h, reading, book),
    ]
    if is_dated(h, reading):
        signs.append(("date_named", known["date_named"]))
    if is_of_named_month(h, reading):
        signs.append(("month_named", known["month_named"]))
    if unused_reference(h, reading) is not None:
        signs.append(("unused_reference", known["unused_reference"]))
    elif h.ref < RefLevel.CORE and unexplained(reading, h.docs, book):
        signs.append(("unexplained_reference", known["unexplained_reference"]))
    if h.added:
        signs.append(("only_sum", known["only_sum"] * h.added))
    if reading.kind is LineKind.NO_DOCUMENT:
        signs.append(("no_document_line", known["no_document_line"]))
    elif reading.kind is LineKind.ADVANCE and h.ref is RefLevel.NONE:
        signs.append(("advance_words", known["advance_words"]))
    return signs


def sharing(h: Hypothesis, book: Book) -> int:
    """How many open documents have the amount of the only one of ``h``; 1 for several."""
    return book.sharing(h.docs[0], 0) if len(h.docs) == 1 else 1


def _amount(h: Hypothesis, book: Book) -> tuple[str, float]:
    code = f"amount_{h.amount.name.lower()}"
    weight = book.weights[code]
    if h.amount is AmountLevel.EXACT:
        weight += weights.exact_amount(len(book.docs), sharing(h, book))
    return code, weight


def _partner(h: Hypothesis, reading: Reading, book: Book) -> tuple[str, float]:
    known = h.partner in (PartnerLevel.SURE, PartnerLevel.LIKELY)
    if known and h.partner_id in reading.numbered:
        return "partner_numbered", book.weights["partner_numbered"]
    if known and reading.payers.get(h.partner_id):
        code = "partner_learned" if h.partner is PartnerLevel.SURE else "partner_likely"
        return "partner_learned", book.weights[code]
    code = _PARTNER_CODES[h.partner]
    return code, book.weights[code]


_PARTNER_CODES = {
    PartnerLevel.IBAN: "partner_iban",
    PartnerLevel.SURE: "partner_name",
    PartnerLevel.LIKELY: "partner_likely",
    PartnerLevel.UNKNOWN: "partner_unknown",
    PartnerLevel.CONFLICT: "partner_conflict",
}
