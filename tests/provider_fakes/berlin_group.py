from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from recon_core.connectors.base import ProviderSettings
from recon_core.types import ConsentStart

from .base import (
    BALANCE,
    OWN_IBAN,
    PENDING,
    STATE,
    Answer,
    Asked,
    Entry,
    FakeProvider,
    booked,
    says,
)

CONSENT = "consent-1"


class BerlinGroupFake(FakeProvider):
    code = "berlin_group"
    settings = ProviderSettings(
        "https://bank.example/psd2",
        "client-1",
        "client-secret-abc",
        "https://bank.example/authorize",
        "https://bank.example/token",
    )

    def sent_back(self, start: ConsentStart) -> dict[str, str]:
        return {"code": self.issue("code"), "state": STATE}

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/token":
            tokens = {"access_token": self.issue("access"), "refresh_token": self.issue("refresh")}
            return says({**tokens, "expires_in": 600})
        where = asked.path.removeprefix("/psd2/v1/")
        if where.startswith("consents"):
            return self._consent(asked)
        if self.ended:
            return self._refusal(401, "CONSENT_INVALID")
        if not self._may_read(asked) or asked.headers.get("Consent-ID") != CONSENT:
            return self._refusal(401, "TOKEN_INVALID")
        if where == "accounts":
            account = {"resourceId": "acc-1", "iban": OWN_IBAN, "currency": "EUR"}
            return says({"accounts": [account]})
        if not where.startswith("accounts/acc-1/"):
            return self._refusal(404, "RESOURCE_UNKNOWN")
        if where.endswith("/balances"):
            amount = {"amount": str(BALANCE), "currency": "EUR"}
            return says({"balances": [{"balanceType": "closingBooked", "balanceAmount": amount}]})
        return says(self._transactions(asked))

    def _may_read(self, asked: Asked) -> bool:
        return asked.bearer in self.issued

    def _links(self, asked: Asked) -> dict[str, Any]:
        return {}

    def _consent(self, asked: Asked) -> Answer:
        if asked.method == "POST":
            links = self._links(asked)
            return says({"consentStatus": "received", "consentId": CONSENT, "_links": links}, 201)
        if asked.method == "DELETE":
            self.ended = "terminatedByTpp"
            return Answer(204)
        return says({"consentStatus": self.ended or "valid", "validUntil": "2027-05-21"})

    def end_consent(self) -> None:
        self.ended = "revokedByPsu"

    def _refusal(self, status: int, code: str) -> Answer:
        return says({"tppMessages": [{"category": "ERROR", "code": code}]}, status)

    def _transactions(self, asked: Asked) -> dict[str, Any]:
        entries = booked(asked.query.get("dateFrom", ""), asked.query.get("dateTo", "9999"))
        page = int(asked.query.get("page", "0"))
        shown = entries[page * self.page_size : (page + 1) * self.page_size]
        report: dict[str, Any] = {"booked": [_wire(entry) for entry in shown]}
        if (page + 1) * self.page_size < len(entries):
            query = "&".join(f"{k}={v}" for k, v in {**asked.query, "page": page + 1}.items())
            report["_links"] = {"next": {"href": f"{asked.path}?{query}"}}
        elif asked.query["bookingStatus"] == "both":
            report["pending"] = [_wire(PENDING)]
        return {"account": {"iban": OWN_IBAN}, "transactions": report}


class BerlinGroupRedirectFake(BerlinGroupFake):
    """The same bank with a page of its own in place of OAuth2: no tokens at all."""

    settings = ProviderSettings("https://bank.example/psd2", "")

    def _may_read(self, asked: Asked) -> bool:
        return "Authorization" not in asked.headers

    def _links(self, asked: Asked) -> dict[str, Any]:
        self.back = {
            name: dict(parse_qsl(urlsplit(asked.headers[name]).query))
            for name in ("TPP-Redirect-URI", "TPP-Nok-Redirect-URI")
        }
        return {"scaRedirect": {"href": "https://login.bank.example/sca/1"}}

    def sent_back(self, start: ConsentStart) -> dict[str, str]:
        return self.back["TPP-Redirect-URI"]

    def declined(self, start: ConsentStart) -> dict[str, str]:
        return self.back["TPP-Nok-Redirect-URI"]


def _wire(entry: Entry) -> dict[str, Any]:
    side = "debtor" if entry.amount > 0 else "creditor"
    found = {
        "transactionId": entry.ref,
        "transactionAmount": {"amount": str(entry.amount), "currency": "EUR"},
        f"{side}Name": entry.name,
        f"{side}Account": {"iban": entry.iban},
        "remittanceInformationUnstructured": entry.text,
    }
    return found if entry.pending else {**found, "bookingDate": entry.day.isoformat()}
