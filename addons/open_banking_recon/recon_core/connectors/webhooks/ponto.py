"""Whether a webhook comes from Ponto: a JWT (RS512) that holds the digest of the raw body.

Source: Ibanity webhooks, header ``Signature``; keys at ``/webhooks/keys`` (JWKS, RFC 7517).
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from authlib.jose import JsonWebToken, RSAKey
from authlib.jose.errors import JoseError

from ...errors import FinalError

_TOLERANCE = timedelta(seconds=30)


def verify(
    body: bytes,
    signature: str,
    keys: Mapping[str, object],
    *,
    application_id: str,
    issuer: str,
    now: datetime,
) -> datetime:
    """When the webhook was signed (UTC). ``body`` is the request's, byte by byte; ``keys`` is the
    key set of Ponto.

    Raises FinalError("webhook_refused") unless it was signed by one of the keys, for
    ``application_id``, by ``issuer``, for this body, and is in force at ``now`` (30 s either way).
    A repeat within its life is the receiver's to notice.
    """
    claims = _signed_claims(signature, keys)
    digest = b64encode(hashlib.sha512(body).digest()).decode("ascii")
    audience = claims.get("aud")
    meant_for = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != issuer or application_id not in meant_for or not application_id:
        raise FinalError("webhook_refused", "from or for somebody else")
    if not hmac.compare_digest(digest.encode(), str(claims.get("digest")).encode()):
        raise FinalError("webhook_refused", "the body is another one")
    signed_at, expires_at = _instant(claims, "iat"), _instant(claims, "exp")
    if signed_at > now + _TOLERANCE or expires_at < now - _TOLERANCE:
        raise FinalError("webhook_refused", "signed in the future, or no longer in force")
    return signed_at


def _signed_claims(signature: str, keys: Mapping[str, object]) -> Mapping[str, Any]:
    def key_of(header: Mapping[str, object], _payload: object) -> RSAKey:
        listed = keys.get("keys")
        for key in listed if isinstance(listed, list) else []:
            if isinstance(key, Mapping) and header.get("kid") and key.get("kid") == header["kid"]:
                return RSAKey.import_key(dict(key))
        raise FinalError("webhook_refused", "signed with a key that is not in the set")

    try:
        claims: Mapping[str, Any] = JsonWebToken(["RS512"]).decode(signature, key_of)
    except (JoseError, ValueError, KeyError) as error:
        raise FinalError("webhook_refused", type(error).__name__) from error
    return claims


def _instant(claims: Mapping[str, Any], name: str) -> datetime:
    seconds = claims.get(name)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds < 10**11:
        raise FinalError("webhook_refused", f"no {name}")
    return datetime.fromtimestamp(seconds, timezone.utc)
