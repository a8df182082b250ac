"""The transaction details of an ISO 20022 entry: who, why, with which references."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from ..safe_xml import first_text, line_of, text_of
from ..types import BankTransaction, TransactionStatus
from .values import read_decimal

NOT_SPECIFIED = "MS03"  # ISO 20022 return reason: reason not specified by the agent


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What all details of an entry share. ``account`` is the IBAN of the statement."""

    element: etree._Element
    account: str
    currency: str
    status: TransactionStatus
    booking_date: date | None
    value_date: date | None


def read_details(
    facts: EntryFacts, detail: etree._Element | None, amount: Decimal, number: int
) -> BankTransaction:
    """One transaction of ``amount`` (signed). ``detail`` is None where the entry says everything.

    ``number`` > 0 tells the details of one entry apart where they share the bank's reference.
    """
    entry, currency = facts.element, facts.currency
    reversal = text_of(entry, "RvslInd").lower() in ("true", "1")
    name, iban = _counterparty(detail, amount > 0, reversal, facts.account)
    instructed, instructed_currency = _instructed(entry, detail, currency)
    return BankTransaction(
        amount=amount,
        currency=currency,
        status=facts.status,
        booking_date=facts.booking_date,
        value_date=facts.value_date,
        transaction_id=_transaction_id(entry, detail, number),
        entry_reference=text_of(entry, "NtryRef"),
        end_to_end_id=text_of(detail, "Refs/EndToEndId")
        or first_text(entry, "NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId"),
        mandate_id=text_of(detail, "Refs/MndtId"),
        creditor_id=first_text(
            detail, "RltdPties/Cdtr/Id/PrvtId/Othr/Id", "RltdPties/Cdtr/Pty/Id/PrvtId/Othr/Id"
        ),
        creditor_reference=text_of(detail, "RmtInf/Strd/CdtrRefInf/Ref"),
        counterparty_name=name,
        counterparty_iban=iban,
        remittance_unstructured=_remittance(entry, detail),
        bank_tx_code=_code(detail) or _code(entry),
        return_reason=_return_reason(entry, detail, reversal),
        instructed_amount=instructed,
        instructed_currency=instructed_currency,
    )


def _transaction_id(entry: etree._Element, detail: etree._Element | None, number: int) -> str:
    own = first_text(detail, "Refs/AcctSvcrRef", "Refs/TxId", "Refs/UETR")
    shared = text_of(entry, "AcctSvcrRef")
    if number and shared and own in ("", shared):
        return f"{shared}/{number}"
    return own or shared


def _counterparty(
    detail: etree._Element | None, incoming: bool, reversal: bool, account: str
) -> tuple[str, str]:
    """(name, IBAN) of the other side. A reversal keeps the parties of the payment it takes back,
    so the debtor of a returned direct debit is still the customer."""
    sides = ("Dbtr", "Cdtr") if incoming != reversal else ("Cdtr", "Dbtr")
    parties = [_party(detail, side) for side in sides]
    own = account.replace(" ", "")
    others = [p for p in parties if p[1] != own and any(p)]
    return others[0] if others and others[0][0] else (parties[0] if not others else others[0])


def _party(detail: etree._Element | None, side: str) -> tuple[str, str]:
    parties = None if detail is None else detail.find("RltdPties")
    name = first_text(
        parties, f"{side}/Pty/Nm", f"{side}/Nm", f"Ultmt{side}/Pty/Nm", f"Ultmt{side}/Nm"
    )
    iban = first_text(parties, f"{side}Acct/Id/IBAN", f"{side}Acct/Id/Othr/Id")
    return name, iban.replace(" ", "")


def _remittance(entry: etree._Element, detail: etree._Element | None) -> str:
    """The payer's words; where there are none, the bank's own text of the detail or the entry."""
    remittance = None if detail is None else detail.find("RmtInf")
    said = [] if remittance is None else remittance.findall("Ustrd")
    if remittance is not None:
        said = [
            *said,
            *remittance.findall("Strd/RfrdDocInf/Nb"),
            *remittance.findall("Strd/AddtlRmtInf"),
        ]
    text = " ".join(filter(None, ((s.text or "").strip() for s in said)))
    return text or text_of(detail, "AddtlTxInf") or text_of(entry, "AddtlNtryInf")


def _code(element: etree._Element | None) -> str:
    """``PMNT-RCDT-ESCT``, or the bank's own code."""
    found = None if element is None else element.find("BkTxCd")
    iso = [text_of(found, p) for p in ("Domn/Cd", "Domn/Fmly/Cd", "Domn/Fmly/SubFmlyCd")]
    return "-".join(iso) if all(iso) else text_of(found, "Prtry/Cd")


def _return_reason(entry: etree._Element, detail: etree._Element | None, reversal: bool) -> str:
    reason = first_text(detail, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry", "RtrInf/RtrRsn/Cd")
    return reason or (NOT_SPECIFIED if reversal else "")


def _instructed(
    entry: etree._Element, detail: etree._Element | None, currency: str
) -> tuple[Decimal | None, str]:
    """What the payer ordered, where its currency is another one than the account's."""
    for element in (detail, entry):
        found = None if element is None else element.find("AmtDtls/InstdAmt/Amt")
        if found is not None and found.get("Ccy") != currency:
            return read_decimal((found.text or "").strip(), line_of(found)), str(found.get("Ccy"))
    return None, ""
