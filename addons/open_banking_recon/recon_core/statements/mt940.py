"""SWIFT MT940 statements through the mt-940 library, one statement for each ``:20:`` message."""

from __future__ import annotations

import logging
import re
from typing import Any

import mt940

from ..errors import FileFormatError
from ..normalisers.values import iban_or_nothing
from ..types import Balance, BankTransaction, StatementFile, TransactionStatus
from .camt_details import NOT_SPECIFIED
from .mt940_details import read_field_86
from .values import check_count

# the library writes each line that it cannot read into the log, with all that stands there
logging.getLogger("mt940").setLevel(logging.CRITICAL + 1)

_MESSAGE = re.compile(r"^:20:", re.MULTILINE)
# Floor limit, time and sums of an MT942, which has no balances. An MT940 without its closing balance
# is cut off.
_INTERIM = re.compile(r"^:(?:34F|13D|90[CD]):", re.MULTILINE)
_PAGE = re.compile(r"^:6[02]M:", re.MULTILINE)  # a balance between two pages of one day
_ENTRY = re.compile(r"^:61:", re.MULTILINE)
_OPTIONS = mt940.Options.all()
# field 86 is read by mt940_details: the library runs the lines of a numbered one into each other
_PROCESSORS: Any = {"post_transaction_details": []}
_SHORTEST_REFERENCE = 4  # characters; shorter ones are letters that a bank fills in


def is_mt940(data: bytes) -> bool:
    """Whether ``data`` holds the first fields of an MT940 message."""
    text = data[:2000].decode("latin-1")
    return bool(_MESSAGE.search(text)) and ":25" in text


def read_mt940(data: bytes) -> list[StatementFile]:
    """The statements of the file. Raises FileFormatError: ``mt940_unreadable``,
    ``mt940_no_account``, ``mt940_no_closing``, ``too_many_entries``."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    starts = [m.start() for m in _MESSAGE.finditer(text)]
    check_count(len(starts) + sum(1 for _line in _ENTRY.finditer(text)))
    ends = [*starts[1:], len(text)]
    found, line = [], text.count("\n", 0, starts[0]) + 1
    for start, end in zip(starts, ends, strict=True):
        found.append(_statement(text[start:end], line))
        line += text.count("\n", start, end)
    return found


def _statement(message: str, line: int) -> StatementFile:
    try:
        parsed = _parsed(message)
    except (RuntimeError, ValueError, ArithmeticError) as error:
        raise FileFormatError("mt940_unreadable", line=line) from error
    account = str(parsed.data.get("account_identification") or "")
    if not account:
        raise FileFormatError("mt940_no_account", line=line)
    opening = _balance(parsed.data, ("final_opening_balance", "intermediate_opening_balance"))
    closing = _balance(parsed.data, ("final_closing_balance", "intermediate_closing_balance"))
    if closing is None and not _INTERIM.search(message):
        raise FileFormatError("mt940_no_closing", line=line)
    known = opening or closing
    amounts = [t.data["amount"] for t in parsed if t.data.get("amount")]
    currency = known.currency if known else next((str(a.currency or "") for a in amounts), "")
    return StatementFile(
        iban=_account_number(account),
        currency=currency,
        transactions=tuple(_transaction(t.data, currency) for t in parsed if t.data.get("amount")),
        reference=str(parsed.data.get("statement_number") or ""),
        opening=opening,
        closing=closing,
        is_partial=bool(_INTERIM.search(message) or _PAGE.search(message)),
    )


def _account_number(account: str) -> str:
    """The number of ``bank/number``, ``number/EUR`` or ``numberEUR``."""
    number = max(account.replace(" ", "").split("/"), key=lambda p: sum(c.isdigit() for c in p))
    return re.sub(r"(?<=\d)[A-Z]{3}$", "", number)


def _parsed(message: str) -> Any:
    """The message as the library reads it; ASN Bank writes field 61 over two lines of its own."""
    two_lines = re.search(r"^:61:.*N[A-Z0-9]{3}NL\d\d[A-Z]{4}\d{10}\s*$", message, re.MULTILINE)
    tags: Any = {61: mt940.tags.StatementASNB()} if two_lines else None
    return mt940.parse(message, options=_OPTIONS, tags=tags, processors=_PROCESSORS)


def _balance(data: dict[str, Any], names: tuple[str, str]) -> Balance | None:
    found = data.get(names[0]) or data.get(names[1])
    if not found:
        return None
    kind = "openingBooked" if "opening" in names[0] else "closingBooked"
    return Balance(found.amount.amount, str(found.amount.currency), kind, found.date)


def _transaction(data: dict[str, Any], currency: str) -> BankTransaction:
    said = read_field_86(str(data.get("transaction_details") or ""))
    booked = data.get("entry_date") or data.get("guessed_entry_date") or data.get("date")
    returned = str(data.get("status", "")).upper() in ("RC", "RD")
    reference = _known(data.get("customer_reference"))
    account = iban_or_nothing(reference)  # ASN Bank and SNS write it there
    return BankTransaction(
        amount=data["amount"].amount,
        currency=str(data["amount"].currency or currency),
        status=TransactionStatus.BOOKED,
        booking_date=booked,
        value_date=data.get("date"),
        entry_reference=_known(data.get("bank_reference")),
        end_to_end_id=said.end_to_end_id or (reference if _is_reference(reference) else ""),
        mandate_id=said.mandate_id,
        creditor_id=said.creditor_id,
        creditor_reference=said.creditor_reference,
        counterparty_name=said.counterparty_name,
        counterparty_iban=said.counterparty_iban or account,
        remittance_unstructured=_text(said.remittance, data),
        bank_tx_code=str(data.get("id") or "").strip(),
        return_reason=said.return_reason or (NOT_SPECIFIED if returned else ""),
    )


def _is_reference(text: str) -> bool:
    return len(text) >= _SHORTEST_REFERENCE and not iban_or_nothing(text)


def _text(remittance: str, data: dict[str, Any]) -> str:
    """The remittance with what the bank wrote beside field 86."""
    beside = (data.get("extra_details"), data.get("non_swift_text"))
    parts = [remittance, *(" ".join(str(part or "").split()) for part in beside)]
    return " ".join(filter(None, dict.fromkeys(parts)))


def _known(value: object) -> str:
    """The reference without the words that stand for none; ``KREF+`` points to field 86."""
    text = str(value or "").strip()
    return "" if text.upper() in ("NONREF", "NOTPROVIDED", "KREF+", "EREF+") else text
