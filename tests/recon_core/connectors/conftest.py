from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
import requests

from recon_core.connectors.base import ProviderSettings
from recon_core.connectors.berlin_group import BerlinGroupConnector
from recon_core.connectors.transport import Transport
from recon_core.types import ConsentRequest, ConsentStart, Grant
from sandbox.bank import Rules
from sandbox.dataset import build, to_json
from sandbox.local import LocalBank, running_bank
from sandbox.psu import authorise

REDIRECT_URI = "http://localhost:8069/open_banking/callback"
START = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)


class Clock:
    """The one clock of the bank and of the connector, moved by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **delta: float) -> None:
        self.now += timedelta(**delta)


class Client:
    """The connector and what a model would keep for it."""

    redirect_uri = REDIRECT_URI

    def __init__(self, bank: LocalBank, clock: Clock, session: requests.Session) -> None:
        self.bank = bank
        self.clock = clock
        settings = ProviderSettings(bank.api_url, "client-1")
        self.transport = Transport(session, read_timeout_s=1)
        self.connector = BerlinGroupConnector(settings, self.transport, clock)

    def start(self, valid_until: date = date(2027, 1, 31), psu_id: str = "") -> ConsentStart:
        request = ConsentRequest(
            self.redirect_uri, "state-1", valid_until, "192.0.2.1", "Firefox", psu_id=psu_id
        )
        return self.connector.start_consent(request)

    def choose(self, **options: str) -> None:
        url = f"{self.bank.url}/control/options"
        requests.put(url, json=options, timeout=10).raise_for_status()

    def connect(self) -> Grant:
        started = self.start()
        back = authorise(started.redirect_url, self.redirect_uri)
        return self.connector.finish_consent(
            started.consent_ref, started.secrets, back, self.redirect_uri
        )

    def fault(self, **faults: float) -> None:
        url = f"{self.bank.url}/control/faults"
        requests.put(url, json=faults, timeout=10).raise_for_status()

    def revoke_at_bank(self, consent_ref: str) -> None:
        url = f"{self.bank.url}/control/consents/{consent_ref}/revoke"
        requests.post(url, json={}, timeout=10).raise_for_status()

    def add(self, **values: Any) -> None:
        url = f"{self.bank.url}/control/transactions"
        requests.post(url, json=values, timeout=10).raise_for_status()


@pytest.fixture(scope="session")
def demo_json() -> dict[str, Any]:
    return to_json(build(START.date(), 1))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_client(demo_json: dict[str, Any], clock: Clock) -> Iterator[Callable[..., Client]]:
    """Makes a client of a fresh bank, over the given HTTP session."""
    with running_bank(demo_json, clock, rules=Rules(page_size=60)) as bank:
        yield lambda session=None: Client(bank, clock, session or requests.Session())


@pytest.fixture
def client(new_client: Callable[..., Client]) -> Client:
    return new_client()


@pytest.fixture
def grant(client: Client) -> Grant:
    return client.connect()
