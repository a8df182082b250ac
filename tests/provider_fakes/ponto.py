from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

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

ACCOUNT = "8804e34f-12b0-4b70-86bf-265f013ca232"
BASE = "https://api.myponto.com"


class PontoFake(FakeProvider):
    """A custom integration: the company's own keys."""

    code = "ponto"
    settings = ProviderSettings(BASE, "integration-1", "ponto-secret-abc")
    asks_a_person = False
    keeps_consents = False
    grant_types: tuple[str, ...] = ("client_credentials",)

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.authorised_until = "2027-02-20T09:00:00.000Z"
        self.synchronization = self.synchronized("success", minutes_ago=180)
        self.tells_pending = True

    def synchronized(self, status: str, minutes_ago: int, error: str = "") -> dict[str, Any]:
        created = self.clock() - timedelta(minutes=minutes_ago)
        return {
            "type": "synchronization",
            "id": "76d6b263-7835-4bd9-a4b0-ca8423b10357",
            "attributes": {
                "status": status,
                "subtype": "accountTransactions",
                "createdAt": f"{created:%Y-%m-%dT%H:%M:%S}.667Z",
                "errors": [{"code": error}] if error else [],
            },
        }

    def end_consent(self) -> None:
        self.ended = "revoked"

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/oauth2/token":
            return self._tokens(asked)
        if self.ended or asked.bearer not in self.issued:
            return _error(401, "unauthorized")
        if asked.path == "/accounts":
            return says({"data": [self._account()], "links": {"first": f"{BASE}/accounts"}})
        if asked.path == f"/accounts/{ACCOUNT}":
            return says({"data": self._account()})
        if asked.path == "/synchronizations":
            return self._synchronize(asked)
        if asked.path == f"/accounts/{ACCOUNT}/transactions":
            return says(self._transactions(asked))
        if asked.path == f"/accounts/{ACCOUNT}/pending-transactions" and self.tells_pending:
            return says({"data": [_wire(PENDING)], "links": {}})
        return _error(404, "resourceNotFound")

    def _tokens(self, asked: Asked) -> Answer:
        keys = f"{self.settings.client_id}:{self.settings.client_secret}"
        basic = "Basic " + base64.b64encode(keys.encode()).decode()
        if asked.headers.get("Authorization") != basic:
            return says({"error": "invalid_client"}, 401)
        if asked.form["grant_type"] not in self.grant_types:
            return says({"error": "unsupported_grant_type"}, 400)
        token = {"access_token": self.issue("access"), "expires_in": 1799, "token_type": "bearer"}
        if asked.form["grant_type"] != "client_credentials":
            spent = asked.form.get("code") or asked.form["refresh_token"]
            if spent not in self.issued:
                return says({"error": "invalid_grant"}, 400)
            token["refresh_token"] = self.issue("refresh")
        return says(token)

    def _account(self) -> dict[str, Any]:
        attributes = {
            "reference": OWN_IBAN,
            "referenceType": "IBAN",
            "currency": "EUR",
            "holderName": "Atelier Essai",
            "description": "Compte courant",
            "currentBalance": float(BALANCE),
            "currentBalanceReferenceDate": "2026-11-22T00:00:00.000Z",
            "availableBalance": 9999,
            "availableBalanceReferenceDate": "2026-11-22T00:00:00.000Z",
            "authorizationExpirationExpectedAt": self.authorised_until,
            "deprecated": False,
        }
        return {"type": "account", "id": ACCOUNT, "attributes": attributes}

    def _synchronize(self, asked: Asked) -> Answer:
        wanted = asked.json["data"]["attributes"]
        assert asked.headers["Content-Type"] == "application/vnd.api+json"
        assert wanted["resourceId"] == ACCOUNT
        assert wanted["customerIpAddress"]
        self.synchronization = self.synchronized("pending", minutes_ago=0)
        return says({"data": self.synchronization}, 201)

    def _transactions(self, asked: Asked) -> dict[str, Any]:
        refs = [entry.ref for entry in BOOKS]
        start = refs.index(asked.query["after"]) + 1 if "after" in asked.query else 0
        shown = BOOKS[start : start + self.page_size]
        links = {}
        if start + self.page_size < len(BOOKS):
            url = f"{BASE}/accounts/{ACCOUNT}/transactions"
            links["next"] = f"{url}?limit={self.page_size}&after={shown[-1].ref}"
        return {
            "data": [_wire(entry) for entry in shown],
            "meta": {"latestSynchronization": self.synchronization},
            "links": links,
        }


class PontoOAuthFake(PontoFake):
    """A user of Ponto gives access to an integration of many companies."""

    settings = ProviderSettings(
        BASE,
        "integration-1",
        "ponto-secret-abc",
        "https://authorization.myponto.com/oauth2/auth",
        f"{BASE}/oauth2/token",
    )
    asks_a_person = True
    grant_types = ("authorization_code", "refresh_token")

    def sent_back(self, start: ConsentStart) -> dict[str, str]:
        return {"code": self.issue("code"), "state": STATE}


def _error(status: int, code: str) -> Answer:
    return says({"errors": [{"code": code, "detail": "refused"}]}, status)


def _wire(entry: Entry) -> dict[str, Any]:
    attributes = {
        "amount": float(entry.amount),
        "currency": "EUR",
        "valueDate": f"{entry.day}T00:00:00.000Z",
        "executionDate": f"{entry.day}T00:00:00.000Z",
        "counterpartName": entry.name,
        "counterpartReference": entry.iban or None,
        "remittanceInformation": entry.text,
        "remittanceInformationType": "unstructured",
    }
    return {"type": "transaction", "id": entry.ref, "attributes": attributes}
