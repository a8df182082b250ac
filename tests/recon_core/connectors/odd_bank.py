"""A Berlin Group bank that answers whatever a test tells it to."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone

from recon_core.connectors.base import ProviderSettings
from recon_core.connectors.berlin_group import BerlinGroupConnector
from recon_core.connectors.transport import Response
from recon_core.types import ConsentRequest, Grant

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)
BASE = "https://bank.example/psd2"
CONSENTS = f"{BASE}/v1/consents"
CONSENT = f"{CONSENTS}/c-1"
METADATA = "https://bank.example/.well-known/oauth-authorization-server"
GRANT = Grant("c-1", "access", NOW + timedelta(hours=1), "refresh")
REQUEST = ConsentRequest("https://erp.example/cb", "s", date(2027, 1, 31), "192.0.2.1")
ENDPOINTS = {
    "authorization_endpoint": "https://bank.example/authorize",
    "token_endpoint": "https://bank.example/token",
}
TOKENS = {"access_token": "a2", "refresh_token": "r2", "expires_in": 600}


class OddBank:
    """Answers by method and address; an address without an answer fails the test."""

    def __init__(self, **settings):
        self.answers = {}
        self.asked = []
        self.connector = BerlinGroupConnector(
            ProviderSettings(BASE, "us", **settings), self, lambda: NOW
        )

    def says(self, method, url, answer, status=200, **headers):
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[method, url] = Response(status, named, body)
        return self

    def send(self, method, url, **options):
        self.asked.append((method, url, options))
        return self.answers[method, url]
