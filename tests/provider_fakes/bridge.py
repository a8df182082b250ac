from __future__ import annotations

import zlib
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from recon_core.connectors.base import ProviderSettings
from recon_core.types import ConsentStart

from .base import (
    BALANCE,
    BOOKS,
    OWN_IBAN,
    PENDING,
    Answer,
    Asked,
    Clock,
    Entry,
    FakeProvider,
    says,
)

BASE = "https://api.bridgeapi.io"
USER = "0e6b2dc5-24ab-4a5d-b1ae-1b5d3a4e8f10"
BANK, ITEM, ACCOUNT = 574, 7984384, 22908770


class BridgeFake(FakeProvider):
    code = "bridge"
    settings = ProviderSettings(BASE, "client-1", "bridge-secret-abc")
    institution_ref = str(BANK)
    tells_counterparties = False

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.users: list[str] = []
        self.sessions: list[dict[str, Any]] = []
        self.status = 0
        self.expires_at: str | None = "2027-05-21T10:25:35Z"
        self.entries = (PENDING, *BOOKS)

    def sent_back(self, start: ConsentStart) -> dict[str, str]:
        ours = dict(parse_qsl(urlsplit(self.sessions[-1]["callback_url"]).query))
        return {**ours, "user_uuid": USER, "item_id": str(ITEM), "success": "true"}

    def declined(self, start: ConsentStart) -> dict[str, str]:
        return {**self.sent_back(start), "success": "false", "step": "sca", "item_id": ""}

    def end_consent(self) -> None:
        self.ended = "deleted"

    def answer(self, asked: Asked) -> Answer:
        assert asked.headers["Bridge-Version"] == "2025-01-15"
        keys = (asked.headers.get("Client-Id"), asked.headers.get("Client-Secret"))
        if keys != (self.settings.client_id, self.settings.client_secret):
            return _error(401, "invalid_client_credentials")
        where = asked.path.removeprefix("/v3/")
        if where == "providers":
            return says({"resources": _providers(), "pagination": {"next_uri": None}})
        if where == "aggregation/users":
            self.users.append(asked.json["external_user_id"])
            return says({"uuid": USER, "external_user_id": self.users[-1]}, 201)
        if where == "aggregation/authorization/token":
            return self._token(asked)
        if asked.bearer not in self.issued:
            return _error(401, "invalid_access_token")
        return self._data(asked, where.removeprefix("aggregation/"))

    def _token(self, asked: Asked) -> Answer:
        if asked.json["user_uuid"] != USER or not self.users:
            return _error(404, "not_found")
        ends = self.clock() + timedelta(hours=2)
        expires_at = f"{ends:%Y-%m-%dT%H:%M:%S}.123Z"
        return says({"access_token": self.issue("access"), "expires_at": expires_at})

    def _data(self, asked: Asked, where: str) -> Answer:
        if where == "connect-sessions":
            self.sessions.append(asked.json)
            return says({"id": "s-1", "url": "https://connect.bridgeapi.io/session/s-1"})
        if where == f"items/{ITEM}" and self.ended:
            return _error(404, "not_found")
        if (asked.method, where) == ("DELETE", f"items/{ITEM}"):
            self.ended = "deleted"
            return Answer(204)
        answers = {
            f"items/{ITEM}": self._item,
            "accounts": lambda: _listed([_account(), _account(id=1, data_access="disabled")]),
            f"accounts/{ACCOUNT}": _account,
            "transactions": lambda: self._transactions(asked),
        }
        return says(answers[where]()) if where in answers else _error(404, "not_found")

    def _item(self) -> dict[str, Any]:
        return {
            "id": ITEM,
            "status": self.status,
            "status_code_info": "ok",
            "provider_id": BANK,
            "authentication_expires_at": self.expires_at,
        }

    def _transactions(self, asked: Asked) -> dict[str, Any]:
        assert asked.query["account_id"] == str(ACCOUNT)
        least = asked.query["min_date"]
        shown = [entry for entry in self.entries if entry.day.isoformat() >= least]
        start = int(asked.query.get("after", 0))
        page = [_wire(entry) for entry in shown[start : start + self.page_size]]
        after = start + self.page_size
        following = f"/v3/aggregation/transactions?account_id={ACCOUNT}&min_date={least}"
        return _listed(page, None if after >= len(shown) else f"{following}&after={after}")


def _error(status: int, code: str) -> Answer:
    return says({"errors": [{"code": code, "message": "refused"}]}, status)


def _listed(resources: list[dict[str, Any]], next_uri: str | None = None) -> dict[str, Any]:
    return {"resources": resources, "pagination": {"next_uri": next_uri}}


def _providers() -> list[dict[str, Any]]:
    bank = {
        "id": BANK,
        "name": "Banque d'Essai",
        "country_code": "FR",
        "images": {"logo": "https://cdn.example/essai.png"},
        "capabilities": ["aggregation", "single_payment"],
    }
    return [bank, {**bank, "capabilities": ["single_payment"]}, {**bank, "country_code": "ES"}]


def _account(**values: Any) -> dict[str, Any]:
    return {
        "id": ACCOUNT,
        "name": "Compte courant",
        "balance": 9999,
        "accounting_balance": float(BALANCE),
        "instant_balance": 1.5,
        "updated_at": "2026-11-23T06:00:00.000Z",
        "type": "checking",
        "currency_code": "EUR",
        "item_id": ITEM,
        "data_access": "enabled",
        "iban": OWN_IBAN,
        **values,
    }


def _wire(entry: Entry) -> dict[str, Any]:
    return {
        "id": 33_000_000_000_000 + zlib.crc32(entry.ref.encode()),
        "clean_description": entry.text.title(),
        "provider_description": entry.text,
        "amount": float(entry.amount),
        "date": entry.day.isoformat(),
        "booking_date": entry.day.isoformat(),
        "value_date": entry.day.isoformat(),
        "currency_code": "EUR",
        "deleted": False,
        "operation_type": "transfer",
        "account_id": ACCOUNT,
        "future": entry.pending,
    }
