"""OFX 1.x (SGML) and 2.x (XML) bank and card statements, read as one stream of tags.

Read here and not by a library, because the ones at hand move ``DTPOSTED`` to UTC and with it some
transactions to another day. Source: Open Financial Exchange 2.3, chapters 3 and 11.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from html import unescape

from ..errors import FileFormatError
from ..types import Balance, BankTransaction, StatementFile, TransactionStatus
from .values import read_decimal

_TAG = re.compile(r"<(/?)([A-Z0-9.]+)>([^<\r\n]*)")
_CHARSET = re.compile(rb"(?:CHARSET:|encoding=[\"'])([\w-]+)")
_STATEMENTS = ("STMTRS", "CCSTMTRS")


def is_ofx(data: bytes) -> bool:
    """Whether ``data`` begins like an OFX file."""
    head = data[:1000].upper()
    return b"OFXHEADER" in head or b"<OFX>" in head


def read_ofx(data: bytes) -> list[StatementFile]:
    """The bank and card statements of the file; investment statements are left out.

    Raises FileFormatError: ``ofx_no_statement``, ``ofx_unended``, ``ofx_no_account``, ``bad_amount``,
    ``bad_date``.
    """
    blocks = list(_blocks(_decoded(data), _STATEMENTS))
    if not blocks:
        raise FileFormatError("ofx_no_statement")
    return [_statement(block) for block in blocks]


def _decoded(data: bytes) -> str:
    found = _CHARSET.search(data[:1000])
    charset = found[1].decode().lower() if found else "utf-8"
    if charset.isdigit():
        charset = f"cp{charset}"
    try:
        return data.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return data.decode("latin-1")


def _blocks(text: str, names: tuple[str, ...]) -> Iterator[str]:
    """What stands between each ``<NAME>`` and its end, which SGML demands of aggregates as well.

    One without its end would swallow the next: the file is refused. Found in one pass, where a
    pattern would look at the rest of the file for each.
    """
    for name in names:
        begin, end = f"<{name}>", f"</{name}>"
        position = text.find(begin)
        while position >= 0:
            start = position + len(begin)
            stop, position = text.find(end, start), text.find(begin, start)
            if stop < 0 or 0 <= position < stop:
                raise FileFormatError("ofx_unended", name)
            yield text[start:stop]


def _fields(text: str) -> dict[str, str]:
    """The first value of each tag; empty ones are left out."""
    fields: dict[str, str] = {}
    for closing, name, value in _TAG.findall(text):
        if not closing and value.strip():
            fields.setdefault(name, unescape(value.strip()))
    return fields


def _statement(block: str) -> StatementFile:
    head = _fields(block.split("<BANKTRANLIST>")[0])
    account = head.get("ACCTID", "")
    if not account:
        raise FileFormatError("ofx_no_account")
    currency = head.get("CURDEF", "").upper()
    closing = None
    for ledger in _blocks(block, ("LEDGERBAL",)):
        fields = _fields(ledger)
        if "BALAMT" in fields:
            day = _date(fields.get("DTASOF", ""))
            closing = Balance(_amount(fields["BALAMT"]), currency, "closingBooked", day)
    return StatementFile(
        iban=account.replace(" ", ""),
        currency=currency,
        transactions=tuple(
            _transaction(_fields(t), currency) for t in _blocks(block, ("STMTTRN",))
        ),
        closing=closing,
    )


def _transaction(fields: dict[str, str], currency: str) -> BankTransaction:
    posted = _date(fields.get("DTPOSTED", ""))
    if posted is None:
        raise FileFormatError("bad_date")
    name, memo = fields.get("NAME", ""), fields.get("MEMO", "")
    return BankTransaction(
        amount=_amount(fields.get("TRNAMT", "")),
        currency=currency,
        status=TransactionStatus.BOOKED,
        booking_date=posted,
        value_date=_date(fields.get("DTAVAIL", "")),
        transaction_id=fields.get("FITID", ""),
        entry_reference=fields.get("REFNUM", "") or fields.get("CHECKNUM", ""),
        counterparty_name=name,
        counterparty_iban=fields.get("ACCTID", ""),
        remittance_unstructured=memo or name,
        bank_tx_code=fields.get("TRNTYPE", ""),
    )


def _amount(text: str) -> Decimal:
    """OFX allows a comma as the decimal sign."""
    return read_decimal(text.replace(",", "."))


def _date(text: str) -> date | None:
    """The day of ``20240322220000[-5:EST]`` as the bank wrote it."""
    if not text:
        return None
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007
    except ValueError as error:
        raise FileFormatError("bad_date") from error
