"""ISO 20022 account messages: camt.053 statements, camt.052 reports, camt.054 notifications.

Every version is read alike: names are taken without their namespace, and where versions moved an
element (``Sts`` to ``Sts/Cd``, ``Nm`` to ``Pty/Nm``) both places are looked at.
Source: ISO 20022 message definition reports, Bank-to-Customer Cash Management, 2009 to 2019.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from lxml import etree

from ..errors import FileFormatError
from ..safe_xml import first_text, line_of, parse_xml, text_of
from ..types import Balance, BankTransaction, StatementFile, TransactionStatus
from .camt_details import EntryFacts, read_details
from .values import check_count, read_decimal, read_iso_date

_MESSAGES = {
    "BkToCstmrStmt": "Stmt",
    "BkToCstmrAcctRpt": "Rpt",
    "BkToCstmrDbtCdtNtfctn": "Ntfctn",
}
# Balance codes of ISO 20022 and what Berlin Group calls them.
_BALANCES = {
    "OPBD": "openingBooked",
    "PRCD": "openingBooked",
    "CLBD": "closingBooked",
    "ITBD": "interimBooked",
}
_STATUSES = {"BOOK": TransactionStatus.BOOKED, "PDNG": TransactionStatus.PENDING}


def is_camt(data: bytes) -> bool:
    """Whether ``data`` looks like one of the messages; a broken one still counts."""
    return any(name.encode() in data[:2000] for name in _MESSAGES)


def read_camt(data: bytes) -> list[StatementFile]:
    """The statements of a camt.052, camt.053 or camt.054 file.

    Raises FileFormatError: those of :func:`read_camt_report`, and ``camt_no_date`` for a booked entry
    without any date: a file comes once, and nothing of it may be left out.
    """
    statements = read_camt_report(data)
    for statement in statements:
        for found in statement.transactions:
            if found.status is TransactionStatus.BOOKED and found.booking_date is None:
                raise FileFormatError("camt_no_date", found.entry_reference)
    return statements


def read_camt_report(data: bytes) -> list[StatementFile]:
    """The same of a bank's report over its API: booked entries may still lack their date.

    Raises FileFormatError: ``not_xml``, ``xml_doctype``, ``camt_wrong_root``, ``camt_no_statement``,
    ``camt_no_account``, ``bad_amount``, ``bad_date``, ``camt_bad_sign``, ``too_many_entries``.
    """
    root = parse_xml(data)
    for body in (root, *root):
        statement = _MESSAGES.get(_unversioned(str(body.tag)))
        if statement is not None:
            check_count(sum(1 for _entry in body.iter("Ntry")))
            is_partial = statement != "Stmt" or _is_page(body, "GrpHdr/MsgPgntn")
            found = [_statement(element, is_partial) for element in body.findall(statement)]
            if not found:
                raise FileFormatError("camt_no_statement", line=line_of(body))
            return found
    raise FileFormatError("camt_wrong_root", str(root.tag), line_of(root))


def _unversioned(tag: str) -> str:
    """Version 1 has its number in the name: ``BkToCstmrAcctRptV01``."""
    return re.sub(r"V\d\d$", "", tag)


def _statement(element: etree._Element, is_partial: bool) -> StatementFile:
    account = first_text(
        element, "Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/BBAN", "Acct/Id/PrtryAcct/Id"
    )
    if not account:
        raise FileFormatError("camt_no_account", line=line_of(element))
    balances = [_balance(b) for b in element.findall("Bal")]
    opening = next((b for b in balances if b.balance_type == "openingBooked"), None)
    closing = next((b for b in reversed(balances) if b.balance_type == "closingBooked"), None)
    amount = element.find(".//Amt[@Ccy]")
    currency = text_of(element, "Acct/Ccy") or (
        str(amount.get("Ccy")) if amount is not None else ""
    )
    transactions = [t for entry in element.findall("Ntry") for t in _entry(entry, account)]
    return StatementFile(
        iban=account.replace(" ", ""),
        currency=currency,
        transactions=tuple(transactions),
        reference=text_of(element, "Id"),
        opening=opening,
        closing=closing,
        is_partial=is_partial or _is_page(element, "StmtPgntn"),
    )


def _is_page(element: etree._Element, path: str) -> bool:
    """Whether the pagination at ``path`` says that other pages belong to it."""
    number, last = text_of(element, f"{path}/PgNb"), text_of(element, f"{path}/LastPgInd")
    return number not in ("", "1") or last in ("false", "0")


def _balance(element: etree._Element) -> Balance:
    code = first_text(element, "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry")
    amount, currency = _amount(element)
    return Balance(
        amount=amount * _sign(element),
        currency=currency,
        balance_type=_BALANCES.get(code, code),
        reference_date=_date(element, "Dt"),
    )


def _entry(entry: etree._Element, account: str) -> list[BankTransaction]:
    """The transactions of an entry: one for each detail when the details tell their amounts and
    these sum up to the entry, else one for the whole. Informational entries give none."""
    status = _STATUSES.get(first_text(entry, "Sts/Cd", "Sts"))
    if status is None:
        return []
    amount, currency = _amount(entry)
    amount *= _sign(entry)
    booked = _date(entry, "BookgDt") or _date(entry, "ValDt")
    common = EntryFacts(
        element=entry,
        account=account,
        currency=currency,
        status=status,
        booking_date=None if status is TransactionStatus.PENDING else booked,
        value_date=_date(entry, "ValDt"),
    )
    details = entry.findall("NtryDtls/TxDtls")
    parts = [_detail_amount(d, currency, 1 if amount >= 0 else -1) for d in details]
    told = [p for p in parts if p is not None]
    if len(details) > 1 and len(told) == len(details) and sum(told) == amount:
        return [
            read_details(common, detail, part, number)
            for number, (detail, part) in enumerate(zip(details, told, strict=True), 1)
        ]
    only = details[0] if len(details) == 1 else None
    return [read_details(common, only, amount, 0)]


def _detail_amount(detail: etree._Element, currency: str, sign: int) -> Decimal | None:
    """The signed amount of a detail in the currency of its entry; None when it is not told."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        found = detail.find(path)
        if found is not None and found.get("Ccy") == currency:
            amount = read_decimal((found.text or "").strip(), line_of(found))
            own = text_of(detail, "CdtDbtInd")
            return amount * ({"CRDT": 1, "DBIT": -1}.get(own, sign))
    return None


def _amount(element: etree._Element) -> tuple[Decimal, str]:
    found = element.find("Amt")
    if found is None:
        raise FileFormatError("bad_amount", line=line_of(element))
    return read_decimal((found.text or "").strip(), line_of(found)), str(found.get("Ccy", ""))


def _sign(element: etree._Element) -> int:
    """+1 for a credit of the account. A reversal carries the sign of its own booking: the reversal
    of a debit is a credit (ISO 20022, ReversalIndicator)."""
    signs = {"CRDT": 1, "DBIT": -1}
    indicator = text_of(element, "CdtDbtInd")
    if indicator not in signs:
        raise FileFormatError("camt_bad_sign", line=line_of(element))
    return signs[indicator]


def _date(element: etree._Element, path: str) -> date | None:
    found = element.find(path)
    if found is None:
        return None
    return read_iso_date(first_text(found, "Dt", "DtTm"), line_of(found))
