"""Consents of the XS2A interface: asked for, looked at, ended."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from . import approaches
from .bank import API, Bank
from .errors import TppError
from .replies import json_reply, language
from .store import State
from .texts import TEXTS

_LIVE = ("received", "valid")


def create(bank: Bank, request: Request) -> Response:
    """POST /consents"""
    if not request.headers.get("PSU-IP-Address"):
        raise TppError(400, "FORMAT_ERROR", "PSU-IP-Address is missing.")
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise TppError(400, "FORMAT_ERROR", "The body is not a JSON object.")
    with bank.store.change() as state:
        today = bank.today(state)
        consent = {
            "id": str(uuid.uuid4()),
            "status": "received",
            "asked": _access(body),
            "accounts": [],
            "authorisations": [],
            "recurring": _of_type(body, "recurringIndicator", bool),
            "frequency": _of_type(body, "frequencyPerDay", int),
            "valid_until": _valid_until(body, today, bank.rules.consent_days).isoformat(),
            "last_action_date": today.isoformat(),
            "reads": 0,
        }
        _of_type(body, "combinedServiceIndicator", bool)
        state["consents"][consent["id"]] = consent
        first, approach = approaches.begin(state, request, consent)
    link = f"{API}/consents/{consent['id']}"
    links = {**first, "self": {"href": link}, "status": {"href": f"{link}/status"}}
    answer = {"consentStatus": "received", "consentId": consent["id"], "_links": links}
    reply = json_reply(answer, 201)
    reply.headers["Location"] = link
    reply.headers["ASPSP-SCA-Approach"] = approach
    return reply


def show(bank: Bank, request: Request, consent_id: str) -> Response:
    """GET /consents/{consentId}"""
    with bank.store.change() as state:
        consent = find(bank, state, consent_id)
        access = _granted(state, consent) if consent["accounts"] else consent["asked"]
    return json_reply(
        {
            "access": access,
            "recurringIndicator": consent["recurring"],
            "validUntil": consent["valid_until"],
            "frequencyPerDay": consent["frequency"],
            "lastActionDate": consent["last_action_date"],
            "consentStatus": consent["status"],
        }
    )


def status(bank: Bank, request: Request, consent_id: str) -> Response:
    """GET /consents/{consentId}/status"""
    with bank.store.change() as state:
        consent = find(bank, state, consent_id)
    return json_reply({"consentStatus": consent["status"]})


def start_authorisation(bank: Bank, request: Request, consent_id: str) -> Response:
    """POST /consents/{consentId}/authorisations: the account holder is told to look at the app"""
    with bank.store.change() as state:
        consent = find(bank, state, consent_id)
        if request.headers.get("PSU-ID", "") != state["psu"]["user"]:
            raise TppError(401, "PSU_CREDENTIALS_INVALID", "PSU-ID is missing or unknown.")
        if consent["approach"] != "decoupled" or consent["status"] != "received":
            raise TppError(409, "STATUS_INVALID", "There is nothing to authorise.")
        identity = approaches.new_id(consent)
    link = f"{API}/consents/{consent_id}/authorisations/{identity}"
    text = TEXTS[language(request)]["app_message"]
    answer = {
        "scaStatus": approaches.sca_status(consent),
        "authorisationId": identity,
        "psuMessage": text.format(url=f"{request.root_url}app"),
        "_links": {"scaStatus": {"href": link}},
    }
    reply = json_reply(answer, 201)
    reply.headers["Location"] = link
    reply.headers["ASPSP-SCA-Approach"] = "DECOUPLED"
    return reply


def show_authorisation(
    bank: Bank, request: Request, consent_id: str, authorisation_id: str
) -> Response:
    """GET /consents/{consentId}/authorisations/{authorisationId}"""
    with bank.store.change() as state:
        consent = find(bank, state, consent_id)
    if authorisation_id not in consent.get("authorisations", ()):
        raise TppError(404, "RESOURCE_UNKNOWN", "There is no such authorisation.")
    return json_reply({"scaStatus": approaches.sca_status(consent)})


def delete(bank: Bank, request: Request, consent_id: str) -> Response:
    """DELETE /consents/{consentId}"""
    with bank.store.change() as state:
        end(bank, state, find(bank, state, consent_id), "terminatedByTpp")
    return Response(status=204)


def find(bank: Bank, state: State, consent_id: str) -> dict[str, Any]:
    """The consent, expired by now if its time is over. Raises TppError 403 CONSENT_UNKNOWN."""
    consent: dict[str, Any] | None = state["consents"].get(consent_id)
    if consent is None:
        raise TppError(403, "CONSENT_UNKNOWN", "There is no such consent.")
    over = date.fromisoformat(consent["valid_until"]) < bank.today(state)
    if over and consent["status"] in _LIVE:
        consent["status"] = "expired"
    return consent


def end(bank: Bank, state: State, consent: dict[str, Any], status_word: str) -> None:
    """Ends a living consent for good; one that has ended keeps its end."""
    if consent["status"] in _LIVE:
        consent["status"] = status_word
        consent["last_action_date"] = bank.today(state).isoformat()


def grant(bank: Bank, state: State, consent: dict[str, Any], accounts: list[str]) -> None:
    """The PSU has authorised: the consent is valid for ``accounts`` (resource ids)."""
    consent["status"] = "valid"
    consent["accounts"] = accounts
    consent["last_action_date"] = bank.today(state).isoformat()


def eligible(state: State, consent: dict[str, Any]) -> list[dict[str, Any]]:
    """The accounts the PSU may choose from: those asked for by IBAN, else all."""
    asked = {
        reference["iban"]
        for scope in ("accounts", "balances", "transactions")
        for reference in consent["asked"].get(scope, [])
        if isinstance(reference, dict) and "iban" in reference
    }
    return [item for item in state["accounts"] if not asked or item["iban"] in asked]


def _granted(state: State, consent: dict[str, Any]) -> dict[str, Any]:
    references = [
        {"iban": item["iban"], "currency": item["currency"]}
        for item in state["accounts"]
        if item["resource_id"] in consent["accounts"]
    ]
    return {scope: references for scope in ("accounts", "balances", "transactions")}


def _access(body: dict[str, Any]) -> dict[str, Any]:
    access: dict[str, Any] = _of_type(body, "access", dict)
    scopes = ("accounts", "balances", "transactions")
    if access.get("allPsd2") not in (None, "allAccounts", "allAccountsWithOwnerName"):
        raise TppError(400, "FORMAT_ERROR", "access.allPsd2 has an unknown value.")
    if "allPsd2" not in access and not any(scope in access for scope in scopes):
        raise TppError(400, "FORMAT_ERROR", "access asks for nothing this bank can give.")
    if not all(isinstance(access.get(scope, []), list) for scope in scopes):
        raise TppError(400, "FORMAT_ERROR", "access: lists of accounts are needed.")
    return access


def _of_type(body: dict[str, Any], name: str, wanted: type) -> Any:
    value = body.get(name)
    if type(value) is not wanted:
        raise TppError(400, "FORMAT_ERROR", f"{name} is missing or of the wrong type.")
    return value


def _valid_until(body: dict[str, Any], today: date, most_days: int) -> date:
    try:
        asked = date.fromisoformat(_of_type(body, "validUntil", str))
    except ValueError as error:
        raise TppError(400, "FORMAT_ERROR", "validUntil is not a date.") from error
    if asked < today:
        raise TppError(400, "FORMAT_ERROR", "validUntil lies in the past.")
    return min(asked, today + timedelta(days=most_days))
