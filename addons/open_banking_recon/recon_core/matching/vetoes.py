"""What forbids a match to post although its rule could: each a reason of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..references import groups
from .book import Book
from .docs import RefLevel, all_references
from .hypotheses import Hypothesis
from .kinds import LineKind
from .levels import CENT, AmountLevel, PartnerLevel
from .reading import LIKELY_NAME, SURE_NAME, Reading, unexplained
from .rivals import rivalry
from .rules import EXACT
from .scoring import is_dated, is_of_named_month, unused_reference
from .shares import is_share
from .subsets import MAX_CHANCE, grain

_PART_WORDS = re.compile(
    r"\b(?:ACOMPTE|VERSEMENT|ECHEANCE|MENSUALITE|PARTIEL|PARTIELLE|PARTIAL|INSTALMENT|INSTALLMENT|PART|TEIL\w*"
    r"|TEILZAHLUNG|ABSCHLAG\w*|DEELBETALING|PARCIAL|PARZIALE|RATA|RATE|\d ?/ ?\d)\b"
)
_CREDIT_WORDS = re.compile(
    r"\b(?:AVOIRS?|CREDIT NOTES?|GUTSCHRIFT|CREDITNOTA|NOTA DI CREDITO|ABONO)\b"
)
_CLAIM_WORDS = re.compile(
    r"\b(?:RETENUES?|LITIGES?|CONTEST\w*|AVARIES?|CASSE|MANQUANTS?|RECLAMATIONS?|CLAIMS?|DISPUTED?"
    r"|DEDUCTIONS?|DEDUITE?S?|RETENTION|EINBEHALT\w*|REKLAMATION\w*|MANGEL\w*|ABZUG|INHOUDING|KLACHT)\b"
)
_DISPUTE_WORDS = re.compile(
    r"\b(?:NON DUE?S?|BLOQUEE?S?|BLOCKED|GESPERRT|NICHT ANERKANNT|NICHT FALLIG|NOT DUE|DISPUTED?|CONTESTEE?S?|LITIGE|STRITTIG|BETWIST"
    r"|IN CONTESTAZIONE|EN DISPUTA)\b"
)
_MORE_WORDS = re.compile(
    r"\b(?:ETC|AUTRES?|DIVERS|DIVERSES|FACTURES|FACTS|INVOICES|RECHNUNGEN|FACTUREN|FATTURE|FACTURAS)\b|\.\.\."
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_SLIP_SHARE = 0.16
_MAX_CHANCE_UNNAMED = 0.001
_MAX_CHANCE_OF_SHARE = 0.03
# Documents of the likely partners that would have the amount by accident.
_MAX_CHANCE_OF_AMOUNT = {
    "likely_name_amount": 0.02,
    "short_name_amount": 0.03,
    "partner_rounded": 0.05,
}
_MAX_OTHERS = 12
_LIKELY, _SURE = 0.45, 0.9
_TELLING = 4  # digits: such a number may name a document, even one that nobody knows
GAP_UNEXPLAINED = "gap_unexplained"
_SELF_EVIDENT = ("batch", "reference_exact")


def veto(h: Hypothesis, ranked: Sequence[Hypothesis], reading: Reading, book: Book) -> str:
    """Why ``h`` may not post although its rule could; empty when nothing speaks against it."""
    for code, speaks_against in VETOES:
        if speaks_against(h, reading, book):
            return code
    return rivalry(h, ranked, reading)


def _is_wrong_kind(h: Hypothesis, reading: Reading, _book: Book) -> bool:
    return reading.kind is LineKind.NO_DOCUMENT and h.rule not in _SELF_EVIDENT


def _is_advance(h: Hypothesis, reading: Reading, _book: Book) -> bool:
    return reading.kind is LineKind.ADVANCE and h.ref < RefLevel.CORE


def _leaves_out(h: Hypothesis, reading: Reading, book: Book) -> bool:
    unused = unused_reference(h, reading)
    if unused is None:
        return False
    return not _is_slip_of_the_pen(h, reading, _LIKELY) or (
        book.docs[unused].item.partner_id == h.partner_id
    )


def _is_slip_of_the_pen(h: Hypothesis, reading: Reading, least: float) -> bool:
    """Whether a sure payer pays an amount so rare that the reference must be a mistake."""
    return h.rule == "partner_amount" and h.probability >= least and not _is_named_alike(h, reading)


def _is_named_alike(h: Hypothesis, reading: Reading) -> bool:
    return h.partner_id not in reading.numbered and any(
        score >= SURE_NAME for p, score in reading.names.items() if p != h.partner_id
    )


def _names_unknown(h: Hypothesis, reading: Reading, book: Book) -> bool:
    if h.rule in _SELF_EVIDENT or _is_slip_of_the_pen(h, reading, _SURE):
        return False
    if h.is_share and any(
        len(number) >= _TELLING and not _YEAR.fullmatch(number) for number in reading.numbers
    ):
        return True
    return bool(unexplained(reading, h.docs, book)) or (
        h.added > 0 and _has_stray_number(h, reading)
    )


def _has_stray_number(h: Hypothesis, reading: Reading) -> bool:
    """Whether the line holds a number like those of the documents that it names, but of none of
    them: what is missing from the sum may be that one."""
    named = [doc for doc in h.docs if reading.level(doc)]
    keys = [key for doc in named for key in doc.keys]
    parts = [
        g for doc in named for reference in all_references(doc.item) for g in groups(reference)
    ]
    lengths = {len(g) for g in parts if g[0].isdigit() and len(g) >= 5}
    stray = [d for d in reading.numbers if len(d) in lengths and not _YEAR.match(d)]
    return any(not any(d in key for key in keys) for d in stray)


def _conflicts(h: Hypothesis, reading: Reading, book: Book) -> bool:
    return h.partner is PartnerLevel.CONFLICT and _fits_another(h, reading, book)


def _has_odd_gap(h: Hypothesis, reading: Reading, book: Book) -> bool:
    gap_rules = ("reference_partial", "reference_over")
    return h.rule in gap_rules and not _gap_is_told(h, reading, book)


def _forgets_credit(h: Hypothesis, reading: Reading, _book: Book) -> bool:
    return h.amount not in EXACT and bool(_CREDIT_WORDS.search(reading.folded))


def _holds_back_a_claim(h: Hypothesis, reading: Reading, _book: Book) -> bool:
    """What is held back for a claim stays open: nobody knows on which document."""
    return h.amount not in EXACT and bool(_CLAIM_WORDS.search(reading.folded))


def _disputes_one_of_several(h: Hypothesis, reading: Reading, _book: Book) -> bool:
    """Where one of several named documents is disputed, nobody knows which."""
    several = len(h.docs) > 1 or len(reading.refs) > 1
    return several and bool(_DISPUTE_WORDS.search(reading.folded))


def _names_other_date(h: Hypothesis, reading: Reading, _book: Book) -> bool:
    return h.ref is RefLevel.NONE and bool(reading.dates) and not is_dated(h, reading)


def _names_other_month(h: Hypothesis, reading: Reading, _book: Book) -> bool:
    told = bool(reading.months or reading.year_months)
    return h.ref is RefLevel.NONE and told and not is_of_named_month(h, reading)


def _sums_by_chance(h: Hypothesis, _reading: Reading, _book: Book) -> bool:
    if h.is_share:
        return h.chance * grain([h.paid // CENT]) > _MAX_CHANCE_OF_SHARE
    return h.chance > (MAX_CHANCE if h.ref >= RefLevel.CORE else _MAX_CHANCE_UNNAMED)


def _fits_by_chance(h: Hypothesis, reading: Reading, book: Book) -> bool:
    limit = _MAX_CHANCE_OF_AMOUNT.get(h.rule)
    return limit is not None and _chance_of_amount(h, reading, book) > limit


def _has_namesake(h: Hypothesis, reading: Reading, _book: Book) -> bool:
    """Whether another partner is named as well: then a sum or a rounded amount tells too little."""
    if (
        h.rule not in ("partner_sum", "partner_rounded", "partner_share")
        or h.partner is not PartnerLevel.SURE
    ):
        return False
    return _is_named_alike(h, reading)


VETOES: tuple[tuple[str, Callable[[Hypothesis, Reading, Book], bool]], ...] = (
    ("no_document_line", _is_wrong_kind),
    ("advance_words", _is_advance),
    ("unused_reference", _leaves_out),
    ("unexplained_reference", _names_unknown),
    ("partner_conflict", _conflicts),
    (GAP_UNEXPLAINED, _has_odd_gap),
    ("credit_note_named", _forgets_credit),
    ("claim_named", _holds_back_a_claim),
    ("claim_named", _disputes_one_of_several),
    ("other_date", _names_other_date),
    ("other_month", _names_other_month),
    ("ambiguous_sum", _sums_by_chance),
    ("common_amount", _fits_by_chance),
    ("namesake", _has_namesake),
)


def _chance_of_amount(h: Hypothesis, reading: Reading, book: Book) -> float:
    """How many documents of all the partners that the line may mean would have the amount by
    accident, if amounts were spread over them as over the whole book."""
    doc = h.docs[0]
    meant = reading.short_names | {p for p, s in reading.names.items() if s >= LIKELY_NAME}
    open_here = sum(len(book.by_partner[p]) for p in meant | {h.partner_id})
    return open_here * book.sharing(doc, abs(h.paid - h.due)) / len(book.docs)


def _gap_is_told(h: Hypothesis, reading: Reading, book: Book) -> bool:
    """Whether the line says that it pays a part, or the amount is one that people choose: whole
    tens or a usual share. Too much is only believed when it is little or whole tens, the line
    names nothing more, and nothing else that is open makes it up."""
    if h.amount is AmountLevel.OVER:
        return _is_slip(h) and not _names_more(h, reading) and _nothing_makes_up(h, book)
    return bool(_PART_WORDS.search(reading.folded)) or _is_chosen(h)


def _is_slip(h: Hypothesis) -> bool:
    excess = h.paid - h.due
    return excess <= h.due * _SLIP_SHARE or (
        excess % (10 * 100 * CENT) == 0 and excess <= 2 * h.due
    )


def _names_more(h: Hypothesis, reading: Reading) -> bool:
    """Whether the line speaks of several documents or holds short numbers that ``h`` has not."""
    if _MORE_WORDS.search(reading.folded):
        return True
    own = "".join(key for doc in h.docs for key in doc.keys)
    short = [d for d in reading.digits if 3 <= len(d) <= 6 and not _YEAR.fullmatch(d)]
    return any(d not in own for d in short)


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
    return h.paid % (10 * 100 * CENT) == 0 or is_share(h.docs[0], h.paid)


def _fits_another(h: Hypothesis, reading: Reading, book: Book) -> bool:
    """Whether the partner that the line names has an open document of the same amount."""
    doc = h.docs[0]
    if len(h.docs) > 1:
        return h.ref < RefLevel.EXACT or h.amount not in EXACT
    owners = {
        d.item.partner_id for d in book.by_amount[doc.sign, doc.item.currency, doc.residual]
    } - {h.partner_id}
    named = {p for p, s in reading.names.items() if s >= LIKELY_NAME} | set(reading.iban_partners)
    return bool(owners & named)
