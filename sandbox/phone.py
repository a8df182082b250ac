"""The bank's app on the telephone of the account holder: requests that wait to be confirmed.

There is no telephone, so its screen is a page of the bank; whoever sees it is the account holder.
"""

from __future__ import annotations

from typing import Any

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from . import consents
from .bank import Bank
from .errors import PageError, TppError
from .replies import language, page
from .store import State


def show(bank: Bank, request: Request) -> Response:
    """GET /app: what waits"""
    with bank.store.change() as state:
        found = [_shown(state, consent) for consent in waiting(bank, state)]
    return page(request, "app.html", waiting=found)


def answer(bank: Bank, request: Request, consent_id: str) -> Response:
    """POST /app/{consentId}: yes for the accounts that are ticked, or no"""
    with bank.store.change() as state:
        try:
            consent = consents.find(bank, state, consent_id)
        except TppError as error:
            raise PageError("consent", 404) from error
        if consent in waiting(bank, state):
            agreed = request.form.get("action") == "continue"
            decide(bank, state, consent, request.form.getlist("accounts") if agreed else [])
    return redirect(f"/app?lang={language(request)}", code=303)


def waiting(bank: Bank, state: State) -> list[dict[str, Any]]:
    """The consents that the account holder was told to look at."""
    found = [consents.find(bank, state, key) for key in state["consents"]]
    return [
        item
        for item in found
        if item.get("approach") == "decoupled"
        and item["authorisations"]
        and item["status"] == "received"
    ]


def decide(bank: Bank, state: State, consent: dict[str, Any], accounts: list[str]) -> None:
    """Confirms the consent for ``accounts`` (resource ids), or declines it when there are none."""
    offered = [item["resource_id"] for item in consents.eligible(state, consent)]
    chosen = [item for item in offered if item in accounts]
    if chosen:
        consents.grant(bank, state, consent, chosen)
    else:
        consents.end(bank, state, consent, "rejected")


def _shown(state: State, consent: dict[str, Any]) -> dict[str, Any]:
    return {**consent, "offered": consents.eligible(state, consent)}
