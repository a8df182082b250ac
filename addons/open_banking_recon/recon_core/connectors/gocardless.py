"""GoCardless Bank Account Data (once Nordigen), for those who have an account: it takes no new ones.

Source: Bank Account Data API v2. ``settings.client_id`` and ``client_secret`` are the user secret's
id and key. A requisition is the consent, its end user agreement says how long it lasts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import quote, urlencode

from ..errors import ConsentError, FinalError, RetryableError
from ..normalisers import gocardless as normalise
from ..normalisers.values import (
    calendar_date,
    children,
    identifier,
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
from .transport import Response, header_seconds, require_safe_url, retry_after_s

_DAYS_UNLESS_TOLD = 90  # the default of both, and the longest that every bank takes
_LONGEST_HISTORY = 730
_LONGEST_TOKEN_S = 400 * 86400
# the limit of the whole customer, and that of an account and scope: four successes in 24 hours
_LIMITS = ("HTTP_X_RATELIMIT", "HTTP_X_RATELIMIT_ACCOUNT_SUCCESS")

_STATUS = {
    "CR": ConsentStatus.RECEIVED,
    "GC": ConsentStatus.RECEIVED,
    "UA": ConsentStatus.RECEIVED,
    "SA": ConsentStatus.RECEIVED,
    "GA": ConsentStatus.RECEIVED,
    "LN": ConsentStatus.VALID,
    "RJ": ConsentStatus.REJECTED,
    "EX": ConsentStatus.EXPIRED,
    "SU": ConsentStatus.REVOKED,
}
_ENDED = {
    ConsentStatus.REJECTED: "consent_rejected",
    ConsentStatus.EXPIRED: "consent_expired",
    ConsentStatus.REVOKED: "consent_revoked",
}
# the word ``type`` of an error, else its status
_REFUSALS: dict[str | int, tuple[type[FinalError], str]] = {
    "AccessExpiredError": (ConsentError, "consent_expired"),
    "NoAccountsConnected": (ConsentError, "consent_invalid"),
    "FailedAuthentication": (ConsentError, "consent_invalid"),
    "AccountInactiveError": (FinalError, "resource_unknown"),
    401: (ConsentError, "token_invalid"),
    403: (FinalError, "service_blocked"),
    404: (FinalError, "resource_unknown"),
    409: (FinalError, "service_blocked"),
}


class GoCardlessConnector(Connector):
    """A bank named by its institution id, for example ``BNP_PARIBAS_BNPAFRPP``."""

    code = "gocardless"
    label = "GoCardless Bank Account Data"
    default_base_url = "https://bankaccountdata.gocardless.com"
    has_institutions = True

    def institutions(self, country: str) -> list[Institution]:
        response = self._send(
            "GET", self._url("institutions"), self._token(), params={"country": country}
        )
        if response.status != 200:
            raise _refusal(response)
        return [normalise.institution(entry, country) for entry in children(response.json_list())]

    def start_consent(self, request: ConsentRequest) -> ConsentStart:
        if not request.institution_ref:
            raise FinalError("institution_unknown", "no bank chosen")
        token = self._token()
        agreement = self._ask(
            "POST",
            self._url("agreements", "enduser"),
            token,
            self._terms(request, self._bank(request.institution_ref, token)),
        )
        # GoCardless adds its own parameters to the address and keeps ours
        back = f"{request.redirect_uri}?{urlencode({'state': request.state})}"
        requisition = self._ask(
            "POST",
            self._url("requisitions"),
            token,
            {
                "institution_id": request.institution_ref,
                "redirect": back,
                "agreement": required_text(agreement, "id"),
                "user_language": request.language.upper(),
            },
        )
        link = required_text(requisition, "link")
        require_safe_url(link)  # a browser is sent there: no javascript:, no plain http
        return ConsentStart(required_text(requisition, "id"), link)

    def finish_consent(
        self,
        consent_ref: str,
        secrets: Mapping[str, str],
        callback: Mapping[str, str],
        redirect_uri: str,
    ) -> Grant:
        if callback.get("error") in ("UserCancelledSession", "access_denied"):
            raise ConsentError("consent_rejected")
        if callback.get("error"):
            raise FinalError("authorization_failed", "the redirect brought an error")
        grant = self._grant(consent_ref)
        status, valid_until = self.consent_status(grant)
        if status in _ENDED:
            raise ConsentError(_ENDED[status])
        if status is not ConsentStatus.VALID:
            raise FinalError("authorization_failed", "the requisition is not linked")
        return replace(grant, valid_until=valid_until)

    def fresh_grant(self, grant: Grant) -> Grant:
        if self.is_fresh(grant):
            return grant
        return replace(self._grant(grant.consent_ref), valid_until=grant.valid_until)

    def consent_status(self, grant: Grant) -> tuple[ConsentStatus, date | None]:
        requisition = self._requisition(grant)
        status = _status(requisition)
        agreement_ref = text(requisition, "agreement")
        if status is not ConsentStatus.VALID or not agreement_ref:
            return status, None
        url = self._url("agreements", "enduser", agreement_ref)
        return status, _valid_until(self._ask("GET", url, grant.access_token))

    def revoke_consent(self, grant: Grant) -> None:
        url = self._url("requisitions", grant.consent_ref)
        response = self._send("DELETE", url, grant.access_token)
        if response.status not in (200, 204, 404):  # 404: it is gone, which is what was asked for
            raise _refusal(response)

    def accounts(self, grant: Grant, psu: PsuContext | None = None) -> list[BankAccount]:
        requisition = self._requisition(grant)
        status = _status(requisition)
        if status is not ConsentStatus.VALID:
            raise ConsentError(_ENDED.get(status, "consent_invalid"))
        refs = requisition.get("accounts")
        if not isinstance(refs, list):
            raise RetryableError("bad_response", "accounts is not a list")
        return [self._account(grant, ref) for ref in map(identifier, refs) if ref]

    def balances(
        self, grant: Grant, resource_ref: str, psu: PsuContext | None = None
    ) -> list[Balance]:
        return normalise.balances(self._read(grant, resource_ref, "balances"))

    def transactions(
        self,
        grant: Grant,
        resource_ref: str,
        date_from: date,
        date_to: date | None = None,
        psu: PsuContext | None = None,
    ) -> Iterator[TransactionPage]:
        """One page: the API knows no paging."""
        params = {"date_from": date_from.isoformat()}
        if date_to:
            params["date_to"] = date_to.isoformat()
        report = self._read(grant, resource_ref, "transactions", params).get("transactions")
        if not isinstance(report, Mapping):
            # OCA's module took a missing report for a quiet account
            raise RetryableError("bad_response", "no transactions object")
        pairs = [
            (found, entry)
            for status in TransactionStatus
            for entry in children(report.get(status.value))
            if (found := normalise.transaction(entry, status)) is not None
        ]
        yield TransactionPage(
            tuple(found for found, _ in pairs), tuple(entry for _, entry in pairs)
        )

    def _bank(self, institution_ref: str, token: str) -> dict[str, object]:
        try:
            return self._ask("GET", self._url("institutions", institution_ref), token)
        except FinalError as error:
            if error.code != "resource_unknown":
                raise
            raise FinalError("institution_unknown", error.detail) from error

    def _terms(self, request: ConsentRequest, bank: Mapping[str, object]) -> dict[str, object]:
        """As long and as far back as the bank allows, and not longer than asked for."""
        wanted = (request.valid_until - self.clock().date()).days
        longest = _days(bank, "max_access_valid_for_days")
        return {
            "institution_id": request.institution_ref,
            "access_valid_for_days": max(1, min(wanted, longest)),
            "max_historical_days": min(_days(bank, "transaction_total_days"), _LONGEST_HISTORY),
            "access_scope": ["balances", "details", "transactions"],
        }

    def _account(self, grant: Grant, ref: str) -> BankAccount:
        metadata = self._ask("GET", self._url("accounts", ref), grant.access_token)
        return normalise.account(metadata, self._read(grant, ref, "details"))

    def _requisition(self, grant: Grant) -> dict[str, object]:
        try:
            url = self._url("requisitions", grant.consent_ref)
            return self._ask("GET", url, grant.access_token)
        except FinalError as error:
            if error.code != "resource_unknown":
                raise
            raise ConsentError("consent_invalid", "the requisition is gone") from error

    def _grant(self, consent_ref: str) -> Grant:
        answer = self._token_answer()
        lifetime = answer.get("access_expires")
        if not isinstance(lifetime, int) or not 0 < lifetime <= _LONGEST_TOKEN_S:
            raise RetryableError("bad_response", "access_expires is no number of seconds")
        return Grant(
            consent_ref=consent_ref,
            access_token=required_text(answer, "access"),
            access_expires_at=self.clock() + timedelta(seconds=lifetime),
        )

    def _token(self) -> str:
        return required_text(self._token_answer(), "access")

    def _token_answer(self) -> dict[str, object]:
        """A token of ourselves: it opens every requisition, and works for a day."""
        keys = {
            "secret_id": self.settings.client_id,
            "secret_key": self.settings.client_secret,
        }
        url = self._url("token", "new")
        response = self.transport.send("POST", url, json_body=keys, wait_s=_reset_s)
        if response.status != 200:
            raise FinalError("credentials_refused", f"status {response.status}")
        return response.json()

    def _read(
        self, grant: Grant, ref: str, scope: str, params: Mapping[str, str] | None = None
    ) -> dict[str, object]:
        return self._ask(
            "GET", self._url("accounts", ref, scope), grant.access_token, params=params
        )

    def _ask(
        self,
        method: str,
        url: str,
        token: str,
        body: Mapping[str, object] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> dict[str, object]:
        response = self._send(method, url, token, body, params)
        if response.status not in (200, 201):
            raise _refusal(response)
        return response.json()

    def _send(
        self,
        method: str,
        url: str,
        token: str,
        body: Mapping[str, object] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Response:
        headers = {"Authorization": f"Bearer {token}"}
        return self.transport.send(
            method, url, headers=headers, params=params, json_body=body, wait_s=_reset_s
        )

    def _url(self, *parts: str) -> str:
        path = "/".join(quote(part, safe="") for part in parts)
        return f"{self.settings.base_url.rstrip('/')}/api/v2/{path}/"


def _reset_s(headers: Mapping[str, str]) -> int | None:
    """Seconds until the limit that is used up is lifted, in GoCardless's own headers or Retry-After.

    Both limits are always told: only one whose remainder is zero says how long to wait.
    """
    waits = [
        header_seconds(headers, f"{limit}_RESET")
        for limit in _LIMITS
        if header_seconds(headers, f"{limit}_REMAINING") == 0
    ]
    known_waits = [wait for wait in waits if wait is not None]
    return max(known_waits) if known_waits else retry_after_s(headers)


def _status(requisition: Mapping[str, object]) -> ConsentStatus:
    word = required_text(requisition, "status")
    if word not in _STATUS:
        raise RetryableError("bad_response", "unknown requisition status")
    return _STATUS[word]


def _valid_until(agreement: Mapping[str, object]) -> date | None:
    accepted = calendar_date(agreement, "accepted")
    days = agreement.get("access_valid_for_days")
    if accepted is None or not isinstance(days, int) or not 0 < days <= _LONGEST_HISTORY:
        return None
    try:
        return accepted + timedelta(days=days)
    except OverflowError:  # accepted at the end of all days: that tells no end
        return None


def _days(bank: Mapping[str, object], name: str) -> int:
    """A number of days, which the API writes as text."""
    written = str(bank.get(name, ""))
    is_number = written.isascii() and written.isdigit() and len(written) < 6
    return int(written) if is_number and int(written) > 0 else _DAYS_UNLESS_TOLD


def _refusal(response: Response) -> FinalError:
    kind, summary = _error_words(response)
    detail = f"status {response.status} {kind}".rstrip()
    if response.status == 400 and "expired" in summary and "EUA" in summary:
        return ConsentError("consent_expired", detail)
    if response.status == 400 and "date range" in summary:
        return FinalError("period_invalid", detail)
    key = kind if kind in _REFUSALS else response.status
    error, code = _REFUSALS.get(key, (FinalError, "request_refused"))
    return error(code, detail)


def _error_words(response: Response) -> tuple[str, str]:
    """The word ``type`` and the ``summary`` of an error, empty when there are none."""
    try:
        answer = response.json()
    except RetryableError:
        return "", ""
    kind = text(answer, "type")
    return kind if kind in _REFUSALS else "", text(answer, "summary")
