"""Powens (once Budget Insight): an aggregator that keeps a user's connections to banks.

Source: Powens API reference 2.0 and its webview. ``settings.base_url`` is the domain's API, for
example ``https://example.biapi.pro/2.0``; ``client_id`` and ``client_secret`` are the client
application's. A consent is one user of Powens with one connection; its token has no end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import quote, urlencode, urlsplit

from ..errors import ConsentError, FinalError, ReconError, RetryableError
from ..normalisers import powens as normalise
from ..normalisers.values import (
    calendar_date,
    child,
    identifier,
    required_children,
    required_identifier,
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

_WEBVIEW = "https://webview.powens.com"
_LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pt")
_PAGE_SIZE = 500  # of 1000 that are allowed; a transaction is about 2 kB
_MAX_PAGES = 500
_TOKEN_LIFETIME = timedelta(days=30)  # it has no end: this long until it is looked at again
_FIRST_READ_S = 60

# States of a connection that end the consent: the person has to authenticate again.
_NEEDS_PERSON = frozenset(
    {
        "SCARequired",
        "webauthRequired",
        "additionalInformationNeeded",
        "decoupled",
        "passwordExpired",
        "wrongpass",
    }
)
# States in which what Powens holds is not what the bank has: it would look like a quiet account.
_NOT_CURRENT: dict[str, tuple[type[ReconError], str]] = {
    "actionNeeded": (FinalError, "account_unauthorized"),
    "notSupported": (FinalError, "service_blocked"),
    "rateLimiting": (RetryableError, "rate_limited"),
}


@dataclass(frozen=True, slots=True)
class _User:
    """A user of Powens. ``connection_ref``: the connection to renew, empty for a new one."""

    ref: str
    token: str
    connection_ref: str = ""


class PowensConnector(Connector):
    """A bank named by the uuid of its connector, or chosen in Powens's own screen.

    Powens reads the banks by itself, several times a day; a read here is of what Powens holds.
    """

    code = "powens"
    label = "Powens"
    unattended_reads_per_day = None
    has_institutions = True

    def institutions(self, country: str) -> list[Institution]:
        response = self.transport.send(
            "GET", self._url("connectors"), params={"country_codes": country.lower()}
        )
        entries = required_children(_accepted(response), "connectors")
        return [
            normalise.institution(entry, country) for entry in entries if normalise.is_bank(entry)
        ]

    def start_consent(self, request: ConsentRequest) -> ConsentStart:
        user = self._known_user(request.renewed) or self._new_user()
        code = required_text(self._get(user.token, self._url("auth", "token", "code")), "code")
        params = {
            "domain": urlsplit(self.settings.base_url).netloc,
            "client_id": self.settings.client_id,
            "redirect_uri": request.redirect_uri,
            "code": code,
            "state": request.state,
        }
        if user.connection_ref:
            url = self._webview(
                request, "reconnect", {**params, "connection_id": user.connection_ref}
            )
        else:
            params["connector_capabilities"] = "bank"
            if request.institution_ref:
                params["connector_uuids"] = request.institution_ref
            url = self._webview(request, "connect", params)
        secrets = {"token": user.token, "connection_ref": user.connection_ref}
        kept = {name: value for name, value in secrets.items() if value}
        return ConsentStart(user.ref, url, kept)

    def finish_consent(
        self,
        consent_ref: str,
        secrets: Mapping[str, str],
        callback: Mapping[str, str],
        redirect_uri: str,
    ) -> Grant:
        """The grant's ``consent_ref`` is the connection: that of the start named the user."""
        if callback.get("error") == "access_denied":
            raise ConsentError("consent_rejected")
        connection_ref = callback.get("connection_id") or secrets.get("connection_ref", "")
        is_number = connection_ref.isascii() and connection_ref.isdigit()
        if callback.get("error") or not is_number:
            raise FinalError("authorization_failed", "no connection in the redirect")
        grant = Grant(connection_ref, secrets["token"], self.clock() + _TOKEN_LIFETIME)
        try:
            status, valid_until = self.consent_status(grant)
        except ConsentError as error:
            raise FinalError("authorization_failed", error.detail) from error
        if status is not ConsentStatus.VALID:
            raise FinalError("authorization_failed", "the connection is not authorised")
        return replace(grant, valid_until=valid_until)

    def fresh_grant(self, grant: Grant) -> Grant:
        if self.is_fresh(grant):
            return grant
        return replace(grant, access_expires_at=self.clock() + _TOKEN_LIFETIME)

    def consent_status(self, grant: Grant) -> tuple[ConsentStatus, date | None]:
        """Until the first day on which a source of the connection wants the person again."""
        connection = self._connection(grant)
        if text(connection, "state") in _NEEDS_PERSON:
            return ConsentStatus.EXPIRED, None
        url = self._url("users", "me", "connections", grant.consent_ref, "sources")
        ends = [
            ends_on
            for source in required_children(self._get(grant.access_token, url), "sources")
            if not source.get("disabled") and (ends_on := calendar_date(source, "access_expire"))
        ]
        return ConsentStatus.VALID, min(ends, default=None)

    def revoke_consent(self, grant: Grant) -> None:
        url = self._url("users", "me", "connections", grant.consent_ref)
        response = self._send("DELETE", grant.access_token, url)
        if response.status not in (200, 202, 204, 404):  # 404: it is gone, as was asked for
            _accepted(response)

    def accounts(self, grant: Grant, psu: PsuContext | None = None) -> list[BankAccount]:
        self._connection(grant)
        url = self._url("users", "me", "connections", grant.consent_ref, "accounts")
        entries = required_children(self._get(grant.access_token, url), "accounts")
        return [normalise.account(entry) for entry in entries if normalise.is_open(entry)]

    def balances(
        self, grant: Grant, resource_ref: str, psu: PsuContext | None = None
    ) -> list[Balance]:
        _require_current(self._connection(grant))
        return normalise.balances(self._account(grant, resource_ref))

    def transactions(
        self,
        grant: Grant,
        resource_ref: str,
        date_from: date,
        date_to: date | None = None,
        psu: PsuContext | None = None,
    ) -> Iterator[TransactionPage]:
        """Those to come have dates of their own, so the end of the window is kept here."""
        _require_current(self._connection(grant))
        currency = normalise.currency(self._account(grant, resource_ref))
        told: set[str] = set()  # what comes in meanwhile pushes others to the next page
        url = self._url("users", "me", "accounts", resource_ref, "transactions")
        params = {"limit": str(_PAGE_SIZE), "min_date": date_from.isoformat(), "filter": "date"}
        for answer in self._pages(grant.access_token, url, params):
            transactions, raw = [], []
            for entry in required_children(answer, "transactions"):
                found = normalise.transaction(entry, currency)
                if found is None or found.transaction_id in told:
                    continue
                is_booked = found.status is TransactionStatus.BOOKED
                day = found.booking_date or date.min
                if is_booked and not date_from <= day <= (date_to or date.max):
                    continue
                told.add(found.transaction_id)
                transactions.append(found)
                raw.append(entry)
            yield TransactionPage(tuple(transactions), tuple(raw))

    def _pages(self, token: str, url: str, params: dict[str, str]) -> Iterator[dict[str, object]]:
        """The answer at ``url`` and those after it: ``_links.next`` leads there, on the same server
        only; an answer without links is one of offset and limit."""
        visited: set[str] = set()
        for page in range(1, _MAX_PAGES):
            answer = self._get(token, url, params)
            yield answer
            if "_links" in answer:
                link = text(child(child(answer, "_links"), "next"), "href")
                url, params = own_link(self.settings.base_url, url, link), {}
                if not link:
                    return
            elif len(required_children(answer, "transactions")) < _PAGE_SIZE:
                return
            else:
                params = {**params, "offset": str(page * _PAGE_SIZE)}
            if url in visited and not params:
                break
            visited.add(url)
        raise RetryableError("bad_response", "pages without an end")

    def _new_user(self) -> _User:
        """A user with a token that has no end. Raises FinalError("credentials_refused")."""
        keys = {
            "client_id": self.settings.client_id,
            "client_secret": self.settings.client_secret,
        }
        response = self.transport.send("POST", self._url("auth", "init"), json_body=keys)
        if response.status not in (200, 201):
            raise FinalError("credentials_refused", f"status {response.status}")
        answer = response.json()
        if text(answer, "type") not in ("", "permanent"):
            # keys that are not ours give a token of half an hour
            raise FinalError("credentials_refused", "no permanent token")
        return _User(required_identifier(answer, "id_user"), required_text(answer, "auth_token"))

    def _known_user(self, renewed: Grant | None) -> _User | None:
        """The user behind ``renewed``, None when the connection is not there any more."""
        if renewed is None:
            return None
        try:
            connection = self._connection(renewed)
        except ConsentError:
            return None
        user_ref = required_identifier(connection, "id_user")
        return _User(user_ref, renewed.access_token, renewed.consent_ref)

    def _connection(self, grant: Grant) -> dict[str, object]:
        """Raises ConsentError when the connection is gone or was switched off."""
        url = self._url("users", "me", "connections", grant.consent_ref)
        response = self._send("GET", grant.access_token, url)
        if response.status == 404:
            raise ConsentError("consent_revoked", "the connection is gone")
        connection = _accepted(response)
        if not identifier(connection.get("id")):
            raise RetryableError("bad_response", "no connection in the answer")
        if connection.get("active") is False:
            raise ConsentError("consent_revoked", "the connection was switched off")
        return connection

    def _account(self, grant: Grant, resource_ref: str) -> dict[str, object]:
        return self._get(grant.access_token, self._url("users", "me", "accounts", resource_ref))

    def _webview(self, request: ConsentRequest, flow: str, params: Mapping[str, str]) -> str:
        webview = self.settings.authorize_url or _WEBVIEW
        require_safe_url(webview)
        language = [request.language] if request.language in _LANGUAGES else []
        return f"{'/'.join([webview.rstrip('/'), *language, flow])}?{urlencode(params)}"

    def _get(
        self, token: str, url: str, params: Mapping[str, str] | None = None
    ) -> dict[str, object]:
        return _accepted(self._send("GET", token, url, params))

    def _send(
        self, method: str, token: str, url: str, params: Mapping[str, str] | None = None
    ) -> Response:
        headers = {"Authorization": f"Bearer {token}"}
        return self.transport.send(method, url, headers=headers, params=params)

    def _url(self, *parts: str) -> str:
        path = "/".join(quote(part, safe="") for part in parts)
        return f"{self.settings.base_url.rstrip('/')}/{path}"


def _require_current(connection: Mapping[str, object]) -> None:
    """Raises unless what Powens holds of a connection is what the bank has.

    ConsentError("consent_expired") when the person has to authenticate again.
    """
    state = text(connection, "state")
    if state in _NEEDS_PERSON:
        raise ConsentError("consent_expired", state)
    if state:  # validating, websiteUnavailable, bug and what may come are for another time
        error, code = _NOT_CURRENT.get(state, (RetryableError, "unavailable"))
        raise error(code, "the last synchronization failed")
    if connection.get("last_update") is None:
        raise RetryableError("synchronizing", retry_after_s=_FIRST_READ_S)


def _accepted(response: Response) -> dict[str, object]:
    if response.status in (200, 201):
        return response.json()
    detail = f"status {response.status}"
    if response.status == 401:
        raise ConsentError("token_invalid", detail)
    if response.status == 403:
        raise FinalError("service_blocked", detail)
    if response.status == 404:
        raise FinalError("resource_unknown", detail)
    if response.status == 409:  # connectionLocked: it is being synchronized
        raise RetryableError("synchronizing", detail, retry_after_s=_FIRST_READ_S)
    raise FinalError("request_refused", detail)
