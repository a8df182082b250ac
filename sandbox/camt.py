"""Bank-to-customer statements (ISO 20022 camt.053.001.08) of one account of the data set, and the
reports (camt.052.001.08) that the interface of the bank may answer with.

``python -m sandbox.camt --data demo.json --account 2 --out statement.xml``. Only what is booked is
in it; the closing balance is the opening balance and all entries.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
REPORT_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.052.001.08"
_STATUSES = {"booked": "BOOK", "pending": "PDNG"}
_INDICATORS = {True: "CRDT", False: "DBIT"}
_RETURN_TAG = "/RTRN/"


def statement(data: dict[str, Any], account: dict[str, Any]) -> bytes:
    """The statement from the account's opening day to the day before the data set's ``as_of``."""
    entries = [
        item
        for item in data["transactions"]
        if item["account_iban"] == account["iban"] and item["status"] == "booked"
    ]
    entries.sort(key=lambda item: (item["booking_date"], item["id"]))
    opening = Decimal(account["opening_balance"])
    closing = opening + sum(Decimal(item["amount"]) for item in entries)
    last_day = date.fromisoformat(data["as_of"]) - timedelta(days=1)
    identity = f"{data['as_of'].replace('-', '')}-{account['resource_id']}"

    document = etree.Element(f"{{{NAMESPACE}}}Document", nsmap={None: NAMESPACE})
    root = _add(document, "BkToCstmrStmt")
    header = _add(root, "GrpHdr")
    _add(header, "MsgId", identity)
    _add(header, "CreDtTm", f"{data['as_of']}T06:00:00")
    body = _add(root, "Stmt")
    _add(body, "Id", identity)
    _add(body, "CreDtTm", f"{data['as_of']}T06:00:00")
    period = _add(body, "FrToDt")
    _add(period, "FrDtTm", f"{account['opening_date']}T00:00:00")
    _add(period, "ToDtTm", f"{last_day}T23:59:59")
    _account(body, account)
    _balance(body, "OPBD", opening, account["currency"], account["opening_date"])
    _balance(body, "CLBD", closing, account["currency"], last_day.isoformat())
    for item in entries:
        _entry(body, item)
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def report(
    account: dict[str, Any], entries: Iterable[dict[str, Any]], balance: Decimal, now: datetime
) -> bytes:
    """A report of ``entries``, with the booked balance at ``now``."""
    document = etree.Element(f"{{{REPORT_NAMESPACE}}}Document", nsmap={None: REPORT_NAMESPACE})
    root = _add(document, "BkToCstmrAcctRpt")
    identity = f"{now:%Y%m%d%H%M%S}-{account['resource_id']}"
    header = _add(root, "GrpHdr")
    _add(header, "MsgId", identity)
    _add(header, "CreDtTm", f"{now:%Y-%m-%dT%H:%M:%SZ}")
    body = _add(root, "Rpt")
    _add(body, "Id", identity)
    _add(body, "CreDtTm", f"{now:%Y-%m-%dT%H:%M:%SZ}")
    _account(body, account)
    _balance(body, "ITBD", balance, account["currency"], now.date().isoformat())
    for item in entries:
        _entry(body, item)
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.camt", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--account", type=int, default=2, help="1 is the first account")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    data = json.loads(options.data.read_text("utf-8"))
    accounts = data["bank_accounts"]
    if not 1 <= options.account <= len(accounts):
        parser.error(f"--account: 1 to {len(accounts)}")
    options.out.write_bytes(statement(data, accounts[options.account - 1]))
    print(options.out)
    return 0


def _account(parent: etree._Element, account: dict[str, Any]) -> None:
    element = _add(parent, "Acct")
    _add(_add(element, "Id"), "IBAN", account["iban"])
    _add(element, "Ccy", account["currency"])
    _add(_add(element, "Ownr"), "Nm", account["owner_name"])
    _add(_add(_add(element, "Svcr"), "FinInstnId"), "BICFI", account["bic"])


def _balance(parent: etree._Element, code: str, amount: Decimal, currency: str, day: str) -> None:
    element = _add(parent, "Bal")
    _add(_add(_add(element, "Tp"), "CdOrPrtry"), "Cd", code)
    _amount(element, amount, currency)
    _add(_add(element, "Dt"), "Dt", day)


def _entry(parent: etree._Element, item: dict[str, Any]) -> None:
    element = _add(parent, "Ntry")
    _add(element, "NtryRef", item["id"])
    _amount(element, Decimal(item["amount"]), item["currency"])
    _add(_add(element, "Sts"), "Cd", _STATUSES[item["status"]])
    if item["booking_date"]:
        _add(_add(element, "BookgDt"), "Dt", item["booking_date"])
    _add(_add(element, "ValDt"), "Dt", item["value_date"])
    _add(element, "AcctSvcrRef", item["id"])
    _code(element, item["bank_tx_code"])
    details = _add(_add(element, "NtryDtls"), "TxDtls")
    references = _add(details, "Refs")
    _add(references, "EndToEndId", item["end_to_end_id"] or "NOTPROVIDED")
    if item["mandate_id"]:
        _add(references, "MndtId", item["mandate_id"])
    _parties(details, item)
    _remittance(details, item)
    _, tagged, reason = item["additional_information"].partition(_RETURN_TAG)
    if tagged:
        _add(_add(_add(details, "RtrInf"), "Rsn"), "Cd", reason[:4])
    if item["additional_information"]:
        _add(element, "AddtlNtryInf", item["additional_information"])


def _amount(parent: etree._Element, amount: Decimal, currency: str) -> None:
    _add(parent, "Amt", f"{abs(amount):.2f}").set("Ccy", currency)
    _add(parent, "CdtDbtInd", _INDICATORS[amount >= 0])


def _code(parent: etree._Element, code: str) -> None:
    parts = (code or "PMNT-NTAV-NTAV").split("-")
    if len(parts) != 3:  # the bank's own
        _add(_add(_add(parent, "BkTxCd"), "Prtry"), "Cd", code)
        return
    domain, family, sub_family = parts
    element = _add(_add(parent, "BkTxCd"), "Domn")
    _add(element, "Cd", domain)
    families = _add(element, "Fmly")
    _add(families, "Cd", family)
    _add(families, "SubFmlyCd", sub_family)


def _parties(parent: etree._Element, item: dict[str, Any]) -> None:
    """The other side: debtor of money in, creditor of money out. Order as in the schema."""
    side = "Dbtr" if Decimal(item["amount"]) > 0 else "Cdtr"
    named = {
        side: item["counterparty_name"],
        f"{side}Acct": item["counterparty_iban"],
        f"Ultmt{side}": item["ultimate_name"],
    }
    if not any(named.values()):
        return
    element = _add(parent, "RltdPties")
    for tag, value in named.items():
        if not value:
            continue
        if tag.endswith("Acct"):
            _add(_add(_add(element, tag), "Id"), "IBAN", value)
        else:
            _add(_add(_add(element, tag), "Pty"), "Nm", value)


def _remittance(parent: etree._Element, item: dict[str, Any]) -> None:
    if not item["remittance"] and not item["creditor_reference"]:
        return
    element = _add(parent, "RmtInf")
    for line in item["remittance"]:
        _add(element, "Ustrd", line)
    if item["creditor_reference"]:
        reference = _add(_add(element, "Strd"), "CdtrRefInf")
        _add(_add(_add(reference, "Tp"), "CdOrPrtry"), "Cd", "SCOR")
        _add(reference, "Ref", item["creditor_reference"])


def _add(parent: etree._Element, tag: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{tag}")
    element.text = text
    return element


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
