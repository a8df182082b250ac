"""The bank of ``benchmarks.faults``: what happens on its account in 90 days, and what goes wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import requests

from sandbox import ledger
from sandbox.bank import Rules
from sandbox.dataset import build, to_json
from sandbox.demo_data.identifiers import french_iban
from sandbox.local import LocalBank, running_bank

ACCOUNT = "acc-main"
LATE_DAYS = 4
# What the bank does all the time: these are facts of its books, or its manner of telling them.
MANNERS = {
    "twin_rate": 0.02,
    "late_rate": 0.03,
    "late_days": LATE_DAYS,
    "changed_rate": 0.05,
    "unattended_limit": 4,
}
NUMBER = re.compile(r"N\d{6}")


@dataclass
class Clock:
    """What the bank and the workers take for the present moment, timezone-aware UTC."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


class FaultyBank:
    """A sandbox bank whose network faults are drawn anew for each attempt."""

    def __init__(self, local: LocalBank, iban: str, rng: random.Random) -> None:
        self.local, self.iban, self.rng = local, iban, rng

    def draw(self) -> None:
        """Other faults for the next attempt: mostly some, sometimes none, never the same."""
        rng = self.rng
        self._set(
            error_rate=rng.choice((0, 0, 0.1, 0.4)),
            truncate_rate=rng.choice((0, 0, 0.05, 0.3)),
            rate_limited=float(rng.random() < 0.04),
            delay_s=4.0 if rng.random() < 0.02 else 0.0,
            page_overlap=rng.choice((0, 0, 1, 7)),
            changed_ids=float(rng.random() < 0.3),
        )

    def behave(self) -> None:
        """No faults of the network any more; what happened on the account stays as it is."""
        self._set()

    def _set(self, **values: float) -> None:
        with self.local.bank.store.change() as state:
            state["faults"] = {**MANNERS, **values}

    def withdraw_consents(self) -> None:
        with self.local.bank.store.change() as state:
            for consent in state["consents"].values():
                if consent["status"] == "valid":
                    consent["status"] = "revokedByPsu"

    def numbers(self) -> Counter[str]:
        """How often each payment, by the number in its text, is in the books of the bank."""
        bank = self.local.bank
        entries = ledger.known(bank, bank.store.read(), ACCOUNT)
        return Counter(NUMBER.findall(" ".join(entry["remittance"]))[0] for entry in entries)

    def balance(self) -> Decimal:
        bank = self.local.bank
        return ledger.balances(bank, bank.store.read(), ACCOUNT)[0]


@contextmanager
def faulty_bank(
    seed: int, transactions: int, days: int, clock: Clock, nonce: int
) -> Iterator[FaultyBank]:
    """A bank with ``transactions`` in the ``days`` to come and some before.

    ``nonce``: no two banks of one database may have the same account.
    """
    rng = random.Random(f"{seed} account")
    iban, _bic = french_iban(random.Random(f"{seed} {nonce} iban"))
    today = clock.now.date()
    data = to_json(build(today, 1))
    account = {**data["bank_accounts"][0], "iban": iban, "resource_id": ACCOUNT}
    data["bank_accounts"] = [account]
    data["transactions"] = [
        {**entry, "account_iban": iban} for entry in _transactions(rng, transactions, today, days)
    ]
    rules = Rules(page_size=500)
    with running_bank(data, clock, rules=rules, seed=seed) as local:
        yield FaultyBank(local, iban, random.Random(f"{seed} faults"))


def _transactions(
    rng: random.Random, count: int, today: date, days: int
) -> Iterator[dict[str, Any]]:
    """Payments with few amounts and few payers, so that many look alike; each says its number."""
    payers = [(f"CLIENT {number} SARL", french_iban(rng)[0]) for number in range(80)]
    amounts = [Decimal(rng.randrange(100, 90_000)) / 100 for _ in range(300)]
    for number in range(count):
        offset = rng.randint(-60, 0) if rng.random() < 0.1 else rng.randint(1, days)
        day = (today + timedelta(days=offset)).isoformat()
        name, iban = rng.choice(payers)
        shown = rng.random()
        yield {
            "id": f"SBX{number:09d}",
            "status": "booked",
            "booking_date": day,
            "value_date": day,
            "amount": str(rng.choice(amounts) * rng.choice((1, 1, -1))),
            "currency": "EUR",
            "counterparty_name": name if shown < 0.75 else "",
            "counterparty_iban": iban if shown < 0.5 else "",
            "remittance": [f"VIREMENT RECU FACTURE N{number:06d} MERCI"],
            "end_to_end_id": f"E2E{number}" if rng.random() < 0.3 else "",
        }


class Messenger:
    """Sends the provider's messages to Odoo: signed, and then again, too late or forged."""

    def __init__(self, url: str, secret: str, rng: random.Random) -> None:
        self.url, self.secret, self.rng = url, secret, rng
        self.sent: list[tuple[str, datetime]] = []
        self.wrong: list[str] = []  # answers that should have been others

    def send_some(self, present: datetime) -> None:
        """Nothing, or new messages and old ones in any order. ``present``: Odoo's real clock."""
        kinds = self.rng.choices(("new", "again", "stale", "forged"), k=self.rng.randint(0, 3))
        for kind in kinds:
            getattr(self, f"_{kind}")(present)

    def _new(self, present: datetime) -> None:
        # not in the order of their time
        at = present - timedelta(seconds=self.rng.randint(0, 60))
        self.sent.append((f"msg-{self.rng.getrandbits(64):x}", at))
        self._post(*self.sent[-1], status=200)

    def _again(self, present: datetime) -> None:
        recent = [sent for sent in self.sent if present - sent[1] < timedelta(minutes=4)]
        if recent:
            self._post(*self.rng.choice(recent), status=200)

    def _stale(self, present: datetime) -> None:
        self._post("msg-stale", present - timedelta(minutes=10), status=401)

    def _forged(self, present: datetime) -> None:
        self._post("msg-forged", present, status=401, signature="v1,AAAA")

    def _post(self, event_id: str, at: datetime, status: int, signature: str = "") -> None:
        body, timestamp = b'{"type": "transactions"}', str(int(at.timestamp()))
        signed = f"{event_id}.{timestamp}.".encode() + body
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        own = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature or f"v1,{own}",
        }
        answer = requests.post(self.url, data=body, headers=headers, timeout=60)
        if answer.status_code != status:
            self.wrong.append(f"{event_id}: {answer.status_code} instead of {status}")
