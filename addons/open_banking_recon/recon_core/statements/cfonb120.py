"""CFONB 120: French account statements in fixed records of 120 characters.

Records: 01 opening balance, 04 movement, 05 complement of a movement, 07 closing balance.
Source: CFONB, "Releve de compte sur support informatique", enregistrements de 120 caracteres.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from stdnum.iso7064 import mod_97_10

from ..errors import FileFormatError
from ..normalisers.bank_words import completed
from ..types import Balance, BankTransaction, StatementFile, TransactionStatus
from .camt_details import NOT_SPECIFIED

_FIRST = re.compile(rb"0[1457][0-9]{5}.{4}[0-9]{5}", re.DOTALL)
# The last character of an amount holds its last digit and its sign.
_SIGNED = {c: (str(n), 1) for n, c in enumerate("{ABCDEFGHI")} | {
    c: (str(n), -1) for n, c in enumerate("}JKLMNOPQR")
}
_RIB_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")


def is_cfonb120(data: bytes) -> bool:
    """Whether ``data`` begins with a record of this format."""
    return bool(_FIRST.match(data.lstrip()))


def read_cfonb120(data: bytes) -> list[StatementFile]:
    """The statements of the file, one for each pair of balances.

    Raises FileFormatError: ``cfonb_unknown_record``, ``cfonb_no_opening``,
    ``cfonb_no_closing``, ``cfonb_no_movement``, ``bad_amount``, ``bad_date``; each with its line.
    """
    reader = _Reader()
    for number, raw in enumerate(data.decode("latin-1").splitlines(), 1):
        if raw.strip():
            reader.read(raw.rstrip("\r").ljust(120), number)
    reader.finish()
    return reader.statements


class _Reader:
    """One pass over the records; what is open waits for its closing balance."""

    def __init__(self) -> None:
        self.statements: list[StatementFile] = []
        self._opening: Balance | None = None
        self._account = ""
        self._movements: list[BankTransaction] = []
        self._notes: defaultdict[str, list[str]] = defaultdict(list)
        self._line = 0

    def read(self, record: str, line: int) -> None:
        self._line = line
        handlers = {"01": self._open, "04": self._move, "05": self._note, "07": self._close}
        handler = handlers.get(record[:2])
        if handler is None:
            raise FileFormatError("cfonb_unknown_record", line=line)
        handler(record)

    def finish(self) -> None:
        if self._opening is not None:
            raise FileFormatError("cfonb_no_closing", line=self._line)

    def _open(self, record: str) -> None:
        if self._opening is not None:
            raise FileFormatError("cfonb_no_closing", line=self._line)
        self._account = _iban(record)
        self._opening = self._balance(record, "openingBooked")

    def _move(self, record: str) -> None:
        if self._opening is None:
            raise FileFormatError("cfonb_no_opening", line=self._line)
        self._flush()
        rejected = record[40:42].strip() not in ("", "00")
        movement = BankTransaction(
            amount=self._amount(record),
            currency=record[16:19].strip() or self._opening.currency,
            status=TransactionStatus.BOOKED,
            booking_date=self._date(record[34:40]),
            value_date=self._date(record[42:48]) if record[42:48].strip() else None,
            entry_reference=record[104:120].strip(),
            remittance_unstructured=record[48:79].strip(),
            bank_tx_code=record[32:34].strip(),
            return_reason=NOT_SPECIFIED if rejected else "",
        )
        # the label alone: banks put the name there, and other words into the complements
        self._movements.append(completed(movement))

    def _note(self, record: str) -> None:
        if not self._movements:
            raise FileFormatError("cfonb_no_movement", line=self._line)
        self._notes[record[45:48]].append(record[48:118].strip())

    def _close(self, record: str) -> None:
        if self._opening is None:
            raise FileFormatError("cfonb_no_opening", line=self._line)
        self._flush()
        self.statements.append(
            StatementFile(
                iban=self._account,
                currency=self._opening.currency,
                transactions=tuple(self._movements),
                opening=self._opening,
                closing=self._balance(record, "closingBooked"),
            )
        )
        self._opening, self._movements = None, []

    def _flush(self) -> None:
        """Put the complements onto the movement they follow."""
        if self._movements and self._notes:
            self._movements[-1] = _completed(self._movements[-1], self._notes)
        self._notes = defaultdict(list)

    def _balance(self, record: str, balance_type: str) -> Balance:
        currency = record[16:19].strip() or "EUR"
        return Balance(self._amount(record), currency, balance_type, self._date(record[34:40]))

    def _amount(self, record: str) -> Decimal:
        digits, last = record[90:103].strip() or "0", record[103]
        decimals = record[19] if _is_digits(record[19]) else "2"
        if last not in _SIGNED or not _is_digits(digits):
            raise FileFormatError("bad_amount", line=self._line)
        unit, sign = _SIGNED[last]
        return Decimal(digits + unit).scaleb(-int(decimals)) * sign

    def _date(self, text: str) -> date:
        try:
            return date(2000 + int(text[4:6]), int(text[2:4]), int(text[:2]))
        except ValueError as error:
            raise FileFormatError("bad_date", line=self._line) from error


def _is_digits(text: str) -> bool:
    """Latin-1 has superscripts, which are digits for Python and no numbers."""
    return text.isascii() and text.isdigit()


def _completed(movement: BankTransaction, notes: dict[str, list[str]]) -> BankTransaction:
    """The movement with its complements. Qualifiers: LIB and LCC the texts, NPY the debtor, NBE the
    creditor, LCS the structured reference, RCN the end-to-end id, RUM the mandate."""
    names = notes.get("NPY" if movement.amount > 0 else "NBE", ()) or notes.get("NPY", ())
    texts = [*notes.get("LIB", ()), *notes.get("LCC", ()), *notes.get("LC2", ())]
    told: dict[str, Any] = {
        "counterparty_name": " ".join(names),
        "creditor_reference": " ".join(notes.get("LCS", ())),
        "end_to_end_id": " ".join(notes.get("RCN", ()))[:35].strip(),
        "mandate_id": " ".join(notes.get("RUM", ()))[:35].strip(),
    }
    told = {field: value for field, value in told.items() if value}
    return replace(
        movement,
        remittance_unstructured=" ".join(filter(None, [movement.remittance_unstructured, *texts])),
        read_from_text=movement.read_from_text - set(told),
        **told,
    )


def _iban(record: str) -> str:
    """The French IBAN of the account: the record holds bank, branch and number, the key of the RIB
    and the check digits of the IBAN follow from them."""
    bank, branch, number = record[2:7], record[11:16], record[21:32]
    digits = [part.translate(_RIB_LETTERS) for part in (bank, branch, number)]
    if not all(map(_is_digits, digits)):
        return number.strip()
    weighted = 89 * int(digits[0]) + 15 * int(digits[1]) + 3 * int(digits[2])
    bban = f"{bank}{branch}{number}{97 - weighted % 97:02d}"
    # not stdnum.iban: its data file cannot be read inside Odoo, which wraps the package's loader
    return f"FR{mod_97_10.calc_check_digits(bban + 'FR')}{bban}"
