"""Qonto: a bank that gives its customers an API of their own.

Source: Qonto API reference v2. ``settings.client_id`` and ``client_secret`` are the API key (login
and secret key), or with ``settings.authorize_url`` an OAuth 2.0 client.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from ..errors import ConsentError, FinalError, RetryableError
from ..normalisers import qonto as normalise
from ..normalisers.values import child, identifier, required_children, text
from ..types import (
    Balance,
    BankAccount,
    ConsentStatus,
    Grant,
    TransactionPage,
    TransactionStatus,
)
from . import oauth
from .base import PsuContext
from .own_keys import OwnKeysConnector
from .transport import Response

_PAGE_SIZE = "100"
_MAX_PAGES = 500
_KEY_LIFETIME = timedelta(days=30)  # an API key has no end: this long until it is looked at again


class QontoConnector(OwnKeysConnector):
    """With ``settings.authorize_url`` a user of Qonto gives access, without it the API key does and
    nobody has to be asked."""

    code = "qonto"
    label = "Qonto"
    default_base_url = "https://thirdparty.qonto.com"
    unattended_reads_per_day = None
    scope = "organization.read offline_access"

    def consent_status(self, grant: Grant) -> tuple[ConsentStatus, date | None]:
        """Valid as long as the key or token opens the organization; it has no end date."""
        self._bank_accounts(grant)
        return ConsentStatus.VALID, None

    def revoke_consent(self, grant: Grant) -> None:
        """Nothing is asked: keys and accesses are withdrawn in Qonto itself."""

    def accounts(self, grant: Grant, psu: PsuContext | None = None) -> list[BankAccount]:
        return [
            normalise.account(entry)
            for entry in self._bank_accounts(grant)
            if text(entry, "status") != "closed" and entry.get("is_external_account") is not True
        ]

    def balances(
        self, grant: Grant, resource_ref: str, psu: PsuContext | None = None
    ) -> list[Balance]:
        for entry in self._bank_accounts(grant):
            if text(entry, "id") == resource_ref:
                return normalise.balances(entry)
        raise FinalError("resource_unknown", "not among the accounts of the organization")

    def transactions(
        self,
        grant: Grant,
        resource_ref: str,
        date_from: date,
        date_to: date | None = None,
        psu: PsuContext | None = None,
    ) -> Iterator[TransactionPage]:
        since = f"{normalise.start_of_day(date_from):%Y-%m-%dT%H:%M:%S}.000Z"
        asked = {"bank_account_id": resource_ref, "status[]": "completed"}
        last = date_to or date.max
        yield from self._pages(grant, {**asked, "settled_at_from": since}, date_from, last)
        yield from self._pages(grant, {**asked, "status[]": "pending"}, date_from, last)

    def _pages(
        self, grant: Grant, params: dict[str, str], first: date, last: date
    ) -> Iterator[TransactionPage]:
        """Pages by number. What is booked meanwhile pushes others to the next page: an id is told
        once, else a payment would look like two."""
        told: set[str] = set()
        page = "1"
        for _ in range(_MAX_PAGES):
            answer = self._get(
                grant, "transactions", {**params, "current_page": page, "per_page": _PAGE_SIZE}
            )
            yield _page(answer, first, last, told)
            following = child(answer, "meta").get("next_page")
            if following is None:
                return
            page = identifier(following)
            if not (page.isascii() and page.isdigit()):
                raise RetryableError("bad_response", "the next page has no number")
        raise RetryableError("bad_response", "pages without an end")

    def _own_grant(self, consent_ref: str) -> Grant:
        grant = Grant(
            consent_ref=consent_ref,
            access_token="",  # the key stays in the settings
            access_expires_at=self.clock() + _KEY_LIFETIME,
        )
        try:
            self._bank_accounts(grant)
        except ConsentError as error:
            raise FinalError("credentials_refused", error.detail) from error
        return grant

    def _renewed_own_grant(self, grant: Grant) -> Grant:
        return replace(grant, access_expires_at=self.clock() + _KEY_LIFETIME)

    def _bank_accounts(self, grant: Grant) -> list[Mapping[str, object]]:
        answer = self._get(grant, "organization", {})
        return required_children(child(answer, "organization"), "bank_accounts")

    @property
    def _client(self) -> oauth.Client:
        settings = self.settings
        return oauth.Client(settings.client_id, settings.client_secret, secret_in_body=True)

    @property
    def _token_url(self) -> str:
        return self.settings.token_url or f"{self.settings.base_url.rstrip('/')}/oauth2/token"

    def _get(self, grant: Grant, path: str, params: Mapping[str, str]) -> dict[str, object]:
        url = f"{self.settings.base_url.rstrip('/')}/v2/{path}"
        headers = {"Authorization": self._authorization(grant)}
        return _accepted(self.transport.send("GET", url, headers=headers, params=params))

    def _authorization(self, grant: Grant) -> str:
        """A bearer token, or the key as it is: Qonto wants neither a scheme nor Base64."""
        if self.settings.authorize_url:
            return f"Bearer {grant.access_token}"
        return f"{self.settings.client_id}:{self.settings.client_secret}"


def _page(answer: Mapping[str, object], first: date, last: date, told: set[str]) -> TransactionPage:
    transactions, raw = [], []
    for entry in required_children(answer, "transactions"):
        found = normalise.transaction(entry)
        if found is None or found.transaction_id in told:
            continue
        is_booked = found.status is TransactionStatus.BOOKED
        if is_booked and not first <= (found.booking_date or date.min) <= last:
            continue
        told.add(found.transaction_id)
        transactions.append(found)
        raw.append(entry)
    return TransactionPage(tuple(transactions), tuple(raw))


def _accepted(response: Response) -> dict[str, object]:
    if response.status == 200:
        return response.json()
    detail = f"status {response.status}"
    if response.status == 401:
        raise ConsentError("token_invalid", detail)
    if response.status == 403:
        raise FinalError("service_blocked", detail)
    if response.status == 404:
        raise FinalError("resource_unknown", detail)
    raise FinalError("request_refused", detail)
