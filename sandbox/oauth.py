"""The bank's OAuth2 authorization server: code with PKCE, short access tokens, rotating refresh.

Clients: one that is registered (``--client ID=REDIRECT_URI`` or the control API) may only come back
to exactly its addresses. An unknown client is registered with the address of its first visit and
bound to it from then on (trust on first use): a sandbox has no back office to ask.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from . import approaches, consents
from .bank import Bank, digest, new_secret
from .errors import OAuthError, PageError, TppError
from .replies import json_reply, language
from .store import State

_SCOPE = "AIS:"


def metadata(bank: Bank, request: Request) -> Response:
    """GET /.well-known/oauth-authorization-server (RFC 8414)"""
    root = request.root_url
    return json_reply(
        {
            "issuer": root.rstrip("/"),
            "authorization_endpoint": f"{root}oauth/authorize",
            "token_endpoint": f"{root}oauth/token",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "scopes_supported": ["AIS:<consentId>"],
        }
    )


def authorize(bank: Bank, request: Request) -> Response:
    """GET /oauth/authorize: checks the request and starts the strong authentication."""
    with bank.store.change() as state:
        redirect_uri = _redirect_uri(state, request)
        error, consent_id = _refusal(bank, state, request)
        if error:
            back = {"error": error, "state": request.args.get("state", "")}
            return redirect(callback(redirect_uri, back))
        session_id = new_secret()
        state["sessions"][session_id] = {
            "consent_id": consent_id,
            "client_id": request.args["client_id"],
            "redirect_uri": redirect_uri,
            "state": request.args["state"],
            "challenge": request.args["code_challenge"],
            "step": "login",
            "tries": 0,
            "accounts": [],
        }
    return redirect(f"/sca/{session_id}?lang={language(request)}")


def token(bank: Bank, request: Request) -> Response:
    """POST /oauth/token"""
    grants = {"authorization_code": _exchange, "refresh_token": _refresh}
    grant = grants.get(request.form.get("grant_type", ""))
    if grant is None:
        raise OAuthError("unsupported_grant_type", "authorization_code or refresh_token")
    with bank.store.change() as state:
        answer = grant(bank, state, request)
    if "error" in answer:  # a refusal that had to be remembered
        raise OAuthError(answer["error"], answer["error_description"])
    reply = json_reply(answer)
    reply.headers["Cache-Control"] = "no-store"
    return reply


def issue_code(bank: Bank, state: State, session: dict[str, Any]) -> str:
    """A code, to be used once and soon, for an authenticated session."""
    code = new_secret()
    state["codes"][digest(code)] = {
        "consent_id": session["consent_id"],
        "client_id": session["client_id"],
        "redirect_uri": session["redirect_uri"],
        "challenge": session["challenge"],
        "until": _later(bank, state, seconds=bank.rules.code_s),
        "used": False,
    }
    return code


def consent_of_bearer(bank: Bank, state: State, request: Request) -> str:
    """The consent behind the access token of a request. Raises TppError 401 TOKEN_INVALID."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    found = state["tokens"].get(digest(secret)) if scheme.lower() == "bearer" else None
    if found is None or found["kind"] != "access" or _is_over(bank, state, found["until"]):
        raise TppError(401, "TOKEN_INVALID", "The access token is unknown or has expired.")
    return str(found["consent_id"])


def callback(redirect_uri: str, values: dict[str, str]) -> str:
    """The client's address with ``values`` added to its query."""
    joint = "&" if urlsplit(redirect_uri).query else "?"
    return f"{redirect_uri}{joint}{urlencode(values)}"


def register(state: State, client_id: str, redirect_uri: str) -> None:
    """Lets ``client_id`` come back to ``redirect_uri``."""
    uris = state["clients"].setdefault(client_id, [])
    if redirect_uri not in uris:
        uris.append(redirect_uri)


def _redirect_uri(state: State, request: Request) -> str:
    """The address to come back to. Never redirects to one that is not the client's own."""
    client_id = request.args.get("client_id", "")
    redirect_uri = request.args.get("redirect_uri", "")
    parts = urlsplit(redirect_uri)
    if not client_id or parts.scheme not in ("http", "https") or not parts.netloc or parts.fragment:
        raise PageError("client_id / redirect_uri")
    if client_id not in state["clients"]:
        register(state, client_id, redirect_uri)
    if redirect_uri not in state["clients"][client_id]:
        raise PageError("redirect_uri")
    return redirect_uri


