"""How we prove to a token endpoint who we are (RFC 6749 2.3, RFC 7523, RFC 8705)."""

from __future__ import annotations

import base64
import secrets as random_tokens
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote_plus

from authlib.jose import JsonWebToken
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ..errors import FinalError
from . import pem

_ASSERTION_LIFE = timedelta(minutes=2)
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are to the authorization server. Without ``secret`` and ``key`` a public client, or one
    that is known by its certificate in TLS (tls_client_auth): both send the id alone.

    ``secret_in_body``: the server takes the secret in the form only (client_secret_post). ``key`` is
    a private key in PEM that signs assertions (private_key_jwt), ``key_id`` names it to the server;
    ``algorithms`` are those the server takes, any when empty.
    """

    id: str
    secret: str = field(default="", repr=False)
    secret_in_body: bool = False
    key: str = field(default="", repr=False)
    key_id: str = ""
    algorithms: tuple[str, ...] = ()


def authenticated(
    client: Client, token_url: str, form: Mapping[str, str], now: datetime
) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and form of a token request by ``client``; ``now`` is UTC.

    Raises FinalError("credentials_refused") when the key cannot be read or fits no algorithm.
    """
    if client.key:
        assertion = _assertion(client, token_url, now)
        proof = {"client_assertion_type": _ASSERTION_TYPE, "client_assertion": assertion}
        return {}, {**form, "client_id": client.id, **proof}
    if not client.secret:
        return {}, {**form, "client_id": client.id}
    if client.secret_in_body:
        return {}, {**form, "client_id": client.id, "client_secret": client.secret}
    return {"Authorization": f"Basic {_basic(client)}"}, dict(form)


def _basic(client: Client) -> str:
    """Id and secret, each encoded as in a form first (RFC 6749 2.3.1): libraries leave that out, and
    strict servers then read another secret."""
    pair = f"{quote_plus(client.id)}:{quote_plus(client.secret)}"
    return base64.b64encode(pair.encode("ascii")).decode("ascii")


def _assertion(client: Client, token_url: str, now: datetime) -> str:
    key = pem.blocks(client.key)
    header = {"alg": _algorithm(client, key), **({"kid": client.key_id} if client.key_id else {})}
    claims = {
        "iss": client.id,
        "sub": client.id,
        "aud": token_url,
        "iat": int(now.timestamp()),
        "exp": int((now + _ASSERTION_LIFE).timestamp()),
        "jti": random_tokens.token_urlsafe(24),  # the server takes each one once
    }
    signed: bytes = JsonWebToken([header["alg"]]).encode(header, claims, key)
    return signed.decode("ascii")


def _algorithm(client: Client, written: str) -> str:
    try:
        key = load_pem_private_key(written.encode(), password=None)
    except (ValueError, TypeError) as error:  # TypeError: it is encrypted
        raise FinalError("credentials_refused", "no key in PEM without a password") from error
    fitting: tuple[str, ...] = ()
    if isinstance(key, rsa.RSAPrivateKey):
        fitting = ("PS256", "RS256")
    elif isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        fitting = ("ES256",)
    taken = [name for name in fitting if not client.algorithms or name in client.algorithms]
    if not taken:
        raise FinalError("credentials_refused", "no algorithm for a key of this kind")
    return taken[-1]
