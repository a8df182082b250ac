"""Identity tokens: what is believed, and what an attacker could send."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from urllib.parse import parse_qsl, urlsplit

import pytest
from authlib.jose import JsonWebKey, JsonWebToken
from odd_bank import CONSENT, CONSENTS, ENDPOINTS, METADATA, NOW, REQUEST, TOKENS, OddBank

from recon_core.errors import FinalError, RetryableError

ISSUER = "https://bank.example"
KEYS = f"{ISSUER}/keys"
TOKEN = f"{ISSUER}/token"
OWN = JsonWebKey.generate_key("RSA", 2048, {"kid": "k-1"}, is_private=True)
OTHER = JsonWebKey.generate_key("RSA", 2048, {"kid": "k-1"}, is_private=True)
SECOND = JsonWebKey.generate_key("EC", "P-256", {"kid": "k-2"}, is_private=True)


def public(*keys):
    return {"keys": [key.as_dict(is_private=False, kid=key.kid) for key in keys]}


class Bank:
    """A bank with OpenID Connect, up to the moment where it answers with its tokens."""

    def __init__(self, **metadata):
        self.odd = OddBank(oauth_scope="openid offline_access")
        self.odd.says("POST", CONSENTS, {"consentId": "c-1", "_links": {}}, 201)
        known = {**ENDPOINTS, "issuer": ISSUER, "jwks_uri": KEYS, **metadata}
        self.odd.says("GET", METADATA, known)
        self.odd.says("GET", KEYS, public(OWN, SECOND))
        self.odd.says("GET", CONSENT, {"consentStatus": "valid"})

    def start(self):
        self.started = self.odd.connector.start_consent(REQUEST)
        self.query = dict(parse_qsl(urlsplit(self.started.redirect_url).query))
        return self

    def claims(self, **changes):
        at = int(NOW.timestamp())
        claims = {
            "iss": ISSUER,
            "sub": "jane",
            "aud": "us",
            "exp": at + 60,
            "iat": at,
            "nonce": self.query["nonce"],
        }
        return {k: v for k, v in {**claims, **changes}.items() if v is not None}

    def finish(self, id_token):
        answer = {**TOKENS, "id_token": id_token} if id_token is not None else TOKENS
        self.odd.says("POST", TOKEN, answer)
        return self.odd.connector.finish_consent(
            "c-1", self.started.secrets, {"code": "x"}, REQUEST.redirect_uri
        )


def signed(claims, key=OWN, alg="RS256", kid="k-1"):
    header = {"alg": alg, **({"kid": kid} if kid else {})}
    return JsonWebToken([alg]).encode(header, claims, key).decode()


def test_the_scope_and_a_nonce_go_along():
    bank = Bank().start()
    again = Bank().start()

    assert bank.query["scope"] == "openid offline_access AIS:c-1"
    assert bank.started.secrets["nonce"] == bank.query["nonce"] != again.query["nonce"]
    assert len(bank.query["nonce"]) > 40


def test_a_genuine_token_is_believed():
    bank = Bank().start()
    assert bank.finish(signed(bank.claims())).access_token == "a2"


@pytest.mark.parametrize(
    "changes",
    [{"aud": ["us", "others"], "azp": "us"}, {"at_hash": "not looked at"}, {"exp": None}],
)
def test_a_token_on_another_curve_or_with_more_is_read_alike(changes):
    bank = Bank().start()
    token = signed(bank.claims(**changes), SECOND, "ES256", "k-2")
    if changes.get("exp", 1):
        assert bank.finish(token)
        return
    with pytest.raises(FinalError, match="id_token_invalid"):
        bank.finish(token)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"aud": "others"},
        {"aud": ["others"]},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"iss": None},
        {"aud": None},
        {"exp": int(NOW.timestamp()) - 60},
        {"iat": int(NOW.timestamp()) + 600},
        {"aud": ["us", "others"], "azp": "others"},
    ],
    ids=str,
)
def test_a_token_that_says_something_else_gives_no_grant(changes):
    bank = Bank().start()
    with pytest.raises(FinalError) as caught:
        bank.finish(signed(bank.claims(**changes)))
    assert caught.value.code == "id_token_invalid"


def forged(bank):
    claims = bank.claims()
    unsigned = signed(claims).split(".")
    public_pem = OWN.as_pem(is_private=False)
    return {
        "of another key": signed(claims, OTHER),
        "of a key nobody names": signed(claims, OTHER, kid="k-9"),
        "without a signature": f"{unsigned[0]}.{unsigned[1]}.",
        "algorithm none": JsonWebToken(["none"]).encode({"alg": "none"}, claims, "").decode(),
        "public key as a secret": _hmac(claims, public_pem),
        "no token": "no token",
        "empty": "",
        "missing": None,
    }


def _hmac(claims, secret):
    def part(value):
        return urlsafe_b64encode(value).rstrip(b"=")

    text = b".".join(part(json.dumps(v).encode()) for v in ({"alg": "HS256", "kid": "k-1"}, claims))
    return (text + b"." + part(hmac.digest(secret, text, hashlib.sha256))).decode()


@pytest.mark.parametrize("how", list(forged(Bank().start())))
def test_a_forged_token_gives_no_grant(how):
    bank = Bank().start()
    with pytest.raises(FinalError) as caught:
        bank.finish(forged(bank)[how])
    assert caught.value.code == "id_token_invalid"


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": [{"kty": "RSA"}]}, {"keys": "x"}])
def test_keys_that_are_none_give_no_grant(keys):
    bank = Bank().start()
    bank.odd.says("GET", KEYS, keys)
    with pytest.raises(FinalError, match="id_token_invalid"):
        bank.finish(signed(bank.claims()))


def test_keys_that_cannot_be_had_are_told():
    bank = Bank().start()
    bank.odd.says("GET", KEYS, {}, 404)
    with pytest.raises(FinalError, match="discovery_failed"):
        bank.finish(signed(bank.claims()))


def test_keys_that_are_no_json_are_worth_another_try():
    bank = Bank().start()
    bank.odd.says("GET", KEYS, b"<html>")
    with pytest.raises(RetryableError, match="bad_response"):
        bank.finish(signed(bank.claims()))


def test_keys_of_another_server_are_not_asked_for():
    bank = Bank(jwks_uri="https://evil.example/keys").start()
    with pytest.raises(FinalError, match="foreign_link"):
        bank.finish(signed(bank.claims()))


@pytest.mark.parametrize("missing", ["issuer", "jwks_uri"])
def test_without_an_issuer_or_keys_nobody_is_sent_to_the_bank(missing):
    with pytest.raises(FinalError, match="discovery_failed"):
        Bank(**{missing: None}).start()


def test_without_the_scope_no_token_is_looked_at():
    odd = (
        OddBank().says("POST", CONSENTS, {"consentId": "c-1"}, 201).says("GET", METADATA, ENDPOINTS)
    )
    started = odd.connector.start_consent(REQUEST)

    assert "nonce" not in started.secrets
    assert "nonce" not in started.redirect_url
