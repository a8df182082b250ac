"""OAuth2 messages: what is sent, and what is made of the answers."""

from __future__ import annotations

import base64
import dataclasses
import json
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlsplit

import pytest
from authlib.jose import JsonWebToken
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

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
    # RFC 6749 2.3.1: encoded as in a form before they are put together
    assert headers["Authorization"] == f"Basic {base64.b64encode(b'us:pa%3Ass').decode()}"
    assert form == {"grant_type": "refresh_token", "refresh_token": "r1"}


def test_a_secret_goes_into_the_form_where_the_server_wants_it_there():
    line = Line(access_token="a1")
    refreshed(line, oauth.Client("us", "pass", secret_in_body=True))

    _, _, headers, form = line.sent[0]
    assert headers == {}
    assert (form["client_id"], form["client_secret"]) == ("us", "pass")


def test_a_client_known_by_its_certificate_sends_its_id_alone():
    line = Line(access_token="a1")
    refreshed(line, oauth.Client("us", secret_in_body=True))

    assert line.sent[0][3] == {
        "grant_type": "refresh_token",
        "refresh_token": "r1",
        "client_id": "us",
    }


def pem(key) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="module")
def rsa_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def assertion_of(line, key):
    form = line.sent[-1][3]
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert form["client_assertion_type"] == kind
    assert line.sent[-1][2] == {}
    assert "client_secret" not in form
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return JsonWebToken(["RS256", "PS256", "ES256"]).decode(form["client_assertion"], public)


def test_a_client_with_a_key_signs_who_it_is(rsa_key):
    line = Line(access_token="a1")
    client = oauth.Client("us", "unused", key=pem(rsa_key), key_id="k-1")
    refreshed(line, client)
    first = assertion_of(line, rsa_key)
    refreshed(line, client)
    second = assertion_of(line, rsa_key)

    assert first.header == {"alg": "RS256", "kid": "k-1", "typ": "JWT"}
    assert (first["iss"], first["sub"]) == ("us", "us")
    assert first["aud"] == "https://bank.example/token"
    assert first["exp"] - first["iat"] == 120
    assert first["iat"] == int(NOW.timestamp())
    assert first["jti"] != second["jti"]


def test_the_algorithm_is_one_that_the_server_takes(rsa_key):
    line = Line(access_token="a1")
    refreshed(line, oauth.Client("us", key=pem(rsa_key), algorithms=("ES256", "PS256")))
    assert assertion_of(line, rsa_key).header["alg"] == "PS256"

    curve = ec.generate_private_key(ec.SECP256R1())
    refreshed(line, oauth.Client("us", key=pem(curve)))
    assert assertion_of(line, curve).header["alg"] == "ES256"


@pytest.mark.parametrize("algorithms", [("ES256",), ("none", "HS256")])
def test_a_key_that_fits_no_algorithm_of_the_server_is_told(rsa_key, algorithms):
    line = Line(access_token="a1")
    with pytest.raises(FinalError, match="credentials_refused"):
        refreshed(line, oauth.Client("us", key=pem(rsa_key), algorithms=algorithms))
    assert line.sent == []


@pytest.mark.parametrize(
    "key", ["no PEM", "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----"]
)
def test_a_key_that_cannot_be_read_is_told(key):
    with pytest.raises(FinalError, match="credentials_refused"):
        refreshed(Line(access_token="a1"), oauth.Client("us", key=key))


@pytest.mark.parametrize("between", [" ", "", "\r\n"])
def test_a_key_without_its_line_breaks_still_signs(rsa_key, between):
    line = Line(access_token="a1")
    refreshed(line, oauth.Client("us", key=pem(rsa_key).replace("\n", between)))

    assert assertion_of(line, rsa_key)["iss"] == "us"


def test_a_key_is_in_no_representation(rsa_key):
    assert "PRIVATE" not in repr(oauth.Client("us", key=pem(rsa_key)))


@pytest.mark.parametrize("error", ["invalid_client", "unauthorized_client"])
def test_a_server_that_refuses_ourselves_says_nothing_about_the_token(error):
    with pytest.raises(FinalError, match="credentials_refused"):
        refreshed(Line(status=401, error=error))


ENDPOINTS = oauth.Endpoints(
    "https://bank.example/a", "https://bank.example/t", "https://bank.example"
)


@pytest.mark.parametrize(
    ("announced", "callback", "accepted"),
    [
        (True, {"iss": "https://bank.example"}, True),
        (False, {"iss": "https://bank.example"}, True),
        (False, {}, True),
        (True, {}, False),
        (True, {"iss": "https://evil.example"}, False),
        (False, {"iss": "https://evil.example"}, False),
    ],
)
def test_a_redirect_of_another_server_is_refused(announced, callback, accepted):
    endpoints = dataclasses.replace(ENDPOINTS, names_itself=announced)
    if accepted:
        oauth.check_issuer(endpoints, callback)
        return
    with pytest.raises(FinalError, match="authorization_failed"):
        oauth.check_issuer(endpoints, callback)


def test_the_metadata_is_read():
    line = Line(
        issuer="https://bank.example",
        authorization_endpoint="https://bank.example/a",
        token_endpoint="https://bank.example/t",
        jwks_uri="https://bank.example/k",
        authorization_response_iss_parameter_supported=True,
        token_endpoint_auth_methods_supported=["client_secret_post", 7],
        token_endpoint_auth_signing_alg_values_supported="PS256",
    )
    assert oauth.discover(line, "https://bank.example/m") == oauth.Endpoints(
        "https://bank.example/a",
        "https://bank.example/t",
        "https://bank.example",
        "https://bank.example/k",
        names_itself=True,
        auth_methods=("client_secret_post",),
    )


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