def _refusal(bank: Bank, state: State, request: Request) -> tuple[str, str]:
    """An error word of RFC 6749 4.1.2.1 or empty, and the consent asked for."""
    asked = request.args
    scope = asked.get("scope", "")
    consent_id = scope.removeprefix(_SCOPE)
    if asked.get("response_type") != "code":
        return "unsupported_response_type", ""
    if not asked.get("state") or not asked.get("code_challenge"):
        return "invalid_request", ""
    if asked.get("code_challenge_method") != "S256":
        return "invalid_request", ""
    if not scope.startswith(_SCOPE) or consent_id not in state["consents"]:
        return "invalid_scope", ""
    consent = consents.find(bank, state, consent_id)
    if consent["status"] != "received" or not approaches.needs_token(consent):
        return "invalid_scope", ""
    return "", consent_id


def _exchange(bank: Bank, state: State, request: Request) -> dict[str, Any]:
    form = request.form
    found = state["codes"].get(digest(form.get("code", "")))
    if found is None or found["client_id"] != form.get("client_id"):
        raise OAuthError("invalid_grant", "unknown code")
    if found["used"]:
        # RFC 6749 4.1.2: a code that comes twice may be stolen, so its tokens end too
        return _end_family(state, found["consent_id"], "code used twice")
    if found["redirect_uri"] != form.get("redirect_uri") or _is_over(bank, state, found["until"]):
        raise OAuthError("invalid_grant", "wrong redirect_uri or expired code")
    found["used"] = True
    challenge = create_s256_code_challenge(form.get("code_verifier", ""))
    if not hmac.compare_digest(challenge, found["challenge"]):
        return {"error": "invalid_grant", "error_description": "wrong code_verifier"}
    return _issue_tokens(bank, state, found)


def _refresh(bank: Bank, state: State, request: Request) -> dict[str, Any]:
    found = state["tokens"].get(digest(request.form.get("refresh_token", "")))
    if found is None or found["kind"] != "refresh":
        raise OAuthError("invalid_grant", "unknown refresh token")
    if found["client_id"] != request.form.get("client_id"):
        raise OAuthError("invalid_grant", "token of another client")
    if found["used"]:
        return _end_family(state, found["consent_id"], "refresh token used twice")
    if consents.find(bank, state, found["consent_id"])["status"] != "valid":
        raise OAuthError("invalid_grant", "the consent has ended")
    if _is_over(bank, state, found["until"]):
        raise OAuthError("invalid_grant", "expired refresh token")
    found["used"] = True
    return _issue_tokens(bank, state, found)


def _issue_tokens(bank: Bank, state: State, source: dict[str, Any]) -> dict[str, Any]:
    access, refresh = new_secret(), new_secret()
    common = {"consent_id": source["consent_id"], "client_id": source["client_id"], "used": False}
    lifetime_s = bank.rules.access_token_s
    state["tokens"][digest(access)] = {
        **common,
        "kind": "access",
        "until": _later(bank, state, seconds=lifetime_s),
    }
    state["tokens"][digest(refresh)] = {
        **common,
        "kind": "refresh",
        "until": _later(bank, state, days=bank.rules.refresh_token_days),
    }
    return {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": lifetime_s,
        "refresh_token": refresh,
        "scope": f"{_SCOPE}{source['consent_id']}",
    }


def _end_family(state: State, consent_id: str, why: str) -> dict[str, Any]:
    tokens = state["tokens"].items()
    state["tokens"] = {key: item for key, item in tokens if item["consent_id"] != consent_id}
    return {"error": "invalid_grant", "error_description": why}


def _later(bank: Bank, state: State, *, seconds: int = 0, days: int = 0) -> str:
    return (bank.clock(state) + timedelta(seconds=seconds, days=days)).isoformat()


def _is_over(bank: Bank, state: State, until: str) -> bool:
    return datetime.fromisoformat(until) <= bank.clock(state)
