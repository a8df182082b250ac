"""Berlin Group NextGenPSD2 XS2A 1.3 JSON -> the values of the kernel. Wire names end here.

Source: psd2-api 1.3.11, schemas accountDetails, balance and transactions. The rules on what banks
really send follow the adapters of open-source bank feeds (counterparty by sign, own IBAN on either
side, remittance in one of four fields, booking date missing).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from ..errors import RetryableError
from ..types import Balance, BankAccount, BankTransaction, TransactionStatus

_BALANCE_ORDER = (
    "closingBooked",
    "interimBooked",
    "openingBooked",
    "expected",
    "interimAvailable",
    "forwardAvailable",
    "nonInvoiced",
)
# schema amountValue, a little wider; Decimal alone would take 1e999999 and fill the memory with it
_AMOUNT = re.compile(r"[+-]?[0-9]{1,17}(\.[0-9]{1,5})?")
_RETURN_TAG = re.compile(r"/RTRN/\s*([A-Z]{2}[0-9]{2})\b")


def account(entry: Mapping[str, object]) -> BankAccount:
    """An account of the account list. Raises RetryableError("bad_response") without resourceId."""
    resource_ref = _text(entry, "resourceId")
    if not resource_ref:
        raise RetryableError("bad_response", "account without resourceId")
    return BankAccount(
        resource_ref=resource_ref,
        iban=compact_iban(_text(entry, "iban")),
        currency=_text(entry, "currency"),
        name=_text(entry, "displayName") or _text(entry, "name") or _text(entry, "product"),
        owner_name=_text(entry, "ownerName"),
        bic=_text(entry, "bic"),
    )


def balances(entries: object) -> list[Balance]:
    """The balances, booked ones first, without those that count a credit line as money."""
    found = [
        Balance(
            amount=_amount(entry, "balanceAmount"),
            currency=_text(_object(entry, "balanceAmount"), "currency"),
            balance_type=_text(entry, "balanceType"),
            reference_date=_date(entry, "referenceDate"),
        )
        for entry in _objects(entries)
        if entry.get("creditLimitIncluded") is not True
    ]
    return sorted(found, key=_balance_rank)


def transaction(
    entry: Mapping[str, object], status: TransactionStatus, own_iban: str = ""
) -> BankTransaction | None:
    """A transaction of an account report, or None for a booked one without any date: it cannot be
    placed yet and comes back dated.

    ``own_iban`` is the account itself; some banks name it as the counterparty. Raises
    RetryableError("bad_response") when the amount is not a number.
    """
    amount = _amount(entry, "transactionAmount")
    value_date = _date(entry, "valueDate")
    booking_date = _date(entry, "bookingDate")
    if status is TransactionStatus.BOOKED:
        booking_date = booking_date or value_date
        if booking_date is None:
            return None
    name, iban = _counterparty(entry, amount, compact_iban(own_iban))
    structured = list(_structured(entry))
    instructed = _instructed(entry)
    return BankTransaction(
        amount=amount,
        currency=_text(_object(entry, "transactionAmount"), "currency"),
        status=status,
        booking_date=booking_date,
        value_date=value_date,
        transaction_id=_text(entry, "transactionId"),
        entry_reference=_text(entry, "entryReference"),
        end_to_end_id=_known(_text(entry, "endToEndId")),
        mandate_id=_known(_text(entry, "mandateId")),
        creditor_id=_text(entry, "creditorId"),
        creditor_reference=structured[0] if structured else "",
        counterparty_name=name,
        counterparty_iban=iban,
        remittance_unstructured=_remittance(entry, structured[1:]),
        bank_tx_code=_text(entry, "bankTransactionCode")
        or _text(entry, "proprietaryBankTransactionCode"),
        return_reason=_return_reason(entry),
        instructed_amount=instructed[0],
        instructed_currency=instructed[1],
    )


def compact_iban(text: str) -> str:
    """An IBAN without spaces and in capitals, as it is compared."""
    return "".join(text.split()).upper()


def _counterparty(entry: Mapping[str, object], amount: Decimal, own_iban: str) -> tuple[str, str]:
    """Name and IBAN of the other side: debtor of money in, creditor of money out.

    A side that shows our own IBAN is us, whatever the sign says: then nothing of it is taken. The
    ultimate party stands in for a missing name only, since the money moved between the others.
    """
    side, ultimate = (
        ("creditor", "ultimateCreditor") if amount < 0 else ("debtor", "ultimateDebtor")
    )
    iban = compact_iban(_text(_object(entry, f"{side}Account"), "iban"))
    if iban and iban == own_iban:
        return _text(entry, ultimate), ""
    return _text(entry, f"{side}Name") or _text(entry, ultimate), iban


def _remittance(entry: Mapping[str, object], further_references: list[str]) -> str:
    """The free text: the array where there is one (the single field is cut at 140 characters),
    then references beyond the first, else the bank's additional information."""
    lines = entry.get("remittanceInformationUnstructuredArray")
    if isinstance(lines, list) and lines:
        parts = [line.strip() for line in lines if isinstance(line, str)]
    else:
        parts = [_text(entry, "remittanceInformationUnstructured")]
    text = "\n".join(part for part in (*parts, *further_references) if part)
    return text or _text(entry, "additionalInformation")


def _structured(entry: Mapping[str, object]) -> Iterator[str]:
    """Structured references; 1.3.6 and older banks send a bare string instead of an object."""
    single = entry.get("remittanceInformationStructured")
    several = entry.get("remittanceInformationStructuredArray")
    for candidate in (single, *(several if isinstance(several, list) else ())):
        reference = _text(candidate, "reference") if isinstance(candidate, Mapping) else candidate
        if isinstance(reference, str) and reference.strip():
            yield reference.strip()


def _return_reason(entry: Mapping[str, object]) -> str:
    """An ISO 20022 return reason where a text carries the tag /RTRN/ (SWIFT user header words)."""
    for text in (_text(entry, "additionalInformation"), _remittance(entry, [])):
        found = _RETURN_TAG.search(text.upper())
        if found:
            return found.group(1)
    return ""


def _instructed(entry: Mapping[str, object]) -> tuple[Decimal | None, str]:
    """Amount and currency before the exchange, from the first currencyExchange that has them."""
    for exchange in _objects(entry.get("currencyExchange")):
        instructed = _object(exchange, "instructedAmount")
        if instructed:
            return _amount(exchange, "instructedAmount"), _text(instructed, "currency")
    return None, ""


def _balance_rank(balance: Balance) -> int:
    known = balance.balance_type in _BALANCE_ORDER
    return _BALANCE_ORDER.index(balance.balance_type) if known else len(_BALANCE_ORDER)


def _known(text: str) -> str:
    """Empty for the placeholder that ISO 20022 prescribes when nothing was given."""
    return "" if text.upper() in ("NOTPROVIDED", "NOT PROVIDED", "NONREF") else text


def _text(entry: Mapping[str, object], name: str) -> str:
    value = entry.get(name)
    return value.strip() if isinstance(value, str) else ""


def _object(entry: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = entry.get(name)
    return value if isinstance(value, Mapping) else {}


def _objects(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _amount(entry: Mapping[str, object], name: str) -> Decimal:
    text = _text(_object(entry, name), "amount")
    if not _AMOUNT.fullmatch(text):
        raise RetryableError("bad_response", f"{name} is not a number")
    return Decimal(text)


def _date(entry: Mapping[str, object], name: str) -> date | None:
    """A calendar date as written; a date-time keeps its own day, never shifted to UTC."""
    text = _text(entry, name)[:10]
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise RetryableError("bad_response", f"{name} is not a date") from error
