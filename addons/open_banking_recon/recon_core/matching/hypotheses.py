"""The ways to settle a line: sets of documents, from what the line names, pays and who sent it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from .book import Book
from .docs import Doc, RefLevel
from .kinds import LineKind
from .ledger import Ledger
from .levels import CENT, AmountLevel, PartnerLevel, amount_level, closing_range, is_converted
from .model import Evidence
from .reading import LIKELY_NAME, SURE_NAME, Reading
from .runs import MAX_DOCUMENTS as MAX_RUN
from .runs import natural_sets
from .shares import documents_shared, is_share
from .subsets import MAX_DOCUMENTS, chance_of_sum, grain, unique_subset

MAX_HYPOTHESES = 60
_CROWDED_AMOUNT = 40
# Documents, how many of them only their sum found, and how many sets reach it by accident.
_Candidate: TypeAlias = "tuple[Iterable[Doc], int, float]"
_BEST_NAMES = 4


@dataclass(slots=True)
class Hypothesis:
    """``docs`` are settled by the line. ``due`` is their signed sum, > 0 as the line sees it, in
    ``currency``; ``paid`` what the line gives in that currency."""

    docs: tuple[Doc, ...]
    ref: RefLevel
    amount: AmountLevel
    partner: PartnerLevel
    partner_id: int
    due: int
    paid: int
    currency: str
    added: int = 0  # documents that only the sum found,
    chance: float = 0.0  # and how many sets would reach the sum by accident
    share: int = 0  # of its only document, when other lines pay the rest (matching.instalments)
    score: float = 0.0
    probability: float = 0.0
    rule: str = ""
    veto: str | None = None  # not asked yet
    signs: list[tuple[str, float]] = field(default_factory=list)  # evidence by code, with weights
    notes: list[Evidence] = field(default_factory=list)  # what other lines or the company add to it

    @property
    def is_part(self) -> bool:
        """Whether the line names one document, and pays less than what is open of it."""
        if len(self.docs) > 1 or self.paid >= self.due:
            return False
        likely = self.partner >= PartnerLevel.LIKELY
        return self.ref >= RefLevel.NEAR and (likely or self.ref >= RefLevel.CORE)

    @property
    def is_share(self) -> bool:
        """Whether the line pays a usual share of one document that it does not name."""
        if len(self.docs) > 1 or self.ref or self.amount is not AmountLevel.PARTIAL:
            return False
        return is_share(self.docs[0], self.paid)

    @property
    def key(self) -> tuple[int, ...]:
        return tuple(d.position for d in self.docs)


def hypotheses(reading: Reading, book: Book) -> list[Hypothesis]:
    """All ways to settle the line worth scoring, each set of documents once. Unordered."""
    if reading.kind is LineKind.RETURNED:
        return []
    found: dict[tuple[int, ...], Hypothesis] = {}
    for docs, added, chance in _document_sets(reading, book):
        ordered = tuple(sorted(set(docs), key=lambda d: d.position))
        key = tuple(d.position for d in ordered)
        if key in found or not ordered:
            continue
        made = _hypothesis(ordered, added, reading)
        if made is not None:
            made.chance = chance if made.added or made.is_share else 0.0
            found[key] = made
        if len(found) >= MAX_HYPOTHESES:
            break
    return list(found.values())


def likely_partners(reading: Reading) -> list[int]:
    """The partners that the line may be from, surest first."""
    named = [(-score, p) for p, score in reading.names.items() if score >= LIKELY_NAME]
    likely = [p for _, p in sorted(named)[:_BEST_NAMES]]
    learned = sorted(reading.payers, key=lambda p: (-reading.payers[p], p))[:_BEST_NAMES]
    numbered = sorted(reading.numbered)
    return list(dict.fromkeys((*reading.iban_partners, *numbered, *learned, *likely)))


def partner_level(partner_id: int, reading: Reading) -> PartnerLevel:
    """What the line says about ``partner_id``."""
    score = reading.names.get(partner_id, 0.0)
    if partner_id in reading.iban_partners:
        return PartnerLevel.IBAN
    if reading.numbered:
        if partner_id in reading.numbered:
            return PartnerLevel.SURE if len(reading.numbered) == 1 else PartnerLevel.LIKELY
        score = min(score, LIKELY_NAME)  # a namesake has another customer number
    if reading.iban_partners:
        score = min(score, LIKELY_NAME)  # and another account
    if score >= SURE_NAME:
        return PartnerLevel.SURE
    best = max(reading.names.values(), default=0.0)
    if partner_id in reading.payers:
        # who has paid for several, or is a partner itself, may be paying for another this time
        alone = len(reading.payers) == 1 and best < SURE_NAME
        return PartnerLevel.SURE if alone else PartnerLevel.LIKELY
    if reading.iban_partners or best >= SURE_NAME:
        return PartnerLevel.CONFLICT
    return PartnerLevel.LIKELY if score >= LIKELY_NAME else PartnerLevel.UNKNOWN


def is_payable(doc: Doc, reading: Reading) -> bool:
    """Whether the document was there in time for the line, or the line names it."""
    return doc.item.invoice_date <= reading.latest or reading.level(doc) > RefLevel.NONE


def _document_sets(reading: Reading, book: Book) -> Iterator[_Candidate]:
    partners = likely_partners(reading)
    possible = {p for p, s in reading.names.items() if s >= LIKELY_NAME} | set(partners)
    named = [book.docs[p] for p in sorted(reading.refs)]
    yield from _named_sets(reading, named)
    same_amount = _same_amount(reading, book, possible)
    for doc in (*named, *same_amount):
        yield (doc,), 0, 0.0
    owners = list(dict.fromkeys((*partners, *(d.item.partner_id for d in named))))
    for partner_id in owners[:8]:
        yield from _partner_sets(reading, book, partner_id)


def _named_sets(reading: Reading, named: list[Doc]) -> Iterator[_Candidate]:
    full = [d for d in named if reading.refs[d.position] >= RefLevel.CORE]
    if len(full) < 2:
        return
    yield full, 0, 0.0
    yield [d for d in full if d.item.currency in reading.amounts], 0, 0.0
    # the digits of an invoice are often those of a credit note as well: the payer means the invoice
    spots = {reading.spans.get(d.position) for d in full if d.sign == reading.sign}
    yield (
        [d for d in full if d.sign == reading.sign or reading.spans[d.position] not in spots],
        0,
        0.0,
    )
    by_partner: defaultdict[int, list[Doc]] = defaultdict(list)
    for doc in full:
        by_partner[doc.item.partner_id].append(doc)
    for docs in by_partner.values():
        yield docs, 0, 0.0


def _same_amount(reading: Reading, book: Book, partners: set[int]) -> list[Doc]:
    found: list[Doc] = []
    for currency, amount in reading.amounts.items():
        key = reading.sign, currency, amount
        docs = book.by_amount.get(key, [])
        if len(docs) > _CROWDED_AMOUNT:
            docs = book.crowd(key).near(partners, reading.refs, reading.digits)
        found += docs
    if not any(level >= RefLevel.CORE for level in reading.refs.values()):
        for doc in found:
            if reading.level(doc) < RefLevel.NEAR:
                _look_closer(doc, reading, book)
    if reading.is_glued:
        for owner in {d.item.partner_id for d in found}:
            if book.names.stands_glued_in(owner, reading.text.text):
                reading.names[owner] = 1.0
    return [d for d in found if is_payable(d, reading)]


def _look_closer(doc: Doc, reading: Reading, book: Book) -> None:
    level = book.near_level(doc, reading.text)
    if level:
        reading.refs[doc.position] = level


def _partner_sets(reading: Reading, book: Book, partner_id: int) -> Iterator[_Candidate]:
    """Sets inside one partner: what is abbreviated, what is nearly the amount, what sums up."""
    ledger = book.ledger(partner_id)
    told = [
        d for d in ledger.named(reading.refs, reading.digits) if d.item.currency in reading.amounts
    ]
    if len(told) > 1:
        yield told, 0, 0.0
        yield from _one_too_many(reading, told)
    for doc in told:
        if doc.sign == reading.sign:
            yield (doc,), 0, 0.0
    yield from _nearly_paid(reading, ledger)
    if not reading.refs:
        for doc, chance in documents_shared(reading, ledger):
            if is_payable(doc, reading):
                yield (doc,), 0, chance
    yield from _summed_sets(reading, ledger, told)


def _nearly_paid(reading: Reading, ledger: Ledger) -> Iterator[_Candidate]:
    for currency, paid in reading.amounts.items():
        for doc in ledger.between(*closing_range(paid, reading.fee)):
            if doc.item.currency == currency and doc.sign == reading.sign:
                level = amount_level(paid, doc.residual, reading.fee)
                if level >= AmountLevel.SMALL and is_payable(doc, reading):
                    yield (doc,), 0, 0.0


def _one_too_many(reading: Reading, told: list[Doc]) -> Iterator[_Candidate]:
    """What the line names without the only abbreviation that is too much: a short number may be
    that of another document by accident."""
    docs = [d for d in told if d.item.currency == reading.line.currency]
    excess = _signed_sum(docs, reading) - reading.amounts[reading.line.currency]
    extra = [
        d
        for d in docs
        if d.residual * d.sign * reading.sign == excess and reading.level(d) is RefLevel.TAIL
    ]
    if len(extra) == 1 and len(docs) > 2:
        yield [d for d in docs if d is not extra[0]], 0, 0.0


def _summed_sets(reading: Reading, ledger: Ledger, told: list[Doc]) -> Iterator[_Candidate]:
    """What the line names plus the only other documents that make the sum; and what people pay
    together: a balance, a month, a stretch."""
    currency = reading.line.currency
    named = [d for d in told if d.item.currency == currency and not d.is_payment]
    full = [d for d in named if reading.level(d) >= RefLevel.CORE]
    bases = [full, named] if named != full else [full]
    if len(ledger.docs) <= MAX_RUN:
        pool = _pool(reading, ledger.by_date(currency), named)
        for base in bases:
            for docs, chance in natural_sets(reading, pool, base):
                yield docs, len(docs) - len(base), chance
    for base in bases:
        yield from _one_missing(reading, ledger, base)
    if len(ledger.docs) > MAX_DOCUMENTS:
        return
    pool.sort(key=lambda d: d.age)
    for base in bases:
        yield from _completed_sets(reading, pool, base)


def _pool(reading: Reading, by_date: Sequence[Doc], named: list[Doc]) -> list[Doc]:
    """Those of the documents that existed when the line was booked, or that it names."""
    existing = bisect_right(
        by_date, reading.line.booking_date, key=lambda doc: doc.item.invoice_date
    )
    later = [d for d in by_date[existing:] if d in named]
    return [*by_date[:existing], *later]


def _signed_sum(docs: Iterable[Doc], reading: Reading) -> int:
    return sum(d.residual * d.sign * reading.sign for d in docs)


def _one_missing(reading: Reading, ledger: Ledger, base: list[Doc]) -> Iterator[_Candidate]:
    """Of a partner with many documents: the named ones and the single one that makes the sum."""
    missing = reading.amounts[reading.line.currency] - _signed_sum(base, reading)
    if not base or missing == 0:
        return
    sign = reading.sign if missing > 0 else -reading.sign
    fitting = [
        d
        for d in ledger.between(abs(missing), abs(missing))
        if d.sign == sign and d.item.currency == reading.line.currency and d not in base
    ]
    fitting = [d for d in fitting if not d.is_payment and is_payable(d, reading)]
    if fitting:
        twins = len(fitting) > 1
        chance = chance_of_sum(len(ledger.docs), 1, missing // CENT) * grain([missing // CENT])
        chance = 1.0 if twins else chance
        yield [*base, min(fitting, key=lambda d: d.age)], 1, chance


def _completed_sets(reading: Reading, pool: list[Doc], base: list[Doc]) -> Iterator[_Candidate]:
    rest = [d for d in pool if d not in base]
    missing = reading.amounts[reading.line.currency] - _signed_sum(base, reading)
    if missing == 0 or not rest:
        return
    values = [d.residual * d.sign * reading.sign for d in rest]
    chosen = unique_subset(values, missing, smallest=1 if base else 2)
    if chosen:
        left = {v for p, v in enumerate(values) if p not in chosen}
        twins = any(values[p] in left for p in chosen)
        chance = chance_of_sum(len(values), len(chosen), missing // CENT)
        chance *= grain([missing // CENT, *(values[p] // CENT for p in chosen)])
        chance = 1.0 if twins else chance
        yield [*base, *(rest[p] for p in chosen)], len(chosen), chance


def _payment(currency: str, due: int, reading: Reading) -> tuple[int, AmountLevel | None]:
    """(what the line pays in ``currency``, how that pays ``due``); None when it pays nothing in it."""
    paid = reading.amounts.get(currency)
    if paid is not None:
        return paid, amount_level(paid, due, reading.fee)
    worth = reading.worth.get(currency, 0)
    return worth, AmountLevel.CONVERTED if worth and is_converted(worth, due) else None


def _hypothesis(docs: tuple[Doc, ...], added: int, reading: Reading) -> Hypothesis | None:
    currencies = {d.item.currency for d in docs}
    if len(currencies) != 1:
        return None
    if len({d.is_payment for d in docs}) > 1:
        return None  # an outstanding payment never goes beside the invoice that it paid
    currency = currencies.pop()
    due = sum(d.residual * d.sign * reading.sign for d in docs)
    if due <= 0:
        return None
    paid, level = _payment(currency, due, reading)
    if level is None:
        return None
    if len(docs) > 1 and level is AmountLevel.PARTIAL:
        return None
    owners = {d.item.partner_id for d in docs}
    partner_id = docs[0].item.partner_id if len(owners) == 1 else 0
    named = [reading.level(d) for d in docs if reading.level(d)]
    return Hypothesis(
        docs=docs,
        ref=min(named) if len(named) >= len(docs) - added and named else RefLevel.NONE,
        amount=level,
        partner=partner_level(partner_id, reading),
        partner_id=partner_id,
        due=due,
        paid=paid,
        currency=currency,
        added=added if len(named) < len(docs) else 0,
    )
