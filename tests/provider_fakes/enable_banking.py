from __future__ import annotations

from functools import cache
from typing import Any

from authlib.jose import JsonWebToken
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from recon_core.connectors.base import ProviderSettings
from recon_core.types import ConsentStart

from .base import (
    BALANCE,
    OWN_IBAN,
    PENDING,
    REDIRECT_URI,
    STATE,
    Answer,
    Asked,
    Clock,
    Entry,
    FakeProvider,
    booked,
    says,
)

APPLICATION = "0b4c1c7e-7f0a-4e0e-9a55-6f1d9a1c2b3d"
SESSION = "3d5e9b57-93c4-4f9e-8f38-0c5f1a8f1234"
UID = "a8b9c0d1-2222-4333-8444-555566667777"
STABLE = "WwpbCiJhY2NvdW50Il0.stable"
LONGEST_S = 90 * 86400
CODES = {"EXPIRED": "EXPIRED_SESSION", "REVOKED": "REVOKED_SESSION", "CLOSED": "CLOSED_SESSION"}


@cache
def key_pair() -> tuple[str, str]:
    """(private, public) as PEM, made once a run."""
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


class EnableBankingFake(FakeProvider):
    code = "enable_banking"
    institution_ref = "FR:Banque d'Essai"

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.settings = ProviderSettings(
            "https://api.enablebanking.com", APPLICATION, key_pair()[0]
        )
        self.valid_until = ""
        self.aspsp: dict[str, Any] = {
            "name": "Banque d'Essai",
            "country": "FR",
            "bic": "TESTFRPP",
            "logo": "https://enablebanking.com/brands/FR/essai/",
            "psu_types": ["business", "personal"],
            "auth_methods": [],
            "maximum_consent_validity": LONGEST_S,
            "beta": False,
        }

    def sent_back(self, start: ConsentStart) -> dict[str, str]:
        return {"code": self.issue("code"), "state": STATE}

    def end_consent(self) -> None:
        self.ended = "REVOKED"

    def answer(self, asked: Asked) -> Answer:
        refusal = self._unsigned(asked)
        if refusal:
            return refusal
        if asked.path == "/aspsps":
            return says({"aspsps": [self.aspsp] if asked.query["country"] == "FR" else []})
        if asked.path == "/auth":
            return self._authorise(asked)
        if asked.path.startswith("/sessions"):
            return self._session(asked)
        if self.ended:
            return _error(401, CODES[self.ended])
        return self._account(asked)

    def _unsigned(self, asked: Asked) -> Answer | None:
        claims = JsonWebToken(["RS256"]).decode(asked.bearer, key_pair()[1])
        now = self.clock().timestamp()
        good = (
            claims.header == {"typ": "JWT", "alg": "RS256", "kid": APPLICATION}
            and (claims["iss"], claims["aud"]) == ("enablebanking.com", "api.enablebanking.com")
            and claims["iat"] <= now < claims["exp"]
            and claims["exp"] - claims["iat"] <= 86400
        )
        return None if good else _error(401, "UNAUTHORIZED_ACCESS")

    def _authorise(self, asked: Asked) -> Answer:
        wanted = asked.json
        if wanted["redirect_url"] != REDIRECT_URI:
            return _error(422, "REDIRECT_URI_NOT_ALLOWED")
        self.valid_until = wanted["access"]["valid_until"]
        return says(
            {
                "url": "https://bank.example/sca?state=" + wanted["state"],
                "authorization_id": "8a8b9c3d-4e5f-4789-abcd-ef0123456789",
                "psu_id_hash": "f3a1",
            }
        )

    def _session(self, asked: Asked) -> Answer:
        shared = {
            "aspsp": {"name": self.aspsp["name"], "country": "FR"},
            "psu_type": "business",
            "access": {"valid_until": self.valid_until},
        }
        if asked.method == "POST":
            if asked.json["code"] not in self.issued:
                return _error(422, "WRONG_AUTHORIZATION_CODE")
            return says({**shared, "session_id": SESSION, "accounts": [_details()]})
        if asked.path != f"/sessions/{SESSION}":
            return _error(404, "SESSION_DOES_NOT_EXIST")
        if asked.method == "DELETE":
            if self.ended:
                return _error(422, "CLOSED_SESSION")
            self.ended = "CLOSED"
            return says({"message": "OK"})
        account = {
            "uid": UID,
            "identification_hash": STABLE,
            "identification_hashes": [STABLE],
        }
        return says(
            {
                **shared,
                "status": self.ended or "AUTHORIZED",
                "accounts": [UID],
                "accounts_data": [account],
                "psu_id_hash": "f3a1",
                "created": "2026-11-23T10:00:00Z",
            }
        )

    def _account(self, asked: Asked) -> Answer:
        if asked.path == f"/accounts/{UID}/details":
            return says(_details())
        if asked.path == f"/accounts/{UID}/balances":
            return says({"balances": [_balance("CLAV", "9999.99"), _balance("CLBD", str(BALANCE))]})
        if asked.path != f"/accounts/{UID}/transactions":
            return _error(404, "ACCOUNT_DOES_NOT_EXIST")
        return says(self._transactions(asked))

    def _transactions(self, asked: Asked) -> dict[str, Any]:
        entries = booked(asked.query.get("date_from", ""), asked.query.get("date_to", "9999"))
        page = int(asked.query.get("continuation_key", "key-0").removeprefix("key-"))
        if page == 1:  # a page may be empty and yet not be the last
            return {"transactions": [], "continuation_key": "key-2"}
        at = max(0, page - 1) * self.page_size
        shown = entries[at : at + self.page_size]
        is_last = at + self.page_size >= len(entries)
        wired = [_wire(entry) for entry in shown]
        if is_last:
            return {"transactions": [*wired, _wire(PENDING)]}
        return {"transactions": wired, "continuation_key": f"key-{page + 1}"}


def _error(status: int, word: str) -> Answer:
    return says({"code": status, "error": word, "message": "refused"}, status)


def _details() -> dict[str, Any]:
    return {
        "account_id": {"iban": OWN_IBAN},
        "account_servicer": {"bic_fi": "TESTFRPP"},
        "name": "Atelier Essai SAS",
        "product": "Compte courant",
        "cash_account_type": "CACC",
        "currency": "EUR",
        "uid": UID,
        "identification_hash": STABLE,
        "identification_hashes": [STABLE],
    }


def _balance(kind: str, amount: str) -> dict[str, Any]:
    return {
        "name": kind,
        "balance_type": kind,
        "balance_amount": {"currency": "EUR", "amount": amount},
    }


def _wire(entry: Entry) -> dict[str, Any]:
    side = "debtor" if entry.amount > 0 else "creditor"
    found: dict[str, Any] = {
        "entry_reference": entry.ref,
        "transaction_amount": {"currency": "EUR", "amount": str(abs(entry.amount))},
        "credit_debit_indicator": "CRDT" if entry.amount > 0 else "DBIT",
        "status": "PDNG" if entry.pending else "BOOK",
        side: {"name": entry.name},
        "remittance_information": [entry.text],
    }
    if entry.iban:
        found[f"{side}_account"] = {"iban": entry.iban}
    return found if entry.pending else {**found, "booking_date": entry.day.isoformat()}
