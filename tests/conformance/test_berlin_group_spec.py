"""What the connector asks and what the sandbox answers, held against the published specification.

The specification (NextGenPSD2 XS2A 1.3.11, OpenAPI) is not part of this repository: the test looks
for it beside the samples of third parties and is skipped without them.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from openapi_core import OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse

from recon_core.connectors.base import ProviderSettings, PsuContext
from recon_core.connectors.berlin_group import BerlinGroupConnector
from recon_core.connectors.transport import Transport
from recon_core.errors import ReconError
from recon_core.types import ConsentRequest
from sandbox.dataset import build, to_json
from sandbox.local import LocalBank, running_bank
from sandbox.psu import answer_in_app, authorise

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)
REDIRECT_URI = "http://localhost:8069/callback"
SPEC = "specs/berlin-group/*.yaml"
SPEC_SERVER = "https://api.testbank.com/psd2"


def _spec_file() -> Path | None:
    repository = Path(__file__).resolve().parents[2]
    named = os.environ.get("CORPORA")
    places = [Path(named), Path(named).parent] if named else []
    places += [path for path in sorted(repository.parent.iterdir()) if (path / "corpora").is_dir()]
    return next((file for place in places for file in sorted(place.glob(SPEC))), None)


@pytest.fixture(scope="module")
def spec() -> OpenAPI:
    file = _spec_file()
    if file is None:
        pytest.skip("no Berlin Group specification: set CORPORA to the folder of the samples")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return OpenAPI.from_dict(yaml.load(file.read_text("utf-8"), Loader=loader))  # noqa: S506


@pytest.fixture(scope="module")
def bank() -> Iterator[LocalBank]:
    with running_bank(to_json(build(NOW.date(), 1)), lambda: NOW) as local:
        yield local


class Recorder(requests.Session):
    """A session that keeps every exchange it made."""

    def __init__(self) -> None:
        super().__init__()
        self.exchanges: list[tuple[requests.PreparedRequest, requests.Response]] = []

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        answer = super().send(request, **options)
        assert answer.content is not None  # read it now: a streamed body can be read once only
        self.exchanges.append((request, answer))
        return answer


@pytest.fixture(scope="module")
def exchanges(bank: LocalBank) -> list[tuple[requests.PreparedRequest, requests.Response]]:
    """Everything the connector and the bank say to each other in a full life, refusals included."""
    recorder = Recorder()
    connector = BerlinGroupConnector(
        ProviderSettings(bank.api_url, "client-1"), Transport(recorder), lambda: NOW
    )
    person = PsuContext("192.0.2.1", "Firefox")
    started = connector.start_consent(
        ConsentRequest(REDIRECT_URI, "s", date(2027, 1, 31), "192.0.2.1", "Firefox")
    )
    back = authorise(started.redirect_url, REDIRECT_URI)
    grant = connector.finish_consent(started.consent_ref, started.secrets, back, REDIRECT_URI)
    for account in connector.accounts(grant, person):
        connector.balances(grant, account.resource_ref)
        list(connector.transactions(grant, account.resource_ref, date(2026, 9, 1), NOW.date()))
    _refused(lambda: list(connector.transactions(grant, "acc-main", date(2020, 1, 1))))
    _refused(lambda: connector.balances(grant, "acc-unknown"))
    for fault in ("rate_limited", "error_rate"):
        url = f"{bank.url}/control/faults"
        requests.put(url, json={fault: 1}, timeout=10).raise_for_status()
        _refused(lambda: connector.accounts(grant))
        requests.delete(url, timeout=10).raise_for_status()
    connector.revoke_consent(grant)
    _refused(lambda: connector.accounts(grant))
    _other_ways(bank, connector)
    return [pair for pair in recorder.exchanges if "/berlingroup/" in (pair[0].url or "")]


def _other_ways(bank: LocalBank, connector: BerlinGroupConnector) -> None:
    """A plain redirect and an app of the bank, a name it does not know included."""
    request = ConsentRequest(REDIRECT_URI, "s", date(2027, 1, 31), "192.0.2.1", psu_id="demo")
    _choose(bank, "redirect")
    started = connector.start_consent(request)
    back = authorise(started.redirect_url, REDIRECT_URI)
    grant = connector.finish_consent(started.consent_ref, started.secrets, back, REDIRECT_URI)
    connector.accounts(grant)
    _choose(bank, "decoupled")
    _refused(lambda: connector.start_consent(dataclasses.replace(request, psu_id="nobody")))
    started = connector.start_consent(request)
    assert connector.poll_consent(started.consent_ref, started.secrets) is None
    answer_in_app(bank.url)
    grant = connector.poll_consent(started.consent_ref, started.secrets)
    connector.accounts(grant)
    _choose(bank, "oauth")


def _choose(bank: LocalBank, way: str) -> None:
    url = f"{bank.url}/control/options"
    requests.put(url, json={"sca": way}, timeout=10).raise_for_status()


def _refused(call: Any) -> None:
    with pytest.raises(ReconError):
        call()


def _as_specified(bank: LocalBank, request: requests.PreparedRequest) -> RequestsOpenAPIRequest:
    copy = request.copy()
    copy.url = (copy.url or "").replace(bank.api_url, SPEC_SERVER)
    return RequestsOpenAPIRequest(copy)


def test_the_exchanges_cover_every_endpoint_in_use_and_every_kind_of_answer(exchanges):
    statuses = {answer.status_code for _, answer in exchanges}
    paths = {
        (request.method, (request.path_url.split("?")[0]).count("/")) for request, _ in exchanges
    }

    assert statuses == {200, 201, 204, 400, 401, 404, 429, 500}
    assert {method for method, _ in paths} == {"GET", "POST", "DELETE"}
    assert len(exchanges) > 12


def test_every_request_of_the_connector_is_as_specified(spec, bank, exchanges):
    for request, _ in exchanges:
        spec.validate_request(_as_specified(bank, request))


def test_every_answer_of_the_sandbox_is_as_specified(spec, bank, exchanges):
    for request, answer in exchanges:
        spec.validate_response(_as_specified(bank, request), RequestsOpenAPIResponse(answer))
