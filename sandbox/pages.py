"""Pages for people: what the bank shows of itself, paying, withdrawing a consent."""

from __future__ import annotations

from decimal import Decimal

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from . import consents, ledger
from .bank import Bank
from .errors import ControlError, PageError, TppError
from .replies import language, page

_RECENT = 12
_TO_OUR_COMPANY = "in"


def home(bank: Bank, request: Request) -> Response:
    """GET /: accounts, the newest movements, and the permissions given to third parties"""
    with bank.store.change() as state:
        accounts = [
            {**item, "balance": ledger.balances(bank, state, item["resource_id"])[0]}
            for item in state["accounts"]
        ]
        newest = sorted(
            state["transactions"],
            key=lambda item: (item["booking_date"] or "9999", item["id"]),
            reverse=True,
        )[:_RECENT]
        given = [consents.find(bank, state, key) for key in state["consents"]]
    return page(
        request,
        "home.html",
        accounts=accounts,
        newest=[{**item, "amount": Decimal(item["amount"])} for item in newest],
        consents=[item for item in given if item["status"] != "received"],
    )


def revoke(bank: Bank, request: Request, consent_id: str) -> Response:
    """POST /permissions/{consentId}/revoke: the account holder withdraws a permission here"""
    with bank.store.change() as state:
        try:
            consent = consents.find(bank, state, consent_id)
        except TppError as error:
            raise PageError("consent", 404) from error
        consents.end(bank, state, consent, "revokedByPsu")
    return redirect(f"/?lang={language(request)}", code=303)


def pay_form(bank: Bank, request: Request) -> Response:
    """GET /pay"""
    return page(request, "pay.html", accounts=bank.store.read()["accounts"], paid=None, problem="")


def pay(bank: Bank, request: Request) -> Response:
    """POST /pay: somebody pays our company, or our company pays somebody"""
    form = request.form
    incoming = form.get("direction", _TO_OUR_COMPANY) == _TO_OUR_COMPANY
    sign = "" if incoming else "-"
    values = {
        "account": form.get("account"),
        "amount": sign + form.get("amount", "").strip().lstrip("-"),
        "counterparty_name": form.get("name"),
        "counterparty_iban": form.get("iban"),
        "remittance": form.get("reference"),
        "status": "pending" if form.get("pending") else "booked",
        "bank_tx_code": "PMNT-RCDT-ESCT" if incoming else "PMNT-ICDT-ESCT",
    }
    paid, problem = None, ""
    with bank.store.change() as state:
        try:
            paid = ledger.add(bank, state, values)
        except ControlError as error:
            problem = error.text
    shown = {**paid, "amount": Decimal(paid["amount"])} if paid else None
    accounts = bank.store.read()["accounts"]
    return page(
        request,
        "pay.html",
        400 if problem else 200,
        accounts=accounts,
        paid=shown,
        problem=problem,
    )
