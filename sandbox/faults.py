"""What can go wrong at a bank, switched on at will and the same at every run with one seed.

Chance is drawn from the seed, the kind of fault and a counter (or a transaction's own id), so the
n-th request meets the same fate in every run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
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
    "page_overlap": 0,  # n: each page begins with the last n entries of the page before
    "twin_rate": 0,  # share of bookings that happen twice: equal, under an id of their own
    "late_rate": 0,  # share of bookings withheld until this is 0 again: they come late
    "late_days": 0,  # n: they come n days after their date
    "changed_ids": 0,  # 1: transactionId and entryReference differ at every read
    "changed_rate": 0,  # share of bookings told otherwise from the day after their booking
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


def happened(
    bank: Bank, state: State, transactions: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What the bank has in its books at this moment, which its balance counts: not what is dated
    later, nor what comes late; a twin is a payment of its own."""
    today = bank.today(state)
    late, twins = setting(state, "late_rate"), setting(state, "twin_rate")
    late_days = timedelta(days=setting(state, "late_days"))
    known: list[dict[str, Any]] = []
    for transaction in transactions:
        if transaction["status"] == "booked":
            day = date.fromisoformat(transaction["booking_date"])
            is_late = _share(bank.seed, "late", transaction["id"]) < late
            if day > today or (is_late and (not late_days or day + late_days > today)):
                continue
            if _share(bank.seed, "twin", transaction["id"]) < twins:
                known.append({**transaction, "id": f"{transaction['id']}D"})
        known.append(transaction)
    return known


def distort(
    bank: Bank, state: State, transactions: Iterable[dict[str, Any]], read: int
) -> list[dict[str, Any]]:
    """The transactions as a bank with the switched-on faults tells them at its n-th ``read``."""
    rate, today = setting(state, "changed_rate"), bank.today(state)
    listed = [
        _changed(bank.seed, item, today)
        if _share(bank.seed, "changed", item["id"]) < rate
        else item
        for item in transactions
    ]
    if setting(state, "changed_ids"):
        return [{**item, "id": _other_id(bank.seed, item["id"], read)} for item in listed]
    return listed


def _changed(seed: int, item: dict[str, Any], today: date) -> dict[str, Any]:
    """A booking as it is told from the next day on: in other words, with another name, or booked a
    day later."""
    if item["status"] != "booked":
        return item
    day = date.fromisoformat(item["booking_date"])
    if today <= day:
        return item
    kind = _share(seed, "how changed", item["id"])
    if kind < 1 / 3:
        return {**item, "booking_date": (day + timedelta(days=1)).isoformat()}
    if kind < 2 / 3 and item.get("counterparty_name"):
        return {**item, "counterparty_name": f"{item['counterparty_name']} ET CIE"}
    lines = item.get("remittance") or [""]
    return {**item, "remittance": [f"{lines[0]} OPERATION CONFIRMEE".strip(), *lines[1:]]}


def _strikes(bank: Bank, state: State, name: str) -> bool:
    rate = setting(state, name)
    if not rate:
        return False
    count = state["counters"].get(name, 0) + 1
    state["counters"][name] = count
    return _share(bank.seed, name, str(count)) < rate


@lru_cache(maxsize=200_000)
def _share(seed: int, kind: str, key: str) -> float:
    """A number in [0, 1) that depends on nothing but its arguments."""
    value = hashlib.sha256(f"{seed}:{kind}:{key}".encode()).digest()[:8]
    return int.from_bytes(value, "big") / 2**64


def _other_id(seed: int, identity: str, read: int) -> str:
    return "X" + hashlib.sha256(f"{seed}:{identity}:{read}".encode()).hexdigest()[:15].upper()
