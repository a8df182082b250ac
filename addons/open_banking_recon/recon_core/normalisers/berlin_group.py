"""Berlin Group NextGenPSD2 XS2A 1.3 JSON -> the values of the kernel. Wire names end here.

Source: psd2-api 1.3.11, schemas accountDetails, balance and transactions. The rules on what banks
really send follow the adapters of open-source bank feeds (counterparty by sign, own IBAN on either
side, remittance in one of four fields, booking date missing).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from ..types import Balance, BankAccount, BankTransaction, TransactionStatus
from .bank_words import completed
from .values import (
    booked_first,
    calendar_date,
    child,
    children,
    compact_iban,
    decimal,
    iban_or_nothing,
    known,
    required_text,
    text,
)

_RETURN_TAG = re.compile(r"/RTRN/\s*([A-Z]{2}[0-9]{2})\b")

# what each detail of a batch says for itself, in the schema EntryDetailsElement
_OF_A_DETAIL = re.compile(
    "endToEndId|mandateId|checkId|purposeCode|currencyExchange|entryDetails|remittanceInformation"
    "|creditor|debtor|ultimate"
)


def account(entry: Mapping[str, object]) -> BankAccount:
    """An account of the account list. Raises RetryableError("bad_response") without resourceId."""
    return BankAccount(
        resource_ref=required_text(entry, "resourceId"),
        iban=compact_iban(text(entry, "iban")),
        currency=text(entry, "currency"),
        name=text(entry, "displayName") or text(entry, "name") or text(entry, "product"),
        owner_name=text(entry, "ownerName"),
        bic=text(entry, "bic"),
    )


def balances(entries: object) -> list[Balance]:
    """The balances, booked ones first, without those that count a credit line as money."""
    found = [
        Balance(
            amount=_amount(entry, "balanceAmount"),
            currency=text(child(entry, "balanceAmount"), "currency"),
            balance_type=text(entry, "balanceType"),
            reference_date=calendar_date(entry, "referenceDate"),
        )
        for entry in children(entries)
        if entry.get("creditLimitIncluded") is not True
    ]
    return booked_first(found)


def transactions(
    entry: Mapping[str, object], status: TransactionStatus, own_iban: str = ""
) -> list[BankTransaction]:
    """The transactions of an entry, as ``transaction`` reads them: one for each of its details when
    their amounts sum up to the entry, else one for the whole. None while it is undated."""
    found = (transaction(part, status, own_iban) for part in _parts(entry))
    return [item for item in found if item is not None]


def transaction(
    entry: Mapping[str, object], status: TransactionStatus, own_iban: str = ""
) -> BankTransaction | None:
    """A transaction of an account report, or None for a booked one without any date: it cannot be
    placed yet and comes back dated.

    ``own_iban`` is the account itself; some banks name it as the counterparty. Raises
    RetryableError("bad_response") when the amount is not a number.
    """
    amount = _amount(entry, "transactionAmount")
    value_date = calendar_date(entry, "valueDate")
    booking_date = calendar_date(entry, "bookingDate")
    if status is TransactionStatus.BOOKED:
        booking_date = booking_date or value_date
        if booking_date is None:
            return None
    name, iban = _counterparty(entry, amount, compact_iban(own_iban))
    references = list(structured(entry))
    instructed = _instructed(entry)
    found = BankTransaction(
        amount=amount,
        currency=text(child(entry, "transactionAmount"), "currency"),
        status=status,
        booking_date=booking_date,
        value_date=value_date,
        transaction_id=text(entry, "transactionId"),
        entry_reference=text(entry, "entryReference"),
        end_to_end_id=known(text(entry, "endToEndId")),
        mandate_id=known(text(entry, "mandateId")),
        creditor_id=text(entry, "creditorId"),
        creditor_reference=references[0] if references else "",
        counterparty_name=name,
        counterparty_iban=iban,
        remittance_unstructured=_remittance(entry, references[1:]),
        bank_tx_code=text(entry, "bankTransactionCode")
        or text(entry, "proprietaryBankTransactionCode"),
        return_reason=_return_reason(entry),
        instructed_amount=instructed[0],
        instructed_currency=instructed[1],
    )
    return completed(found, text(entry, "additionalInformation"))


def _parts(entry: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The entry, or its details with what the entry says for all of them. A single detail fills what
    the entry leaves open."""
    details = children(entry.get("entryDetails"))
    if len(details) == 1:
        return [{**details[0], **entry}]
    if not details or not all(child(detail, "transactionAmount") for detail in details):
        return [entry]
    total = _amount(entry, "transactionAmount")
    told = [_amount(detail, "transactionAmount") for detail in details]
    if sum(told) == -total:  # some banks leave out the sign in the details
        told = [-amount for amount in told]
    if sum(told) != total:
        return [entry]
    common = {name: value for name, value in entry.items() if not _OF_A_DETAIL.match(name)}
    identity = text(entry, "transactionId")
    return [
        {
            **common,
            **detail,
            "transactionAmount": {**child(detail, "transactionAmount"), "amount": str(amount)},
            "transactionId": f"{identity}/{number}" if identity else "",
        }
        for number, (detail, amount) in enumerate(zip(details, told, strict=True), 1)
    ]


