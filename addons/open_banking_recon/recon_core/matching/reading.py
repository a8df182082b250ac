"""One bank line read against the book: its amounts, the documents it names, the partner it is from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from rapidfuzz.distance import OSA

from ..references import CompactText, compact, compact_text, fold, groups, without_zeros
from . import text as texts
from .aliases import payer_name
from .book import Book
from .docs import Doc, RefLevel, all_references
from .keys import Hit
from .kinds import LineKind, is_card_purchase, kind_of
from .model import StatementLine
from .names import NameFit, best_fits
from .units import to_units

SURE_NAME = 0.9
LIKELY_NAME = 0.6
_DAYS_OF_PAYMENT = 3
_BILL_FOLLOWS = timedelta(
    days=35
)  # what was bought by card is often billed at the end of the month
# Banks send 140 to 400 characters; somebody who sends more must not keep the matching busy.
_LONGEST = {
    "remittance_unstructured": 2000,
    "remittance_structured": 140,
    "counterparty_name": 200,
    "counterparty_iban": 64,
    "end_to_end_id": 140,
}
_GLUED_WORD = re.compile(r"[A-Z]{16,}")
_TOKEN = re.compile(r"[A-Z0-9]+(?:[/._-][A-Z0-9]+)*")


@dataclass(slots=True)
class Reading:
    """What a line says. ``numbers`` are its runs of digits, ``digits`` the same without leading zeros.
    ``refs`` holds the level at which each document is named, ``spans`` where it
    is named best, ``places`` every spot that names it.

    ``amounts`` are what it pays by currency, as the bank or the text says; ``worth`` what that is in
    others at the day's rate. ``is_glued``: the bank dropped the spaces, so no name was found. ``numbered`` are the partners whose customer number stands in the text.
    ``payers`` are the partners for whom such a line has paid before, with how often.
    ``names`` maps partners to how well the line names them, 0 to 1; ``iban_partners`` are those
    whose IBAN paid; ``names_paid``: it names a document that is already paid; ``short_names``: those
    that the name abbreviates; ``reference_words`` look like references of the book, open or not.
    ``latest``: the last day of documents that it may pay without naming them.
    """

    line: StatementLine
    kind: LineKind
    sign: int
    amount: int
    amounts: dict[str, int]
    worth: dict[str, int]
    folded: str
    text: CompactText
    digits: frozenset[str]
    numbers: tuple[str, ...]
    latest: date
    refs: dict[int, RefLevel] = field(default_factory=dict)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    places: dict[int, set[tuple[int, int]]] = field(default_factory=dict)
    names: dict[int, float] = field(default_factory=dict)
    short_names: frozenset[int] = frozenset()
    iban_partners: tuple[int, ...] = ()
    payers: dict[int, int] = field(default_factory=dict)
    numbered: frozenset[int] = frozenset()
    behalf: bool = False
    is_glued: bool = False
    reference_words: tuple[str, ...] = ()
    names_paid: bool = False
    fee: int | None = None
    dates: frozenset[date] = frozenset()
    months: frozenset[int] = frozenset()
    year_months: frozenset[tuple[int, int]] = frozenset()

    def level(self, doc: Doc) -> RefLevel:
        """How the line names ``doc``; abbreviations count here, beside the partner or the amount."""
        known = self.refs.get(doc.position, RefLevel.NONE)
        if known is RefLevel.NONE and not self.digits.isdisjoint(doc.tails):
            return RefLevel.TAIL
        return known


def read_line(line: StatementLine, book: Book) -> Reading:
    """The reading of ``line``. Costs a few hundred look-ups, whatever the size of the book; of texts
    longer than any bank's only the beginning is read."""
    line = _bounded(line)
    folded = fold(line.remittance_unstructured)
    plain = texts.plain(folded)
    paid = texts.paid_part(plain)
    said = f"{paid} {fold(line.remittance_structured)}"
    clean = f"{texts.without_noise(texts.paid_part(folded))} {fold(line.remittance_structured)}"
    amounts = _amounts(line, folded)
    numbers = tuple(g for g in groups(clean) if g[0].isdigit())
    reading = Reading(
        line=line,
        kind=kind_of(line, folded),
        sign=1 if line.amount > 0 else -1,
        amount=to_units(abs(line.amount)),
        amounts=amounts,
        worth={
            currency: to_units(abs(amount))
            for currency, amount in line.equivalents.items()
            if currency not in amounts
        },
        folded=folded,
        text=compact_text(said),
        dates=frozenset(d for d in texts.dates(folded) if not _is_of_payment(d, line)),
        months=texts.months(plain),
        year_months=texts.year_months(plain),
        digits=frozenset(g.lstrip("0") for g in numbers),
        numbers=numbers,
        latest=line.booking_date
        + (_BILL_FOLLOWS if is_card_purchase(line, folded) else timedelta()),
    )
    fee = texts.stated_fee(folded)
    reading.fee = None if fee is None else to_units(fee)
    _find_references(reading, book, said, clean)
    _find_partners(reading, book, plain)
    return reading


