"""A webhook is believed when its signature says so, and never otherwise."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode, urlsafe_b64encode
from datetime import datetime, timedelta, timezone

import pytest
from authlib.jose import JsonWebToken, RSAKey
from hypothesis import given
from hypothesis import strategies as st
from provider_fakes.enable_banking import key_pair

from recon_core.connectors.webhooks import ponto, qonto
from recon_core.errors import FinalError

# the test vector of the vendor: secret, body, time and signature
SECRET, BODY, SIGNED = "test-secret", b'{"test":"data"}', 1704110400
VECTOR = "56aff06dc227db80d6568a5070f912c601c31f20451745d257cbc0b5dfa93805"
NOW = datetime.fromtimestamp(SIGNED, timezone.utc)
APPLICATION, ISSUER = "app-1", "https://api.ibanity.com"
KEY = RSAKey.import_key(key_pair()[0])
KEYS = {"keys": [{**KEY.as_dict(is_private=False), "kid": "key-1", "use": "sig"}]}


def qonto_header(body: bytes = BODY, at: int = SIGNED, secret: str = SECRET) -> str:
    signed = f"{at}.".encode() + body
    return f"t={at},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def ponto_token(body: bytes = BODY, header: dict | None = None, **claims: object) -> str:
    content = {
        "aud": APPLICATION,
        "iss": ISSUER,
        "iat": SIGNED,
        "exp": SIGNED + 60,
        "digest": b64encode(hashlib.sha512(body).digest()).decode(),
        **claims,
    }
    full = {"alg": "RS512", "kid": "key-1", **(header or {})}
    return JsonWebToken([full["alg"]]).encode(full, content, KEY).decode()


def check_ponto(token: str, body: bytes = BODY, now: datetime = NOW, keys: dict = KEYS):
    return ponto.verify(body, token, keys, application_id=APPLICATION, issuer=ISSUER, now=now)


def refused(call) -> None:
    with pytest.raises(FinalError) as caught:
        call()
    assert caught.value.code == "webhook_refused"
    assert SECRET not in str(caught.value)


def test_the_vector_of_qonto_is_believed():
    assert qonto.verify(BODY, f"t={SIGNED},v1={VECTOR}", SECRET, NOW) == NOW


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_qonto_webhook_is_believed_for_five_minutes(seconds):
    assert qonto.verify(BODY, qonto_header(), SECRET, NOW + timedelta(seconds=seconds)) == NOW


@pytest.mark.parametrize("seconds", [-301, 301, 86400])
def test_a_qonto_webhook_from_another_time_is_refused(seconds):
    refused(lambda: qonto.verify(BODY, qonto_header(), SECRET, NOW + timedelta(seconds=seconds)))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1704110400",
        f"v1={VECTOR}",
        f"t={SIGNED},v1={VECTOR[:-1]}",
        f"t={SIGNED},v1={'0' * 64}",
        f"t={SIGNED + 1},v1={VECTOR}",
        f"t={SIGNED},t={SIGNED},v1={VECTOR}",
        f"t=,v1={VECTOR}",
        f"t={SIGNED},v0={VECTOR}",
        f"t=٤٢,v1={VECTOR}",
    ],
)
def test_a_qonto_webhook_without_a_good_signature_is_refused(header):
    refused(lambda: qonto.verify(BODY, header, SECRET, NOW))


def test_a_qonto_webhook_is_refused_when_no_secret_is_set():
    refused(lambda: qonto.verify(BODY, qonto_header(secret=""), "", NOW))


@given(body=st.binary(max_size=200), at=st.integers(0, 40))
def test_a_qonto_webhook_with_one_changed_byte_is_refused(body, at):
    header = qonto_header(body)
    changed = bytearray(body + b"\0")
    changed[at % len(changed)] ^= 1
    assert qonto.verify(body, header, SECRET, NOW) == NOW
    refused(lambda: qonto.verify(bytes(changed), header, SECRET, NOW))


@pytest.mark.parametrize("audience", [APPLICATION, ["other", APPLICATION]])
def test_a_ponto_webhook_is_believed(audience):
    assert check_ponto(ponto_token(aud=audience)) == NOW


@pytest.mark.parametrize("seconds", [-30, 0, 90])
def test_a_ponto_webhook_is_believed_while_it_is_in_force(seconds):
    assert check_ponto(ponto_token(), now=NOW + timedelta(seconds=seconds)) == NOW


@pytest.mark.parametrize("seconds", [-31, 91])
def test_a_ponto_webhook_from_another_time_is_refused(seconds):
    refused(lambda: check_ponto(ponto_token(), now=NOW + timedelta(seconds=seconds)))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "other"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iat": None},
        {"exp": None},
        {"exp": "1704110460"},
        {"digest": None},
        {"digest": ""},
    ],
)
def test_a_ponto_webhook_for_somebody_else_or_without_its_claims_is_refused(claims):
    refused(lambda: check_ponto(ponto_token(**claims)))


def test_a_ponto_webhook_with_another_body_is_refused():
    refused(lambda: check_ponto(ponto_token(), body=BODY + b" "))


@pytest.mark.parametrize("header", [{"alg": "RS256"}, {"kid": "key-2"}])
def test_a_ponto_webhook_of_another_kind_or_key_is_refused(header):
    refused(lambda: check_ponto(ponto_token(header=header)))


def test_the_public_key_used_as_a_shared_secret_is_refused():
    _, payload, _ = ponto_token().split(".")
    head = urlsafe_b64encode(b'{"alg":"HS512","kid":"key-1"}').rstrip(b"=").decode()
    signed = f"{head}.{payload}".encode()
    forged = hmac.new(key_pair()[1].encode(), signed, hashlib.sha512).digest()
    signature = urlsafe_b64encode(forged).rstrip(b"=").decode()
    refused(lambda: check_ponto(f"{head}.{payload}.{signature}"))


@pytest.mark.parametrize("keys", [{}, {"keys": None}, {"keys": []}, {"keys": [{"kid": "key-1"}]}])
def test_a_ponto_webhook_is_refused_without_a_key_to_check_it(keys):
    refused(lambda: check_ponto(ponto_token(), keys=keys))


@pytest.mark.parametrize("token", ["", "a.b.c", "é", "e30.e30.", "." * 5])
def test_what_is_no_token_is_refused(token):
    refused(lambda: check_ponto(token))


def test_a_ponto_token_with_a_changed_signature_is_refused():
    head, payload, signature = ponto_token().split(".")
    other = "A" if signature[10] != "A" else "B"
    refused(lambda: check_ponto(f"{head}.{payload}.{signature[:10]}{other}{signature[11:]}"))
