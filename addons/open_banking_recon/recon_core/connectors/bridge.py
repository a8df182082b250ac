"""Bridge (Bankin'): an aggregator that keeps a user's items, each of them an access to one bank.

Source: Bridge API v3, version 2025-01-15. A consent is one user of Bridge with one item. A user's
token lasts two hours and is given to our own keys, so that a grant keeps the user (``refresh_token``)
beside it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import quote, urlencode

from ..errors import ConsentError, FinalError, ReconError, RetryableError
from ..normalisers import bridge as normalise
from ..normalisers.values import (
    calendar_date,
    child,
    children,
    instant,
    required_children,
    required_text,
    text,
)
from ..types import (
    Balance,
    BankAccount,
    ConsentRequest,
    ConsentStart,
    ConsentStatus,
    Grant,
    Institution,
    TransactionPage,
    TransactionStatus,
)
from .base import Connector, PsuContext
from .transport import Response, own_link, require_safe_url

_VERSION = "2025-01-15"
_PAGE_SIZE = "500"
_MAX_PAGES = 500
_FIRST_READ_S = 60
# the window is asked for by ``date``, which may be that of the purchase: days before the booking
_PURCHASE_DAYS = timedelta(days=31)

# Statuses of an item that end the consent: the person has to authenticate, or to release the
# accounts of a company (1100), whose data is made unreadable until then.
_NEEDS_PERSON = frozenset({402, 1010, 1100})
_CURRENT = frozenset({0, 1009})  # 1009: the balance has changed without a transaction
# Statuses in which what Bridge holds is not what the bank has: it would look like a quiet account.
_NOT_CURRENT: dict[int, tuple[type[ReconError], str]] = {
    -3: (RetryableError, "synchronizing"),
    -2: (RetryableError, "synchronizing"),
    429: (FinalError, "account_unauthorized"),  # the bank's own site wants something of its user
    430: (FinalError, "account_unauthorized"),
    1005: (FinalError, "service_blocked"),
}


class BridgeConnector(Connector):
    """A bank named by the id of its provider, or chosen in Bridge's own screen.

    Bridge reads the banks by itself, several times a day; a read here is of what Bridge holds. It
    allows 60 requests a minute and user.
    """

    code = "bridge"
    label = "Bridge"
    default_base_url = "https://api.bridgeapi.io"
    unattended_reads_per_day = None
    has_institutions = True

    def institutions(self, country: str) -> list[Institution]:
        params = {"country_code": country.upper(), "limit": _PAGE_SIZE}
        return [
            normalise.institution(entry, country)
            for answer in self._pages("", self._url("providers"), params)
            for entry in required_children(answer, "resources")
            if normalise.is_bank(entry, country)
        ]

    def start_consent(self, request: ConsentRequest) -> ConsentStart:
        # Bridge adds its own parameters to the address and keeps ours
        back = f"{request.redirect_uri}?{urlencode({'state': request.state})}"
        renewed = self._renewable(request.renewed)
        if renewed is not None:
            wanted: dict[str, object] = {
                "item_id": int(renewed.consent_ref),
                "force_reauthentication": True,
            }
            user, token = renewed.refresh_token, renewed.access_token
            secrets = {"item_ref": renewed.consent_ref}
        else:
            wanted = _new_item(request)
            user = self._new_user(request.state)
            token = self._token(user)[0]
            secrets = {}
        url = self._url("aggregation", "connect-sessions")
        session = self._ask("POST", url, token, body={**wanted, "callback_url": back})
        link = required_text(session, "url")
        require_safe_url(link)  # a browser is sent there: no javascript:, no plain http
        return ConsentStart(user, link, secrets)

    def finish_consent(
        self,
        consent_ref: str,
        secrets: Mapping[str, str],
        callback: Mapping[str, str],
        redirect_uri: str,
    ) -> Grant:
        """The grant's ``consent_ref`` is the item: that of the start named the user."""
        if callback.get("success") == "false":
            raise ConsentError("consent_rejected", "left before the end")
        item_ref = callback.get("item_id") or secrets.get("item_ref", "")
        is_number = item_ref.isascii() and item_ref.isdigit()
        is_ours = callback.get("user_uuid", consent_ref) == consent_ref
        if callback.get("error") or not is_number or not is_ours:
            raise FinalError("authorization_failed", "no item of this user in the redirect")
        grant = self._granted(item_ref, consent_ref)
        try:
            status, valid_until = self.consent_status(grant)
        except ConsentError as error:
            raise FinalError("authorization_failed", error.detail) from error
        if status is not ConsentStatus.VALID:
            raise FinalError("authorization_failed", "the item is not authorised")
        return replace(grant, valid_until=valid_until)

    def fresh_grant(self, grant: Grant) -> Grant:
        if self.is_fresh(grant):
            return grant
        try:
            fresh = self._granted(grant.consent_ref, grant.refresh_token)
        except ConsentError as error:
            # no token was sent, only our own keys
            raise FinalError("credentials_refused", error.detail) from error
        except FinalError as error:
            if error.code != "resource_unknown":
                raise
            raise ConsentError("consent_revoked", "the user is gone") from error
        return replace(fresh, valid_until=grant.valid_until)

    def consent_status(self, grant: Grant) -> tuple[ConsentStatus, date | None]:
        """Until the day on which the bank wants the person again, where Bridge knows it."""
        item = self._item(grant)
        if _status(item) in _NEEDS_PERSON:
            return ConsentStatus.EXPIRED, None
        return ConsentStatus.VALID, calendar_date(item, "authentication_expires_at")

    def revoke_consent(self, grant: Grant) -> None:
        url = self._url("aggregation", "items", grant.consent_ref)
        response = self._send("DELETE", url, grant.access_token)
        if response.status not in (200, 202, 204, 404):  # 404: it is gone, as was asked for
            _accepted(response)

    def accounts(self, grant: Grant, psu: PsuContext | None = None) -> list[BankAccount]:
        self._item(grant)
        params = {"item_id": grant.consent_ref, "limit": _PAGE_SIZE}
        url = self._url("aggregation", "accounts")
        return [
            normalise.account(entry)
            for answer in self._pages(grant.access_token, url, params)
            for entry in required_children(answer, "resources")
            if normalise.is_shared(entry)
        ]

    def balances(
        self, grant: Grant, resource_ref: str, psu: PsuContext | None = None
    ) -> list[Balance]:
        _require_current(self._item(grant))
        url = self._url("aggregation", "accounts", resource_ref)
        return normalise.balances(self._ask("GET", url, grant.access_token))

    def transactions(
        self,
        grant: Grant,
        resource_ref: str,
        date_from: date,
        date_to: date | None = None,
        psu: PsuContext | None = None,
    ) -> Iterator[TransactionPage]:
        """Bridge filters by ``date``, which is not always that of the booking: the window is asked
        for more widely and kept here."""
        _require_current(self._item(grant))
        first = max(date_from, date.min + _PURCHASE_DAYS) - _PURCHASE_DAYS
        params = {
            "account_id": resource_ref,
            "min_date": first.isoformat(),
            "limit": _PAGE_SIZE,
        }
        told: set[str] = set()  # what comes in meanwhile pushes others to the next page
        for answer in self._pages(
            grant.access_token, self._url("aggregation", "transactions"), params
        ):
            pairs = []
            for entry in required_children(answer, "resources"):
                found = normalise.transaction(entry)
                if found is None or found.transaction_id in told:
                    continue
                is_booked = found.status is TransactionStatus.BOOKED
                day = found.booking_date or date.min
                if is_booked and not date_from <= day <= (date_to or date.max):
                    continue
                told.add(found.transaction_id)
                pairs.append((found, entry))
            yield TransactionPage(tuple(t for t, _ in pairs), tuple(raw for _, raw in pairs))

    def _pages(
        self, token: str, url: str, params: Mapping[str, str]
    ) -> Iterator[dict[str, object]]:
        """The answer at ``url`` and those that ``next_uri`` leads to, on the same server only."""
        visited: set[str] = set()
        while url:
            if url in visited or len(visited) >= _MAX_PAGES:
                raise RetryableError("bad_response", "pages without an end")
            visited.add(url)
            answer = self._ask("GET", url, token, params=params)
            yield answer
            link = text(child(answer, "pagination"), "next_uri")
            url, params = own_link(self.settings.base_url, url, link) if link else "", {}

    def _new_user(self, state: str) -> str:
        """The uuid of a user of this consent alone, whose name nobody can guess."""
        name = hashlib.sha256(state.encode()).hexdigest()[:32]
        url = self._url("aggregation", "users")
        return required_text(self._ask("POST", url, body={"external_user_id": name}), "uuid")

    def _token(self, user: str) -> tuple[str, dict[str, object]]:
        """A token of ``user`` and the answer it came in."""
        url = self._url("aggregation", "authorization", "token")
        answer = self._ask("POST", url, body={"user_uuid": user})
        return required_text(answer, "access_token"), answer

    def _granted(self, item_ref: str, user: str) -> Grant:
        token, answer = self._token(user)
        return Grant(item_ref, token, instant(answer, "expires_at"), refresh_token=user)

    def _renewable(self, grant: Grant | None) -> Grant | None:
        """``grant`` with a fresh token, None when its item or user is not there any more."""
        if grant is None:
            return None
        try:
            fresh = self.fresh_grant(grant)
            self._item(fresh)
        except ConsentError:
            return None
        return fresh

    def _item(self, grant: Grant) -> dict[str, object]:
        """Raises ConsentError("consent_revoked") when it is gone."""
        response = self._send(
            "GET", self._url("aggregation", "items", grant.consent_ref), grant.access_token
        )
        if response.status == 404:
            raise ConsentError("consent_revoked", "the item is gone")
        item = _accepted(response)
        _status(item)
        return item

    def _ask(
        self,
        method: str,
        url: str,
        token: str = "",
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> dict[str, object]:
        return _accepted(self._send(method, url, token, params, body))

    def _send(
        self,
        method: str,
        url: str,
        token: str = "",
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Response:
        headers = {
            "Bridge-Version": _VERSION,
            "Client-Id": self.settings.client_id,
            "Client-Secret": self.settings.client_secret,
        }
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.transport.send(method, url, headers=headers, params=params, json_body=body)

    def _url(self, *parts: str) -> str:
        path = "/".join(quote(part, safe="") for part in parts)
        return f"{self.settings.base_url.rstrip('/')}/v3/{path}"


def _new_item(request: ConsentRequest) -> dict[str, object]:
    """What a session for a new item is asked for with."""
    wanted: dict[str, object] = {}
    if request.psu_email:
        wanted["user_email"] = request.psu_email
    if request.institution_ref:
        if not (request.institution_ref.isascii() and request.institution_ref.isdigit()):
            raise FinalError("institution_unknown", "a provider of Bridge is a number")
        wanted["provider_id"] = int(request.institution_ref)
    return wanted


def _status(item: Mapping[str, object]) -> int:
    status = item.get("status")
    if not isinstance(status, int) or isinstance(status, bool):
        raise RetryableError("bad_response", "no item status")
    return status


def _require_current(item: Mapping[str, object]) -> None:
    """Raises unless what Bridge holds of an item is what the bank has.

    ConsentError("consent_expired") when the person has to authenticate again.
    """
    status = _status(item)
    if status in _CURRENT:
        return
    if status in _NEEDS_PERSON:
        raise ConsentError("consent_expired", f"item status {status}")
    error, code = _NOT_CURRENT.get(status, (RetryableError, "unavailable"))
    if code == "synchronizing":
        raise RetryableError(code, f"item status {status}", retry_after_s=_FIRST_READ_S)
    raise error(code, f"item status {status}")


def _accepted(response: Response) -> dict[str, object]:
    if response.status in (200, 201):
        return response.json()
    word = _error_word(response)
    detail = f"status {response.status} {word}".rstrip()
    if "client_credentials" in word or word == "invalid_client":
        raise FinalError("credentials_refused", detail)
    if response.status == 401:
        raise ConsentError("token_invalid", detail)
    if response.status == 403:
        raise FinalError("service_blocked", detail)
    if response.status == 404:
        raise FinalError("resource_unknown", detail)
    raise FinalError("request_refused", detail)


def _error_word(response: Response) -> str:
    """The word of an error, empty when there is none of that shape."""
    try:
        answer = response.json()
    except RetryableError:
        return ""
    first = [*children(answer.get("errors")), answer][0]
    code = text(first, "code")
    return code if re.fullmatch(r"[a-z_.]{3,60}", code) else ""
