"""Sheets of banks, CSV, XLSX and XLS, read with the mapping that a person confirmed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from stdnum.iso7064 import mod_97_10

from ..errors import FileFormatError
from ..normalisers.values import compact_iban, iban_or_nothing
from ..types import Balance, BankTransaction, StatementFile, TransactionStatus
from .sheet_balance import Chain, Step, chain_of
from .sheet_excel import is_xls, is_xlsx, read_xls, read_xlsx
from .sheet_mapping import TEXT_ROLES, SheetMapping, body_of, require, shown, words_of
from .sheet_table import Cell, Row, Table, is_csv, read_csv
from .sheet_words import BALANCE_ROWS, SIGNS, STATUSES, SUMMARIES
from .written import read_amount, read_date

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){3,8}\b")


def is_sheet(data: bytes) -> bool:
    """Whether ``data`` is a workbook or a text in columns."""
    return is_xlsx(data) or is_xls(data) or is_csv(data)


def read_tables(data: bytes) -> list[Table]:
    """The tables of a file, at least one.

    Raises FileFormatError: ``sheet_empty`` and the codes of :func:`read_xlsx` and :func:`read_csv`.
    """
    read = read_xlsx if is_xlsx(data) else read_xls if is_xls(data) else read_csv
    tables = read(data)
    if not any(any(table.rows) for table in tables):
        raise FileFormatError("sheet_empty")
    return tables


def read_sheet(tables: Iterable[Table], mapping: SheetMapping) -> list[StatementFile]:
    """The statements of all tables with the headers of ``mapping``: one for each account and currency
    that a table names. Lines without a day and an amount are none of the bank's entries.

    Raises FileFormatError: what :meth:`SheetMapping.missing` names, ``sheet_other_layout``,
    ``sheet_no_entry``; with their line ``bad_date``, ``bad_amount``, ``sheet_bad_sign`` and
    ``sheet_bad_status``.
    """
    require(mapping)
    bodies = [(table, body_of(table, mapping.signature)) for table in tables]
    known = [(table, body) for table, body in bodies if body is not None]
    if not known:
        raise FileFormatError("sheet_other_layout")
    statements = [found for table, body in known for found in _statements(table, body, mapping)]
    if not statements:
        raise FileFormatError("sheet_no_entry")
    return statements


@dataclass(frozen=True, slots=True)
class _Entry:
    account: str
    transaction: BankTransaction
    balance: Decimal | None


def _statements(table: Table, body: range, mapping: SheetMapping) -> Iterator[StatementFile]:
    rows = _Rows(table, mapping, body)
    groups: defaultdict[tuple[str, str], list[_Entry]] = defaultdict(list)
    for number in body:
        entry = rows.entry(number)
        if entry is not None:
            groups[entry.account, entry.transaction.currency].append(entry)
    own = _account_above(table, body)
    for (account, currency), entries in groups.items():
        yield _statement(account or own, currency, entries)


def _statement(account: str, currency: str, entries: Sequence[_Entry]) -> StatementFile:
    booked = [entry for entry in entries if entry.transaction.booking_date]
    chain = chain_of(
        [
            Step(day, entry.transaction.amount, entry.balance)
            for entry in booked
            if (day := entry.transaction.booking_date)
        ]
    )
    transactions = [entry.transaction for entry in entries]
    if chain.newest_first if chain else _falls(booked):
        transactions.reverse()
    opening, closing = _balances(chain, currency)
    return StatementFile(
        iban=account,
        currency=currency,
        transactions=tuple(transactions),
        opening=opening,
        closing=closing,
    )


def _falls(booked: Sequence[_Entry]) -> bool:
    days = [day for entry in booked if (day := entry.transaction.booking_date)]
    return bool(days) and days[0] > days[-1]


def _balances(chain: Chain | None, currency: str) -> tuple[Balance | None, Balance | None]:
    if chain is None:
        return None, None
    return (
        Balance(chain.opening, currency, "openingBooked"),
        Balance(chain.closing, currency, "closingBooked"),
    )


def _account_above(table: Table, body: range) -> str:
    """The one IBAN that the page above the entries names; empty when there is none or several."""
    found = set()
    for row in table.rows[: max(body.start - 1, 0)]:
        for cell in row:
            for written in _IBAN.findall(cell.upper()) if isinstance(cell, str) else ():
                iban = compact_iban(written)
                if mod_97_10.is_valid(iban[4:] + iban[:4]):
                    found.add(iban)
    return found.pop() if len(found) == 1 else ""


class _Rows:
    """The rows of a table as entries."""

    def __init__(self, table: Table, mapping: SheetMapping, body: range) -> None:
        self._table = table
        self._mapping = mapping
        # some banks write what they take as a negative amount into the debit column, most do not
        debits = (self._number(row, "debit") for row in body)
        self._is_debit_signed = any(debit is not None and debit < 0 for debit in debits)

    def entry(self, row: int) -> _Entry | None:
        """The entry of a row, None when the row holds none."""
        day = self._day(row, "booking_date")
        if is_balance(self._table.rows[row]) or (day is None and not self._has_amount(row)):
            return None
        status = self._status(row)
        if status is None:
            return None
        if day is None and status is TransactionStatus.BOOKED:
            raise FileFormatError("bad_date", line=row + 1)
        amount = self._amount(row)
        if amount is None:
            raise FileFormatError("bad_amount", line=row + 1)
        texts: dict[str, Any] = {role: self._text(row, role) for role in TEXT_ROLES}
        texts["counterparty_iban"] = iban_or_nothing(texts["counterparty_iban"])
        transaction = BankTransaction(
            amount=amount,
            currency=self._text(row, "currency").upper(),
            status=status,
            booking_date=day if status is TransactionStatus.BOOKED else None,
            value_date=self._value_date(row),
            **texts,
        )
        account = compact_iban(self._text(row, "account"))
        return _Entry(account, transaction, self._number(row, "balance"))

    def _has_amount(self, row: int) -> bool:
        """Whether a row without a day may be an entry all the same. Footers, sums and headers that
        stand there again are none; an amount that is none of these would be lost."""
        numbers = [self._number(row, role) for role in ("amount", "debit", "credit")]
        return any(numbers) and not is_summary(self._table.rows[row])

    def _amount(self, row: int) -> Decimal | None:
        """The signed amount; None where the row has none. Raises ``bad_amount``, ``sheet_bad_sign``."""
        if self._mapping.column("amount") is None:
            amount = self._of_two_columns(row)
        else:
            amount = self._required_number(row, "amount")
        if amount is None:
            return None
        word = words_of_sign(self._cell(row, "sign"))
        if self._mapping.column("sign") is not None:
            if word not in SIGNS:
                raise FileFormatError("sheet_bad_sign", line=row + 1)
            amount = abs(amount) * SIGNS[word]
        return -amount if self._mapping.is_inverted else amount

    def _of_two_columns(self, row: int) -> Decimal | None:
        debit = self._required_number(row, "debit") or None
        credit = self._required_number(row, "credit") or None
        if debit and credit:
            raise FileFormatError("bad_amount", line=row + 1)
        if debit:
            return debit if self._is_debit_signed else -debit
        return credit

    def _required_number(self, row: int, role: str) -> Decimal | None:
        """None for an empty cell alone."""
        number = self._number(row, role)
        if number is None and self._cell(row, role) not in ("", "-"):
            raise FileFormatError("bad_amount", line=row + 1)
        return number

    def _number(self, row: int, role: str) -> Decimal | None:
        return number_of(self._cell(row, role), self._mapping.decimal_sign)

    def _day(self, row: int, role: str) -> date | None:
        return day_of(self._cell(row, role), self._mapping.date_order)

    def _value_date(self, row: int) -> date | None:
        found = self._day(row, "value_date")
        if found is None and self._cell(row, "value_date") not in ("", "-"):
            raise FileFormatError("bad_date", line=row + 1)
        return found

    def _status(self, row: int) -> TransactionStatus | None:
        """None for what the bank did not carry out."""
        word = words_of(self._cell(row, "status"))
        if not word:
            return TransactionStatus.BOOKED
        if word not in STATUSES:
            raise FileFormatError("sheet_bad_status", line=row + 1)
        return STATUSES[word]

    def _text(self, row: int, role: str) -> str:
        cells = [self._table.cell(row, column) for column in self._mapping.columns(role)]
        return " ".join(dict.fromkeys(text for cell in cells if (text := shown(cell))))

    def _cell(self, row: int, role: str) -> Cell:
        column = self._mapping.column(role)
        return "" if column is None else self._table.cell(row, column)


def is_summary(row: Row) -> bool:
    """Whether a text of the row begins as those of sums and balances do."""
    return any(
        text == word or text.startswith(f"{word} ") for text in _texts(row) for word in SUMMARIES
    )


def is_balance(row: Row) -> bool:
    """Whether a text of the row says that the row is a balance of the account."""
    return not BALANCE_ROWS.isdisjoint(_texts(row))


def _texts(row: Row) -> list[str]:
    return [words_of(cell) for cell in row if isinstance(cell, str) and cell[:1].isalpha()]


def words_of_sign(cell: Cell) -> str:
    """``+`` and ``-`` as they are, else the words of the cell."""
    return cell if cell in ("+", "-") and isinstance(cell, str) else words_of(cell)


def number_of(cell: Cell, decimal_sign: str) -> Decimal | None:
    """The amount in a cell; one that is more than money has digits for is none."""
    if isinstance(cell, Decimal):
        return read_amount(f"{cell:f}", ".") if abs(cell.adjusted()) < 30 else None
    return read_amount(cell, decimal_sign) if isinstance(cell, str) else None


def day_of(cell: Cell, date_order: str) -> date | None:
    """The day in a cell. A number of eight digits is a day as well: 20260302."""
    if isinstance(cell, Decimal):
        return read_date(f"{cell:f}", date_order) if 7 <= cell.adjusted() < 8 else None
    return read_date(cell, date_order) if isinstance(cell, str) else cell
