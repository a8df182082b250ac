"""The connectors over HTTP against prism, a mock server that somebody else makes of a published
specification and that says of each request what is wrong with it.

Its answers are the examples of the specification, which do not always fit together: a refusal by the
connector is no failure here, a request that is not as specified is, and so is one never sent.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import requests
from authority import Authority
from node_servers import mocks, needs
from provider_fakes import EnableBankingFake, GoCardlessFake
from provider_fakes.base import Clock, says
from requests.adapters import BaseAdapter

from recon_core.connectors.base import Connector, ProviderSettings, PsuContext
from recon_core.connectors.registry import connector_class
from recon_core.connectors.transport import Transport
from recon_core.errors import FinalError, ReconError
from recon_core.types import ConsentRequest, Grant

SPECIFICATIONS = {
    "berlin_group": "specs/berlin-group/*.yaml",
    "enable_banking": "specs/enable-banking/*.yml",
    "gocardless": "specs/gocardless-bad/*.json",
}
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)
ID = "3dc3d5b3-7023-4848-9853-f5400a64e80f"
CALLBACK = "https://erp.example/open_banking/callback"
PERSON = PsuContext("192.0.2.1", "Firefox")
REQUEST = ConsentRequest(CALLBACK, "s", date(2027, 1, 31), "192.0.2.1", "Firefox", psu_id="jane")
GRANT = Grant(ID, "token", NOW + timedelta(days=1), "refresh")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@pytest.fixture(scope="session")
def addresses(corpora: Path) -> Iterator[dict[str, str]]:
    needs("@stoplight/prism-cli")
    found = {
        name: file
        for name, pattern in SPECIFICATIONS.items()
        for place in (corpora, corpora.parent)
        for file in sorted(place.glob(pattern))[:1]
    }
    with mocks(found) as addresses:
        yield addresses


class Wire(requests.Session):
    """Keeps what was asked and how the mock judged it. ``prefer`` chooses an answer of the
    specification for one address, as prism's header Prefer does."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.prefer: dict[str, str] = {}
        self.sent: set[str] = set()
        self.statuses: list[int] = []
        self.faults: list[str] = []

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        assert request.url is not None
        # links in the examples have the base path of the server they were written for
        request.url = request.url.replace(f"{self.address}/psd2/", f"{self.address}/")
        path = request.path_url.partition("?")[0]
        if path in self.prefer:
            request.headers["Prefer"] = self.prefer[path]
        answer = super().send(request, **options)
        assert answer.content is not None  # read it now: a streamed body can be read once only
        if request.url.startswith(self.address):
            self._judge(f"{request.method} {UUID.sub('*', path)}", answer)
        return answer

    def _judge(self, what: str, answer: requests.Response) -> None:
        self.sent.add(what)
        self.statuses.append(answer.status_code)
        found = json.loads(answer.headers.get("sl-violations", "[]"))
        self.faults += [f"{what}: {fault}" for fault in found if fault["location"][0] == "request"]
        if answer.status_code == 404 and "NO_PATH_MATCHED" in answer.text:
            self.faults.append(f"{what}: not in the specification")


class Talk:
    """A connector, its wire, and calls whose refusals do not matter."""

    def __init__(self, code: str, addresses: dict[str, str], settings: ProviderSettings) -> None:
        if code not in addresses:
            pytest.skip(f"no specification {SPECIFICATIONS[code]} beside the samples")
        self.address = addresses[code]
        self.wire = Wire(self.address)
        settings = dataclasses.replace(settings, base_url=self.address)
        self.connector: Connector = connector_class(code)(
            settings, Transport(self.wire), lambda: NOW
        )

    def whatever(self, call: Callable[[Connector], object]) -> None:
        with suppress(ReconError):
            call(self.connector)

    def read(self, grant: Grant = GRANT) -> None:
        """Everything that is read with a consent, with and without the person, and its end."""
        for psu in (PERSON, None):
            self.whatever(lambda c, psu=psu: c.accounts(grant, psu))
            self.whatever(lambda c, psu=psu: c.balances(grant, ID, psu))
            self.whatever(
                lambda c, psu=psu: list(c.transactions(grant, ID, date(2026, 9, 1), psu=psu))
            )
        self.whatever(lambda c: list(c.transactions(grant, ID, date(2026, 9, 1), NOW.date())))
        self.whatever(lambda c: c.consent_status(grant))
        self.whatever(lambda c: c.revoke_consent(grant))


# -- Berlin Group -------------------------------------------------------------

BERLIN_GROUP = ProviderSettings(
    "", "us", authorize_url="https://bank.example/authorize", token_url="https://bank.example/token"
)
READS = {
    "GET /v1/accounts",
    "GET /v1/accounts/*/balances",
    "GET /v1/accounts/*/transactions",
    "GET /v1/consents/*",
    "DELETE /v1/consents/*",
}
EXAMPLE = "example=Response in case of "


class TokenServer(BaseAdapter):
    """The authorisation server of the bank: it is not part of the specification."""

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        answer = requests.Response()
        answer.status_code = 200
        answer._content = says({"access_token": "token", "expires_in": 600}).body
        answer._content_consumed = True
        return answer

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def bank(addresses) -> Talk:
    talk = Talk("berlin_group", addresses, BERLIN_GROUP)
    talk.wire.mount("https://bank.example/", TokenServer())
    return talk


