from __future__ import annotations

import zlib
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from recon_core.connectors.base import ProviderSettings
from recon_core.types import ConsentStart

from .base import (
    BALANCE,
    BOOKS,
    OWN_IBAN,
    PENDING,
    STATE,
    Answer,
    Asked,
    Clock,
    Entry,
    FakeProvider,
    says,
)

BASE = "https://example.biapi.pro/2.0"
CONNECTOR = "07d76adf-ae35-5b38-aca8-67aafba13169"
USER, CONNECTION, ACCOUNT = 31, 7, 11
WHERE = f"/2.0/users/me/connections/{CONNECTION}"


class PowensFake(FakeProvider):
    code = "powens"
    settings = ProviderSettings(BASE, "12345678", "powens-secret-abc")
    institution_ref = CONNECTOR

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.users = 0
        self.state: str | None = None
        self.last_update: str | None = "2026-11-23 06:00:00"
        self.access_expire: list[str | None] = ["2027-05-21 10:00:00"]
        self.links = True
        self.entries = (PENDING, *BOOKS)

    def sent_back(self, start: ConsentStart) -> dict[str, str]:
        return {"connection_id": str(CONNECTION), "state": STATE}

    def end_consent(self) -> None:
        self.ended = "deleted"

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/2.0/auth/init":
            return self._user(asked)
        if asked.path == "/2.0/connectors":
            shown = [_connector(), _connector(hidden=True), _connector(capabilities=["document"])]
            return says({"connectors": shown if asked.query["country_codes"] == "fr" else []})
        if asked.bearer not in self.issued:
            return says({"code": "unauthorized", "description": "invalid token"}, 401)
        if asked.path == "/2.0/auth/token/code":
            return says({"code": self.issue("code"), "type": "temporary", "expires_in": 1800})
        return self._data(asked)

    def _user(self, asked: Asked) -> Answer:
        keys = (asked.json["client_id"], asked.json["client_secret"])
        if keys != (self.settings.client_id, self.settings.client_secret):
            return says({"code": "invalidClient"}, 403)
        self.users += 1
        return says({"auth_token": self.issue("token"), "type": "permanent", "id_user": USER})

    def _data(self, asked: Asked) -> Answer:
        if self.ended:
            return says({"code": "notFound"}, 404)
        if (asked.method, asked.path) == ("DELETE", WHERE):
            self.ended = "deleted"
            return says(self._connection())
        answers = {
            WHERE: self._connection,
            f"{WHERE}/sources": self._sources,
            f"{WHERE}/accounts": lambda: {
                "accounts": [_account(), _account(disabled="2026-01-01")]
            },
            f"/2.0/users/me/accounts/{ACCOUNT}": _account,
            f"/2.0/users/me/accounts/{ACCOUNT}/transactions": lambda: self._transactions(asked),
        }
        return says(answers[asked.path]()) if asked.path in answers else says({}, 404)

    def _connection(self) -> dict[str, Any]:
        return {
            "id": CONNECTION,
            "id_user": USER,
            "id_connector": 40,
            "connector_uuid": CONNECTOR,
            "state": self.state,
            "error": self.state,
            "last_update": self.last_update,
            "active": True,
        }

    def _sources(self) -> dict[str, Any]:
        ends = [{"id": n, "access_expire": end} for n, end in enumerate(self.access_expire)]
        off = {"id": 99, "access_expire": "2026-11-24 00:00:00", "disabled": "2026-10-01 00:00:00"}
        return {"sources": [*ends, off]}

    def _transactions(self, asked: Asked) -> dict[str, Any]:
        assert asked.query["filter"] == "date"
        shown = [e for e in self.entries if e.day.isoformat() >= asked.query["min_date"]]
        start = int(asked.query.get("offset", 0))
        size = self.page_size if self.links else int(asked.query["limit"])
        page = {"transactions": [_wire(entry) for entry in shown[start : start + size]]}
        if not self.links:
            return page
        url = f"{BASE}/users/me/accounts/{ACCOUNT}/transactions?filter=date"
        following = f"{url}&min_date={asked.query['min_date']}&offset={start + size}"
        is_last = start + size >= len(shown)
        return {**page, "_links": {"next": None if is_last else {"href": following}}}


def _connector(**values: Any) -> dict[str, Any]:
    return {
        "id": 40,
        "uuid": CONNECTOR,
        "name": "Banque d'Essai",
        "hidden": False,
        "capabilities": ["bank", "transfer"],
        **values,
    }


def _account(**values: Any) -> dict[str, Any]:
    return {
        "id": ACCOUNT,
        "id_connection": CONNECTION,
        "number": "00012345678",
        "iban": OWN_IBAN,
        "name": "Compte courant",
        "type": "checking",
        "currency": {"id": "EUR", "precision": 2},
        "balance": float(BALANCE),
        "coming": -12.3,
        "last_update": "2026-11-23 06:00:00",
        "deleted": None,
        "disabled": None,
        **values,
    }


def _wire(entry: Entry) -> dict[str, Any]:
    counterparty = {
        "label": entry.name,
        "account_scheme_name": "iban" if entry.iban else None,
        "account_identification": entry.iban or None,
        "type": "debtor" if entry.amount > 0 else "creditor",
    }
    return {
        "id": zlib.crc32(entry.ref.encode()),
        "id_account": ACCOUNT,
        "date": entry.day.isoformat(),
        "rdate": entry.day.isoformat(),
        "vdate": entry.day.isoformat(),
        "value": float(entry.amount),
        "original_wording": entry.text,
        "wording": entry.text.lower(),
        "type": "transfer",
        "coming": entry.pending,
        "deleted": None,
        "counterparty": counterparty,
    }


def sent_to(start: ConsentStart) -> dict[str, str]:
    """The parameters with which the browser goes to the webview."""
    return dict(parse_qsl(urlsplit(start.redirect_url).query))
