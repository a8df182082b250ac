"""Berlin Group NextGenPSD2 XS2A 1.3: account information with the OAuth2 SCA approach."""

from __future__ import annotations

import secrets as random_tokens
from collections.abc import Iterator, Mapping
from datetime import date
from urllib.parse import quote

from ..errors import ConsentError, FinalError, RetryableError
from ..normalisers import berlin_group as normalise
from ..types import (
    Balance,
    BankAccount,
    ConsentRequest,
    ConsentStart,
    ConsentStatus,
    Grant,
    TransactionPage,
    TransactionStatus,
)
from . import oauth
from .base import Connector, PsuContext, callback_code
from .transport import Response, own_link

_READS_PER_DAY = 4  # RTS (EU) 2018/389 art. 36(5)(b): without the user, four times in 24 hours
_MAX_PAGES = 500

_STATUS = {
    "received": ConsentStatus.RECEIVED,
    "partiallyAuthorised": ConsentStatus.RECEIVED,  # waits for a second signatory
    "valid": ConsentStatus.VALID,
    "rejected": ConsentStatus.REJECTED,
    "revokedByPsu": ConsentStatus.REVOKED,
    "expired": ConsentStatus.EXPIRED,
    "terminatedByTpp": ConsentStatus.TERMINATED,
}
_ENDED = {
    ConsentStatus.REJECTED: "consent_rejected",
    ConsentStatus.REVOKED: "consent_revoked",
    ConsentStatus.EXPIRED: "consent_expired",
    ConsentStatus.TERMINATED: "consent_terminated",
}
# tppMessages codes of the Implementation Guidelines 1.3, section 14.11
_REFUSALS: dict[str, tuple[type[FinalError], str]] = {
    "CONSENT_EXPIRED": (ConsentError, "consent_expired"),
    "CONSENT_INVALID": (ConsentError, "consent_invalid"),
    "CONSENT_UNKNOWN": (ConsentError, "consent_invalid"),
    "TOKEN_INVALID": (ConsentError, "token_invalid"),
    "TOKEN_EXPIRED": (ConsentError, "token_invalid"),
    "TOKEN_UNKNOWN": (ConsentError, "token_invalid"),
    "PERIOD_INVALID": (FinalError, "period_invalid"),
    "RESOURCE_UNKNOWN": (FinalError, "resource_unknown"),
    "SERVICE_BLOCKED": (FinalError, "service_blocked"),
}


