"""GoCardless Bank Account Data JSON -> the values of the kernel.

Its words are those of Berlin Group with the banks' own habits left in: see ``berlin_group``. Source:
GoCardless Bank Account Data API v2, schemas of institutions, accounts and transactions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..types import Balance, BankAccount, BankTransaction, Institution, TransactionStatus
from . import berlin_group
from .values import child, compact_iban, known, required_children, required_text, text

# ISO 11649, and the references of numbers that Belgium, Switzerland and the north write
_REFERENCE = re.compile(r"RF[0-9]{2}[A-Z0-9 ]{1,26}|\+*[0-9][0-9 /.-]*\+*")
# Nationwide, while it has no id yet: a new one comes with the booking
_PLACEHOLDER = re.compile(r"00(?:DEBIT|CREDIT)[0-9].*")


def institution(entry: Mapping[str, object], country: str) -> Institution:
    """A bank of the list of ``country``."""
    return Institution(
        ref=required_text(entry, "id"),
        name=required_text(entry, "name"),
        country=country,
        bic=text(entry, "bic"),
        logo_url=text(entry, "logo"),
    )


def account(metadata: Mapping[str, object], details: Mapping[str, object]) -> BankAccount:
    """An account from what GoCardless knows of it and what the bank tells.

    Its id belongs to the requisition, so ``stable_ref`` stays empty: the IBAN is the lasting name.
    """
    told = child(details, "account")
    return BankAccount(
        resource_ref=required_text(metadata, "id"),
        iban=compact_iban(text(told, "iban") or text(metadata, "iban")),
        currency=required_text(told, "currency"),
        name=text(told, "displayName") or text(told, "name") or text(told, "product"),
        owner_name=text(told, "ownerName") or text(metadata, "owner_name"),
        bic=text(told, "bic"),
    )


def balances(answer: Mapping[str, object]) -> list[Balance]:
    """The balances, booked ones first."""
    return berlin_group.balances(required_children(answer, "balances"))


def transaction(entry: Mapping[str, object], status: TransactionStatus) -> BankTransaction | None:
    """A transaction, or None for a booked one without any date.

    The id is GoCardless's own where it gives one: ids of banks repeat (Belfius) or are a placeholder
    (ING Romania, Nationwide). Most banks repeat the free text as structured information, or write it
    there only (ABANCA, easybank, savings banks): what has not the shape of a reference is free text
    where there is no other.
    """
    exchange = entry.get("currencyExchange")
    return berlin_group.transaction(
        {
            **entry,
            **_texts(entry),
            "transactionId": text(entry, "internalTransactionId")
            or _own_id(text(entry, "transactionId")),
            "bookingDate": text(entry, "bookingDate") or text(entry, "bookingDateTime"),
            "valueDate": text(entry, "valueDate") or text(entry, "valueDateTime"),
            "currencyExchange": [exchange] if isinstance(exchange, Mapping) else exchange,
            "creditorAccount": _account(entry.get("creditorAccount")),
            "debtorAccount": _account(entry.get("debtorAccount")),
        },
        status,
    )


def _own_id(written: str) -> str:
    return "" if _PLACEHOLDER.fullmatch(written) else known(written)


def _texts(entry: Mapping[str, object]) -> dict[str, object]:
    """References and free text in their own fields, whatever the bank called them."""
    told = list(berlin_group.structured(entry))
    references = [line for line in told if _REFERENCE.fullmatch(line)]
    texts: dict[str, object] = {
        "remittanceInformationStructured": None,
        "remittanceInformationStructuredArray": references,
    }
    if not text(entry, "remittanceInformationUnstructured") and not entry.get(
        "remittanceInformationUnstructuredArray"
    ):
        lines = [line for line in told if line not in references]
        texts["remittanceInformationUnstructuredArray"] = lines
    return texts


def _account(value: object) -> object:
    """An account object; easybank sends the bare IBAN."""
    return {"iban": value} if isinstance(value, str) else value
