"""Providers that a company may reach with keys of its own, or that one of their users lets us in to."""

from __future__ import annotations

import secrets as random_tokens
from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from ..errors import ConsentError, FinalError
from ..types import ConsentRequest, ConsentStart, Grant
from . import oauth
from .base import Connector, callback_code, straight_back


class OwnKeysConnector(Connector):
    """With ``settings.authorize_url`` a user of the provider gives access (RFC 6749 authorization
    code with PKCE, RFC 7636); without it our own keys do, and nobody has to be asked."""

    scope: ClassVar[str]

    @property
    @abstractmethod
    def _client(self) -> oauth.Client:
        """Who we are to the token endpoint."""

    @property
    @abstractmethod
    def _token_url(self) -> str:
        """Where tokens are given."""

    @abstractmethod
    def _own_grant(self, consent_ref: str) -> Grant:
        """Access with our own keys. Raises FinalError ``credentials_refused`` when they are wrong."""

    @abstractmethod
    def _renewed_own_grant(self, grant: Grant) -> Grant:
        """``grant``, which our own keys gave, for another while."""

    def start_consent(self, request: ConsentRequest) -> ConsentStart:
        if not self.settings.authorize_url:
            return ConsentStart(self.settings.client_id, straight_back(request))
        verifier = random_tokens.token_urlsafe(64)
        url = oauth.authorization_url(
            self.settings.authorize_url,
            self._client,
            redirect_uri=request.redirect_uri,
            scope=self.scope,
            state=request.state,
            verifier=verifier,
        )
        return ConsentStart(self.settings.client_id, url, {"code_verifier": verifier})

    def finish_consent(
        self,
        consent_ref: str,
        secrets: Mapping[str, str],
        callback: Mapping[str, str],
        redirect_uri: str,
    ) -> Grant:
        if not self.settings.authorize_url:
            return self._own_grant(consent_ref)
        tokens = oauth.exchange_code(
            self.transport,
            self._token_url,
            self._client,
            code=callback_code(callback),
            redirect_uri=redirect_uri,
            verifier=secrets["code_verifier"],
            now=self.clock(),
        )
        return oauth.grant_of(consent_ref, tokens)

    def fresh_grant(self, grant: Grant) -> Grant:
        if self.is_fresh(grant):
            return grant
        if not self.settings.authorize_url:
            return self._renewed_own_grant(grant)
        try:
            tokens = oauth.refresh(
                self.transport,
                self._token_url,
                self._client,
                refresh_token=grant.refresh_token,
                now=self.clock(),
            )
        except FinalError as error:
            if error.code != "authorization_failed":
                raise  # a key or a line of ours that is wrong ends nobody's consent
            raise ConsentError("token_invalid", error.detail) from error
        return oauth.grant_of(grant.consent_ref, tokens, grant.valid_until)