class BerlinGroupConnector(Connector):
    """A bank reached at ``settings.base_url`` (the address before ``/v1``).

    The OAuth2 endpoints come from the settings, else from the metadata document of the bank's own
    origin. Addresses that the bank hands out are followed on its own origin only.
    """

    code = "berlin_group"
    label = "Berlin Group NextGenPSD2"
    takes_psu_id = True

    def start_consent(self, request: ConsentRequest) -> ConsentStart:
        headers = _psu_headers(PsuContext(request.psu_ip_address, request.psu_user_agent))
        headers["TPP-Redirect-Preferred"] = "true"
        headers["TPP-Redirect-URI"] = request.redirect_uri
        headers["PSU-Accept-Language"] = request.language
        body: dict[str, object] = {
            "access": {"allPsd2": "allAccounts"},
            "recurringIndicator": True,
            "validUntil": request.valid_until.isoformat(),
            "frequencyPerDay": _READS_PER_DAY,
            "combinedServiceIndicator": False,
        }
        response = self.transport.send(
            "POST", self._url("consents"), headers=headers, json_body=body
        )
        answer = self._accepted(response)
        consent_ref = _string(answer, "consentId")
        verifier = random_tokens.token_urlsafe(64)  # the one secret that must be unguessable
        endpoints = self._endpoints(_link(answer, "scaOAuth"))
        return ConsentStart(
            consent_ref=consent_ref,
            redirect_url=oauth.authorization_url(
                endpoints.authorize_url,
                self._client,
                redirect_uri=request.redirect_uri,
                scope=f"AIS:{consent_ref}",
                state=request.state,
                verifier=verifier,
            ),
            secrets={"code_verifier": verifier},
        )

    def finish_consent(
        self,
        consent_ref: str,
        secrets: Mapping[str, str],
        callback: Mapping[str, str],
        redirect_uri: str,
    ) -> Grant:
        tokens = oauth.exchange_code(
            self.transport,
            self._endpoints().token_url,
            self._client,
            code=callback_code(callback),
            redirect_uri=redirect_uri,
            verifier=secrets["code_verifier"],
            now=self.clock(),
        )
        grant = oauth.grant_of(consent_ref, tokens)
        status, valid_until = self.consent_status(grant)
        if status in _ENDED:
            raise ConsentError(_ENDED[status])
        return oauth.grant_of(consent_ref, tokens, valid_until)

    def fresh_grant(self, grant: Grant) -> Grant:
        if self.is_fresh(grant):
            return grant
        if not grant.refresh_token:
            raise ConsentError("token_invalid", "no refresh token")
        try:
            tokens = oauth.refresh(
                self.transport,
                self._endpoints().token_url,
                self._client,
                refresh_token=grant.refresh_token,
                now=self.clock(),
            )
        except FinalError as error:
            raise self._why_refused(grant, ConsentError("token_invalid")) from error
        return oauth.grant_of(grant.consent_ref, tokens, grant.valid_until)

    def consent_status(self, grant: Grant) -> tuple[ConsentStatus, date | None]:
        response = self.transport.send(
            "GET", self._url("consents", grant.consent_ref), headers=_bearer(grant)
        )
        answer = self._accepted(response)
        word = _string(answer, "consentStatus")
        if word not in _STATUS:
            raise RetryableError("bad_response", "unknown consentStatus")
        return _STATUS[word], _valid_until(answer)

    def revoke_consent(self, grant: Grant) -> None:
        response = self.transport.send(
            "DELETE", self._url("consents", grant.consent_ref), headers=_bearer(grant)
        )
        if response.status == 204:
            return
        try:
            self._accepted(response)
        except ConsentError:
            return  # it has ended already, which is what was asked for
        except FinalError as error:
            if error.code != "resource_unknown":
                raise

    def accounts(self, grant: Grant, psu: PsuContext | None = None) -> list[BankAccount]:
        answer = self._read(grant, self._url("accounts"), psu)
        return [
            normalise.account(entry)
            for entry in _entries(answer, "accounts")
            if entry.get("status") not in ("deleted", "blocked")
        ]

    def balances(
        self, grant: Grant, resource_ref: str, psu: PsuContext | None = None
    ) -> list[Balance]:
        answer = self._read(grant, self._url("accounts", resource_ref, "balances"), psu)
        return normalise.balances(_entries(answer, "balances"))

    def transactions(
        self,
        grant: Grant,
        resource_ref: str,
        date_from: date,
        date_to: date | None = None,
        psu: PsuContext | None = None,
    ) -> Iterator[TransactionPage]:
        url = self._url("accounts", resource_ref, "transactions")
        params = {"bookingStatus": "both", "dateFrom": date_from.isoformat()}
        if date_to:
            params["dateTo"] = date_to.isoformat()
        visited: set[str] = set()
        while url:
            if url in visited or len(visited) >= _MAX_PAGES:
                raise RetryableError("bad_response", "pages without an end")
            visited.add(url)
            answer = self._read(grant, url, psu, params)
            page, next_link = _page(answer)
            yield page
            url, params = self._own_url(url, next_link) if next_link else "", {}

    @property
    def _client(self) -> oauth.Client:
        return oauth.Client(self.settings.client_id, self.settings.client_secret)

    def _url(self, *parts: str) -> str:
        path = "/".join(quote(part, safe="") for part in parts)
        return f"{self.settings.base_url.rstrip('/')}/v1/{path}"

    def _own_url(self, base: str, link: str) -> str:
        """A link of the bank as an address, refused when it leads to another server."""
        return own_link(self.settings.base_url, base, link)

    def _endpoints(self, metadata_link: str = "") -> oauth.Endpoints:
        settings = self.settings
        if settings.authorize_url and settings.token_url:
            return oauth.Endpoints(settings.authorize_url, settings.token_url)
        default = oauth.metadata_url(settings.base_url)
        found = oauth.discover(self.transport, self._own_url(default, metadata_link or default))
        self._own_url(default, found.token_url)  # codes and secrets go nowhere else
        return found

    def _read(
        self,
        grant: Grant,
        url: str,
        psu: PsuContext | None,
        params: Mapping[str, str] | None = None,
    ) -> dict[str, object]:
        headers = {**_bearer(grant), "Consent-ID": grant.consent_ref}
        if psu is not None:
            headers.update(_psu_headers(psu))
        response = self.transport.send("GET", url, headers=headers, params=params)
        try:
            return self._accepted(response)
        except ConsentError as error:
            if error.code != "consent_invalid":
                raise
            raise self._why_refused(grant, error) from error

    def _accepted(self, response: Response) -> dict[str, object]:
        if response.status in (200, 201):
            return response.json()
        code = _message_code(response)
        error, ours = _REFUSALS.get(code, (FinalError, "request_refused"))
        raise error(ours, f"status {response.status} {code}".rstrip())

    def _why_refused(self, grant: Grant, otherwise: ConsentError) -> ConsentError:
        """How the consent has ended, where it has: banks refuse with one word for several ends."""
        status, _ = self.consent_status(grant)
        return ConsentError(_ENDED[status]) if status in _ENDED else otherwise