def _counterparty(entry: Mapping[str, object], amount: Decimal, own_iban: str) -> tuple[str, str]:
    """Name and IBAN of the other side: debtor of money in, creditor of money out.

    A side that shows our own IBAN is us, whatever the sign says: then nothing of it is taken. The
    ultimate party stands in for a missing name only, since the money moved between the others.
    """
    side, ultimate = (
        ("creditor", "ultimateCreditor") if amount < 0 else ("debtor", "ultimateDebtor")
    )
    iban = compact_iban(text(child(entry, f"{side}Account"), "iban"))
    if iban and iban == own_iban:
        return text(entry, ultimate), ""
    return text(entry, f"{side}Name") or text(entry, ultimate), iban_or_nothing(iban)


def _remittance(entry: Mapping[str, object], further_references: list[str]) -> str:
    """The free text: the array where there is one (the single field is cut at 140 characters),
    then references beyond the first, else the bank's additional information."""
    lines = entry.get("remittanceInformationUnstructuredArray")
    if isinstance(lines, list) and lines:
        parts = [line.strip() for line in lines if isinstance(line, str)]
    else:
        parts = [text(entry, "remittanceInformationUnstructured")]
    joined = "\n".join(part for part in (*parts, *further_references) if part)
    return joined or text(entry, "additionalInformation")


def structured(entry: Mapping[str, object]) -> Iterator[str]:
    """Structured references; 1.3.6 and older banks send a bare string instead of an object."""
    single = entry.get("remittanceInformationStructured")
    several = entry.get("remittanceInformationStructuredArray")
    for candidate in (single, *(several if isinstance(several, list) else ())):
        reference = text(candidate, "reference") if isinstance(candidate, Mapping) else candidate
        if isinstance(reference, str) and reference.strip():
            yield reference.strip()


def _return_reason(entry: Mapping[str, object]) -> str:
    """An ISO 20022 return reason where a text carries the tag /RTRN/ (SWIFT user header words)."""
    for written in (text(entry, "additionalInformation"), _remittance(entry, [])):
        found = _RETURN_TAG.search(written.upper())
        if found:
            return found.group(1)
    return ""


def _instructed(entry: Mapping[str, object]) -> tuple[Decimal | None, str]:
    """Amount and currency before the exchange, from the first currencyExchange that has them."""
    for exchange in children(entry.get("currencyExchange")):
        instructed = child(exchange, "instructedAmount")
        if instructed:
            return _amount(exchange, "instructedAmount"), text(instructed, "currency")
    return None, ""


def _amount(entry: Mapping[str, object], name: str) -> Decimal:
    return decimal(text(child(entry, name), "amount"), name)
