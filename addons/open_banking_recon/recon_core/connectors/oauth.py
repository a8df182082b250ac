"""OAuth2 authorization code with PKCE (RFC 6749, RFC 7636): addresses, codes and tokens.

Authlib shapes the messages; they travel through ``Transport`` like every other request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from ..errors import FinalError, RetryableError
from ..normalisers.values import text
from ..types import Grant
from .client_auth import Client as Client  # callers know it by this module
from .client_auth import authenticated
from .transport import Transport, require_safe_url

_DEFAULT_LIFETIME_S = 300  # RFC 6749 5.1 leaves expires_in optional; banks use 5 minutes and more
_MAX_LIFETIME_S = 400 * 86400


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses of an authorization server, and what its metadata says beside them.

    ``names_itself``: it puts its ``issuer`` into the redirect (RFC 9207). ``auth_methods`` and
    ``algorithms``: how clients may prove who they are, empty when it does not say.
    """

    authorize_url: str
    token_url: str
    issuer: str = ""
    jwks_url: str = ""
    names_itself: bool = False
    auth_methods: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tokens:
    """A token answer. ``expires_at`` is timezone-aware UTC; ``refresh_token`` and ``id_token`` may
    be empty, and ``id_token`` is not checked yet."""

    access_token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str = field(default="", repr=False)
    id_token: str = field(default="", repr=False)


def metadata_url(base_url: str) -> str:
    """Where the server at the origin of ``base_url`` describes itself (RFC 8414 section 3)."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server"


def discover(transport: Transport, url: str) -> Endpoints:
    """The endpoints in the metadata document at ``url`` (RFC 8414).

    Raises FinalError("discovery_failed") when the document is refused or incomplete,
    FinalError("insecure_url") when it would send the PSU over plain http.
    """
    response = transport.send("GET", url)
    if response.status != 200:
        raise FinalError("discovery_failed", f"status {response.status}")
    document = response.json()
    authorize_url = document.get("authorization_endpoint")
    token_url = document.get("token_endpoint")
    if not isinstance(authorize_url, str) or not isinstance(token_url, str):
        raise FinalError("discovery_failed", "endpoints missing")
    require_safe_url(authorize_url)  # a browser is sent there: no javascript:, no plain http
    return Endpoints(
        authorize_url,
        token_url,
        issuer=text(document, "issuer"),
        jwks_url=text(document, "jwks_uri"),
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        auth_methods=_words(document, "token_endpoint_auth_methods_supported"),
        algorithms=_words(document, "token_endpoint_auth_signing_alg_values_supported"),
    )


def _words(document: Mapping[str, object], name: str) -> tuple[str, ...]:
    found = document.get(name)
    return tuple(word for word in found if isinstance(word, str)) if isinstance(found, list) else ()


def check_issuer(endpoints: Endpoints, callback: Mapping[str, str]) -> None:
    """Raises FinalError("authorization_failed") when the redirect comes from another server than the
    one that was asked, or does not say so although the server announced it (RFC 9207 section 2.4)."""
    named = callback.get("iss", "")
    if named and endpoints.issuer and named != endpoints.issuer:
        raise FinalError("authorization_failed", "the redirect is of another issuer")
    if endpoints.names_itself and not named:
        raise FinalError("authorization_failed", "the redirect names no issuer")


def authorization_url(
    endpoint: str,
    client: Client,
    *,
    redirect_uri: str,
    scope: str,
    state: str,
    verifier: str,
    nonce: str = "",
) -> str:
    """Where to send the PSU. The challenge is S256 of ``verifier``, which must be kept secret.
    ``nonce`` goes along where an identity token is asked for."""
    more = {"nonce": nonce} if nonce else {}
    return str(
        prepare_grant_uri(
            endpoint,
            client_id=client.id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=scope,
            state=state,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            **more,
        )
    )


def exchange_code(
    transport: Transport,
    token_url: str,
    client: Client,
    *,
    code: str,
    redirect_uri: str,
    verifier: str,
    now: datetime,
) -> Tokens:
    """Tokens for an authorization code. Raises FinalError("authorization_failed") when the code is
    refused, FinalError("credentials_refused") when we are."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    return _ask(transport, token_url, client, form, now)


def refresh(
    transport: Transport, token_url: str, client: Client, *, refresh_token: str, now: datetime
) -> Tokens:
    """Fresh tokens; keeps ``refresh_token`` when the server does not rotate it.

    Raises FinalError("authorization_failed") when the server does not accept it any more,
    FinalError("credentials_refused") when it is ourselves that it does not accept.
    """
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    tokens = _ask(transport, token_url, client, form, now)
    if tokens.refresh_token:
        return tokens
    return Tokens(tokens.access_token, tokens.expires_at, refresh_token)


def client_credentials(
    transport: Transport, token_url: str, client: Client, *, now: datetime
) -> Tokens:
    """Tokens for ourselves. Raises FinalError("authorization_failed") when the keys are refused."""
    return _ask(transport, token_url, client, {"grant_type": "client_credentials"}, now)


def _ask(
    transport: Transport, token_url: str, client: Client, form: dict[str, str], now: datetime
) -> Tokens:
    headers, form = authenticated(client, token_url, form, now)
    response = transport.send("POST", token_url, headers=headers, form=form)
    if response.status != 200:
        detail = _oauth_error(response.body, response.status)
        ours = detail.endswith("_client")  # it is not the code or the token that is wrong
        raise FinalError("credentials_refused" if ours else "authorization_failed", detail)
    return _tokens(response.json(), now)


def _oauth_error(body: bytes, status: int) -> str:
    """The error word of RFC 6749 5.2 when the server said one of them, for the log."""
    known = (
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    )
    word = next((word for word in known if word.encode() in body), "")
    return f"status {status} {word}".rstrip()


def _tokens(answer: Mapping[str, object], now: datetime) -> Tokens:
    access_token = answer.get("access_token")
    refresh_token = answer.get("refresh_token") or ""
    if not isinstance(access_token, str) or not access_token or not isinstance(refresh_token, str):
        raise RetryableError("bad_response", "no access token in the token answer")
    expires_at = now + timedelta(seconds=_lifetime_s(answer.get("expires_in")))
    return Tokens(access_token, expires_at, refresh_token, text(answer, "id_token"))


def _lifetime_s(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)  # some servers quote the number
    if isinstance(value, int) and value > 0:
        return min(value, _MAX_LIFETIME_S)
    return _DEFAULT_LIFETIME_S


def grant_of(consent_ref: str, tokens: Tokens, valid_until: date | None = None) -> Grant:
    """The grant that ``tokens`` give to ``consent_ref``, valid until the day the bank names."""
    return Grant(
        consent_ref=consent_ref,
        access_token=tokens.access_token,
        access_expires_at=tokens.expires_at,
        refresh_token=tokens.refresh_token,
        valid_until=valid_until,
    )
