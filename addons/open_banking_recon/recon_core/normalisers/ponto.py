"""Ponto (Isabel Group) JSON:API resources -> the values of the kernel. Wire names end here.

Source: Ponto Connect API reference 2, resources account, transaction and pendingTransaction. Dates
are calendar dates written as midnight UTC: the day is taken as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..types import Balance, BankAccount, BankTransaction, TransactionStatus
from .bank_words import completed
from .values import (
    calendar_date,
    child,
    decimal,
    iban_or_nothing,
    known,
    required_text,
    text,
)


def account(resource: Mapping[str, object]) -> BankAccount:
    """An account. Its id is the same as long as the account stays linked in Ponto."""
    attributes = child(resource, "attributes")
    resource_ref = required_text(resource, "id")
    return BankAccount(
        resource_ref=resource_ref,
        iban=iban_or_nothing(text(attributes, "reference")),
        currency=required_text(attributes, "currency"),
        name=text(attributes, "description") or text(attributes, "product"),
        owner_name=text(attributes, "holderName"),
        stable_ref=resource_ref,
    )


def balances(resource: Mapping[str, object]) -> list[Balance]:
    """The current (booked) and the available balance of an account."""
    attributes = child(resource, "attributes")
    currency = required_text(attributes, "currency")
    current = Balance(
        amount=decimal(attributes.get("currentBalance"), "currentBalance"),
        currency=currency,
        balance_type="interimBooked",
        reference_date=calendar_date(attributes, "currentBalanceReferenceDate"),
    )
    if attributes.get("availableBalance") is None:
        return [current]
    available = Balance(
        amount=decimal(attributes.get("availableBalance"), "availableBalance"),
        currency=currency,
        balance_type="interimAvailable",
        reference_date=calendar_date(attributes, "availableBalanceReferenceDate"),
    )
    return [current, available]


def transaction(
    resource: Mapping[str, object], status: TransactionStatus
) -> BankTransaction | None:
    """A transaction, or None for a booked one without any date: it comes back dated.

    Raises RetryableError("bad_response") when the amount is not a number.
    """
    attributes = child(resource, "attributes")
    is_booked = status is TransactionStatus.BOOKED
    # executionDate is the booking date in the words of Ponto
    booking_date = calendar_date(attributes, "executionDate", "valueDate") if is_booked else None
    if is_booked and booking_date is None:
        return None
    told = text(attributes, "remittanceInformation")
    is_structured = text(attributes, "remittanceInformationType") == "structured"
    free_text = "" if is_structured else told
    found = BankTransaction(
        amount=decimal(attributes.get("amount"), "amount"),
        currency=required_text(attributes, "currency"),
        status=status,
        booking_date=booking_date,
        value_date=calendar_date(attributes, "valueDate"),
        transaction_id=required_text(resource, "id"),
        entry_reference=text(attributes, "internalReference"),
        end_to_end_id=known(text(attributes, "endToEndId")),
        mandate_id=known(text(attributes, "mandateId")),
        creditor_id=text(attributes, "creditorId"),
        creditor_reference=told if is_structured else "",
        counterparty_name=text(attributes, "counterpartName"),
        counterparty_iban=iban_or_nothing(text(attributes, "counterpartReference")),
        remittance_unstructured=free_text
        or text(attributes, "additionalInformation")
        or text(attributes, "description"),
        bank_tx_code=text(attributes, "bankTransactionCode")
        or text(attributes, "proprietaryBankTransactionCode"),
    )
    return completed(found, text(attributes, "additionalInformation"))
