"""What can go wrong at a bank, switched on at will and the same at every run with one seed.

Chance is drawn from the seed, the kind of fault and a counter (or a transaction's own id), so the
n-th request meets the same fate in every run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from werkzeug.wrappers import Response

from .bank import Bank
from .errors import ControlError, TppError
from .store import State

DEFAULTS: dict[str, float] = {
    "delay_s": 0,  # every answer waits this long: longer than the client's time-out
    "error_rate": 0,  # share of requests answered with HTTP 500
    "truncate_rate": 0,  # share of answers cut in the middle of the JSON
    "rate_limited": 0,  # 1: every read is answered with 429 and Retry-After
    "unattended_limit": 0,  # reads a day, account and endpoint without the PSU; 0: no limit
    "duplicate_rate": 0,  # share of bookings listed twice, the second under another id
    "late_rate": 0,  # share of bookings withheld until this is 0 again: they come late
    "changed_ids": 0,  # 1: transactionId and entryReference differ at every read
    "revoke_after_reads": 0,  # n: the PSU revokes a consent at the bank after its n-th read
}
RETRY_AFTER_S = 3600


def setting(state: State, name: str) -> float:
    return float(state["faults"].get(name, DEFAULTS[name]))


def set_faults(state: State, values: dict[str, Any]) -> None:
    """Switches faults on and off. Raises ControlError for an unknown name or a wrong value."""
    for name, value in values.items():
        if name not in DEFAULTS:
            raise ControlError(f"unknown fault {name}; known: {', '.join(sorted(DEFAULTS))}")
        if not isinstance(value, int | float) or value < 0:
            raise ControlError(f"{name}: a number of 0 or more is needed")
        if name.endswith("_rate") and value > 1:
            raise ControlError(f"{name}: a share between 0 and 1 is needed")
        state["faults"][name] = value


def before(bank: Bank) -> None:
    """Delays or breaks a request of the XS2A interface as switched on."""
    with bank.store.change() as state:
        delay_s = setting(state, "delay_s")
        broken = _strikes(bank, state, "error_rate")
    if delay_s:
        bank.stopping.wait(delay_s)  # ends at once when the server stops
    if broken:
        raise TppError(500, "INTERNAL_SERVER_ERROR", "Simulated failure of the bank.")


def after(bank: Bank, response: Response) -> Response:
    """Cuts the answer in two as switched on."""
    with bank.store.change() as state:
        cut = response.status_code == 200 and _strikes(bank, state, "truncate_rate")
    if cut:
        body = response.get_data()
        response.set_data(body[: max(1, len(body) // 2)])
    return response


def refuse_read(state: State) -> None:
    if setting(state, "rate_limited"):
        raise TppError(429, "ACCESS_EXCEEDED", "Too many accesses.", RETRY_AFTER_S)


def distort(
    bank: Bank, state: State, transactions: Iterable[dict[str, Any]], read: int
) -> list[dict[str, Any]]:
    """The transactions as a bank with the switched-on faults lists them at its n-th ``read``."""
    late, double = setting(state, "late_rate"), setting(state, "duplicate_rate")
    listed: list[dict[str, Any]] = []
    for transaction in transactions:
        booked = transaction["status"] == "booked"
        if booked and _share(bank.seed, "late", transaction["id"]) < late:
            continue
        listed.append(transaction)
        if booked and _share(bank.seed, "duplicate", transaction["id"]) < double:
            listed.append({**transaction, "id": f"{transaction['id']}D"})
    if setting(state, "changed_ids"):
        return [{**item, "id": _other_id(bank.seed, item["id"], read)} for item in listed]
    return listed


def _strikes(bank: Bank, state: State, name: str) -> bool:
    rate = setting(state, name)
    if not rate:
        return False
    count = state["counters"].get(name, 0) + 1
    state["counters"][name] = count
    return _share(bank.seed, name, str(count)) < rate


def _share(seed: int, kind: str, key: str) -> float:
    """A number in [0, 1) that depends on nothing but its arguments."""
    value = hashlib.sha256(f"{seed}:{kind}:{key}".encode()).digest()[:8]
    return int.from_bytes(value, "big") / 2**64


def _other_id(seed: int, identity: str, read: int) -> str:
    return "X" + hashlib.sha256(f"{seed}:{identity}:{read}".encode()).hexdigest()[:15].upper()
