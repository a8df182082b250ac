"""The first step of each way to authenticate, as the answer to a new consent names it."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Request

from . import options
from .bank import API, new_secret
from .errors import TppError
from .store import State

OAUTH = "oauth"
# what the resource of an authorisation says, by the status of its consent
_SCA_STATUS = {"received": "started", "valid": "finalised"}


def begin(state: State, request: Request, consent: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The links to go on with and the value of ASPSP-SCA-Approach; ``consent`` keeps the approach."""
    consent["approach"] = options.chosen(state, "sca")
    link = f"{API}/consents/{consent['id']}"
    if consent["approach"] == "decoupled":
        return _links(startAuthorisationWithPsuIdentification=f"{link}/authorisations"), "DECOUPLED"
    if consent["approach"] == OAUTH:
        metadata = f"{request.root_url}.well-known/oauth-authorization-server"
        return _links(scaOAuth=metadata), "REDIRECT"
    page = f"{request.root_url}sca/{_session(state, request, consent)}"
    return _links(
        scaRedirect=page, scaStatus=f"{link}/authorisations/{new_id(consent)}"
    ), "REDIRECT"


def new_id(consent: dict[str, Any]) -> str:
    """A new authorisation of the consent."""
    identity = str(uuid.uuid4())
    consent["authorisations"].append(identity)
    return identity


def sca_status(consent: dict[str, Any]) -> str:
    return _SCA_STATUS.get(consent["status"], "failed")


def needs_token(consent: dict[str, Any]) -> bool:
    """Whether the consent is used with an access token. Otherwise a real bank knows the third party
    by its QWAC alone."""
    return bool(consent.get("approach", OAUTH) == OAUTH)


def _session(state: State, request: Request, consent: dict[str, Any]) -> str:
    ways_back = [request.headers.get(f"TPP-{nok}Redirect-URI", "") for nok in ("", "Nok-")]
    good, bad = ways_back[0], ways_back[1] or ways_back[0]
    if any(urlsplit(way).scheme not in ("http", "https") for way in (good, bad)):
        raise TppError(400, "FORMAT_ERROR", "TPP-Redirect-URI is missing or no web address.")
    session_id = new_secret()
    state["sessions"][session_id] = {
        "consent_id": consent["id"],
        "client_id": urlsplit(good).netloc,
        "redirect_uri": good,
        "nok_redirect_uri": bad,
        "step": "login",
        "tries": 0,
        "accounts": [],
    }
    return session_id


def _links(**addresses: str) -> dict[str, Any]:
    return {name: {"href": address} for name, address in addresses.items()}
