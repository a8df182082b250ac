"""Powens JSON -> the values of the kernel. Wire names end here.

Source: Powens API reference 2.0, connectors, bank accounts and bank transactions. ``date`` is the day
on which the bank booked, ``rdate`` that of the purchase, ``vdate`` the value date; times are those of
the bank, without a zone. Amounts are numbers, or texts with one.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..types import Balance, BankAccount, BankTransaction, Institution, TransactionStatus
from .values import (
    calendar_date,
    child,
    decimal,
    iban_or_nothing,
    required_identifier,
    required_text,
    text,
)


def institution(entry: Mapping[str, object], country: str) -> Institution:
    """A connector of the list of ``country``; its uuid is the same on every domain."""
    return Institution(
        ref=required_text(entry, "uuid"), name=required_text(entry, "name"), country=country
    )


def is_bank(entry: Mapping[str, object]) -> bool:
    """Whether a connector reads bank accounts and may be shown."""
    capabilities = entry.get("capabilities")
    is_shown = entry.get("hidden") is not True
    return is_shown and isinstance(capabilities, list) and "bank" in capabilities


def account(entry: Mapping[str, object]) -> BankAccount:
    """An account of a connection.

    Powens makes accounts anew, under new ids, when their connection is deleted and added again: what
    lasts is the bank's own name of the account, so ``stable_ref`` is the IBAN, else the number, with
    the currency, as one IBAN may hold several.
    """
    iban = iban_or_nothing(text(entry, "iban"))
    written = currency(entry)
    name = iban or "".join(text(entry, "number").split())
    return BankAccount(
        resource_ref=required_identifier(entry, "id"),
        iban=iban,
        currency=written,
        name=text(entry, "name") or text(entry, "original_name"),
        owner_name=text(entry, "company_name"),
        bic=text(entry, "bic"),
        stable_ref=f"{name}:{written}" if name else "",
    )


def is_open(entry: Mapping[str, object]) -> bool:
    """Whether an account is still there and was not taken out by the user."""
    return not entry.get("deleted") and not entry.get("disabled")


def currency(entry: Mapping[str, object]) -> str:
    """The currency of an account, an object with the ISO 4217 code as its id."""
    return text(child(entry, "currency"), "id") or required_text(entry, "currency")


def balances(entry: Mapping[str, object]) -> list[Balance]:
    """The booked balance of an account, then what it will be with the transactions to come."""
    booked = decimal(entry.get("balance"), "balance")
    known_on = calendar_date(entry, "last_update")
    found = [Balance(booked, currency(entry), "interimBooked", known_on)]
    if entry.get("coming") is not None:
        expected = booked + decimal(entry.get("coming"), "coming")
        found.append(Balance(expected, currency(entry), "expected", known_on))
    return found


def transaction(entry: Mapping[str, object], account_currency: str) -> BankTransaction | None:
    """A transaction of an account in ``account_currency``, or None for one that was deleted since
    and for a booked one without any date.

    Raises RetryableError("bad_response") when the amount is not a number.
    """
    is_coming = entry.get("coming") is True
    booking_date = None if is_coming else calendar_date(entry, "date", "vdate", "rdate")
    if entry.get("deleted") or (not is_coming and booking_date is None):
        return None
    amount = decimal(entry.get("value"), "value")
    other = child(entry, "counterparty")
    original = entry.get("original_value")
    return BankTransaction(
        amount=amount,
        currency=account_currency,
        status=TransactionStatus.PENDING if is_coming else TransactionStatus.BOOKED,
        booking_date=booking_date,
        value_date=calendar_date(entry, "vdate"),
        transaction_id=required_identifier(entry, "id"),
        counterparty_name=text(other, "label"),
        counterparty_iban=_iban(other),
        remittance_unstructured=text(entry, "original_wording") or text(entry, "wording"),
        bank_tx_code=text(entry, "type"),
        instructed_amount=None if original is None else decimal(original, "original_value"),
        instructed_currency=""
        if original is None
        else text(child(entry, "original_currency"), "id"),
    )


def _iban(other: Mapping[str, object]) -> str:
    if text(other, "account_scheme_name").lower() != "iban":
        return ""
    return iban_or_nothing(text(other, "account_identification"))
