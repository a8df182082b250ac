"""Messages of Ponto: a JWT (RS512) in the header ``Signature`` that holds the digest of the body.

Source: Ibanity webhooks; public keys at ``/webhooks/keys`` (JWKS, RFC 7517). ``Sender.secret`` is the
id of the application, which the messages name as their audience; their issuer is the server of the
API.
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

from ...normalisers.values import child, text
from .base import (
    NOTHING,
    Announcement,
    Sender,
    Webhook,
    WebhookMessage,
    digest,
    json_object,
    octets,
    refused,
)
from .key_sets import KeySets

_TOLERANCE = timedelta(seconds=30)
_PREFIX = "pontoConnect."
# words after the prefix; what is not here (payments, onboarding) is about nothing that we do
_NEWS = frozenset(
    {
        "account.detailsUpdated",
        "account.transactionsCreated",
        "account.transactionsUpdated",
        "account.pendingTransactionsCreated",
        "account.pendingTransactionsUpdated",
        "synchronization.succeededWithoutChange",
    }
)
_CONSENTS = frozenset(
    {
        "account.reauthorized",
        "integration.accountAdded",
        "integration.accountRevoked",
        "integration.created",
        "integration.revoked",
        "organization.blocked",
        "organization.unblocked",
        "synchronization.failed",
    }
)


class PontoWebhook(Webhook):
    """Keeps the keys of Ponto for a while; see ``KeySets``."""

    def __init__(self) -> None:
        self._keys = KeySets()

    def verify(self, message: WebhookMessage, sender: Sender, now: datetime) -> str:
        """Within 30 seconds of the times in the token, the tolerance of Ibanity's own libraries."""
        claims = self._signed_claims(message.headers.get("signature", ""), sender, now)
        audience = claims.get("aud")
        meant_for = audience if isinstance(audience, list) else [audience]
        if (
            claims.get("iss") != sender.server
            or sender.secret not in meant_for
            or not sender.secret
        ):
            raise refused("from or for somebody else")
        expected = b64encode(hashlib.sha512(message.body).digest())
        if not hmac.compare_digest(expected, octets(str(claims.get("digest")))):
            raise refused("the body is another one")
        signed_at, expires_at = _instant(claims, "iat"), _instant(claims, "exp")
        if signed_at > now + _TOLERANCE or expires_at < now - _TOLERANCE:
            raise refused("signed in the future, or no longer in force")
        return text(child(json_object(message.body), "data"), "id") or digest(message.body)

    def announcement(self, body: bytes) -> Announcement:
        event = child(json_object(body), "data")
        kind = text(event, "type").removeprefix(_PREFIX)
        account = text(child(child(child(event, "relationships"), "account"), "data"), "id")
        if kind in _CONSENTS:
            return Announcement(consents=None)  # Ponto knows integrations, not our references
        if kind in _NEWS:
            return Announcement(accounts=frozenset({account}) if account else None)
        return NOTHING

    def _signed_claims(self, token: str, sender: Sender, now: datetime) -> Mapping[str, Any]:
        def key_of(header: Mapping[str, object], _payload: object) -> RSAKey:
            key = self._keys.key(sender, str(header.get("kid") or ""), now)
            if key is None:
                raise refused("signed with a key that is not in the set")
            return RSAKey.import_key(dict(key))

        try:
            claims: Mapping[str, Any] = JsonWebToken(["RS512"]).decode(token, key_of)
        except (JoseError, ValueError, KeyError) as error:
            raise refused(type(error).__name__) from error
        return claims


def _instant(claims: Mapping[str, Any], name: str) -> datetime:
    seconds = claims.get(name)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds < 10**11:
        raise refused(f"no {name}")
    return datetime.fromtimestamp(seconds, timezone.utc)
