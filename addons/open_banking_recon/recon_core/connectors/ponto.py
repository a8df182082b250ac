"""Ponto (Isabel Group): accounts that a company linked in Ponto, read with its own keys.

Source: Ponto Connect API reference 2 and the custom integrations of myponto.com.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from urllib.parse import quote

from ..errors import ConsentError, FinalError, RetryableError
from ..normalisers import ponto as normalise
from ..normalisers.values import child, children, instant, required_children, required_text, text
from ..types import (
    Balance,
    BankAccount,
    BankTransaction,
    ConsentStatus,
    Grant,
    TransactionPage,
    TransactionStatus,
)
from . import oauth
from .base import PsuContext
from .own_keys import OwnKeysConnector
from .transport import Response, own_link

_PAGE_SIZE = "100"
_MAX_PAGES = 500
# Ponto lists by creation, newest first, and late entries carry old dates: how far behind the window
# a whole page must lie before nothing of the window can follow
_LATE_ENTRIES = timedelta(days=30)
_RECENT = timedelta(minutes=5)  # asking the bank again sooner brings nothing new
_SYNCHRONIZING_S = 30
_JSON_API = {"Accept": "application/vnd.api+json", "Content-Type": "application/vnd.api+json"}


class PontoConnector(OwnKeysConnector):
    """With ``settings.authorize_url`` a user of Ponto gives access (authorization code, PKCE),
    without it our keys are the company's own (client credentials) and nobody has to be asked.

    Ponto reads the banks by itself, several times a day; a read here is of what Ponto holds. Only
    with a person in front of the screen is the bank asked at once: that takes a while, and until
    then RetryableError("synchronizing") says when to come back.
    """

    code = "ponto"
    label = "Ponto"
    default_base_url = "https://api.myponto.com"
    unattended_reads_per_day = None
    scope = "ai offline_access"

    def consent_status(self, grant: Grant) -> tuple[ConsentStatus, date | None]:
        """Valid while one account is; until the day on which the first of them must be renewed."""
        ends = [
            instant(child(resource, "attributes"), "authorizationExpirationExpectedAt")
            for resource in self._accounts(grant)
            if text(child(resource, "attributes"), "authorizationExpirationExpectedAt")
        ]
        if not ends:
            return ConsentStatus.VALID, None
        is_over = max(ends) <= self.clock()
        return ConsentStatus.EXPIRED if is_over else ConsentStatus.VALID, min(ends).date()

    def revoke_consent(self, grant: Grant) -> None:
        """Nothing is asked: access is withdrawn in Ponto itself, the token ends within the hour."""

    def accounts(self, grant: Grant, psu: PsuContext | None = None) -> list[BankAccount]:
        return [normalise.account(resource) for resource in self._accounts(grant)]

    def balances(
        self, grant: Grant, resource_ref: str, psu: PsuContext | None = None
    ) -> list[Balance]:
        answer = self._get(grant, self._url("accounts", resource_ref))
        return normalise.balances(child(answer, "data"))

    def transactions(
        self,
        grant: Grant,
        resource_ref: str,
        date_from: date,
        date_to: date | None = None,
        psu: PsuContext | None = None,
    ) -> Iterator[TransactionPage]:
        if psu is not None:
            self._synchronise(grant, resource_ref, psu)
        last = date_to or date.max
        url = self._url("accounts", resource_ref, "transactions")
        for answer in self._pages(grant, url):
            _refuse_failed(child(child(answer, "meta"), "latestSynchronization"))
            pairs = _normalised(answer, TransactionStatus.BOOKED)
            days = [found.booking_date for found, _ in pairs if found.booking_date]
            yield _page(
                (found, raw)
                for found, raw in pairs
                if found.booking_date and date_from <= found.booking_date <= last
            )
            if days and max(days) < date_from - _LATE_ENTRIES:
                break
        yield from self._pending(grant, resource_ref)

    def _pending(self, grant: Grant, resource_ref: str) -> Iterator[TransactionPage]:
        """Not every bank tells them; Ponto then does not know the address."""
        url = self._url("accounts", resource_ref, "pending-transactions")
        try:
            for answer in self._pages(grant, url):
                yield _page(_normalised(answer, TransactionStatus.PENDING))
        except FinalError as error:
            if error.code not in ("resource_unknown", "service_blocked"):
                raise

    def _synchronise(self, grant: Grant, resource_ref: str, psu: PsuContext) -> None:
        """Returns when Ponto has asked the bank just now.

        Raises RetryableError("synchronizing") while it does, and what ``_refuse_failed`` raises.
        """
        url = self._url("accounts", resource_ref, "transactions")
        latest = child(
            child(self._get(grant, url, {"limit": "1"}), "meta"), "latestSynchronization"
        )
        attributes = child(latest, "attributes")
        if not attributes or self.clock() - instant(attributes, "createdAt") > _RECENT:
            wanted = {
                "resourceType": "account",
                "resourceId": resource_ref,
                "subtype": "accountTransactionsWithUnsettled",
                "customerIpAddress": psu.ip_address,
            }
            body = {"data": {"type": "synchronization", "attributes": wanted}}
            latest = child(self._post(grant, self._url("synchronizations"), body), "data")
        _refuse_failed(latest)
        if required_text(child(latest, "attributes"), "status") != "success":
            raise RetryableError("synchronizing", retry_after_s=_SYNCHRONIZING_S)

    def _accounts(self, grant: Grant) -> list[Mapping[str, object]]:
        return [
            resource
            for answer in self._pages(grant, self._url("accounts"))
            for resource in required_children(answer, "data")
            if child(resource, "attributes").get("deprecated") is not True
        ]

    def _pages(self, grant: Grant, url: str) -> Iterator[dict[str, object]]:
        """The answer at ``url`` and those that ``links.next`` leads to, on the same server only."""
        params = {"limit": _PAGE_SIZE}
        visited: set[str] = set()
        while url:
            if url in visited or len(visited) >= _MAX_PAGES:
                raise RetryableError("bad_response", "pages without an end")
            visited.add(url)
            answer = self._get(grant, url, params)
            yield answer
            link = text(child(answer, "links"), "next")
            url, params = own_link(self.settings.base_url, url, link) if link else "", {}

    @property
    def _client(self) -> oauth.Client:
        return oauth.Client(self.settings.client_id, self.settings.client_secret)

    @property
    def _token_url(self) -> str:
        return self.settings.token_url or self._url("oauth2", "token")

    def _own_grant(self, consent_ref: str) -> Grant:
        try:
            tokens = oauth.client_credentials(
                self.transport, self._token_url, self._client, now=self.clock()
            )
        except FinalError as error:
            if error.code != "authorization_failed":
                raise
            raise FinalError("credentials_refused", error.detail) from error
        return oauth.grant_of(consent_ref, tokens)

    def _renewed_own_grant(self, grant: Grant) -> Grant:
        return self._own_grant(grant.consent_ref)

    def _url(self, *parts: str) -> str:
        path = "/".join(quote(part, safe="") for part in parts)
        return f"{self.settings.base_url.rstrip('/')}/{path}"

    def _get(
        self, grant: Grant, url: str, params: Mapping[str, str] | None = None
    ) -> dict[str, object]:
        headers = {"Accept": _JSON_API["Accept"], "Authorization": f"Bearer {grant.access_token}"}
        return _accepted(self.transport.send("GET", url, headers=headers, params=params))

    def _post(self, grant: Grant, url: str, body: Mapping[str, object]) -> dict[str, object]:
        headers = {**_JSON_API, "Authorization": f"Bearer {grant.access_token}"}
        return _accepted(self.transport.send("POST", url, headers=headers, json_body=body))


def _normalised(
    answer: Mapping[str, object], status: TransactionStatus
) -> list[tuple[BankTransaction, Mapping[str, object]]]:
    return [
        (found, resource)
        for resource in required_children(answer, "data")
        if (found := normalise.transaction(resource, status)) is not None
    ]


def _page(pairs: Iterable[tuple[BankTransaction, Mapping[str, object]]]) -> TransactionPage:
    kept = list(pairs)
    return TransactionPage(tuple(found for found, _ in kept), tuple(raw for _, raw in kept))


def _refuse_failed(synchronization: Mapping[str, object]) -> None:
    """Raises when the last synchronization failed: what Ponto holds would look like a quiet account.

    FinalError("account_unauthorized") when the user must renew the account in Ponto, else
    RetryableError("unavailable").
    """
    attributes = child(synchronization, "attributes")
    if text(attributes, "status") != "error":
        return
    codes = [text(error, "code") for error in children(attributes.get("errors"))]
    if any("authorization" in code.lower() for code in codes):
        raise FinalError("account_unauthorized", "the account must be authorised again in Ponto")
    raise RetryableError("unavailable", "the last synchronization failed")


def _accepted(response: Response) -> dict[str, object]:
    if response.status in (200, 201):
        return response.json()
    detail = f"status {response.status} {_error_code(response)}".rstrip()
    if response.status == 401:
        raise ConsentError("token_invalid", detail)
    if response.status == 403:
        raise FinalError("service_blocked", detail)
    if response.status == 404:
        raise FinalError("resource_unknown", detail)
    raise FinalError("request_refused", detail)


def _error_code(response: Response) -> str:
    """The first JSON:API error code, empty when there is none of that shape."""
    try:
        errors = children(response.json().get("errors"))
    except RetryableError:
        return ""
    code = text(errors[0], "code") if errors else ""
    return code if re.fullmatch(r"[A-Za-z]{3,60}", code) else ""
