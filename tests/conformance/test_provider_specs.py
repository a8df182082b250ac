"""What the connectors ask, and what their fakes answer, held against published specifications.

The specifications are not part of this repository: the tests look for them beside the samples of
third parties and are skipped without them.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from openapi_core import OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from provider_fakes import EnableBankingFake, GoCardlessFake
from provider_fakes.base import PERSON_IP, Answer, Clock

from recon_core.connectors.base import PsuContext
from recon_core.errors import ReconError

SPECS = {
    EnableBankingFake: "specs/enable-banking/*.yml",
    GoCardlessFake: "specs/gocardless-bad/*.json",
}


def load(corpora: Path, pattern: str) -> OpenAPI:
    places = (corpora, corpora.parent)
    file = next((file for place in places for file in sorted(place.glob(pattern))), None)
    if file is None:
        pytest.skip(f"no specification {pattern} beside the samples of third parties")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = file.read_text("utf-8")
    content = json.loads(text) if file.suffix == ".json" else yaml.load(text, Loader=loader)  # noqa: S506
    return OpenAPI.from_dict(content)


@pytest.fixture(scope="module", params=SPECS, ids=lambda fake: fake.code)
def lived(request: pytest.FixtureRequest):
    """A fake after a whole life of a consent, refusals included."""
    fake = request.param(Clock())
    connector, grant = fake.connect()
    connector.institutions("FR")
    connector.consent_status(grant)
    person = PsuContext(PERSON_IP, "Firefox")
    (account,) = connector.accounts(grant, person)
    connector.balances(grant, account.resource_ref)
    list(connector.transactions(grant, account.resource_ref, date(2026, 10, 1), date(2026, 11, 1)))
    list(connector.transactions(grant, account.resource_ref, date(2026, 10, 1), psu=person))
    stranger = "11111111-2222-4333-8444-555566667777"
    with pytest.raises(ReconError):
        connector.balances(grant, stranger)
    fake.spoil = lambda _answer: Answer(429, b"{}")
    with pytest.raises(ReconError):
        connector.accounts(grant)
    fake.spoil = None
    fake.answered.pop()  # the refusal without a body is ours, not the specification's
    fake.asked.pop()
    connector.revoke_consent(grant)
    return fake


@pytest.fixture(scope="module")
def exchanges(lived):
    return list(zip(lived.asked, lived.answered, strict=True))


@pytest.fixture
def spec(lived, corpora: Path) -> OpenAPI:
    return load(corpora, SPECS[type(lived)])


def test_every_request_is_as_specified(spec, exchanges):
    assert {request.method for request, _ in exchanges} == {"GET", "POST", "DELETE"}
    for request, _ in exchanges:
        spec.validate_request(RequestsOpenAPIRequest(request))


def test_every_answer_of_the_fake_is_as_specified(spec, exchanges):
    for request, answer in exchanges:
        if (request.method, answer.status_code) == ("DELETE", 200) and "gocardless" in request.url:
            continue  # the specification names refusals of this call only
        spec.validate_response(RequestsOpenAPIRequest(request), RequestsOpenAPIResponse(answer))
