"""What the matching takes and gives. Amounts of documents are positive; bank lines are signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum


class MoveType(str, Enum):
    """Odoo's document types that a bank line can pay, and a payment waiting on its bank line."""

    OUT_INVOICE = "out_invoice"
    OUT_REFUND = "out_refund"
    IN_INVOICE = "in_invoice"
    IN_REFUND = "in_refund"
    PAYMENT_IN = "payment_in"
    PAYMENT_OUT = "payment_out"

    @property
    def expects_money_in(self) -> bool:
        return self in (MoveType.OUT_INVOICE, MoveType.IN_REFUND, MoveType.PAYMENT_IN)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An open document (or instalment, or outstanding payment) that may be paid.

    With ``amount_residual`` 0 it was paid lately: a line that names it is a second payment.
    ``partner_ref`` is the customer's purchase order or the vendor's own invoice number;
    ``references`` are further ones that a payer may quote: delivery notes, orders.
    """

    id: int
    partner_id: int
    move_type: MoveType
    number: str
    currency: str
    amount_residual: Decimal
    amount_total: Decimal
    invoice_date: date
    due_date: date
    partner_ref: str = ""
    structured_ref: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Partner:
    """A commercial partner with every name and IBAN the company knows of it."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    ibans: tuple[str, ...] = ()
    country: str = ""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A booked bank line that waits for its counterpart. ``equivalents``: what its amount was worth
    in other currencies that day, where the bank itself names none ({currency: amount > 0}).
    ``is_own_transfer``: the other account is the company's own."""

    id: int
    booking_date: date
    amount: Decimal
    currency: str
    remittance_unstructured: str = ""
    remittance_structured: str = ""
    counterparty_name: str = ""
    counterparty_iban: str = ""
    end_to_end_id: str = ""
    bank_tx_code: str = ""
    return_reason: str = ""
    instructed_amount: Decimal | None = None
    instructed_currency: str = ""
    equivalents: Mapping[str, Decimal] = field(default_factory=dict)
    is_own_transfer: bool = False


class Decision(str, Enum):
    AUTO = "auto"  # certain: may be reconciled without a person
    SUGGEST = "suggest"  # one click for a person
    EXCEPTION = "exception"  # a person decides


class Reason(str, Enum):
    """Why a line is not automatic (recon.exception.reason)."""

    NONE = "none"
    NO_CANDIDATE = "no_candidate"
    BILL_MISSING = "bill_missing"  # money went out for something that comes with a bill
    AMBIGUOUS = "ambiguous"
    UNDERPAID = "underpaid"
    OVERPAID = "overpaid"
    RETURNED = "returned"
    DUPLICATE = "duplicate"
    CURRENCY = "currency"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason in numbers: ``code`` names it, ``weight`` is its share of the log-odds (natural
    log; > 0 speaks for, < 0 against), ``params`` fill the sentence (recon_core.matching.explain)."""

    code: str
    weight: float
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Allocation:
    """``amount`` > 0 of the document's residual is consumed, in the document's currency."""

    item_id: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to settle a line. ``difference`` (line currency, signed as the line) is what the
    allocations leave unexplained: 0 when they fit to the cent. ``category`` (matching.calibration)
    is that of the best proposal of a line; the others have none."""

    allocations: tuple[Allocation, ...]
    probability: float
    rule: str
    evidence: tuple[Evidence, ...]
    difference: Decimal = Decimal(0)
    partner_id: int = 0
    category: str = ""


@dataclass(frozen=True, slots=True)
class LineResult:
    """The decision for a line, best proposal first. ``partner_id`` is 0 when unknown: it can be
    known (IBAN, name) without any document that fits."""

    line_id: int
    decision: Decision
    reason: Reason
    proposals: tuple[Proposal, ...] = ()
    partner_id: int = 0


@dataclass(frozen=True, slots=True)
class MatchPolicy:
    """What the company allows. ``precision_target`` is the share of automatic matches that must be
    right. With ``oldest_first`` a payment that fits several equal documents of its partner pays the
    oldest (French Code civil art. 1342-10). ``auto_rules`` names the rules that may post by themselves (matching.rules)."""

    precision_target: float = 0.995
    suggest_threshold: float = 0.5
    max_proposals: int = 3
    oldest_first: bool = False
    auto_rules: frozenset[str] | None = None  # None: the shipped ones that keep the target
