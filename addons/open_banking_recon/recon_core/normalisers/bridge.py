"""Bridge JSON -> the values of the kernel. Wire names end here.

Source: Bridge API v3, version 2025-01-15, providers, accounts and transactions. Bridge tells no
counterparty: its name is somewhere in the bank's words. ``date`` is one of the other dates, whichever
the bank gives.
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
    """A provider of the list of ``country``."""
    return Institution(
        ref=required_identifier(entry, "id"),
        name=required_text(entry, "name"),
        country=country,
        logo_url=text(child(entry, "images"), "logo"),
    )


def is_bank(entry: Mapping[str, object], country: str) -> bool:
    """Whether a provider of ``country`` gives access to accounts."""
    capabilities = entry.get("capabilities")
    is_readable = not isinstance(capabilities, list) or "aggregation" in capabilities
    return is_readable and text(entry, "country_code").upper() in ("", country.upper())


def is_shared(entry: Mapping[str, object]) -> bool:
    """Whether the user shared an account: of the others Bridge tells neither IBAN nor balance."""
    return text(entry, "data_access") != "disabled"


def account(entry: Mapping[str, object]) -> BankAccount:
    """An account of an item. Its id is new when the item is deleted and added again, so
    ``stable_ref`` is the IBAN with the currency; an account without one has no lasting name."""
    iban = iban_or_nothing(text(entry, "iban"))
    currency = required_text(entry, "currency_code")
    return BankAccount(
        resource_ref=required_identifier(entry, "id"),
        iban=iban,
        currency=currency,
        name=text(entry, "name"),
        stable_ref=f"{iban}:{currency}" if iban else "",
    )


def balances(entry: Mapping[str, object]) -> list[Balance]:
    """The booked balance, then the one with what the bank has not booked yet, where it is told."""
    currency = required_text(entry, "currency_code")
    known_on = calendar_date(entry, "updated_at")
    booked = entry.get("accounting_balance")
    if booked is None:
        booked = entry.get("balance")
    found = [Balance(decimal(booked, "balance"), currency, "interimBooked", known_on)]
    if entry.get("instant_balance") is not None:
        instant = decimal(entry.get("instant_balance"), "instant_balance")
        found.append(Balance(instant, currency, "interimAvailable", known_on))
    return found


def transaction(entry: Mapping[str, object]) -> BankTransaction | None:
    """A transaction, or None for one that was deleted since and for a booked one without any date.

    Raises RetryableError("bad_response") when the amount is not a number.
    """
    is_future = entry.get("future") is True
    booking_date = None if is_future else calendar_date(entry, "booking_date", "date", "value_date")
    if entry.get("deleted") is True or (not is_future and booking_date is None):
        return None
    return BankTransaction(
        amount=decimal(entry.get("amount"), "amount"),
        currency=required_text(entry, "currency_code"),
        status=TransactionStatus.PENDING if is_future else TransactionStatus.BOOKED,
        booking_date=booking_date,
        value_date=calendar_date(entry, "value_date"),
        transaction_id=required_identifier(entry, "id"),
        remittance_unstructured=text(entry, "provider_description")
        or text(entry, "clean_description"),
        bank_tx_code=text(entry, "operation_type"),
    )
