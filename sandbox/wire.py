"""How the ledger looks in Berlin Group JSON (psd2-api 1.3.11)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

_OTHER_SIDE = {True: ("debtor", "ultimateDebtor"), False: ("creditor", "ultimateCreditor")}
_SAME_NAME = {
    "end_to_end_id": "endToEndId",
    "mandate_id": "mandateId",
    "creditor_id": "creditorId",
    "bank_tx_code": "bankTransactionCode",
    "booking_date": "bookingDate",
    "value_date": "valueDate",
    "additional_information": "additionalInformation",
}


def account(item: dict[str, Any], api_url: str) -> dict[str, Any]:
    link = f"{api_url}/accounts/{item['resource_id']}"
    return {
        "resourceId": item["resource_id"],
        "iban": item["iban"],
        "bic": item["bic"],
        "currency": item["currency"],
        "ownerName": item["owner_name"],
        "name": item["name"],
        "product": item["product"],
        "cashAccountType": "CACC",
        "status": "enabled",
        "usage": "ORGA",
        "_links": {
            "balances": {"href": f"{link}/balances"},
            "transactions": {"href": f"{link}/transactions"},
        },
    }


def balances(
    booked: Decimal, expected: Decimal, currency: str, today: date
) -> list[dict[str, Any]]:
    return [
        {
            "balanceAmount": {"amount": f"{amount:.2f}", "currency": currency},
            "balanceType": balance_type,
            "referenceDate": today.isoformat(),
            "creditLimitIncluded": False,
        }
        for balance_type, amount in (("interimBooked", booked), ("expected", expected))
    ]


def transaction(item: dict[str, Any]) -> dict[str, Any]:
    amount = Decimal(item["amount"])
    side, ultimate = _OTHER_SIDE[amount > 0]
    entry: dict[str, Any] = {
        "transactionId": item["id"],
        "entryReference": f"E{item['id']}"[:35],
        "transactionAmount": {"amount": f"{amount:.2f}", "currency": item["currency"]},
    }
    for ours, theirs in _SAME_NAME.items():
        if item.get(ours):
            entry[theirs] = item[ours]
    if item.get("counterparty_name"):
        entry[f"{side}Name"] = item["counterparty_name"]
    if item.get("counterparty_iban"):
        entry[f"{side}Account"] = {"iban": item["counterparty_iban"]}
    if item.get("ultimate_name"):
        entry[ultimate] = item["ultimate_name"]
    entry.update(_remittance(item))
    return entry


def _remittance(item: dict[str, Any]) -> dict[str, Any]:
    """One line as a field; several as the array as well, since the field is cut at 140."""
    found: dict[str, Any] = {}
    lines = item.get("remittance") or []
    if lines:
        found["remittanceInformationUnstructured"] = " ".join(lines)[:140]
    if len(lines) > 1:
        found["remittanceInformationUnstructuredArray"] = lines
    if item.get("creditor_reference"):
        found["remittanceInformationStructured"] = {
            "reference": item["creditor_reference"],
            "referenceType": "SCOR",
        }
    return found
