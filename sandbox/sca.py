"""Strong customer authentication in the browser: log in, choose accounts, type a one-time code.

The address of a session holds 256 random bits and is the key to it. The bank shows the demo
credentials and the text message it would send to the telephone, since there is no telephone.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from . import consents, oauth
from .bank import Bank
from .errors import PageError
from .replies import language, page
from .store import State


def show(bank: Bank, request: Request, session_id: str) -> Response:
    """GET /sca/{session}"""
    with bank.store.change() as state:
        return _render(bank, request, state, session_id, _session(state, session_id))


def submit(bank: Bank, request: Request, session_id: str) -> Response:
    """POST /sca/{session}: one step further, the same step with a message, or back to the client"""
    with bank.store.change() as state:
        session = _session(state, session_id)
        consent = consents.find(bank, state, session["consent_id"])
        if consent["status"] != "received":
            return _leave(state, session_id, session, {"error": "access_denied"})
        if request.form.get("action") == "cancel" or session["step"] == "locked":
            consents.end(bank, state, consent, "rejected")
            return _leave(state, session_id, session, {"error": "access_denied"})
        problem = _STEPS[session["step"]](bank, state, session, request)
        if session["step"] == "locked":
            consents.end(bank, state, consent, "rejected")
        if session["step"] == "done":
            consents.grant(bank, state, consent, session["accounts"])
            return _leave(state, session_id, session, _proof(bank, state, session))
        if problem:
            return _render(bank, request, state, session_id, session, problem)
    return redirect(f"/sca/{session_id}?lang={language(request)}", code=303)


def one_time_code(session_id: str) -> str:
    """The six digits that the text message of a session carries."""
    value = hashlib.sha256(f"one-time code of {session_id}".encode()).digest()[:8]
    return f"{int.from_bytes(value, 'big') % 10**6:06d}"


def _log_in(bank: Bank, state: State, session: dict[str, Any], request: Request) -> str:
    psu = state["psu"]
    known = request.form.get("user", "").strip() == psu["user"]
    if known and hmac.compare_digest(
        request.form.get("password", "").encode(), psu["password"].encode()
    ):
        session["step"], session["tries"] = "accounts", 0
        return ""
    return _wrong(bank, session, "wrong_login")


def _choose_accounts(bank: Bank, state: State, session: dict[str, Any], request: Request) -> str:
    consent = consents.find(bank, state, session["consent_id"])
    offered = [item["resource_id"] for item in consents.eligible(state, consent)]
    chosen = [item for item in offered if item in request.form.getlist("accounts")]
    if not chosen:
        return "no_account"
    session["accounts"], session["step"] = chosen, "otp"
    return ""


def _check_code(bank: Bank, state: State, session: dict[str, Any], request: Request) -> str:
    typed = "".join(request.form.get("otp", "").split())
    if hmac.compare_digest(typed.encode(), one_time_code(session["id"]).encode()):
        session["step"] = "done"
        return ""
    return _wrong(bank, session, "wrong_code")


_STEPS = {"login": _log_in, "accounts": _choose_accounts, "otp": _check_code}


def _wrong(bank: Bank, session: dict[str, Any], problem: str) -> str:
    session["tries"] += 1
    if session["tries"] >= bank.rules.otp_tries:
        session["step"] = "locked"
    return problem


def _session(state: State, session_id: str) -> dict[str, Any]:
    session: dict[str, Any] | None = state["sessions"].get(session_id)
    if session is None:
        raise PageError("session", 404)
    session["id"] = session_id
    return session


def _proof(bank: Bank, state: State, session: dict[str, Any]) -> dict[str, str]:
    return {"code": oauth.issue_code(bank, state, session)} if "challenge" in session else {}


def _leave(
    state: State, session_id: str, session: dict[str, Any], values: dict[str, str]
) -> Response:
    del state["sessions"][session_id]
    if "nok_redirect_uri" in session:  # a plain redirect: the address alone says how it went
        way = "nok_redirect_uri" if "error" in values else "redirect_uri"
        return redirect(session[way], code=303)
    back = {**values, "state": session["state"]}
    return redirect(oauth.callback(session["redirect_uri"], back), code=303)


def _render(
    bank: Bank,
    request: Request,
    state: State,
    session_id: str,
    session: dict[str, Any],
    problem: str = "",
) -> Response:
    consent = consents.find(bank, state, session["consent_id"])
    return page(
        request,
        f"sca_{session['step']}.html",
        session_id=session_id,
        client_id=session["client_id"],
        valid_until=consent["valid_until"],
        psu=state["psu"],
        accounts=consents.eligible(state, consent),
        otp=one_time_code(session_id),
        tries_left=bank.rules.otp_tries - session["tries"],
        problem=problem,
    )
