"""The levers behind the counter, in JSON: for demos, tests and curious people.

There is no authentication: the server listens on this machine only unless told otherwise. Changes
need a JSON body, so no page of another site can trigger one in the reader's browser.
"""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from . import consents, faults, ledger, oauth, options, phone
from .bank import Bank
from .errors import ControlError, TppError
from .replies import json_reply
from .store import State


def state(bank: Bank, request: Request) -> Response:
    """GET /control/state: what the bank knows, without secrets"""
    known = bank.store.read()
    shown = ("accounts", "transactions", "clients", "counters", "psu", "clock_offset_s")
    return json_reply(
        {
            **{name: known[name] for name in shown},
            "options": {name: options.chosen(known, name) for name in options.KNOWN},
            "faults": {name: faults.setting(known, name) for name in faults.DEFAULTS},
            "now": bank.clock(known).isoformat(),
        }
    )


def list_consents(bank: Bank, request: Request) -> Response:
    """GET /control/consents"""
    with bank.store.change() as known:
        found = [consents.find(bank, known, key) for key in known["consents"]]
    return json_reply({"consents": found})


def revoke_consent(bank: Bank, request: Request, consent_id: str) -> Response:
    """POST /control/consents/{consentId}/revoke: as the PSU would at the bank"""
    _body(request)
    with bank.store.change() as known:
        consent = _consent(bank, known, consent_id)
        consents.end(bank, known, consent, "revokedByPsu")
    return json_reply({"consent": consent})


def confirm_consent(bank: Bank, request: Request, consent_id: str) -> Response:
    """POST /control/consents/{consentId}/confirm: in the app; {"accounts": [...]}, all by default"""
    accounts = _body(request).get("accounts")
    with bank.store.change() as known:
        consent = _waiting(bank, known, consent_id)
        offered = [item["resource_id"] for item in consents.eligible(known, consent)]
        phone.decide(bank, known, consent, accounts if isinstance(accounts, list) else offered)
    return json_reply({"consent": consent})


def decline_consent(bank: Bank, request: Request, consent_id: str) -> Response:
    """POST /control/consents/{consentId}/decline: in the app"""
    _body(request)
    with bank.store.change() as known:
        consent = _waiting(bank, known, consent_id)
        phone.decide(bank, known, consent, [])
    return json_reply({"consent": consent})


def add_transaction(bank: Bank, request: Request) -> Response:
    """POST /control/transactions: see ledger.add; an old booking_date makes a late booking"""
    with bank.store.change() as known:
        added = ledger.add(bank, known, _body(request))
    return json_reply({"transaction": added}, 201)


def book_transaction(bank: Bank, request: Request, identity: str) -> Response:
    """POST /control/transactions/{id}/book"""
    _body(request)
    with bank.store.change() as known:
        booked = ledger.book(bank, known, identity)
    return json_reply({"transaction": booked})


def set_faults(bank: Bank, request: Request) -> Response:
    """PUT /control/faults: {name: value}; 0 switches off"""
    with bank.store.change() as known:
        faults.set_faults(known, _body(request))
    return state(bank, request)


def set_options(bank: Bank, request: Request) -> Response:
    """PUT /control/options: {name: word}"""
    with bank.store.change() as known:
        options.choose(known, _body(request))
    return state(bank, request)


def clear_faults(bank: Bank, request: Request) -> Response:
    """DELETE /control/faults"""
    with bank.store.change() as known:
        known["faults"] = {}
        known["counters"] = {}
    return state(bank, request)


def advance(bank: Bank, request: Request) -> Response:
    """POST /control/clock: {"advance_s": seconds} makes time pass at the bank"""
    seconds = _body(request).get("advance_s")
    if type(seconds) is not int or seconds < 0:
        raise ControlError("advance_s: whole seconds, 0 or more")
    with bank.store.change() as known:
        known["clock_offset_s"] += seconds
    return state(bank, request)


def register_client(bank: Bank, request: Request) -> Response:
    """POST /control/clients: {"client_id": ..., "redirect_uri": ...}"""
    body = _body(request)
    client_id, redirect_uri = body.get("client_id"), body.get("redirect_uri")
    if not isinstance(client_id, str) or not isinstance(redirect_uri, str):
        raise ControlError("client_id and redirect_uri are needed")
    with bank.store.change() as known:
        oauth.register(known, client_id, redirect_uri)
    return json_reply({"clients": bank.store.read()["clients"]}, 201)


def reset(bank: Bank, request: Request) -> Response:
    """POST /control/reset: the bank as it was at its first start"""
    _body(request)
    bank.store.reset()
    return state(bank, request)


def _consent(bank: Bank, known: State, consent_id: str) -> dict[str, Any]:
    try:
        return consents.find(bank, known, consent_id)
    except TppError as error:
        raise ControlError("no such consent", 404) from error


def _waiting(bank: Bank, known: State, consent_id: str) -> dict[str, Any]:
    consent = _consent(bank, known, consent_id)
    if consent not in phone.waiting(bank, known):
        raise ControlError("nothing waits in the app for this consent", 409)
    return consent


def _body(request: Request) -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise ControlError("Content-Type: application/json is needed", 415)
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ControlError("a JSON object is needed")
    return body
