"""Enable Banking: an aggregator whose sessions stand for consents at the banks.

Source: Enable Banking API reference 1.0.0. ``settings.client_id`` is the application id,
``settings.client_secret`` the application's RSA private key as PEM.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from functools import cached_property
from urllib.parse import quote

from authlib.jose import JsonWebToken, RSAKey

from ..errors import ConsentError, FinalError, ReconError, RetryableError
from ..normalisers import enable_banking as normalise
from ..normalisers.values import (
    calendar_date,
    child,
    instant,
    required_children,
    required_text,
    text,
)
from ..sync.window import UNAUTHENTICATED_DAYS
from ..types import (
    Balance,
    BankAccount,
    ConsentRequest,
    ConsentStart,
    ConsentStatus,
    Grant,
    Institution,
    TransactionPage,
)
from . import pem
from .base import Connector, PsuContext, callback_code
from .transport import Response, require_safe_url

_TOKEN_LIFETIME = timedelta(minutes=15)  # the API takes up to 24 hours
# a validity that is exactly the bank's maximum is refused once the request has travelled
_VALIDITY_MARGIN = timedelta(minutes=1)
_LONGEST_VALIDITY_S = 10 * 366 * 86400  # more is no limit
_MAX_PAGES = 500

_STATUS = {
    "PENDING_AUTHORIZATION": ConsentStatus.RECEIVED,
    "RETURNED_FROM_BANK": ConsentStatus.RECEIVED,
    "AUTHORIZED": ConsentStatus.VALID,
    "EXPIRED": ConsentStatus.EXPIRED,
    "CLOSED": ConsentStatus.TERMINATED,
    "REVOKED": ConsentStatus.REVOKED,
    "INVALID": ConsentStatus.REVOKED,
    "CANCELLED": ConsentStatus.REJECTED,
}
_ENDED = {
    ConsentStatus.EXPIRED: "consent_expired",
    ConsentStatus.REVOKED: "consent_revoked",
    ConsentStatus.REJECTED: "consent_rejected",
    ConsentStatus.TERMINATED: "consent_terminated",
}
# words of the schema ErrorCode; all others are request_refused
_REFUSALS: dict[str, tuple[type[ReconError], str]] = {
    "EXPIRED_SESSION": (ConsentError, "consent_expired"),
    "REVOKED_SESSION": (ConsentError, "consent_revoked"),
    "CLOSED_SESSION": (ConsentError, "consent_terminated"),
    "SESSION_DOES_NOT_EXIST": (ConsentError, "consent_invalid"),
    "WRONG_SESSION_STATUS": (ConsentError, "consent_invalid"),
    "WRONG_AUTHORIZATION_CODE": (FinalError, "authorization_failed"),
    "EXPIRED_AUTHORIZATION_CODE": (FinalError, "authorization_failed"),
    "ALREADY_AUTHORIZED": (FinalError, "authorization_failed"),
    "AUTHORIZATION_NOT_PROVIDED": (FinalError, "credentials_refused"),
    "UNAUTHORIZED_ACCESS": (FinalError, "credentials_refused"),
    "UNAUTHORIZED_IP": (FinalError, "credentials_refused"),
    "WRONG_TRANSACTIONS_PERIOD": (FinalError, "period_invalid"),
    "WRONG_DATE_INTERVAL": (FinalError, "period_invalid"),
    "DATE_FROM_IN_FUTURE": (FinalError, "period_invalid"),
    "ACCOUNT_DOES_NOT_EXIST": (FinalError, "resource_unknown"),
    "INVALID_ACCOUNT_ID": (FinalError, "resource_unknown"),
    "ASPSP_ACCOUNT_NOT_ACCESSIBLE": (FinalError, "resource_unknown"),
    "ACCESS_DENIED": (FinalError, "service_blocked"),
    "WRONG_ASPSP_PROVIDED": (FinalError, "institution_unknown"),
    "ASPSP_ERROR": (RetryableError, "unavailable"),
    "ASPSP_TIMEOUT": (RetryableError, "timeout"),
    "ASPSP_RATE_LIMIT_EXCEEDED": (RetryableError, "rate_limited"),
    "WRONG_CONTINUATION_KEY": (RetryableError, "bad_response"),
}


class EnableBankingConnector(Connector):
    """A bank named by ``<country>:<name>`` of the ASPSP list, for example ``FI:Nordea``.

    A grant holds no token: every request is signed with the application's key, and the session is
    the consent. An account's ``resource_ref`` lives as long as the session.
    """

    code = "enable_banking"
    label = "Enable Banking"
    default_base_url = "https://api.enablebanking.com"
    secret_is_key = True
    has_institutions = True

    def institutions(self, country: str) -> list[Institution]:
        return [normalise.institution(entry) for entry in self._aspsps(country)]

    def start_consent(self, request: ConsentRequest) -> ConsentStart:
        country, _, name = request.institution_ref.partition(":")
        if not country or not name:
            raise FinalError("institution_unknown", "no bank chosen")
        bank = next((a for a in self._aspsps(country) if text(a, "name") == name), None)
        if bank is None:
            raise FinalError("institution_unknown", "not in the list of banks")
        answer = self._ask(
            "POST",
            self._url("auth"),
            body={
                "access": {
                    "valid_until": self._valid_until(request.valid_until, bank).isoformat(),
                    "balances": True,
                    "transactions": True,
                },
                "aspsp": {"name": name, "country": country},
                "state": request.state,
                "redirect_url": request.redirect_uri,
                "psu_type": _psu_type(bank),
                "language": request.language,
            },
        )
        url = required_text(answer, "url")
        require_safe_url(url)  # a browser is sent there: no javascript:, no plain http
        return ConsentStart(required_text(answer, "authorization_id"), url)

    def finish_consent(
        self,
        consent_ref: str,
        secrets: Mapping[str, str],
        callback: Mapping[str, str],
        redirect_uri: str,
    ) -> Grant:
        """The grant's ``consent_ref`` is the session: that of the start named the authorisation."""
        answer = self._ask("POST", self._url("sessions"), body={"code": callback_code(callback)})
        valid_until = instant(child(answer, "access"), "valid_until")
        return Grant(
            consent_ref=required_text(answer, "session_id"),
            access_token="",
            access_expires_at=valid_until,
            valid_until=calendar_date(child(answer, "access"), "valid_until"),
        )

    def fresh_grant(self, grant: Grant) -> Grant:
        if self.is_fresh(grant):
            return grant
        raise ConsentError("consent_expired", "the session has ended")

    def consent_status(self, grant: Grant) -> tuple[ConsentStatus, date | None]:
        answer = self._session(grant)
        return _status(answer), calendar_date(child(answer, "access"), "valid_until")

    def revoke_consent(self, grant: Grant) -> None:
        try:
            self._ask("DELETE", self._url("sessions", grant.consent_ref))
        except ConsentError:
            return  # it has ended already, which is what was asked for

    def accounts(self, grant: Grant, psu: PsuContext | None = None) -> list[BankAccount]:
        session = self._session(grant)
        status = _status(session)
        if status is not ConsentStatus.VALID:
            raise ConsentError(_ENDED.get(status, "consent_invalid"))
        uids = [
            required_text(entry, "uid") for entry in required_children(session, "accounts_data")
        ]
        return [
            normalise.account(self._read(self._url("accounts", uid, "details"), psu), uid)
            for uid in uids
        ]

    def balances(
        self, grant: Grant, resource_ref: str, psu: PsuContext | None = None
    ) -> list[Balance]:
        return normalise.balances(self._read(self._url("accounts", resource_ref, "balances"), psu))

    def transactions(
        self,
        grant: Grant,
        resource_ref: str,
        date_from: date,
        date_to: date | None = None,
        psu: PsuContext | None = None,
    ) -> Iterator[TransactionPage]:
        url = self._url("accounts", resource_ref, "transactions")
        params = {"date_from": date_from.isoformat()}
        if date_to:
            params["date_to"] = date_to.isoformat()
        if (self.clock().date() - date_from).days > UNAUTHENTICATED_DAYS:
            # banks that refuse such a period give what they have instead
            params["strategy"] = "longest"
        used: set[str] = set()
        while True:
            answer = self._read(url, psu, params)
            yield _page(answer)
            key = text(answer, "continuation_key")
            if not key:  # an empty page may carry a key: only its absence is the end
                return
            if key in used or len(used) >= _MAX_PAGES:
                raise RetryableError("bad_response", "pages without an end")
            used.add(key)
            params["continuation_key"] = key

    def _aspsps(self, country: str) -> list[Mapping[str, object]]:
        params = {"country": country, "service": "AIS"}
        return required_children(self._ask("GET", self._url("aspsps"), params=params), "aspsps")

    def _valid_until(self, wanted: date, bank: Mapping[str, object]) -> datetime:
        """The end of the day ``wanted``, or as long as the bank allows (in seconds) if sooner."""
        end = datetime.combine(wanted, time(23, 59, 59), tzinfo=timezone.utc)
        longest = bank.get("maximum_consent_validity")
        if not isinstance(longest, int) or not 0 < longest < _LONGEST_VALIDITY_S:
            return end
        return min(end, self.clock() + timedelta(seconds=longest) - _VALIDITY_MARGIN)

    def _session(self, grant: Grant) -> dict[str, object]:
        return self._ask("GET", self._url("sessions", grant.consent_ref))

    def _read(
        self, url: str, psu: PsuContext | None, params: Mapping[str, str] | None = None
    ) -> dict[str, object]:
        """Account data. A bank takes all headers about the person that it wants, or none: where
        ours are not enough, the read is one without the person."""
        if psu is None:
            return self._ask("GET", url, params=params)
        response = self._send("GET", url, headers=_psu_headers(psu), params=params)
        if response.status != 200 and _error_word(response) == "PSU_HEADER_NOT_PROVIDED":
            return self._ask("GET", url, params=params)
        return _accepted(response)

    def _ask(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> dict[str, object]:
        return _accepted(self._send(method, url, params=params, body=body))

    def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Response:
        signed = {**(headers or {}), "Authorization": f"Bearer {self._token()}"}
        return self.transport.send(method, url, headers=signed, params=params, json_body=body)

    def _token(self) -> str:
        """A short-lived JWT that says who we are. Raises FinalError("credentials_refused")."""
        issued_at = self.clock()
        claims = {
            "iss": "enablebanking.com",
            "aud": "api.enablebanking.com",
            "iat": int(issued_at.timestamp()),
            "exp": int((issued_at + _TOKEN_LIFETIME).timestamp()),
        }
        header = {"typ": "JWT", "alg": "RS256", "kid": self.settings.client_id}
        token = JsonWebToken(["RS256"]).encode(header, claims, self._key)
        return str(token.decode("ascii"))

    @cached_property
    def _key(self) -> RSAKey:
        """The private key, checked once: that takes longer than to sign."""
        try:
            key = RSAKey.import_key(pem.blocks(self.settings.client_secret))
            key.check_key_op("sign")
        except ValueError:
            # the library's error may quote the key: it ends here
            raise FinalError("credentials_refused", "the private key cannot be read") from None
        return key

    def _url(self, *parts: str) -> str:
        path = "/".join(quote(part, safe="") for part in parts)
        return f"{self.settings.base_url.rstrip('/')}/{path}"


def _status(session: Mapping[str, object]) -> ConsentStatus:
    word = required_text(session, "status")
    if word not in _STATUS:
        raise RetryableError("bad_response", "unknown session status")
    return _STATUS[word]


def _page(answer: Mapping[str, object]) -> TransactionPage:
    pairs = [
        (found, entry)
        for entry in required_children(answer, "transactions")
        if (found := normalise.transaction(entry)) is not None
    ]
    return TransactionPage(tuple(found for found, _ in pairs), tuple(entry for _, entry in pairs))


def _accepted(response: Response) -> dict[str, object]:
    if response.status == 200:
        return response.json()
    word = _error_word(response)
    detail = f"status {response.status} {word}".rstrip()
    if word in _REFUSALS:
        error, code = _REFUSALS[word]
        raise error(code, detail)
    if response.status == 401:
        raise FinalError("credentials_refused", detail)
    raise FinalError("request_refused", detail)


def _error_word(response: Response) -> str:
    """The word of ErrorCode in a refusal, empty when there is none of that shape."""
    try:
        word = response.json().get("error")
    except RetryableError:
        return ""
    return word if isinstance(word, str) and re.fullmatch(r"[A-Z_]{3,40}", word) else ""


def _psu_type(bank: Mapping[str, object]) -> str:
    """Business where the bank knows it: the books are a company's."""
    offered = bank.get("psu_types")
    return "personal" if isinstance(offered, list) and "business" not in offered else "business"


def _psu_headers(psu: PsuContext) -> dict[str, str]:
    headers = {"Psu-Ip-Address": psu.ip_address}
    if psu.user_agent:
        headers["Psu-User-Agent"] = psu.user_agent
    return headers
