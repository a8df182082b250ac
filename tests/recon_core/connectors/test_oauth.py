"""OAuth2 messages: what is sent, and what is made of the answers."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlsplit

import pytest

from recon_core.connectors import oauth
from recon_core.connectors.transport import Response
from recon_core.errors import FinalError, RetryableError

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)
# RFC 7636 appendix B
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


class Line:
    """Stands in for the transport: one answer, and a memory of what was sent."""

    def __init__(self, status=200, **answer):
        self.response = Response(status, {}, json.dumps(answer).encode())
        self.sent = []

    def send(self, method, url, *, headers=None, params=None, json_body=None, form=None):
        self.sent.append((method, url, headers or {}, form))
        return self.response


def refreshed(line, client=oauth.Client("us")):  # noqa: B008
    return oauth.refresh(line, "https://bank.example/token", client, refresh_token="r1", now=NOW)


def test_the_authorization_address_carries_the_challenge_and_never_the_verifier():
    url = oauth.authorization_url(
        "https://bank.example/authorize?brand=1",
        oauth.Client("us"),
        redirect_uri="https://erp.example/cb",
        scope="AIS:1",
        state="s",
        verifier=VERIFIER,
    )

    assert dict(parse_qsl(urlsplit(url).query)) == {
        "brand": "1",
        "response_type": "code",
        "client_id": "us",
        "redirect_uri": "https://erp.example/cb",
        "scope": "AIS:1",
        "state": "s",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }


def test_a_code_is_exchanged_with_its_verifier():
    line = Line(access_token="a1", expires_in=600, refresh_token="r1")
    tokens = oauth.exchange_code(
        line,
        "https://bank.example/token",
        oauth.Client("us"),
        code="c1",
        redirect_uri="https://erp.example/cb",
        verifier=VERIFIER,
        now=NOW,
    )

    assert tokens == oauth.Tokens("a1", NOW + timedelta(seconds=600), "r1")
    assert line.sent[0][3] == {
        "grant_type": "authorization_code",
        "code": "c1",
        "redirect_uri": "https://erp.example/cb",
        "code_verifier": VERIFIER,
        "client_id": "us",
    }


def test_a_client_with_a_secret_sends_it_in_the_header_only():
    line = Line(access_token="a1")
    refreshed(line, oauth.Client("us", "pa:ss"))

    _, _, headers, form = line.sent[0]
    assert headers["Authorization"].startswith("Basic ")
    assert form == {"grant_type": "refresh_token", "refresh_token": "r1"}


def test_a_server_that_does_not_rotate_leaves_the_refresh_token():
    assert refreshed(Line(access_token="a1")).refresh_token == "r1"
    assert refreshed(Line(access_token="a1", refresh_token="r2")).refresh_token == "r2"


@pytest.mark.parametrize(
    ("expires_in", "seconds"), [(60, 60), ("60", 60), (None, 300), (-1, 300), ("soon", 300)]
)
def test_a_lifetime_is_believed_when_it_makes_sense(expires_in, seconds):
    tokens = refreshed(Line(access_token="a1", expires_in=expires_in))

    assert tokens.expires_at == NOW + timedelta(seconds=seconds)


def test_an_absurd_lifetime_is_cut():
    assert refreshed(Line(access_token="a1", expires_in=10**12)).expires_at.year == 2027


def test_a_refusal_names_the_error_and_nothing_of_the_answer():
    line = Line(status=400, error="invalid_grant", error_description="token r1 of Jane Doe")
    with pytest.raises(FinalError) as caught:
        refreshed(line)

    assert str(caught.value) == "authorization_failed: status 400 invalid_grant"


@pytest.mark.parametrize("answer", [{}, {"access_token": ""}, {"access_token": 5}])
def test_an_answer_without_a_token_is_a_bad_response(answer):
    with pytest.raises(RetryableError, match="bad_response"):
        refreshed(Line(**answer))


@pytest.mark.parametrize(
    "line",
    [Line(status=404), Line(token_endpoint="https://bank.example/token"), Line()],
)
def test_metadata_without_endpoints_is_final(line):
    with pytest.raises(FinalError, match="discovery_failed"):
        oauth.discover(line, "https://bank.example/.well-known/oauth-authorization-server")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://bank.example/authorize"])
def test_a_person_is_never_sent_to_an_address_that_is_not_safe(url):
    line = Line(authorization_endpoint=url, token_endpoint="https://bank.example/token")
    with pytest.raises(FinalError, match="insecure_url"):
        oauth.discover(line, "https://bank.example/.well-known/oauth-authorization-server")


def test_metadata_is_looked_for_at_the_root_of_the_server():
    assert (
        oauth.metadata_url("https://bank.example/psd2/x")
        == "https://bank.example/.well-known/oauth-authorization-server"
    )