def _page(answer: Mapping[str, object]) -> tuple[TransactionPage, str]:
    """A page and the link to the next one, empty on the last."""
    report = answer.get("transactions")
    if not isinstance(report, Mapping):
        # "no transactions" must be said, else a broken answer would look like a quiet account
        raise RetryableError("bad_response", "no transactions object")
    account = answer.get("account")
    own_iban = account.get("iban") if isinstance(account, Mapping) else ""
    transactions, raw = [], []
    for status in TransactionStatus:
        for entry in _entries(report, status.value, required=False):
            found = normalise.transaction(entry, status, own_iban or "")
            if found is not None:
                transactions.append(found)
                raw.append(entry)
    return TransactionPage(tuple(transactions), tuple(raw)), _link(report, "next")


def _bearer(grant: Grant) -> dict[str, str]:
    return {"Authorization": f"Bearer {grant.access_token}"}


def _psu_headers(psu: PsuContext) -> dict[str, str]:
    headers = {"PSU-IP-Address": psu.ip_address}
    if psu.user_agent:
        headers["PSU-User-Agent"] = psu.user_agent
    return headers


def _string(answer: Mapping[str, object], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise RetryableError("bad_response", f"{name} missing")
    return value


def _entries(
    answer: Mapping[str, object], name: str, required: bool = True
) -> list[Mapping[str, object]]:
    entries = answer.get(name, None if required else [])
    if not isinstance(entries, list):
        raise RetryableError("bad_response", f"{name} is not a list")
    return [entry for entry in entries if isinstance(entry, Mapping)]


def _link(answer: Mapping[str, object], name: str) -> str:
    links = answer.get("_links")
    link = links.get(name) if isinstance(links, Mapping) else None
    href = link.get("href") if isinstance(link, Mapping) else None
    return href if isinstance(href, str) else ""


def _valid_until(answer: Mapping[str, object]) -> date | None:
    text = answer.get("validUntil")
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError as error:
        raise RetryableError("bad_response", "validUntil is not a date") from error


def _message_code(response: Response) -> str:
    """The first tppMessages code, empty when the bank sent an error of its own making."""
    try:
        messages = response.json().get("tppMessages")
    except RetryableError:
        return ""
    first = messages[0] if isinstance(messages, list) and messages else None
    code = first.get("code") if isinstance(first, Mapping) else None
    return code if isinstance(code, str) and code.isascii() and len(code) < 40 else ""
