"""Berlin Group NextGenPSD2 XS2A 1.3: account information straight from a bank."""

from __future__ import annotations

import secrets as random_tokens
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timezone
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
)
from . import berlin_group_sca as sca
from . import oauth, oidc, signing
from .base import Connector, PsuContext, callback_code, straight_back
from .berlin_group_answers import ENDED, accepted, consent_facts, entries, string
from .berlin_group_reports import ACCEPT, report
from .transport import Response, own_link, page_link

_READS_PER_DAY = 4  # RTS (EU) 2018/389 art. 36(5)(b): without the user, four times in 24 hours
_MAX_PAGES = 500
_FINISHED_SCA = ("finalised", "exempted")


class BerlinGroupConnector(Connector):
    """A bank reached at ``settings.base_url`` (the address before ``/v1``).

    The bank says how its customer authenticates: OAuth2, a plain redirect, or decoupled in an app of
    its own. The OAuth2 endpoints come from the settings, else from the metadata document of the
    bank's own origin. Addresses that the bank hands out are followed on its own origin only. A grant
    without an access token is the consent alone (plain redirect, decoupled).
    """

    code = "berlin_group"
    label = "Berlin Group NextGenPSD2"
    takes_psu_id = True

    def start_consent(self, request: ConsentRequest) -> ConsentStart:
        url = self._url("consents")
        headers = _consent_headers(request)
        body: dict[str, object] = {
            "access": {"allPsd2": "allAccounts"},
            "recurringIndicator": True,
            "validUntil": request.valid_until.isoformat(),
            "frequencyPerDay": _READS_PER_DAY,
            "combinedServiceIndicator": False,
        }
        response = accepted(self._send("POST", url, headers=headers, json_body=body))
        consent_ref = string(response.json(), "consentId")

        def ask(method: str, href: str, more: dict[str, str]) -> Response:
            step = self._own_url(url, href)
            return self._send(method, step, headers={**headers, **more}, json_body={})

        way = sca.way(response, ask, request.psu_id)
        kept = {"approach": way.approach}
        for name, href in (("sca_status", way.sca_status), ("confirmation", way.confirmation)):
            if href:
                kept[f"{name}_url"] = self._own_url(url, href)
        if way.approach == sca.OAUTH:
            return self._start_oauth(consent_ref, way, request, kept)
        if way.approach == sca.DECOUPLED:
            return ConsentStart(consent_ref, "", kept, way.psu_message)
        return ConsentStart(consent_ref, page_link(url, way.href), kept)

    def _start_oauth(
        self, consent_ref: str, way: sca.Way, request: ConsentRequest, kept: dict[str, str]
    ) -> ConsentStart:
        endpoints = self._endpoints(way.href)
        kept["code_verifier"] = random_tokens.token_urlsafe(64)  # unguessable, as the nonce
        if way.href:
            kept["metadata_url"] = way.href
        if "openid" in self.settings.oauth_scope.split():
            if not endpoints.issuer or not endpoints.jwks_url:
                raise FinalError("discovery_failed", "no issuer or keys for identity tokens")
            kept["nonce"] = random_tokens.token_urlsafe(32)
        return ConsentStart(
            consent_ref=consent_ref,
            redirect_url=oauth.authorization_url(
                endpoints.authorize_url,
                self._client(endpoints),
                redirect_uri=request.redirect_uri,
                scope=f"{self.settings.oauth_scope} AIS:{consent_ref}".strip(),
                state=request.state,
                verifier=kept["code_verifier"],
                nonce=kept.get("nonce", ""),
            ),
            secrets=kept,
        )

    def finish_consent(
        self,
        consent_ref: str,
        secrets: Mapping[str, str],
        callback: Mapping[str, str],
        redirect_uri: str,
    ) -> Grant:
        if secrets.get("approach", sca.OAUTH) != sca.OAUTH:
            return self._finish_redirect(consent_ref, secrets, callback)
        metadata_url = secrets.get("metadata_url", "")
        endpoints = self._endpoints(metadata_url)
        oauth.check_issuer(endpoints, callback)
        tokens = oauth.exchange_code(
            self.transport,
            endpoints.token_url,
            self._client(endpoints),
            code=callback_code(callback),
            redirect_uri=redirect_uri,
            verifier=secrets["code_verifier"],
            now=self.clock(),
        )
        if "nonce" in secrets:
            oidc.check_id_token(
                self.transport,
                tokens.id_token,
                jwks_url=self._own_url(endpoints.token_url, endpoints.jwks_url),
                issuer=endpoints.issuer,
                client_id=self.settings.client_id,
                nonce=secrets["nonce"],
                now=self.clock(),
            )
        grant = oauth.grant_of(consent_ref, tokens)
        self._confirm(secrets, tokens.access_token, grant)
        valid_until = self._not_ended(grant)
        return replace(grant, valid_until=valid_until, metadata_url=metadata_url)

    def _finish_redirect(
        self, consent_ref: str, secrets: Mapping[str, str], callback: Mapping[str, str]
    ) -> Grant:
        """The bank leads back to one of two addresses of ours; what really happened it is asked."""
        if callback.get("error"):
            raise ConsentError("consent_rejected")
        if not callback.get("state"):
            raise FinalError("authorization_failed", "nothing in the redirect")
        grant = _bare_grant(consent_ref)
        self._confirm(secrets, sca.confirmation_code(callback), grant)
        return _bare_grant(consent_ref, self._not_ended(grant))

    def _confirm(self, secrets: Mapping[str, str], code: str, grant: Grant) -> None:
        """Tells the bank, where it wants that, that the one who asked is the one who came back."""
        url = secrets.get("confirmation_url", "")
        if not url or not code:
            return
        body = {"confirmationCode": code}
        answer = self._send("PUT", self._own_url(url, url), headers=_bearer(grant), json_body=body)
        if string(accepted(answer).json(), "scaStatus") == "failed":
            raise ConsentError("consent_rejected", "not confirmed")

    def _not_ended(self, grant: Grant) -> date | None:
        """Until when the bank says the consent is valid. Raises ConsentError when it has ended."""
        status, valid_until = self.consent_status(grant)
        if status in ENDED:
            raise ConsentError(ENDED[status])
        return valid_until

    def poll_consent(self, consent_ref: str, secrets: Mapping[str, str]) -> Grant | None:
        word, status, valid_until = self._consent(_bare_grant(consent_ref))
        if status in ENDED:
            raise ConsentError("consent_rejected", word)
        grant = _bare_grant(consent_ref, valid_until)
        if status is ConsentStatus.VALID or word == "partiallyAuthorised":
            return grant
        url = secrets.get("sca_status_url", "")
        if not url:
            return None
        answer = accepted(self._send("GET", self._own_url(url, url))).json()
        sca_status = string(answer, "scaStatus")
        if sca_status == "failed":
            raise ConsentError("consent_rejected", sca_status)
        return grant if sca_status in _FINISHED_SCA else None

    def fresh_grant(self, grant: Grant) -> Grant:
        if self.is_fresh(grant):
            return grant
        if not grant.access_token:
            raise ConsentError("consent_expired")
        if not grant.refresh_token:
            raise ConsentError("token_invalid", "no refresh token")
        endpoints = self._endpoints(grant.metadata_url)
        try:
            tokens = oauth.refresh(
                self.transport,
                endpoints.token_url,
                self._client(endpoints),
                refresh_token=grant.refresh_token,
                now=self.clock(),
            )
        except FinalError as error:
            if error.code != "authorization_failed":
                raise  # a key or a line of ours that is wrong ends nobody's consent
            raise self._why_refused(grant, ConsentError("token_invalid")) from error
        fresh = oauth.grant_of(grant.consent_ref, tokens, grant.valid_until)
        return replace(fresh, metadata_url=grant.metadata_url)

    def consent_status(self, grant: Grant) -> tuple[ConsentStatus, date | None]:
        _, status, valid_until = self._consent(grant)
        return status, valid_until

    def _consent(self, grant: Grant) -> tuple[str, ConsentStatus, date | None]:
        url = self._url("consents", grant.consent_ref)
        return consent_facts(accepted(self._send("GET", url, headers=_bearer(grant))).json())

    def revoke_consent(self, grant: Grant) -> None:
        url = self._url("consents", grant.consent_ref)
        response = self._send("DELETE", url, headers=_bearer(grant))
        if response.status == 204:
            return
        try:
            accepted(response)
        except ConsentError:
            return  # it has ended already, which is what was asked for
        except FinalError as error:
            if error.code != "resource_unknown":
                raise

    def accounts(self, grant: Grant, psu: PsuContext | None = None) -> list[BankAccount]:
        answer = self._read(grant, self._url("accounts"), psu).json()
        return [
            normalise.account(entry)
            for entry in entries(answer, "accounts")
            if entry.get("status") not in ("deleted", "blocked")
        ]

    def balances(
        self, grant: Grant, resource_ref: str, psu: PsuContext | None = None
    ) -> list[Balance]:
        answer = self._read(grant, self._url("accounts", resource_ref, "balances"), psu).json()
        return normalise.balances(entries(answer, "balances"))

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
            found = report(self._read(grant, url, psu, params, accept=ACCEPT))
            if found.page is not None:
                yield found.page
            url, params = self._own_url(url, found.follow) if found.follow else "", {}

    def _client(self, endpoints: oauth.Endpoints) -> oauth.Client:
        settings, methods = self.settings, endpoints.auth_methods
        return oauth.Client(
            settings.client_id,
            settings.client_secret,
            secret_in_body="client_secret_post" in methods and "client_secret_basic" not in methods,
            key=settings.assertion_key,
            key_id=settings.assertion_key_id,
            algorithms=endpoints.algorithms,
        )

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

    def _send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json_body: Mapping[str, object] | None = None,
    ) -> Response:
        """A request to the bank's interface, not to its authorisation server."""
        return self.transport.send(
            method,
            url,
            headers=headers or {},
            params=params,
            json_body=json_body,
            sign=self._seal(),
        )

    def _seal(self) -> signing.Sign | None:
        settings = self.settings
        if not settings.seal_certificate and not settings.seal_key:
            return None
        return signing.seal(settings.seal_certificate, settings.seal_key, self.clock())

    def _read(
        self,
        grant: Grant,
        url: str,
        psu: PsuContext | None,
        params: Mapping[str, str] | None = None,
        accept: str = "application/json",
    ) -> Response:
        headers = {**_bearer(grant), "Consent-ID": grant.consent_ref, "Accept": accept}
        if psu is not None:
            headers.update(_psu_headers(psu))
        response = self._send("GET", url, headers=headers, params=params)
        try:
            return accepted(response)
        except ConsentError as error:
            if error.code != "consent_invalid":
                raise
            raise self._why_refused(grant, error) from error

    def _why_refused(self, grant: Grant, otherwise: ConsentError) -> ConsentError:
        """How the consent has ended, where it has: banks refuse with one word for several ends."""
        status, _ = self.consent_status(grant)
        return ConsentError(ENDED[status]) if status in ENDED else otherwise


