"""Identity tokens of OpenID Connect, checked before anything is believed (Core 1.0, 3.1.3.7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from authlib.jose import JsonWebKey, JsonWebToken
from authlib.jose.errors import JoseError
from authlib.oidc.core import CodeIDToken

from ..errors import FinalError
from .transport import Transport

_ALGORITHMS = ["RS256", "PS256", "ES256"]  # never "none", never a shared secret
_LEEWAY_S = 30


def check_id_token(
    transport: Transport,
    token: str,
    *,
    jwks_url: str,
    issuer: str,
    client_id: str,
    nonce: str,
    now: datetime,
) -> None:
    """Raises FinalError("id_token_invalid") unless ``token`` is of ``issuer``, signed with one of its
    keys, for ``client_id`` and the request that had ``nonce``, and in its time.

    FinalError("discovery_failed") when the keys cannot be had.
    """
    response = transport.send("GET", jwks_url)
    if response.status != 200:
        raise FinalError("discovery_failed", f"keys: status {response.status}")
    options: dict[str, Any] = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": client_id},
    }
    try:
        claims = JsonWebToken(_ALGORITHMS).decode(
            token,
            JsonWebKey.import_key_set(response.json()),
            claims_cls=CodeIDToken,
            claims_options=options,
            claims_params={"nonce": nonce, "client_id": client_id},
        )
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_S)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FinalError("id_token_invalid", type(error).__name__) from error
