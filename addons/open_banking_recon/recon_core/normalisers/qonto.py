"""Qonto Business API JSON -> the values of the kernel. Wire names end here.

Source: Qonto API reference v2, organization and transactions. Qonto writes points in time in UTC and
no calendar dates; its statements count days in Paris, so a day is the one that Paris had then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from ..errors import RetryableError
from ..types import Balance, BankAccount, BankTransaction, TransactionStatus
from .values import child, decimal, iban_or_nothing, instant, known, required_text, text

_BANK_TIME = ZoneInfo("Europe/Paris")
# declined has moved no money and never will: it is not told at all
_STATUS = {"completed": TransactionStatus.BOOKED, "pending": TransactionStatus.PENDING}
# the part that tells the other side's account depends on the kind of operation
_DETAILS = ("transfer", "income", "direct_debit", "swift_income")


def start_of_day(day: date) -> datetime:
    """The point in time (UTC) at which ``day`` begins for the bank."""
    return datetime.combine(day, time(), tzinfo=_BANK_TIME).astimezone(timezone.utc)


def account(entry: Mapping[str, object]) -> BankAccount:
    """A bank account of the organization."""
    resource_ref = required_text(entry, "id")
    return BankAccount(
        resource_ref=resource_ref,
        iban=iban_or_nothing(text(entry, "iban")),
        currency=required_text(entry, "currency"),
        name=text(entry, "name"),
        bic=text(entry, "bic"),
        stable_ref=resource_ref,
    )


def balances(entry: Mapping[str, object]) -> list[Balance]:
    """The booked balance of an account, then the one without what is reserved."""
    currency = required_text(entry, "currency")
    return [
        Balance(decimal(entry.get("balance"), "balance"), currency, "interimBooked"),
        Balance(
            decimal(entry.get("authorized_balance"), "authorized_balance"),
            currency,
            "interimAvailable",
        ),
    ]


def transaction(entry: Mapping[str, object]) -> BankTransaction | None:
    """A transaction, or None for a declined one and for a completed one without a settlement.

    Raises RetryableError("bad_response") when the amount or the side is not one.
    """
    status = _STATUS.get(required_text(entry, "status"))
    settled = _day(entry, "settled_at")
    if status is None or (status is TransactionStatus.BOOKED and settled is None):
        return None
    is_debit = required_text(entry, "side") == "debit"
    currency, local_currency = required_text(entry, "currency"), text(entry, "local_currency")
    is_foreign = bool(local_currency) and local_currency != currency
    return BankTransaction(
        amount=_signed(entry, "amount", is_debit),
        currency=currency,
        status=status,
        booking_date=settled if status is TransactionStatus.BOOKED else None,
        value_date=settled,
        transaction_id=text(entry, "transaction_id") or required_text(entry, "id"),
        entry_reference=text(entry, "id"),
        counterparty_name=text(entry, "label"),
        counterparty_iban=_counterparty_iban(entry),
        remittance_unstructured=known(text(entry, "reference")),
        bank_tx_code=text(entry, "operation_type"),
        instructed_amount=_signed(entry, "local_amount", is_debit) if is_foreign else None,
        instructed_currency=local_currency if is_foreign else "",
    )


def _signed(entry: Mapping[str, object], name: str, is_debit: bool) -> Decimal:
    amount = abs(decimal(entry.get(name), name))
    return -amount if is_debit else amount


def _counterparty_iban(entry: Mapping[str, object]) -> str:
    numbers = (text(child(entry, part), "counterparty_account_number") for part in _DETAILS)
    return next((iban for number in numbers if (iban := iban_or_nothing(number))), "")


def _day(entry: Mapping[str, object], name: str) -> date | None:
    if not text(entry, name):
        return None
    try:
        return instant(entry, name).astimezone(_BANK_TIME).date()
    except OverflowError as error:  # a year that only one of the two time zones has
        raise RetryableError("bad_response", f"{name} is not a time") from error
