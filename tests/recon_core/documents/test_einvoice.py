from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfWriter

from recon_core.documents import DocumentKind, Origin, read_document
from recon_core.errors import FileFormatError, FinalError

CII = """<?xml version="1.0"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:a" xmlns:ram="urn:b" xmlns:udt="urn:c">
 <rsm:ExchangedDocument><ram:ID>F-2026-7</ram:ID><ram:TypeCode>{code}</ram:TypeCode>
  <ram:IssueDateTime><udt:DateTimeString format="102">20260302</udt:DateTimeString></ram:IssueDateTime>
 </rsm:ExchangedDocument>
 <rsm:SupplyChainTradeTransaction>
  <ram:ApplicableHeaderTradeAgreement>
   <ram:SellerTradeParty><ram:Name>Atelier du Port</ram:Name>
    <ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">732829320</ram:ID></ram:SpecifiedLegalOrganization>
    <ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">201/113/40209</ram:ID></ram:SpecifiedTaxRegistration>
    <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">FR 44 732829320</ram:ID></ram:SpecifiedTaxRegistration>
   </ram:SellerTradeParty>
   <ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>PO-9</ram:IssuerAssignedID></ram:BuyerOrderReferencedDocument>
  </ram:ApplicableHeaderTradeAgreement>
  <ram:ApplicableHeaderTradeSettlement>
   <ram:PaymentReference>RF18539007547034</ram:PaymentReference>
   <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
   <ram:SpecifiedTradeSettlementPaymentMeans><ram:PayeePartyCreditorFinancialAccount>
    <ram:IBANID>FR76 3000 6000 0112 3456 7890 189</ram:IBANID></ram:PayeePartyCreditorFinancialAccount>
   </ram:SpecifiedTradeSettlementPaymentMeans>
   <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    <ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount>
    <ram:TaxTotalAmount currencyID="USD">22.00</ram:TaxTotalAmount>
    <ram:TaxTotalAmount currencyID="EUR">20.00</ram:TaxTotalAmount>
    <ram:GrandTotalAmount>120.00</ram:GrandTotalAmount>
    <ram:DuePayableAmount>90.00</ram:DuePayableAmount>
   </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
  </ram:ApplicableHeaderTradeSettlement>
 </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>"""
UBL = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">
<ID>U-1</ID><IssueDate>2026-03-02</IssueDate><DueDate>2026-04-01</DueDate>
<DocumentCurrencyCode>EUR</DocumentCurrencyCode>
<AccountingSupplierParty><Party><PartyTaxScheme><CompanyID>DE136695976</CompanyID>
<TaxScheme><ID>VAT</ID></TaxScheme></PartyTaxScheme>
<PartyLegalEntity><RegistrationName>Hafen GmbH</RegistrationName></PartyLegalEntity></Party></AccountingSupplierParty>
<TaxTotal><TaxAmount currencyID="EUR">19.00</TaxAmount></TaxTotal>
<LegalMonetaryTotal><TaxExclusiveAmount>100.00</TaxExclusiveAmount>
<TaxInclusiveAmount>119.00</TaxInclusiveAmount><PayableAmount>119.00</PayableAmount></LegalMonetaryTotal>
</Invoice>"""
DESPATCH = """<DespatchAdvice><ID>BL-4</ID><IssueDate>2026-03-02</IssueDate>
<OrderReference><ID>PO-9</ID></OrderReference></DespatchAdvice>"""


def values(data: bytes) -> dict[str, object]:
    return {name: field.value for name, field in read_document(data).fields.items()}


def test_a_cross_industry_invoice_gives_its_header():
    found = values(CII.format(code="380").encode())
    assert found == {
        "number": "F-2026-7",
        "issue_date": date(2026, 3, 2),
        "currency": "EUR",
        "net": Decimal("100.00"),
        "tax": Decimal("20.00"),
        "total": Decimal("120.00"),
        "amount_due": Decimal("90.00"),
        "supplier_name": "Atelier du Port",
        "supplier_vat": "FR44732829320",
        "supplier_siren": "732829320",
        "iban": "FR7630006000011234567890189",
        "payment_reference": "RF18539007547034",
        "purchase_order": "PO-9",
    }


@pytest.mark.parametrize(
    ("code", "kind"),
    [("380", DocumentKind.INVOICE), ("384", DocumentKind.INVOICE), ("381", DocumentKind.REFUND)],
)
def test_every_type_code_is_an_invoice_or_a_refund(code, kind):
    assert read_document(CII.format(code=code).encode()).kind is kind


def test_a_ubl_invoice_gives_its_header():
    found = values(UBL.encode())
    assert (found["number"], found["supplier_vat"]) == ("U-1", "DE136695976")
    assert (found["total"], found["due_date"]) == (Decimal("119.00"), date(2026, 4, 1))


def test_a_despatch_advice_is_a_delivery_note_with_its_order():
    read = read_document(DESPATCH.encode())
    assert read.kind is DocumentKind.DELIVERY_NOTE
    assert read.fields["purchase_order"].value == "PO-9"


def test_the_xml_inside_a_pdf_is_read_whatever_its_name():
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment("notes.txt", b"nothing")
    writer.add_attachment("0000000", CII.format(code="380").encode())
    target = BytesIO()
    writer.write(target)
    read = read_document(target.getvalue(), "bill.pdf")
    assert read.fields["total"].origin is Origin.XML
    assert read.fields["total"].confidence == 1.0


@pytest.mark.parametrize(
    ("data", "error", "code"),
    [
        (b"<html/>", FileFormatError, "einvoice_unknown_root"),
        (b"<Invoice>", FileFormatError, "not_xml"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><Invoice/>", FileFormatError, "xml_doctype"),
        (b"%PDF-1.7 nothing", FinalError, "pdf_unreadable"),
        (b"\x89PNG\r\n\x1a\nbroken", FinalError, "image_unreadable"),
        (b"plain words", FinalError, "document_unknown"),
    ],
)
def test_what_cannot_be_read_says_why(data, error, code):
    with pytest.raises(error) as raised:
        read_document(data)
    assert raised.value.code == code
