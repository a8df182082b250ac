"""What books and bank lines are made of. Amounts are Decimal with two places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .ledger import Ledger

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def cents(value: Decimal | float | int | str) -> Decimal:
    """``value`` rounded half-up to two places; a float is read through its decimal notation."""
    return Decimal(str(value)).quantize(CENT, ROUND_HALF_UP)


@dataclass
class Partner:
    """A customer or vendor; ``known_*`` is what the company's books hold about it."""

    id: int
    name: str
    country: str
    iban: str  # the one it pays from; the books may not know it
    known_ibans: tuple[str, ...] = ()
    known_variants: tuple[str, ...] = ()
    short_name: str = ""  # how people and banks call it: a trade name, a family name
    customer_number: str = ""
    terms_days: int = 30
    group: str = ""  # companies with one central payer share it
    is_vendor: bool = False
    currency: str = "EUR"
    language: str = "fr"


@dataclass(eq=False)
class Item:
    """An open document. ``left`` is what no line has consumed yet."""

    id: int
    partner: Partner
    move_type: str
    number: str
    invoice_date: date
    due_date: date
    currency: str
    total: Decimal
    residual: Decimal
    left: Decimal
    partner_ref: str = ""
    structured_ref: str = ""
    payment_batch: str = ""
    project: str = ""
    taken: bool = False  # spoken for by a line or a later part of its story


@dataclass(frozen=True)
class Closed:
    """A document paid before: its number is plausible, the open items do not hold it."""

    partner: Partner
    number: str
    invoice_date: date
    total: Decimal


@dataclass(frozen=True)
class Transfer:
    """A movement as its author ordered it, before a bank shapes it. ``amount`` is signed."""

    amount: Decimal
    text: str
    name: str = ""
    iban: str = ""
    structured: str = ""
    end_to_end_id: str = ""
    code: str = "PMNT-RCDT-ESCT"
    currency: str = "EUR"
    instructed: tuple[Decimal, str] | None = None
    language: str = "fr"
    raw: bool = False  # the bank's own wording: no shape is put around it


@dataclass(frozen=True)
class Truth:
    """What an honest accountant books. ``parts`` in the documents' currency, positive."""

    class_name: str
    kind: str  # full, multi, partial, with-fee, over, none
    parts: tuple[tuple[Item, Decimal], ...] = ()
    names_documents: bool = False
    alternatives: tuple[tuple[tuple[Item, Decimal], ...], ...] = ()


@dataclass
class Line:
    """A row of the statement."""

    id: int
    booking_date: date
    value_date: date
    transfer: Transfer
    truth: Truth


NOTHING = "none"
Scenario = Callable[["Ledger", date], "list[tuple[Transfer, Truth]]"]
Bank = Callable[["Ledger", Transfer, date], Transfer]


@dataclass(frozen=True)
class Profile:
    """One kind of company: how it numbers and prices, who pays it and through which banks."""

    name: str
    people: Callable[[Ledger, int], None]  # adds about that many customers and their vendors
    number: Callable[[Ledger, str, date, int], str]  # move type, date, running number
    price: Callable[[Ledger, Partner], Decimal]
    order: Callable[[Ledger, Partner], str]
    scenarios: Mapping[Scenario, float]
    banks: Mapping[Bank, float]
    documents_per_customer: float
    documents: Callable[[Ledger, int], None]  # fills the books with about that many documents
    order_share: float = 0.4
    restarts: bool = False  # numbers begin again with the year
    structured: Callable[[Ledger, str], str] | None = None
    vendor_share: float = 0.12
    refund_share: float = 0.04
    paid_before_share: float = 0.03
