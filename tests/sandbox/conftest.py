from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timezone
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from sandbox.dataset import build, to_json
from sandbox.local import LocalBank, running_bank
from sandbox.psu import authorise

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)


@pytest.fixture(scope="session")
def demo_json() -> dict[str, Any]:
    return to_json(build(TODAY, 1))


@pytest.fixture
def bank(demo_json: dict[str, Any]) -> Iterator[LocalBank]:
    with running_bank(demo_json, lambda: NOW) as local:
        yield local


class Tpp:
    """A third party written by hand, independent of the product's own connector."""

    redirect_uri = "http://localhost:8069/callback"
    verifier = "v" * 64
    challenge = "w1TpKUdYE9hUAcNSeeSRFioHDxfUxuHho_JHAfZ_vDM"  # S256 of the verifier

    def __init__(self, local: LocalBank) -> None:
        self.local = local
        self.headers = {"X-Request-ID": "99391c7e-ad88-49ec-a2ad-99ddcb1f7721"}

    def api(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        url = f"{self.local.api_url}/v1{path}"
        return requests.request(method, url, headers=headers, timeout=10, **more)

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        url = f"{self.local.url}/control{path}"
        answer = requests.request(method, url, json=body or {}, timeout=10)
        answer.raise_for_status()
        result: dict[str, Any] = answer.json()
        return result

    def ask_consent(self, **changes: Any) -> requests.Response:
        body = {
            "access": {"allPsd2": "allAccounts"},
            "recurringIndicator": True,
            "validUntil": "2027-01-31",
            "frequencyPerDay": 4,
            "combinedServiceIndicator": False,
            **changes,
        }
        return self.api("POST", "/consents", json=body, headers={"PSU-IP-Address": "192.0.2.1"})

    def authorize_url(self, consent_id: str, **changes: str) -> str:
        query = {
            "response_type": "code",
            "client_id": "tpp",
            "redirect_uri": self.redirect_uri,
            "scope": f"AIS:{consent_id}",
            "state": "s-1",
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            **changes,
        }
        return f"{self.local.url}/oauth/authorize?{urlencode(query)}"

    def token(self, **form: str) -> requests.Response:
        url = f"{self.local.url}/oauth/token"
        return requests.post(url, data={"client_id": "tpp", **form}, timeout=10)

    def exchange(self, code: str, **changes: str) -> requests.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
            **changes,
        }
        return self.token(**form)

    def connect(self) -> dict[str, Any]:
        """Consent, strong authentication and tokens; from then on every call is authorised."""
        self.consent_id = self.ask_consent().json()["consentId"]
        back = authorise(self.authorize_url(self.consent_id), self.redirect_uri)
        tokens: dict[str, Any] = self.exchange(back["code"]).json()
        self.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        self.headers["Consent-ID"] = self.consent_id
        return tokens

    def transactions(self, account: str = "acc-main", **query: str) -> requests.Response:
        params = {"bookingStatus": "both", "dateFrom": "2026-09-01", **query}
        return self.api("GET", f"/accounts/{account}/transactions", params=params)

    def booked(self, account: str = "acc-main", **query: str) -> list[dict[str, Any]]:
        """All booked transactions of one wide page."""
        answer = self.transactions(account, itemsPerPage="500", **query)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["transactions"]["booked"]
        return found


@pytest.fixture
def tpp(bank: LocalBank) -> Tpp:
    return Tpp(bank)


@pytest.fixture
def connected(tpp: Tpp) -> Tpp:
    tpp.connect()
    return tpp