def test_a_plain_redirect_is_as_specified(bank):
    bank.wire.prefer = {"/v1/consents": f"{EXAMPLE}a redirect"}
    started = bank.connector.start_consent(REQUEST)
    grant = bank.connector.finish_consent(ID, started.secrets, {"state": "s"}, CALLBACK)
    bank.read(grant)

    assert started.redirect_url.startswith("https://www.testbank.com/authentication/")
    assert bank.wire.faults == []
    assert bank.wire.sent == {"POST /v1/consents", *READS}


def test_oauth_is_as_specified(bank):
    bank.wire.prefer = {
        "/v1/consents": f"{EXAMPLE}the OAuth2 approach with an implicit generated authorisation resource"
    }
    started = bank.connector.start_consent(REQUEST)
    grant = bank.connector.finish_consent(ID, started.secrets, {"code": "x"}, CALLBACK)
    bank.read(grant)

    assert started.redirect_url.startswith("https://bank.example/authorize?")
    assert grant.access_token == "token"
    assert bank.wire.faults == []
    assert bank.wire.sent == {"POST /v1/consents", *READS}


def test_an_authorisation_that_is_started_apart_is_as_specified(bank):
    bank.wire.prefer = {
        "/v1/consents": f"{EXAMPLE}a redirect with a dedicated start of the authorisation process"
    }
    bank.whatever(lambda c: c.start_consent(REQUEST))

    assert bank.wire.faults == []
    assert "POST /v1/consents/1234-wertiq-983/authorisations" in bank.wire.sent


def test_the_decoupled_approach_is_as_specified(bank):
    bank.wire.prefer = {"/v1/consents": f"{EXAMPLE}the decoupled approach"}
    bank.whatever(lambda c: c.start_consent(REQUEST))
    asked = {"sca_status_url": f"{bank.address}/v1/consents/{ID}/authorisations/{ID}"}
    bank.whatever(lambda c: c.poll_consent(ID, asked))

    assert bank.wire.faults == []
    assert "POST /v1/consents/1234-wertiq-983/authorisations" in bank.wire.sent
    assert "GET /v1/consents/*" in bank.wire.sent


def test_the_embedded_approach_is_refused(bank):
    bank.wire.prefer = {"/v1/consents": f"{EXAMPLE}the embedded approach"}
    with pytest.raises(FinalError, match="sca_unsupported"):
        bank.connector.start_consent(REQUEST)
    assert bank.wire.faults == []


def test_sealed_requests_are_as_specified(addresses):
    seal = Authority().issue()
    settings = dataclasses.replace(
        BERLIN_GROUP, seal_certificate=seal.certificate, seal_key=seal.key
    )
    bank = Talk("berlin_group", addresses, settings)
    bank.whatever(lambda c: c.start_consent(REQUEST))
    bank.read()

    assert bank.wire.faults == []
    assert bank.wire.sent == {"POST /v1/consents", *READS}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 408, 409, 429, 500, 503])
def test_every_documented_refusal_of_a_bank_has_a_code(bank, status):
    bank.wire.prefer = {"/v1/accounts": f"code={status}"}
    with pytest.raises(ReconError) as caught:
        bank.connector.accounts(GRANT)

    assert bank.wire.statuses == [status]
    assert caught.value.code
    assert bank.wire.faults == []


def test_the_mock_sees_what_a_request_misses(bank):
    bank.wire.get(f"{bank.address}/v1/accounts", timeout=30)
    assert "x-request-id" in str(bank.wire.faults).lower()


# -- aggregators --------------------------------------------------------------


@pytest.fixture
def enable_banking(addresses) -> Talk:
    return Talk("enable_banking", addresses, EnableBankingFake(Clock()).settings)


def test_enable_banking_is_spoken_as_specified(enable_banking):
    (institution,) = enable_banking.connector.institutions("FI")
    request = dataclasses.replace(REQUEST, institution_ref=institution.ref)
    started = enable_banking.connector.start_consent(request)
    enable_banking.connector.finish_consent(
        started.consent_ref, started.secrets, {"code": "x"}, CALLBACK
    )
    enable_banking.read()

    assert enable_banking.wire.faults == []
    assert enable_banking.wire.sent == {
        "GET /aspsps",
        "POST /auth",
        "POST /sessions",
        "GET /sessions/*",
        "DELETE /sessions/*",
        "GET /accounts/*/details",
        "GET /accounts/*/balances",
        "GET /accounts/*/transactions",
    }


@pytest.fixture
def gocardless(addresses) -> Talk:
    return Talk("gocardless", addresses, GoCardlessFake.settings)


def test_gocardless_is_spoken_as_specified(gocardless):
    request = dataclasses.replace(REQUEST, institution_ref="ABNAMRO_FTSBDEFAXXX")
    gocardless.connector.institutions("FR")
    started = gocardless.connector.start_consent(request)
    gocardless.whatever(
        lambda c: c.finish_consent(started.consent_ref, started.secrets, {"ref": "s"}, CALLBACK)
    )
    gocardless.read()

    assert gocardless.wire.faults == []
    assert gocardless.wire.sent == {
        "POST /api/v2/token/new/",
        "GET /api/v2/institutions/",
        "GET /api/v2/institutions/ABNAMRO_FTSBDEFAXXX/",
        "POST /api/v2/agreements/enduser/",
        "POST /api/v2/requisitions/",
        "GET /api/v2/requisitions/*/",
        "DELETE /api/v2/requisitions/*/",
        "GET /api/v2/accounts/*/balances/",
        "GET /api/v2/accounts/*/transactions/",
    }
