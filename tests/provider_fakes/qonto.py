from __future__ import annotations

from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

from recon_core.connectors.base import ProviderSettings
from recon_core.types import ConsentStart

from .base import BALANCE, BOOKS, OWN_IBAN, PENDING, STATE, Answer, Asked, Entry, FakeProvider, says

ACCOUNT = "018f71db-c635-78b5-b90a-ea05de98c2bf"
BASE = "https://thirdparty.qonto.com"
LATE_EVENING = (
    23,
    30,
)  # of Paris: the same day there, in winter and in summer; in UTC it is earlier
EARLY_MORNING = (0, 15)  # of Paris: the day before in UTC


class QontoFake(FakeProvider):
    """The API key of a customer."""

    code = "qonto"
    settings = ProviderSettings(BASE, "atelier-essai-1234", "qonto-secret-abc")
    asks_a_person = False
    keeps_consents = False

    def end_consent(self) -> None:
        self.ended = "revoked"

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/oauth2/token":
            return self._tokens(asked)
        if self.ended or not self.knows(asked.headers.get("Authorization", "")):
            return says({"message": "Unauthorized"}, 401)
        if asked.path == "/v2/organization":
            return says({"organization": {"bank_accounts": [_account(), _external()]}})
        if asked.path == "/v2/transactions" and asked.query["bank_account_id"] == ACCOUNT:
            return says(self._transactions(asked))
        return says({"errors": [{"code": "not_found"}]}, 404)

    def knows(self, authorization: str) -> bool:
        return authorization == f"{self.settings.client_id}:{self.settings.client_secret}"

    def _tokens(self, asked: Asked) -> Answer:
        form = asked.form
        keys = (form.get("client_id"), form.get("client_secret"))
        if keys != (self.settings.client_id, self.settings.client_secret):
            return says({"error": "invalid_client"}, 401)
        if (form.get("code") or form.get("refresh_token")) not in self.issued:
            return says({"error": "invalid_grant"}, 400)
        tokens = {"access_token": self.issue("access"), "refresh_token": self.issue("refresh")}
        return says({**tokens, "expires_in": 3600, "token_type": "bearer"})

    def _transactions(self, asked: Asked) -> dict[str, Any]:
        if asked.query["status[]"] == "pending":
            return {"transactions": [_wire(PENDING)], "meta": {"next_page": None}}
        since = datetime.fromisoformat(asked.query["settled_at_from"].replace("Z", "+00:00"))
        entries = [entry for entry in BOOKS if _settled(entry) >= since]
        page = int(asked.query["current_page"])
        start = (page - 1) * self.page_size
        # one was booked while we read: it pushed the last of each page to the next one
        pushed = 1 if page > 1 else 0
        shown = entries[start - pushed : start + self.page_size]
        is_last = start + self.page_size >= len(entries)
        return {
            "transactions": [_wire(entry) for entry in shown],
            "meta": {"current_page": page, "next_page": None if is_last else page + 1},
        }


class QontoOAuthFake(QontoFake):
    """A user of Qonto gives access to an OAuth 2.0 client."""

    settings = ProviderSettings(
        BASE,
        "client-1",
        "qonto-secret-abc",
        "https://oauth.qonto.com/oauth2/auth",
        f"{BASE}/oauth2/token",
    )
    asks_a_person = True

    def knows(self, authorization: str) -> bool:
        return authorization.removeprefix("Bearer ") in self.issued

    def sent_back(self, start: ConsentStart) -> dict[str, str]:
        return {"code": self.issue("code"), "state": STATE}


def _account() -> dict[str, Any]:
    return {
        "id": ACCOUNT,
        "slug": "atelier-essai-1234-bank-account-1",
        "iban": OWN_IBAN,
        "bic": "QNTOFRP1XXX",
        "currency": "EUR",
        "name": "Compte principal",
        "status": "active",
        "balance": float(BALANCE),
        "authorized_balance": 9999,
    }


def _external() -> dict[str, Any]:
    return {**_account(), "id": "external-1", "iban": "", "is_external_account": True}


def _settled(entry: Entry) -> datetime:
    hour, minute = EARLY_MORNING if entry.amount > 0 else LATE_EVENING
    local = datetime(entry.day.year, entry.day.month, entry.day.day, hour, minute)  # noqa: DTZ001
    return local.replace(tzinfo=ZoneInfo("Europe/Paris")).astimezone(timezone.utc)


def _wire(entry: Entry) -> dict[str, Any]:
    is_income = entry.amount > 0
    return {
        "id": f"id-{entry.ref}",
        "transaction_id": entry.ref,
        "amount": float(abs(entry.amount)),
        "local_amount": float(abs(entry.amount)),
        "currency": "EUR",
        "local_currency": "EUR",
        "side": "credit" if is_income else "debit",
        "status": "pending" if entry.pending else "completed",
        "operation_type": "income" if is_income else "transfer",
        "label": entry.name,
        "reference": entry.text,
        "settled_at": None if entry.pending else f"{_settled(entry):%Y-%m-%dT%H:%M:%S}.000Z",
        "income" if is_income else "transfer": {"counterparty_account_number": entry.iban},
    }
