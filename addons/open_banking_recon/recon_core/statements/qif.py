"""QIF: records of lettered lines that end with ``^``, as Quicken and many banks export them.

The format tells neither currency nor account number, and writes dates and amounts as the country
does: order and decimal sign are found over the whole file. Source: Intuit, "Quicken Interchange
Format (QIF) files".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..errors import FileFormatError
from ..normalisers.values import iban_or_nothing
from ..types import Balance, BankTransaction, StatementFile, TransactionStatus
from .plain_files import decoded
from .values import check_count
from .written import Reading, date_order, decimal_sign, read_amount, read_date, simple

_FIRST = re.compile(r"!(?:type|account|option|clear)\b", re.IGNORECASE)
_HEAD_LINES = 50
# Accounts that a bank keeps. Others are lists (Cat, Class), investments, or a person's own notes.
_BANK_TYPES = ("bank", "ccard", "cash")
# Quicken begins an account with a record that is its opening balance.
_OPENING = {
    *("opening balance", "solde initial", "solde d'ouverture", "anfangssaldo"),
    *("anfangsbestand", "saldo inicial", "saldo iniziale", "beginsaldo", "openingssaldo"),
}


@dataclass(slots=True)
class _Record:
    """The first value of each letter; ``splits`` holds the memos of a divided amount."""

    line: int
    values: dict[str, str] = field(default_factory=dict)
    splits: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Section:
    """The records of one bank account. ``name`` is empty where the file names no account."""

    name: str
    records: list[_Record] = field(default_factory=list)


def is_qif(data: bytes) -> bool:
    """Whether one of the first lines begins a section of this format."""
    text = decoded(data[:4000])
    lines = (text or "").split("\n")[:_HEAD_LINES]
    said = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return bool(said) and bool(_FIRST.match(said[0]))


def read_qif(data: bytes, reading: Reading = Reading()) -> list[StatementFile]:  # noqa: B008 - frozen
    """The bank, card and cash accounts of the file; a divided amount stays one transaction.

    ``reading`` answers what the file leaves open. Raises FileFormatError: ``not_text``,
    ``qif_no_statement``, ``qif_unended``, ``too_many_entries``, ``bad_date``, ``bad_amount`` with their line, and the
    questions ``ambiguous_dates`` and ``ambiguous_amounts``.
    """
    text = decoded(data)
    if text is None:
        raise FileFormatError("not_text")
    sections = _sections(text)
    if not sections:
        raise FileFormatError("qif_no_statement")
    records = [record for section in sections for record in section.records]
    known = _found_out(records, reading)
    return [_statement(section, known) for section in sections]


def _sections(text: str) -> list[_Section]:
    """One for each account that has transactions, in the order of the file."""
    sections: dict[str, _Section] = {}
    account, kind = "", ""
    for number, record in enumerate(_records(text)):
        check_count(number)
        if isinstance(record, str):
            kind = record
        elif kind == "account":
            account = record.values.get("N", "")
        elif kind in _BANK_TYPES and record.values:
            sections.setdefault(account, _Section(account)).records.append(record)
    return list(sections.values())


def _records(text: str) -> Iterator[_Record | str]:
    """The records, and between them in lower case the kind of those that follow."""
    record: _Record | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line.startswith("!"):
            if record is not None:
                raise FileFormatError("qif_unended", line=number)
            yield simple(line[1:]).removeprefix("type:")
        elif line.startswith("^"):
            yield record or _Record(number)
            record = None
        elif line and not line.startswith("#"):
            record = record or _Record(number)
            _take(record, line)
    if record is not None:
        raise FileFormatError("qif_unended", line=record.line)


def _take(record: _Record, line: str) -> None:
    letter, value = line[0], line[1:].strip()
    if letter == "E" and value:
        record.splits.append(value)
    record.values.setdefault(letter, value)


def _found_out(records: Sequence[_Record], reading: Reading) -> Reading:
    """``reading`` with what the file decides itself."""
    days = [(record.line, record.values.get("D", "")) for record in records]
    amounts = [(record.line, _amount_text(record)) for record in records]
    return Reading(
        reading.date_order or date_order(days), reading.decimal_sign or decimal_sign(amounts)
    )


def _amount_text(record: _Record) -> str:
    """``U`` repeats ``T``, with more digits where there are more."""
    return record.values.get("T") or record.values.get("U", "")


def _statement(section: _Section, known: Reading) -> StatementFile:
    transactions = [_transaction(record, known) for record in section.records]
    opening = None
    if simple(section.records[0].values.get("P", "")) in _OPENING:
        first = transactions.pop(0)
        opening = Balance(first.amount, "", "openingBooked", first.booking_date)
    return StatementFile(
        iban=iban_or_nothing(section.name),
        currency="",
        transactions=tuple(transactions),
        reference=section.name,
        opening=opening,
    )


def _transaction(record: _Record, known: Reading) -> BankTransaction:
    values = record.values
    day = read_date(values.get("D", ""), known.date_order)
    if day is None:
        raise FileFormatError("bad_date", line=record.line)
    amount = read_amount(_amount_text(record), known.decimal_sign)
    if amount is None:
        raise FileFormatError("bad_amount", line=record.line)
    payee = values.get("P", "")
    return BankTransaction(
        amount=amount,
        currency="",
        status=TransactionStatus.BOOKED,
        booking_date=day,
        entry_reference=values.get("N", ""),
        counterparty_name=payee,
        remittance_unstructured=values.get("M") or " ".join(record.splits) or payee,
    )
