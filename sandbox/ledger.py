"""The accounts, what is booked and pending on them, and their balances."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from stdnum import iban as iban_numbers
from stdnum.exceptions import ValidationError

from . import faults
from .bank import Bank, next_number
from .errors import ControlError
from .store import State

_TEXT_FIELDS = {
    "counterparty_name": 70,
    "ultimate_name": 70,
    "creditor_reference": 35,
    "end_to_end_id": 35,
    "mandate_id": 35,
    "creditor_id": 35,
    "bank_tx_code": 35,
    "additional_information": 500,
}
_MAX_LINE = 140  # of unstructured remittance in ISO 20022


def account(state: State, resource_id: str) -> dict[str, Any] | None:
    found = (item for item in state["accounts"] if item["resource_id"] == resource_id)
    return next(found, None)


def transactions(
    bank: Bank, state: State, resource_id: str, date_from: date, date_to: date, read: int = 0
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Booked ones in the window and all pending ones as the bank tells them at its n-th ``read``,
    newest first as banks list them."""
    own = faults.distort(bank, state, known(bank, state, resource_id), read)
    booked = [
        item
        for item in own
        if item["status"] == "booked"
        and date_from <= date.fromisoformat(item["booking_date"]) <= date_to
    ]
    booked.sort(key=lambda item: (item["booking_date"], item["id"]), reverse=True)
    return booked, [item for item in own if item["status"] == "pending"]


def known(bank: Bank, state: State, resource_id: str) -> list[dict[str, Any]]:
    """What is in the books of the bank at this moment."""
    own = [item for item in state["transactions"] if item["account"] == resource_id]
    return faults.happened(bank, state, own)


def balances(bank: Bank, state: State, resource_id: str) -> tuple[Decimal, Decimal]:
    """The booked balance, and the one expected when all pending transactions are booked."""
    holder = account(state, resource_id)
    opening = Decimal(holder["opening_balance"]) if holder else Decimal(0)
    total = {"booked": Decimal(0), "pending": Decimal(0)}
    for item in known(bank, state, resource_id):
        total[item["status"]] += Decimal(item["amount"])
    booked = opening + total["booked"]
    return booked, booked + total["pending"]


def add(bank: Bank, state: State, values: dict[str, Any]) -> dict[str, Any]:
    """A new transaction, booked today unless told otherwise. Raises ControlError for bad values."""
    today = bank.today(state)
    status = values.get("status", "booked")
    if status not in ("booked", "pending"):
        raise ControlError("status: booked or pending")
    booking_date = _date(values.get("booking_date"), today)
    transaction: dict[str, Any] = {
        "id": f"SBX{next_number(state):09d}",
        "account": _resource_id(state, values),
        "status": status,
        "booking_date": booking_date.isoformat() if status == "booked" else None,
        "value_date": _date(values.get("value_date"), booking_date).isoformat(),
        "amount": str(_amount(values.get("amount"))),
        "currency": "EUR",
        "counterparty_iban": _iban(values.get("counterparty_iban")),
        "remittance": _lines(values.get("remittance")),
    }
    for name, length in _TEXT_FIELDS.items():
        transaction[name] = " ".join(str(values.get(name) or "").split())[:length]
    state["transactions"].append(transaction)
    return transaction


def book(bank: Bank, state: State, identity: str) -> dict[str, Any]:
    """A pending transaction becomes booked today, under a new id as at most banks."""
    for transaction in state["transactions"]:
        if transaction["id"] == identity and transaction["status"] == "pending":
            transaction["id"] = f"SBX{next_number(state):09d}"
            transaction["status"] = "booked"
            transaction["booking_date"] = bank.today(state).isoformat()
            booked: dict[str, Any] = transaction
            return booked
    raise ControlError(f"no pending transaction {identity}", 404)


def _resource_id(state: State, values: dict[str, Any]) -> str:
    """The account meant by resource id or IBAN; the first one when nothing is said."""
    wanted = values.get("account") or values.get("account_iban")
    for item in state["accounts"]:
        if wanted in (None, "", item["resource_id"], item["iban"]):
            return str(item["resource_id"])
    raise ControlError("unknown account", 404)


def _amount(value: object) -> Decimal:
    try:
        amount = Decimal(str(value).replace(",", ".").replace(" ", ""))
        rounded = amount.quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise ControlError("amount: a number is needed") from error
    if not amount.is_finite() or not rounded or abs(rounded) >= Decimal("1e12"):
        raise ControlError("amount: a number other than 0 is needed")
    return rounded


def _date(value: object, default: date) -> date:
    try:
        return date.fromisoformat(str(value)) if value else default
    except ValueError as error:
        raise ControlError("a date is written YYYY-MM-DD") from error


def _iban(value: object) -> str:
    if not value:
        return ""
    try:
        return str(iban_numbers.validate(str(value)))
    except ValidationError as error:
        raise ControlError("counterparty_iban: not a valid IBAN") from error


def _lines(value: object) -> list[str]:
    lines = value if isinstance(value, list) else [value or ""]
    cleaned = (" ".join(str(line).split())[:_MAX_LINE] for line in lines)
    return [line for line in cleaned if line]
