"""The values that flow between connectors, statement files, the matching and the models.

Names follow ISO 20022 and PSD2. All values are immutable; money is ``Decimal`` in major units of
the currency that stands beside it; dates are calendar dates of the bank, never shifted through UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from .plain_text import plain


class _PlainTexts:
    """The texts of these values come from outside: they are freed of control characters here, the
    one place that all banks and files pass."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for item in fields(self):  # type: ignore[arg-type]
            value = getattr(self, item.name)
            if type(value) is str and not value.isprintable():
                object.__setattr__(self, item.name, plain(value))


class TransactionStatus(str, Enum):
    BOOKED = "booked"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class BankTransaction(_PlainTexts):
    """One entry of a bank account as the bank tells it. ``amount`` > 0 is money coming in.

    ``booking_date`` is None only while the transaction is pending. ``counterparty_*`` is the debtor
    of money coming in and the creditor of money going out. Texts are kept as the bank wrote them.
    ``read_from_text``: names of fields that the bank does not fill and that its free text says.
    """

    amount: Decimal
    currency: str
    status: TransactionStatus
    booking_date: date | None
    value_date: date | None = None
    transaction_id: str = ""
    entry_reference: str = ""
    end_to_end_id: str = ""
    mandate_id: str = ""
    creditor_id: str = ""
    creditor_reference: str = ""  # structured remittance information: ISO 11649, OGM/VCS, QRR...
    counterparty_name: str = ""
    counterparty_iban: str = ""
    remittance_unstructured: str = ""
    bank_tx_code: str = ""  # ISO 20022 domain-family-subfamily where given, else the bank's own
    return_reason: str = ""  # ISO 20022 external return reason code, e.g. AM04
    instructed_amount: Decimal | None = None
    instructed_currency: str = ""
    read_from_text: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class BankAccount(_PlainTexts):
    """An account the consent gives access to. ``resource_ref`` is the provider's handle for it.

    ``stable_ref`` names the account across consents where the provider has such a name: a handle
    may die with its consent.
    """

    resource_ref: str
    iban: str
    currency: str
    name: str = ""
    owner_name: str = ""
    bic: str = ""
    stable_ref: str = ""


@dataclass(frozen=True, slots=True)
class Institution(_PlainTexts):
    """A bank that a provider reaches. ``ref`` is what ``ConsentRequest.institution_ref`` takes."""

    ref: str
    name: str
    country: str
    bic: str = ""
    logo_url: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance of an account. ``balance_type`` in Berlin Group words: closingBooked, expected..."""

    amount: Decimal
    currency: str
    balance_type: str
    reference_date: date | None = None


class ConsentStatus(str, Enum):
    RECEIVED = "received"
    VALID = "valid"
    REJECTED = "rejected"
    REVOKED = "revoked"  # by the PSU, here or at the bank
    EXPIRED = "expired"
    TERMINATED = "terminated"  # by us


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """What we ask the PSU's bank for. ``state`` is the anti-forgery value of the redirect.

    ``renewed``: the grant of the consent that this one renews. A provider that keeps accounts under a
    user of its own goes on with that user; others ask for a new consent.
    """

    redirect_uri: str
    state: str
    valid_until: date
    psu_ip_address: str
    psu_user_agent: str = ""
    institution_ref: str = ""
    language: str = "en"
    psu_id: str = ""  # the PSU's user name at the bank, where decoupled authentication needs it
    psu_email: str = ""
    renewed: Grant | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ConsentStart(_PlainTexts):
    """A consent that waits for strong customer authentication at ``redirect_url``.

    An empty ``redirect_url`` is the decoupled approach: the PSU confirms in the bank's own app, told
    by ``psu_message`` (the bank's words, may be empty), and ``Connector.poll_consent`` finds out.
    ``secrets`` (PKCE verifier, nonce...) must be kept, encrypted, until the PSU comes back.
    """

    consent_ref: str
    redirect_url: str = field(repr=False)  # may hold a code for whoever opens it
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    psu_message: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a finished consent gives: the consent and its tokens. Secret as a whole.

    ``access_expires_at`` is timezone-aware UTC. Without ``access_token`` the consent alone opens the
    accounts, until ``access_expires_at``. ``metadata_url``: where the authorization server describes
    itself, empty when that is its usual place.
    """

    consent_ref: str
    access_token: str = field(repr=False)
    access_expires_at: datetime
    refresh_token: str = field(default="", repr=False)
    valid_until: date | None = None
    metadata_url: str = ""


@dataclass(frozen=True, slots=True)
class TransactionPage:
    """A page of transactions in the order the bank gave them. ``raw`` pairs with nothing: it is
    the provider's JSON entries, index by index the origin of ``transactions``; empty where the
    provider answered with a statement file."""

    transactions: tuple[BankTransaction, ...]
    raw: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class StatementFile:
    """One statement of one account read from a file.

    ``is_partial``: other entries of its days may stand elsewhere, as beside a notification, an interim
    report or one page of several.
    """

    iban: str
    currency: str
    transactions: tuple[BankTransaction, ...]
    reference: str = ""
    opening: Balance | None = None
    closing: Balance | None = None
    is_partial: bool = False
