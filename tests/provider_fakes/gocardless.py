from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from recon_core.connectors.base import ProviderSettings
from recon_core.types import ConsentStart

from .base import (
    BALANCE,
    OWN_IBAN,
    PENDING,
    Answer,
    Asked,
    Clock,
    Entry,
    FakeProvider,
    booked,
    says,
)

BASE = "https://bankaccountdata.gocardless.com"
BANK = "BANQUE_ESSAI_TESTFRPP"
ACCOUNT = "065da497-e6af-4950-88ed-2edbc0577d20"
REQUISITION = "8126e9fb-93c9-4228-937c-68f0383c2df7"
AGREEMENT = "2dea1b84-97b0-4cb4-8805-302c227587c8"


class GoCardlessFake(FakeProvider):
    code = "gocardless"
    settings = ProviderSettings(BASE, "secret-id-1", "gocardless-secret-abc")
    institution_ref = BANK

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.status = ""
        self.redirect = ""
        self.terms: dict[str, Any] = {}
        self.bank = {
            "id": BANK,
            "name": "Banque d'Essai",
            "bic": "TESTFRPP",
            "logo": "https://cdn.example/essai.png",
            "countries": ["FR"],
            "transaction_total_days": "540",
            "max_access_valid_for_days": "90",
            "supported_features": [],
            "supported_payments": {},
        }

    def sent_back(self, start: ConsentStart) -> dict[str, str]:
        self.status = "LN"
        ours = dict(parse_qsl(urlsplit(self.redirect).query))
        return {**ours, "ref": REQUISITION}

    def declined(self, start: ConsentStart) -> dict[str, str]:
        self.status = "RJ"
        return {"ref": REQUISITION, "error": "UserCancelledSession", "details": "cancelled"}

    def end_consent(self) -> None:
        self.ended = "at the bank"

    def answer(self, asked: Asked) -> Answer:
        where = asked.path.removeprefix("/api/v2/").strip("/")
        if where == "token/new":
            return self._token(asked)
        if asked.bearer not in self.issued:
            return _error(401, "Invalid token")
        first = where.split("/")[0]
        routes = {
            "institutions": self._institution,
            "agreements": self._agreement,
            "requisitions": self._requisition,
            "accounts": self._account,
        }
        return routes[first](asked, where)

    def _token(self, asked: Asked) -> Answer:
        keys = (asked.json["secret_id"], asked.json["secret_key"])
        if keys != (self.settings.client_id, self.settings.client_secret):
            return _error(401, "Authentication failed")
        tokens = {"access": self.issue("access"), "refresh": self.issue("refresh")}
        return says({**tokens, "access_expires": 86400, "refresh_expires": 2592000})

    def _institution(self, asked: Asked, where: str) -> Answer:
        if where == "institutions":
            return says([self.bank] if asked.query["country"] == "FR" else [])
        return says(self.bank) if where.endswith(f"/{BANK}") else _error(404, "Not found.")

    def _agreement(self, asked: Asked, where: str) -> Answer:
        if asked.method == "POST":
            self.terms = {**asked.json, "id": AGREEMENT}
            return says(self.terms, 201)
        return says({**self.terms, "accepted": "2026-11-23T23:30:00.000Z"})

    def _requisition(self, asked: Asked, where: str) -> Answer:
        if asked.method == "POST":
            self.status, self.redirect = self.status or "CR", asked.json["redirect"]
            return says(self._linked(), 201)
        if self.ended == "revoked" or where != f"requisitions/{REQUISITION}":
            return _error(404, "Not found.")
        if asked.method == "DELETE":
            self.ended = "revoked"
            return says({"summary": "Requisition deleted", "detail": "and its agreements"})
        return says(self._linked())

    def _linked(self) -> dict[str, Any]:
        status = "EX" if self.ended else self.status
        return {
            "id": REQUISITION,
            "status": status,
            "institution_id": BANK,
            "redirect": self.redirect,
            "agreement": AGREEMENT,
            "accounts": [ACCOUNT] if status == "LN" else [],
            "link": f"https://ob.gocardless.com/psd2/start/{REQUISITION}/{BANK}",
        }

    def _account(self, asked: Asked, where: str) -> Answer:
        if self.ended:
            return _error(401, "Couldn't update account", "AccessExpiredError")
        if where == f"accounts/{ACCOUNT}":
            return says({"id": ACCOUNT, "iban": OWN_IBAN, "institution_id": BANK})
        if where == f"accounts/{ACCOUNT}/details":
            return says({"account": {"iban": OWN_IBAN, "currency": "EUR", "name": "Courant"}})
        if where == f"accounts/{ACCOUNT}/balances":
            return says({"balances": [_balance("expected", "1"), _balance("interimBooked")]})
        if where != f"accounts/{ACCOUNT}/transactions":
            return _error(404, "Account ID not found")
        entries = booked(asked.query.get("date_from", ""), asked.query.get("date_to", "9999"))
        report = {"booked": [_wire(entry) for entry in entries], "pending": [_wire(PENDING)]}
        return says({"transactions": report})


def _error(status: int, summary: str, kind: str = "") -> Answer:
    words = {"summary": summary, "detail": "refused", "status_code": status}
    return says({**words, "type": kind} if kind else words, status)


def _balance(kind: str, amount: str = str(BALANCE)) -> dict[str, Any]:
    return {"balanceType": kind, "balanceAmount": {"amount": amount, "currency": "EUR"}}


def _wire(entry: Entry) -> dict[str, Any]:
    side = "debtor" if entry.amount > 0 else "creditor"
    found: dict[str, Any] = {
        "transactionAmount": {"amount": str(entry.amount), "currency": "EUR"},
        f"{side}Name": entry.name,
        "remittanceInformationUnstructured": entry.text,
    }
    if entry.iban:
        found[f"{side}Account"] = {"iban": entry.iban}
    if entry.pending:
        return found
    ids = {"transactionId": "NOTPROVIDED", "internalTransactionId": entry.ref}
    return {**found, **ids, "bookingDate": entry.day.isoformat()}