def _bare_grant(consent_ref: str, valid_until: date | None = None) -> Grant:
    """A grant that is the consent alone. It lasts as long as the bank says, else until it refuses."""
    last_day = valid_until or date.max
    return Grant(
        consent_ref=consent_ref,
        access_token="",
        access_expires_at=datetime.combine(last_day, time.max, tzinfo=timezone.utc),
        valid_until=valid_until,
    )


def _bearer(grant: Grant) -> dict[str, str]:
    return {"Authorization": f"Bearer {grant.access_token}"} if grant.access_token else {}


def _consent_headers(request: ConsentRequest) -> dict[str, str]:
    """Who the person is, and the two ways back: both carry the state."""
    back = straight_back(request)
    return {
        **_psu_headers(PsuContext(request.psu_ip_address, request.psu_user_agent)),
        **sca.psu_id_header(request.psu_id),
        "PSU-Accept-Language": request.language,
        "TPP-Redirect-Preferred": "true",
        "TPP-Redirect-URI": back,
        "TPP-Nok-Redirect-URI": f"{back}&error=access_denied",
    }


def _psu_headers(psu: PsuContext) -> dict[str, str]:
    headers = {"PSU-IP-Address": psu.ip_address}
    if psu.user_agent:
        headers["PSU-User-Agent"] = psu.user_agent
    return headers
