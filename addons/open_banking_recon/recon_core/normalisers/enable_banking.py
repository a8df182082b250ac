"""Enable Banking JSON -> the values of the kernel. Wire names end here.

Source: Enable Banking API reference 1.0.0, schemas AccountResource, BalanceResource, Transaction and
ASPSPData. ``identification_hash`` names an account across sessions, ``uid`` only within one.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..types import (
    Balance,
    BankAccount,
    BankTransaction,
    Institution,
    TransactionStatus,
)
from .bank_words import completed
from .values import (
    booked_first,
    calendar_date,
    child,
    compact_iban,
    decimal,
    iban_or_nothing,
    required_children,
    required_text,
    text,
)

# CNCL, RJCT and SCHD have moved no money and may never: they are not told at all
_STATUS = {
    "BOOK": TransactionStatus.BOOKED,
    "PDNG": TransactionStatus.PENDING,
    "HOLD": TransactionStatus.PENDING,
    "OTHR": TransactionStatus.PENDING,
}
# ISO 20022 balance types in Berlin Group words, where it has one
_BALANCE_TYPES = {
    "CLBD": "closingBooked",
    "PRCD": "openingBooked",  # the closing balance of the day before
    "OPBD": "openingBooked",
    "ITBD": "interimBooked",
    "XPCD": "expected",
    "ITAV": "interimAvailable",
    "FWAV": "forwardAvailable",
}


def institution(entry: Mapping[str, object]) -> Institution:
    """A bank of the ASPSP list. Its ``ref`` is ``<country>:<name>``: the API has no other id."""
    name, country = required_text(entry, "name"), required_text(entry, "country")
    return Institution(
        ref=f"{country}:{name}",
        name=name,
        country=country,
        bic=text(entry, "bic"),
        logo_url=text(entry, "logo"),
    )


def account(entry: Mapping[str, object], uid: str) -> BankAccount:
    """An account's details as an account whose handle is ``uid``, of this session only."""
    return BankAccount(
        resource_ref=uid,
        iban=compact_iban(text(child(entry, "account_id"), "iban")),
        currency=required_text(entry, "currency"),
        name=text(entry, "details") or text(entry, "product") or text(entry, "name"),
        owner_name=text(entry, "name"),
        bic=text(child(entry, "account_servicer"), "bic_fi"),
        stable_ref=text(entry, "identification_hash"),
    )


def balances(answer: Mapping[str, object]) -> list[Balance]:
    """The balances, booked ones first. A type without a Berlin Group word keeps its ISO code."""
    return booked_first(
        Balance(
            amount=_amount(entry, "balance_amount"),
            currency=text(child(entry, "balance_amount"), "currency"),
            balance_type=_BALANCE_TYPES.get(
                text(entry, "balance_type"), text(entry, "balance_type")
            ),
            reference_date=calendar_date(entry, "reference_date"),
        )
        for entry in required_children(answer, "balances")
    )


def transaction(entry: Mapping[str, object]) -> BankTransaction | None:
    """A transaction, or None for one that moved nothing (cancelled, rejected, scheduled) and for a
    booked one without any date: it cannot be placed yet and comes back dated.

    Raises RetryableError("bad_response") when the amount is not a number.
    """
    status = _STATUS.get(text(entry, "status"))
    booking_date = calendar_date(entry, "booking_date")
    value_date = calendar_date(entry, "value_date")
    if status is TransactionStatus.BOOKED:
        booking_date = booking_date or value_date or calendar_date(entry, "transaction_date")
    if status is None or (status is TransactionStatus.BOOKED and booking_date is None):
        return None
    amount = _signed_amount(entry)
    side = "creditor" if amount < 0 else "debtor"
    instructed = child(child(entry, "exchange_rate"), "instructed_amount")
    found = BankTransaction(
        amount=amount,
        currency=text(child(entry, "transaction_amount"), "currency"),
        status=status,
        booking_date=booking_date,
        value_date=value_date,
        transaction_id=text(entry, "transaction_id"),
        entry_reference=text(entry, "entry_reference"),
        creditor_reference=text(entry, "reference_number"),
        counterparty_name=_party_name(child(entry, side)),
        counterparty_iban=iban_or_nothing(text(child(entry, f"{side}_account"), "iban")),
        remittance_unstructured=_remittance(entry),
        bank_tx_code=_bank_tx_code(child(entry, "bank_transaction_code")),
        instructed_amount=decimal(instructed.get("amount"), "instructed") if instructed else None,
        instructed_currency=text(instructed, "currency"),
    )
    return completed(found)


def _signed_amount(entry: Mapping[str, object]) -> Decimal:
    """The sign is the indicator's: some banks send a debit with a minus, others without."""
    amount = _amount(entry, "transaction_amount")
    indicator = text(entry, "credit_debit_indicator")
    if indicator not in ("CRDT", "DBIT"):
        return amount
    return -abs(amount) if indicator == "DBIT" else abs(amount)


def _party_name(party: Mapping[str, object]) -> str:
    """The name, else the first address line: some banks write the name there (ING Poland)."""
    lines = child(party, "postal_address").get("address_line")
    first = lines[0].strip() if isinstance(lines, list) and lines and _is_text(lines[0]) else ""
    return text(party, "name") or first


def _remittance(entry: Mapping[str, object]) -> str:
    lines = entry.get("remittance_information")
    parts = [line.strip() for line in lines if _is_text(line)] if isinstance(lines, list) else []
    joined = "\n".join(part for part in parts if part)
    return joined or text(child(entry, "bank_transaction_code"), "description")


def _bank_tx_code(code: Mapping[str, object]) -> str:
    """Family and sub-family as ``PMNT-RCDT``, else the bank's own words."""
    parts = [text(code, "code"), text(code, "sub_code")]
    return "-".join(part for part in parts if part) or text(code, "description")


def _amount(entry: Mapping[str, object], name: str) -> Decimal:
    return decimal(child(entry, name).get("amount"), name)


def _is_text(value: object) -> bool:
    return isinstance(value, str)
