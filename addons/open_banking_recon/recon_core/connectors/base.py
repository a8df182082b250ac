"""The interface every bank connection speaks, whatever the provider behind it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode

from ..errors import ConsentError, FinalError
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

if TYPE_CHECKING:
    from .transport import Transport


RENEW_BEFORE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Where a provider is and who we are to it. ``client_secret`` may be empty (public client).

    ``client_certificate`` (PEM, ours first, then those up to its authority) and ``client_key`` (PEM)
    are shown in TLS: the QWAC of a registered third party. ``seal_certificate`` and ``seal_key`` (RSA)
    sign its requests: the QSEAL. ``assertion_key`` (PEM) proves who we are to the token endpoint in
    place of ``client_secret``, ``assertion_key_id`` is the server's name for it. ``oauth_scope`` are
    words that a server wants beside those of the protocol, for example ``openid``.
    """

    base_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    authorize_url: str = ""
    token_url: str = ""
    client_certificate: str = field(default="", repr=False)
    client_key: str = field(default="", repr=False)
    seal_certificate: str = field(default="", repr=False)
    seal_key: str = field(default="", repr=False)
    assertion_key: str = field(default="", repr=False)
    assertion_key_id: str = ""
    oauth_scope: str = ""


@dataclass(frozen=True, slots=True)
class PsuContext:
    """The person in front of the screen. Only ever sent when there is one: never from a cron."""

    ip_address: str
    user_agent: str = ""


class Connector(ABC):
    """One provider. Stateless but for its settings; raises ``recon_core.errors`` only.

    ``clock`` returns the present instant, timezone-aware UTC.
    """

    code: ClassVar[str]
    label: ClassVar[str]  # what a person who sets up a provider reads
    # reads a day, account and endpoint without the PSU (RTS (EU) 2018/389 art. 36(5)(b)); None where
    # the provider reads the banks by itself and we only read the provider
    unattended_reads_per_day: ClassVar[int | None] = 4
    # how far back the first read after strong authentication may ask; banks that give less refuse
    # with period_invalid
    history_days: ClassVar[int] = 730
    # the recipe of normalisers.identity that names the lines of this provider
    identity_version: ClassVar[str] = "v1"
    # whether a bank is chosen from ``institutions`` before a consent can start
    has_institutions: ClassVar[bool] = False
    # whether the bank may want to know who the PSU is before it asks for a confirmation in its app
    takes_psu_id: ClassVar[bool] = False
    default_base_url: ClassVar[str] = ""  # where all customers of the provider reach it
    secret_is_key: ClassVar[bool] = False  # the client secret is a private key: PEM, many lines

    def __init__(
        self, settings: ProviderSettings, transport: Transport, clock: Callable[[], datetime]
    ) -> None:
        self.settings = settings
        self.transport = transport
        self.clock = clock

    def institutions(self, country: str) -> list[Institution]:
        """The banks of a country (ISO 3166 alpha-2) to choose from; none when there is no choice."""
        return []

    @abstractmethod
    def start_consent(self, request: ConsentRequest) -> ConsentStart:
        """Ask for a consent; returns where to send the PSU for strong authentication."""

    @abstractmethod
    def finish_consent(
        self,
        consent_ref: str,
        secrets: Mapping[str, str],
        callback: Mapping[str, str],
        redirect_uri: str,
    ) -> Grant:
        """Exchange what the redirect brought back (``code`` or ``error``; of a plain redirect
        nothing but ``state``) for a grant.

        The caller has already compared ``state``. Raises ConsentError("consent_rejected") when the
        PSU declined, FinalError("authorization_failed") when the code is not accepted.
        """

    def poll_consent(self, consent_ref: str, secrets: Mapping[str, str]) -> Grant | None:
        """The grant of a decoupled authentication, None while the PSU has not confirmed it yet.

        Raises ConsentError("consent_rejected") when the PSU declined or let it run out.
        """
        raise FinalError("authorization_failed", f"{self.code} knows no decoupled approach")

    def is_fresh(self, grant: Grant) -> bool:
        """Whether the access token lasts long enough to be used without renewing it."""
        return grant.access_expires_at - self.clock() > RENEW_BEFORE

    @abstractmethod
    def fresh_grant(self, grant: Grant) -> Grant:
        """The same grant, or one with a renewed access token when it is about to run out."""

    @abstractmethod
    def consent_status(self, grant: Grant) -> tuple[ConsentStatus, date | None]:
        """The bank's word on the consent, and until when it is valid where the bank says so."""

    @abstractmethod
    def revoke_consent(self, grant: Grant) -> None:
        """Withdraw the consent at the bank. A consent that is already gone is not an error."""

    @abstractmethod
    def accounts(self, grant: Grant, psu: PsuContext | None = None) -> list[BankAccount]:
        """The accounts the consent opens."""

    @abstractmethod
    def balances(
        self, grant: Grant, resource_ref: str, psu: PsuContext | None = None
    ) -> list[Balance]:
        """The balances of one account, booked ones first."""

    @abstractmethod
    def transactions(
        self,
        grant: Grant,
        resource_ref: str,
        date_from: date,
        date_to: date | None = None,
        psu: PsuContext | None = None,
    ) -> Iterator[TransactionPage]:
        """Pages of booked and pending transactions, both bounds included, read as they are consumed."""


def callback_code(callback: Mapping[str, str]) -> str:
    """The authorization code that the redirect brought back.

    Raises ConsentError("consent_rejected") when the PSU declined, FinalError("authorization_failed")
    without a code.
    """
    if callback.get("error") == "access_denied":
        raise ConsentError("consent_rejected")
    code = callback.get("code", "")
    if callback.get("error") or not code:
        raise FinalError("authorization_failed", "no code in the redirect")
    return code


def straight_back(request: ConsentRequest) -> str:
    """Our own redirect address with the state: where keys alone open the accounts, nobody has to
    authenticate, and the same steps lead to a grant."""
    return f"{request.redirect_uri}?{urlencode({'state': request.state})}"
