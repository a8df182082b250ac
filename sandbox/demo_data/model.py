"""The values of the demo data set. Money is Decimal in euros; all values are immutable."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Company:
    name: str
    siren: str
    siret: str
    vat: str
    street: str
    zip: str
    city: str
    email: str
    phone: str
    country: str = "FR"


@dataclass(frozen=True, slots=True)
class Partner:
    """``ref`` is C001... for customers and V001... for vendors. ``delay_days``: pays that late."""

    ref: str
    name: str
    siren: str
    vat: str
    street: str
    zip: str
    city: str
    email: str
    iban: str
    bic: str
    payment_days: int
    delay_days: int = 0
    lang: str = "fr_FR"
    country: str = "FR"
    creditor_id: str = ""  # SEPA identifier of a vendor who collects by direct debit


@dataclass(frozen=True, slots=True)
class Line:
    description: str
    quantity: int
    unit_price: Decimal
    tax_rate: Decimal

    @property
    def untaxed(self) -> Decimal:
        return self.quantity * self.unit_price

    @property
    def tax(self) -> Decimal:
        """Exact: prices are multiples of 0.10, so no way of rounding taxes can disagree."""
        return (self.untaxed * self.tax_rate / 100).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class Document:
    """``number`` is ours for invoices and credit notes, the vendor's own for bills."""

    kind: str  # out_invoice, out_refund, in_invoice
    partner_ref: str
    number: str
    invoice_date: date
    due_date: date
    lines: tuple[Line, ...]
    structured_ref: str = ""
    purchase_order: str = ""

    @property
    def untaxed(self) -> Decimal:
        return sum((line.untaxed for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.untaxed + self.tax


@dataclass(frozen=True, slots=True)
class PastInvoice:
    """An invoice of long ago, paid in full on ``paid_date``; without tax."""

    partner_ref: str
    invoice_date: date
    due_date: date
    paid_date: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Account:
    resource_id: str
    iban: str
    bic: str
    name: str
    product: str
    owner_name: str
    opening_balance: Decimal
    opening_date: date
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Transaction:
    """``amount`` > 0 is money coming in. ``booking_date`` is None while pending."""

    id: str
    account_iban: str
    status: str
    booking_date: date | None
    value_date: date
    amount: Decimal
    counterparty_name: str = ""
    counterparty_iban: str = ""
    ultimate_name: str = ""
    remittance: tuple[str, ...] = ()
    creditor_reference: str = ""
    end_to_end_id: str = ""
    mandate_id: str = ""
    creditor_id: str = ""
    bank_tx_code: str = ""
    additional_information: str = ""
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Settled:
    """How much of a document a transaction pays; negative for a credit note that is used up."""

    number: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Truth:
    """What a transaction really is. ``difference`` is what the documents leave of its amount."""

    kind: str
    documents: tuple[Settled, ...] = ()
    difference: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class DemoData:
    as_of: date
    seed: int
    company: Company
    customers: tuple[Partner, ...]
    vendors: tuple[Partner, ...]
    invoices: tuple[Document, ...]
    credit_notes: tuple[Document, ...]
    bills: tuple[Document, ...]
    history: tuple[PastInvoice, ...]  # settled before the bank was connected
    paper_bills: tuple[Document, ...]  # known from paper only: read from PDF, not entered
    bank_accounts: tuple[Account, ...]
    transactions: tuple[Transaction, ...]
    truth: dict[str, Truth]
    psu: dict[str, str] = field(
        default_factory=lambda: {"user": "demo", "password": "demo-2468", "name": "Camille Roy"}
    )