def _bounded(line: StatementLine) -> StatementLine:
    if all(len(getattr(line, name)) <= most for name, most in _LONGEST.items()):
        return line
    return replace(line, **{name: getattr(line, name)[:most] for name, most in _LONGEST.items()})


def _is_of_payment(day: date, line: StatementLine) -> bool:
    """Whether banks and payers write ``day`` into the text as that of the payment itself."""
    return 0 <= (line.booking_date - day).days <= _DAYS_OF_PAYMENT


def _amounts(line: StatementLine, folded: str) -> dict[str, int]:
    amounts = {line.currency: to_units(abs(line.amount))}
    if line.instructed_amount is not None and line.instructed_currency:
        amounts.setdefault(line.instructed_currency, to_units(abs(line.instructed_amount)))
    for amount, currency in texts.foreign_amounts(folded):
        amounts.setdefault(currency, to_units(amount))
    return amounts


def _find_references(reading: Reading, book: Book, said: str, clean: str) -> None:
    end_to_end = fold(reading.line.end_to_end_id)
    hits = [
        *book.exact.find(reading.text),
        *book.stripped.find(compact_text(said, strip_zeros=True)),
        *book.exact.find(compact_text(end_to_end)),
    ]
    for hit in hits:
        _note(reading, hit)
    if not hits:
        for position in book.exact.near(reading.text):
            level = book.near_level(book.docs[position], reading.text)
            if level:
                reading.refs[position] = level
    reading.names_paid = any(
        level >= RefLevel.CORE and book.docs[p].residual == 0 for p, level in reading.refs.items()
    )
    reading.reference_words = tuple(
        dict.fromkeys(w for w in _TOKEN.findall(clean) if book.looks_like_reference(compact(w)))
    )


def unexplained(reading: Reading, docs: Iterable[Doc], book: Book) -> str:
    """The first reference in the text that neither one of ``docs`` has, nor any other that the line
    names in full; a reference one keystroke away counts as had. Empty when all are explained."""
    named = {p for p, level in reading.refs.items() if level >= RefLevel.CORE}
    positions = {d.position for d in docs} | named
    known = [book.docs[p].item for p in sorted(positions)] if reading.reference_words else []
    keys = [r for item in known for r in all_references(item)]
    return next((w for w in reading.reference_words if not _explained(w, keys)), "")


def _explained(word: str, references: list[str]) -> bool:
    key, bare = compact(word), without_zeros(word)
    return any(
        key in (other := compact(r))
        or other in key
        or OSA.distance(key, other, score_cutoff=1) <= 1
        or bare == without_zeros(r)
        for r in references
    )


def _note(reading: Reading, hit: Hit) -> None:
    reading.places.setdefault(hit.position, set()).add((hit.start, hit.end))
    if hit.level > reading.refs.get(hit.position, RefLevel.NONE):
        reading.refs[hit.position] = hit.level
        reading.spans[hit.position] = (hit.start, hit.end)


def _find_partners(reading: Reading, book: Book, plain: str) -> None:
    line = reading.line
    if book.customer_numbers:
        quoted = groups(texts.without_dates_and_amounts(reading.folded))
        found = (book.customer_numbers.get(g.lstrip("0")) for g in quoted if g[0].isdigit())
        reading.numbered = frozenset(p for p in found if p is not None)
    iban = compact(line.counterparty_iban)
    reading.iban_partners = tuple(sorted(set(book.by_iban.get(iban, ())))) if iban else ()
    behalf = texts.on_behalf_of(reading.folded)
    if behalf:
        fits = best_fits([book.names.find(behalf, whole=False)])
        if fits and max(fits.values()) >= LIKELY_NAME:
            reading.names, reading.behalf, reading.iban_partners = fits, True, ()
            return
    if book.aliases:
        reading.payers = book.aliases.payers(line, reading.folded)
    name = payer_name(line, reading.folded)
    fits = best_fits([book.names.find(name, whole=True)] if name else [])
    if max(fits.values(), default=0.0) < SURE_NAME:
        said = book.names.find(plain, whole=False)
        fits = best_fits([[NameFit(p, s) for p, s in fits.items()], said])
    if max(fits.values(), default=0.0) < SURE_NAME:
        reading.short_names = book.names.short_form_of(name)
        for partner_id in reading.short_names:
            fits[partner_id] = max(LIKELY_NAME, fits.get(partner_id, 0.0))
    reading.names = fits
    reading.is_glued = not fits and bool(_GLUED_WORD.search(reading.folded))
