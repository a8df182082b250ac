"""The reading endpoints of the XS2A interface: accounts, balances, transactions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from . import approaches, camt, consents, faults, ledger, oauth, options, wire
from .bank import API, Bank
from .errors import TppError
from .replies import json_reply
from .store import State

_BOOKING_STATUSES = ("booked", "pending", "both")
_MAX_PAGE_SIZE = 500


def index(bank: Bank, request: Request) -> Response:
    """GET /accounts"""
    with bank.store.change() as state:
        consent = _allow(bank, state, request, "accounts")
        accounts = [
            wire.account(item, API)
            for item in state["accounts"]
            if item["resource_id"] in consent["accounts"]
        ]
    return json_reply({"accounts": accounts})


def details(bank: Bank, request: Request, resource_id: str) -> Response:
    """GET /accounts/{account-id}"""
    with bank.store.change() as state:
        _allow(bank, state, request, "details", resource_id)
        item = _account(state, resource_id)
    return json_reply({"account": wire.account(item, API)})


def balances(bank: Bank, request: Request, resource_id: str) -> Response:
    """GET /accounts/{account-id}/balances"""
    with bank.store.change() as state:
        _allow(bank, state, request, "balances", resource_id)
        item = _account(state, resource_id)
        found = _balances(bank, state, item)
    return json_reply({"account": _reference(item), "balances": found})


def transactions(bank: Bank, request: Request, resource_id: str) -> Response:
    """GET /accounts/{account-id}/transactions, in pages; pending ones come on the first page."""
    with bank.store.change() as state:
        page_index = _number(request, "pageIndex", 0, 0, 10**6)
        _allow(bank, state, request, "transactions", resource_id, counted=page_index == 0)
        item = _account(state, resource_id)
        booking_status, booked, pending = _found(bank, state, request, resource_id)
        size = _number(request, "itemsPerPage", bank.rules.page_size, 1, _MAX_PAGE_SIZE)
        overlap = int(faults.setting(state, "page_overlap"))
        found_balances = _balances(bank, state, item)
        kind = options.chosen(state, "reports")
        if kind == "camt":
            return _camt(bank, state, request, item, [*pending, *booked])
    if kind == "download":
        link = f"{request.path}/download?{urlencode(request.args.to_dict())}"
        return json_reply({"account": _reference(item), "_links": {"download": {"href": link}}})
    links = {"account": {"href": f"{API}/accounts/{resource_id}"}}
    report: dict[str, Any] = {"_links": links}
    if booking_status != "pending":
        start = page_index * size
        shown = booked[max(start - overlap, 0) : start + size]
        report["booked"] = [wire.transaction(entry) for entry in shown]
        if start + size < len(booked):
            links["next"] = {"href": _next_page(request, page_index + 1, size)}
    if booking_status != "booked":
        shown = pending if page_index == 0 else []
        report["pending"] = [wire.transaction(entry) for entry in shown]
    answer: dict[str, Any] = {"account": _reference(item), "transactions": report}
    if request.args.get("withBalance") == "true":
        answer["balances"] = found_balances
    return json_reply(answer)


def download(bank: Bank, request: Request, resource_id: str) -> Response:
    """GET /accounts/{account-id}/transactions/download: what an answer linked to, as camt.052"""
    with bank.store.change() as state:
        _allow(bank, state, request, "transactions", resource_id, counted=False)
        item = _account(state, resource_id)
        _, booked, pending = _found(bank, state, request, resource_id)
        return _camt(bank, state, request, item, [*pending, *booked])


def _found(
    bank: Bank, state: State, request: Request, resource_id: str
) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]]:
    """The booking status asked for, and what is booked and pending as the bank tells it."""
    booking_status, date_from, date_to = _query(bank, state, request)
    read = state["reads"].get(f"total:{resource_id}", 0)
    booked, pending = ledger.transactions(bank, state, resource_id, date_from, date_to, read)
    return booking_status, booked, pending


def _camt(
    bank: Bank, state: State, request: Request, item: dict[str, Any], entries: list[dict[str, Any]]
) -> Response:
    if not request.accept_mimetypes["application/xml"]:
        raise TppError(406, "REQUESTED_FORMATS_INVALID", "This bank tells application/xml.")
    status = request.args.get("bookingStatus")
    shown = [entry for entry in entries if status in ("both", entry["status"])]
    balance, _ = ledger.balances(bank, state, item["resource_id"])
    body = camt.report(item, shown, balance, bank.clock(state))
    return Response(body, content_type="application/xml")


def _allow(
    bank: Bank,
    state: State,
    request: Request,
    endpoint: str,
    resource_id: str = "",
    counted: bool = True,
) -> dict[str, Any]:
    """The consent that allows this read, which is counted. Raises TppError."""
    consent = _consent_of(bank, state, request)
    if consent["status"] == "expired":
        raise TppError(401, "CONSENT_EXPIRED", "The consent has expired.")
    if consent["status"] != "valid":
        raise TppError(401, "CONSENT_INVALID", f"The consent is {consent['status']}.")
    if resource_id and resource_id not in consent["accounts"]:
        raise TppError(404, "RESOURCE_UNKNOWN", "There is no such account.")
    faults.refuse_read(state)
    if counted:
        _count(bank, state, request, f"{resource_id}:{endpoint}", consent)
    return consent


def _consent_of(bank: Bank, state: State, request: Request) -> dict[str, Any]:
    """The consent of a request, by its id alone where it was given without OAuth2."""
    named = request.headers.get("Consent-ID", "")
    known = state["consents"].get(named)
    if known and not approaches.needs_token(known):
        return consents.find(bank, state, named)
    consent_id = oauth.consent_of_bearer(bank, state, request)
    if named != consent_id:
        raise TppError(401, "CONSENT_INVALID", "The token was given for another consent.")
    return consents.find(bank, state, consent_id)


def _count(bank: Bank, state: State, request: Request, what: str, consent: dict[str, Any]) -> None:
    """Counts a read; refuses one too many of the day while the PSU is away."""
    attended = bool(request.headers.get("PSU-IP-Address"))
    limit = faults.setting(state, "unattended_limit")
    reads = state["reads"]
    today = bank.today(state)
    key = f"{today.isoformat()}:{consent['id']}:{what}"
    if not attended and limit and reads.get(key, 0) >= limit:
        now = bank.clock(state)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        retry_after_s = int((midnight - now).total_seconds()) + 1
        raise TppError(
            429, "ACCESS_EXCEEDED", "No more reads without the PSU today.", retry_after_s
        )
    if not attended:
        reads[key] = reads.get(key, 0) + 1
    total = f"total:{what.partition(':')[0]}"
    reads[total] = reads.get(total, 0) + 1
    consent["reads"] += 1
    last = faults.setting(state, "revoke_after_reads")
    if last and consent["reads"] >= last:
        consents.end(bank, state, consent, "revokedByPsu")


def _account(state: State, resource_id: str) -> dict[str, Any]:
    item = ledger.account(state, resource_id)
    if item is None:
        raise TppError(404, "RESOURCE_UNKNOWN", "There is no such account.")
    return item


def _balances(bank: Bank, state: State, item: dict[str, Any]) -> list[dict[str, Any]]:
    booked, expected = ledger.balances(bank, state, item["resource_id"])
    return wire.balances(booked, expected, item["currency"], bank.today(state))


def _reference(item: dict[str, Any]) -> dict[str, Any]:
    return {"iban": item["iban"], "currency": item["currency"]}


def _query(bank: Bank, state: State, request: Request) -> tuple[str, date, date]:
    """Booking status and window asked for, both bounds included."""
    booking_status = request.args.get("bookingStatus", "")
    if booking_status not in _BOOKING_STATUSES:
        raise TppError(400, "FORMAT_ERROR", "bookingStatus is missing or unknown.")
    today = bank.today(state)
    oldest = today - timedelta(days=bank.rules.history_days)
    if booking_status != "pending" and "dateFrom" not in request.args:
        raise TppError(400, "FORMAT_ERROR", "dateFrom is missing.")
    date_from = _date(request, "dateFrom", today)
    date_to = _date(request, "dateTo", today)
    if date_from > date_to or date_from < oldest:
        raise TppError(400, "PERIOD_INVALID", f"The period starts at {oldest} or later.")
    return booking_status, date_from, date_to


def _date(request: Request, name: str, default: date) -> date:
    text = request.args.get(name)
    try:
        return date.fromisoformat(text) if text else default
    except ValueError as error:
        raise TppError(400, "FORMAT_ERROR", f"{name} is not a date.") from error


def _number(request: Request, name: str, default: int, least: int, most: int) -> int:
    text = request.args.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not least <= int(text[:9]) <= most:
        raise TppError(400, "FORMAT_ERROR", f"{name} is not a number in its range.")
    return int(text)


def _next_page(request: Request, page_index: int, size: int) -> str:
    query = {**request.args.to_dict(), "pageIndex": str(page_index), "itemsPerPage": str(size)}
    return f"{request.path}?{urlencode(query)}"
