"""A mapping proposed for a sheet, from the words above its columns and from what they hold.

Each role needs both to agree where it can be checked: days that are days, amounts that are amounts,
IBANs that have the shape of one. A running balance that follows from the amounts confirms them, and
their sign. What stays open (an order of days that cannot be told) is left empty for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from ..errors import FileFormatError
from ..normalisers.values import iban_or_nothing
from ..types import StatementFile
from .sheet import day_of, is_summary, number_of, read_sheet, words_of_sign
from .sheet_mapping import (
    AMOUNT_ROLES,
    DATE_ROLES,
    REPEATED,
    SheetMapping,
    head_rows,
    shown,
    signature_of,
    words_of,
)
from .sheet_table import Cell, Row, Table
from .sheet_words import CURRENCIES, HEADERS, SIGNS, STATUSES
from .written import DATE_ORDERS, DECIMAL_SIGNS, Written, date_order, decimal_sign

_SAMPLE = 500  # rows that are looked at to tell what a column holds
_NEARLY_ALL = 0.9
_BY_WORDS = 0.9  # the confidence of words above and content that fits
_BY_CONTENT = 0.4  # of content alone
_CONFIRMED = 0.99  # of amounts that lead from balance to balance
_ENOUGH_TO_CONFIRM = 3  # entries
_SAMPLES_SHOWN = 3
_LESS_SURE = 0.2  # what a word of the next tier says less
_INSIDE = 0.5  # a word that stands among others


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """A column as a person confirms it. ``confidence``: from 0, nothing speaks for the role, to 1."""

    header: str
    samples: tuple[str, ...]
    role: str
    confidence: float


@dataclass(frozen=True, slots=True)
class SheetProposal:
    """``header_row``: 0-based, None without headers. ``is_confirmed``: the running balance follows."""

    mapping: SheetMapping
    columns: tuple[ColumnProposal, ...]
    header_row: int | None
    is_confirmed: bool


def propose(tables: Sequence[Table]) -> SheetProposal:
    """How the longest of ``tables`` seems to be laid out."""
    table = max(tables, key=lambda one: len(one.rows))
    header_row = _header_row(table)
    start = 0 if header_row is None else header_row + 1
    headers = () if header_row is None else table.rows[header_row]
    width = max((len(row) for row in table.rows[start:]), default=0)
    sample = [row for row in table.rows[start:] if _may_be_entry(row)][:_SAMPLE]
    columns = [_Column(headers, sample, number) for number in range(max(width, len(headers)))]
    roles = _roles(columns)
    mapping = SheetMapping(
        signature=signature_of(table, header_row),
        roles=tuple(role for role, _confidence in roles),
        date_order=_order(table, start, [role for role, _confidence in roles]),
        decimal_sign=_sign(table, start, [role for role, _confidence in roles]),
    )
    mapping, is_confirmed = _confirmed([table], mapping)
    sure = AMOUNT_ROLES if is_confirmed else ()
    return SheetProposal(
        mapping=mapping,
        columns=tuple(
            ColumnProposal(
                header=column.header,
                samples=column.samples,
                role=role,
                confidence=_CONFIRMED if role in sure else confidence,
            )
            for column, (role, confidence) in zip(columns, roles, strict=True)
        ),
        header_row=header_row,
        is_confirmed=is_confirmed,
    )


def _may_be_entry(row: Row) -> bool:
    return bool(row) and (any(map(_is_day, row)) or not is_summary(row))


def _header_row(table: Table) -> int | None:
    """The row of which most cells are words that stand above columns; two of them at least."""
    counts = [sum(bool(_word_scores(words_of(cell))) for cell in row) for row in head_rows(table)]
    best = max(counts, default=0)
    return counts.index(best) if best > 1 else None


@lru_cache(maxsize=4096)
def _word_scores(words: str) -> Mapping[str, float]:
    """How much a header speaks for each role, from 0 to 1; roles that it does not name are left out."""
    for currency in CURRENCIES:
        words = words.removesuffix(f" {currency}")
    scores = {role: _word_score(words, tiers) for role, tiers in HEADERS.items()} if words else {}
    return {role: score for role, score in scores.items() if score}


def _word_score(words: str, tiers: Sequence[Sequence[str]]) -> float:
    for tier, phrases in enumerate(tiers):
        if words in phrases:
            return 1 - _LESS_SURE * tier
    padded = f" {words} "
    inside = any(len(phrase) > 4 and f" {phrase} " in padded for phrase in tiers[0])
    return _INSIDE if inside else 0.0


class _Column:
    """What a column holds in the rows that were looked at."""

    def __init__(self, headers: Row, sample: Sequence[Row], number: int) -> None:
        title = headers[number] if number < len(headers) else ""
        self.header = shown(title)
        self.words = _word_scores(words_of(title))
        cells = [row[number] for row in sample if number < len(row)]
        self.cells = [cell for cell in cells if cell != ""]
        self.fill = len(self.cells) / len(sample) if sample else 0.0
        self.samples = tuple(dict.fromkeys(map(shown, self.cells)))[:_SAMPLES_SHOWN]

    def share(self, test: Callable[[Cell], bool]) -> float:
        """The share of the cells with something in them that pass ``test``."""
        return sum(map(test, self.cells)) / len(self.cells) if self.cells else 0.0

    def fits(self, role: str) -> bool:
        """Whether the content may have ``role``; an empty column may have any but that of the day."""
        if not self.cells:
            return role != "booking_date"
        if role == "account":
            return len(set(self.cells)) == 1 and self.fill > _NEARLY_ALL
        test = _TESTS.get(role)
        return self.share(test) >= _NEARLY_ALL if test else True


def _is_day(cell: Cell) -> bool:
    return any(day_of(cell, order) for order in DATE_ORDERS)


def _is_amount(cell: Cell) -> bool:
    return any(number_of(cell, sign) is not None for sign in DECIMAL_SIGNS)


def _is_iban(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(iban_or_nothing(cell))


def _is_currency(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) == 3 and cell.isalpha() and cell.isupper()


_TESTS: dict[str, Callable[[Cell], bool]] = {
    **dict.fromkeys(DATE_ROLES, _is_day),
    **dict.fromkeys(AMOUNT_ROLES, _is_amount),
    "counterparty_iban": _is_iban,
    "currency": _is_currency,
    "sign": lambda cell: words_of_sign(cell) in SIGNS,
    "status": lambda cell: words_of(cell) in STATUSES,
}


def _roles(columns: Sequence[_Column]) -> list[tuple[str, float]]:
    """(role, confidence) of each column: the surest words first, then what is still needed."""
    ranked = sorted(
        (
            (-score, number, role)
            for number, column in enumerate(columns)
            for role, score in column.words.items()
            if column.fits(role)
        ),
    )
    found: dict[int, tuple[str, float]] = {}
    for score, number, role in ranked:
        taken = {taken_role for taken_role, _confidence in found.values()}
        if number not in found and (role == REPEATED or role not in taken):
            found[number] = (role, round(-score * _BY_WORDS, 2))
    _drop_second_amount(found)
    _add_by_content(columns, found)
    return [found.get(number, ("", 0.0)) for number in range(len(columns))]


def _drop_second_amount(found: dict[int, tuple[str, float]]) -> None:
    """Two columns of amounts or one: the pair is left out where there is one for both, half a pair
    is none."""
    taken = {role for role, _confidence in found.values()}
    if "amount" in taken or not {"debit", "credit"} <= taken:
        for number, (role, _confidence) in list(found.items()):
            if role in ("debit", "credit"):
                del found[number]


def _add_by_content(columns: Sequence[_Column], found: dict[int, tuple[str, float]]) -> None:
    """The roles that are needed and that no word tells, where one column alone comes into question;
    the longest texts are the remittance."""
    taken = {role for role, _confidence in found.values()}
    free = [number for number in range(len(columns)) if number not in found]
    days = [n for n in free if columns[n].cells and columns[n].fits("booking_date")]
    if "booking_date" not in taken and days:
        found[days[0]] = ("booking_date", _BY_CONTENT)
    amounts = [n for n in free if _holds_amounts(columns[n]) and n not in found]
    if not taken & {"amount", "debit"} and len(amounts) == 1:
        found[amounts[0]] = ("amount", _BY_CONTENT)
    texts = [n for n in free if n not in found and n not in amounts and columns[n].cells]
    if REPEATED not in taken and texts:
        longest = max(texts, key=lambda n: sum(len(shown(cell)) for cell in columns[n].cells))
        found[longest] = (REPEATED, _BY_CONTENT)


def _holds_amounts(column: _Column) -> bool:
    return bool(column.cells) and column.fits("amount") and not column.fits("booking_date")


def _order(table: Table, start: int, roles: Sequence[str]) -> str:
    return _asked(date_order, _texts(table, start, roles, DATE_ROLES, _is_day))


def _sign(table: Table, start: int, roles: Sequence[str]) -> str:
    return _asked(decimal_sign, _texts(table, start, roles, AMOUNT_ROLES, _is_amount))


def _asked(decide: Callable[[list[Written]], str], texts: list[Written]) -> str:
    """Empty where the file does not decide."""
    try:
        return decide(texts)
    except FileFormatError:
        return ""


def _texts(
    table: Table,
    start: int,
    roles: Sequence[str],
    wanted: Sequence[str],
    test: Callable[[Cell], bool],
) -> list[Written]:
    """What the whole sheet writes under ``wanted`` roles, without what is of another kind."""
    numbers = [number for number, role in enumerate(roles) if role in wanted]
    cells = (
        (row + 1, table.cell(row, column))
        for row in range(start, len(table.rows))
        for column in numbers
    )
    return [(line, cell) for line, cell in cells if isinstance(cell, str) and cell and test(cell)]


def _confirmed(tables: Sequence[Table], mapping: SheetMapping) -> tuple[SheetMapping, bool]:
    """The mapping that the running balance confirms; it also tells a sheet whose signs are inverted.
    Any order of the days does for that: one that cannot be told stays open."""
    orders = [mapping.date_order] if mapping.date_order else DATE_ORDERS
    for order in orders if mapping.column("balance") is not None else ():
        for is_inverted in (False, True):
            candidate = replace(mapping, date_order=order, is_inverted=is_inverted)
            if _follows(tables, candidate):
                return replace(candidate, date_order=mapping.date_order), True
    return mapping, False


def _follows(tables: Sequence[Table], mapping: SheetMapping) -> bool:
    try:
        return all(map(_adds_up, read_sheet(tables, mapping)))
    except FileFormatError:
        return False


def _adds_up(statement: StatementFile) -> bool:
    booked = [entry.amount for entry in statement.transactions if entry.booking_date]
    if not statement.opening or not statement.closing or len(booked) < _ENOUGH_TO_CONFIRM:
        return False
    return statement.opening.amount + sum(booked, Decimal(0)) == statement.closing.amount
