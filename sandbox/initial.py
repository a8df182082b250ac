"""What the bank starts from: the bank side of a data set (sandbox.dataset) as its own state."""

from __future__ import annotations

from typing import Any

from .store import State


def initial_state(
    data: dict[str, Any],
    faults: dict[str, float],
    clients: dict[str, Any],
    options: dict[str, str] | None = None,
) -> State:
    """The state of a bank on its first day, from the JSON of a data set."""
    resource_ids = {item["iban"]: item["resource_id"] for item in data["bank_accounts"]}
    transactions = []
    for item in data["transactions"]:
        kept = {name: value for name, value in item.items() if name != "account_iban"}
        transactions.append({**kept, "account": resource_ids[item["account_iban"]]})
    return {
        "accounts": data["bank_accounts"],
        "transactions": transactions,
        "psu": data["psu"],
        "faults": faults,
        "clients": clients,
        "options": options or {},
    }
