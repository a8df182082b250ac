"""Structured invoices: CII (Factur-X, XRechnung, ZUGFeRD), UBL, and despatch advices of Peppol.

Header values are taken where EN 16931 puts them (BT numbers in the tables), whatever the profile
and without schema validation: senders break schemas more often than values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from ..errors import FileFormatError
from ..safe_xml import first_text, parse_xml, text_of
from .model import DocumentKind, Field, Origin, ReadDocument, Value
from .tax_lines import tax_lines

_REFUND_CODES = frozenset(
    {"381", "261", "262", "296", "308", "396", "420", "458", "532"}
)  # UNTDID 1001
_DATES = ("issue_date", "due_date", "delivery_date")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")
_AMOUNTS = ("net", "tax", "total", "amount_due")

# ZUGFeRD 1 under the names of its successor.
_ZUGFERD_1 = {
    "CrossIndustryDocument": "CrossIndustryInvoice",
    "HeaderExchangedDocument": "ExchangedDocument",
    "SpecifiedSupplyChainTradeTransaction": "SupplyChainTradeTransaction",
    "ApplicableSupplyChainTradeAgreement": "ApplicableHeaderTradeAgreement",
    "ApplicableSupplyChainTradeDelivery": "ApplicableHeaderTradeDelivery",
    "ApplicableSupplyChainTradeSettlement": "ApplicableHeaderTradeSettlement",
    "SpecifiedTradeSettlementMonetarySummation": "SpecifiedTradeSettlementHeaderMonetarySummation",
}
_AGREEMENT = "SupplyChainTradeTransaction/ApplicableHeaderTradeAgreement"
_DELIVERY = "SupplyChainTradeTransaction/ApplicableHeaderTradeDelivery"
_SETTLEMENT = "SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement"
_SUMMATION = f"{_SETTLEMENT}/SpecifiedTradeSettlementHeaderMonetarySummation"
_CII: dict[str, tuple[str, ...]] = {
    "number": ("ExchangedDocument/ID",),  # BT-1
    "issue_date": ("ExchangedDocument/IssueDateTime/DateTimeString",),  # BT-2
    "due_date": (
        f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString",
    ),  # BT-9
    "currency": (f"{_SETTLEMENT}/InvoiceCurrencyCode",),  # BT-5
    "net": (f"{_SUMMATION}/TaxBasisTotalAmount",),  # BT-109
    "tax": (f"{_SUMMATION}/TaxTotalAmount",),  # BT-110
    "total": (f"{_SUMMATION}/GrandTotalAmount",),  # BT-112
    "amount_due": (f"{_SUMMATION}/DuePayableAmount",),  # BT-115
    "supplier_name": (f"{_AGREEMENT}/SellerTradeParty/Name",),  # BT-27
    "supplier_vat": (  # BT-31
        f"{_AGREEMENT}/SellerTradeParty/SpecifiedTaxRegistration/ID[@schemeID='VA']",
    ),
    "supplier_siren": (  # BT-30
        f"{_AGREEMENT}/SellerTradeParty/SpecifiedLegalOrganization/ID[@schemeID='0002']",
    ),
    "supplier_siret": (  # BT-29
        f"{_AGREEMENT}/SellerTradeParty/GlobalID[@schemeID='0009']",
        f"{_AGREEMENT}/SellerTradeParty/SpecifiedLegalOrganization/ID[@schemeID='0009']",
    ),
    "buyer_vat": (f"{_AGREEMENT}/BuyerTradeParty/SpecifiedTaxRegistration/ID[@schemeID='VA']",),
    "mandate": (f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/DirectDebitMandateID",),  # BT-89
    "delivery_date": (  # BT-72
        f"{_DELIVERY}/ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString",
    ),
    "iban": (  # BT-84
        f"{_SETTLEMENT}/SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/IBANID",
    ),
    "payment_reference": (f"{_SETTLEMENT}/PaymentReference",),  # BT-83
    "purchase_order": (  # BT-13
        f"{_AGREEMENT}/BuyerOrderReferencedDocument/IssuerAssignedID",
        f"{_AGREEMENT}/BuyerOrderReferencedDocument/ID",
    ),
    "delivery_note": (  # BT-16
        f"{_DELIVERY}/DespatchAdviceReferencedDocument/IssuerAssignedID",
        f"{_DELIVERY}/DeliveryNoteReferencedDocument/IssuerAssignedID",
        f"{_DELIVERY}/DeliveryNoteReferencedDocument/ID",
    ),
}
_SUPPLIER = "AccountingSupplierParty/Party"
_UBL: dict[str, tuple[str, ...]] = {
    "number": ("ID",),
    "issue_date": ("IssueDate",),
    "due_date": ("DueDate", "PaymentMeans/PaymentDueDate", "PaymentTerms/PaymentDueDate"),
    "currency": ("DocumentCurrencyCode",),
    "net": ("LegalMonetaryTotal/TaxExclusiveAmount",),
    "tax": ("TaxTotal/TaxAmount",),
    "total": ("LegalMonetaryTotal/TaxInclusiveAmount",),
    "amount_due": ("LegalMonetaryTotal/PayableAmount",),
    "supplier_name": (
        f"{_SUPPLIER}/PartyLegalEntity/RegistrationName",
        f"{_SUPPLIER}/PartyName/Name",
    ),
    "supplier_vat": (
        f"{_SUPPLIER}/PartyTaxScheme[TaxScheme/ID='VAT']/CompanyID",
        f"{_SUPPLIER}/PartyTaxScheme[TaxScheme/ID='VA']/CompanyID",
    ),
    "supplier_siren": (f"{_SUPPLIER}/PartyLegalEntity/CompanyID[@schemeID='0002']",),
    "supplier_siret": (
        f"{_SUPPLIER}/PartyIdentification/ID[@schemeID='0009']",
        f"{_SUPPLIER}/PartyLegalEntity/CompanyID[@schemeID='0009']",
    ),
    "mandate": ("PaymentMeans/PaymentMandate/ID",),
    "delivery_date": ("Delivery/ActualDeliveryDate",),
    "buyer_vat": ("AccountingCustomerParty/Party/PartyTaxScheme[TaxScheme/ID='VAT']/CompanyID",),
    "iban": ("PaymentMeans/PayeeFinancialAccount/ID",),
    "payment_reference": ("PaymentMeans/PaymentID",),
    "purchase_order": ("OrderReference/ID",),
    "delivery_note": ("DespatchDocumentReference/ID",),
}
_ROOTS = {
    "CrossIndustryInvoice": _CII,
    "Invoice": _UBL,
    "CreditNote": _UBL,
    "DespatchAdvice": {
        "number": ("ID",),
        "issue_date": ("IssueDate",),
        "purchase_order": ("OrderReference/ID",),
        "supplier_name": (
            "DespatchSupplierParty/Party/PartyLegalEntity/RegistrationName",
            "DespatchSupplierParty/Party/PartyName/Name",
        ),
    },
}


def read_einvoice(data: bytes) -> ReadDocument:
    """The header of a structured invoice or despatch advice, confidence 1.

    Raises FileFormatError: ``not_xml``, ``xml_doctype``, ``einvoice_unknown_root``.
    """
    root = _successor(_inner(parse_xml(data)))
    paths = _ROOTS.get(str(root.tag))
    if paths is None:
        raise FileFormatError("einvoice_unknown_root", str(root.tag))
    kind = _kind(root)
    fields: dict[str, Field] = {}
    for name, places in paths.items():
        value = _value(name, _first(root, places))
        if value is not None:
            fields[name] = Field(value, 1.0, Origin.XML)
    _complete(fields, root)
    net, tax = (fields[name].value if name in fields else None for name in ("net", "tax"))
    return ReadDocument(kind, fields, taxes=tax_lines(root, net, tax))


def _first(root: etree._Element, places: tuple[str, ...]) -> str:
    """The first text that is not empty at one of the places (XPath 1.0)."""
    for place in places:
        found: Any = root.xpath(place)
        for element in found:
            if text := (element.text or "").strip():
                return str(text)
    return ""


def _inner(root: etree._Element) -> etree._Element:
    """The invoice inside a UBL AttachedDocument."""
    if root.tag != "AttachedDocument":
        return root
    held = text_of(root, "Attachment/ExternalReference/Description")
    return parse_xml(held.encode()) if held else root


def _successor(root: etree._Element) -> etree._Element:
    if root.tag == "CrossIndustryDocument":
        for element in root.iter(etree.Element):
            element.tag = _ZUGFERD_1.get(str(element.tag), element.tag)
    return root


def _kind(root: etree._Element) -> DocumentKind:
    if root.tag == "DespatchAdvice":
        return DocumentKind.DELIVERY_NOTE
    code = first_text(root, "ExchangedDocument/TypeCode", "InvoiceTypeCode", "CreditNoteTypeCode")
    refund = root.tag == "CreditNote" or code in _REFUND_CODES
    return DocumentKind.REFUND if refund else DocumentKind.INVOICE


def _value(name: str, text: str) -> Value | None:
    if not text:
        return None
    if name in _DATES:
        return _date(text)
    if name in _AMOUNTS:
        return _amount(text)
    return text.replace(" ", "") if name in ("iban", "supplier_vat", "buyer_vat") else text


def _amount(text: str) -> Decimal | None:
    """Without its sign; None for anything but a plain number (xsd:decimal has no exponent)."""
    return abs(Decimal(text)) if _NUMBER.fullmatch(text) else None


def _date(text: str) -> date | None:
    """``20260302`` (CII format 102) or ``2026-03-02``; None for anything else."""
    digits = text[:10].replace("-", "")[:8]
    try:
        return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        return None


def _complete(fields: dict[str, Field], root: etree._Element) -> None:
    """The tax total in the document's currency where there are two (BT-110 and BT-111), and the
    amount due where the profile leaves it out."""
    currency = fields.get("currency")
    for element in _tax_totals(root):
        if currency and element.get("currencyID") == currency.value:
            value = _value("tax", (element.text or "").strip())
            if value is not None:
                fields["tax"] = Field(value, 1.0, Origin.XML)
                break
    if "total" not in fields and {"net", "tax"} <= fields.keys():
        net, tax = fields["net"].value, fields["tax"].value
        if isinstance(net, Decimal) and isinstance(tax, Decimal):
            fields["total"] = Field(net + tax, 0.95, Origin.XML)
    if "amount_due" not in fields and "total" in fields:
        fields["amount_due"] = Field(fields["total"].value, 0.9, Origin.XML)


def _tax_totals(root: etree._Element) -> Iterator[etree._Element]:
    yield from root.findall(f"{_SUMMATION}/TaxTotalAmount")
    yield from root.findall("TaxTotal/TaxAmount")
