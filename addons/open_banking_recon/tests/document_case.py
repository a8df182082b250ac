import base64
from datetime import datetime, timedelta
from io import BytesIO
from unittest.mock import patch

from odoo.tests import freeze_time

from ..models.recon_document import ReconDocument
from .common import OpenBankingCommon
from .queue_case import Killed

NOW = datetime(2026, 3, 31, 12)
VAT = "FR15658541925"
SIREN = VAT[4:]
BILL = (
    "Verrerie du Gier SAS",
    f"TVA intracommunautaire : {VAT}",
    "FACTURE",
    "Facture N° : F2610-778",
    "Date de facture : 11/02/2026",
    "Date d'échéance : 13/03/2026",
    "Total HT : 110,20 EUR",
    "TVA 20 % : 22,04 EUR",
    "Total TTC : 132,24 EUR",
)


def pdf(lines):
    """A one-page PDF with the given lines of text."""
    from reportlab.pdfgen import canvas  # noqa: PLC0415 - Odoo has it, the add-on does not need it

    out = BytesIO()
    page = canvas.Canvas(out, invariant=True)
    for position, line in enumerate(lines):
        page.drawString(60, 800 - 18 * position, line)
    page.save()
    return out.getvalue()


def bill(**changes):
    """The lines of BILL; ``number`` or ``total`` and the like replace what stands in a line."""
    lines = list(BILL)
    for old, new in changes.items():
        position = {"name": 0, "vat": 1, "number": 3, "date": 4, "due": 5}[old]
        label = lines[position].rpartition(" : ")[0]
        lines[position] = f"{label} : {new}" if label else new
    return lines


class DocumentCase(OpenBankingCommon):
    """Documents of the one accountant, and the queue that reads them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.vat = VAT

    def setUp(self):
        super().setUp()
        self.frozen = self.enterContext(freeze_time(NOW))

    def upload(self, data, name="bill.pdf", **values):
        document = self.as_accountant("recon.document").create(
            {"name": name, "file": base64.b64encode(data), **values}
        )
        self.env.flush_all()
        return document

    def read_document(self, data, name="bill.pdf", **values):
        """The document after the queue has been at it."""
        document = self.upload(data, name, **values)
        self.work()
        return document

    def work(self):
        """Run the cron of the queue as a worker does, commits included."""
        self.env.flush_all()
        try:
            with self.commits_allowed() as env:
                env["open.banking.event"]._cron_work()
        finally:
            self.env.invalidate_all()

    def work_and_die(self):
        """Not with assertRaises, which undoes what was committed."""
        with patch.object(ReconDocument, "_read_file", side_effect=Killed):
            try:
                self.work()
            except Killed:
                return
        self.fail("the worker survived")

    def pass_time(self, **delta):
        self.frozen.tick(timedelta(**delta))


def cii(type_code="380", lines=True, root="CrossIndustryInvoice", **values):
    """An electronic invoice as EN 16931 has it, of the supplier and the amounts of BILL."""
    values = {
        "number": "F2610-778",
        "vat": VAT,
        "name": "Verrerie du Gier SAS",
        "net": "110.20",
        "tax": "22.04",
        "total": "132.24",
        "line": "110.20",
        **values,
    }
    line = """<ram:IncludedSupplyChainTradeLineItem>
      <ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument>
      <ram:SpecifiedTradeProduct><ram:Name>Bottles</ram:Name></ram:SpecifiedTradeProduct>
      <ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice>
        <ram:ChargeAmount>{line}</ram:ChargeAmount></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
      <ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">1</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>
      <ram:SpecifiedLineTradeSettlement>
        <ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>S</ram:CategoryCode>
          <ram:RateApplicablePercent>20</ram:RateApplicablePercent></ram:ApplicableTradeTax>
        <ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>{line}</ram:LineTotalAmount>
        </ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>
    </ram:IncludedSupplyChainTradeLineItem>"""
    xml = f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:{root} xmlns:rsm="urn:un:unece:uncefact:data:standard:{root}:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
  <rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>
    <ram:ID>urn:cen.eu:en16931:2017</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
  <rsm:ExchangedDocument><ram:ID>{{number}}</ram:ID><ram:TypeCode>{type_code}</ram:TypeCode>
    <ram:IssueDateTime><udt:DateTimeString format="102">20260211</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
  <rsm:SupplyChainTradeTransaction>{line if lines else ""}
    <ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>{{name}}</ram:Name>
      <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">{{vat}}</ram:ID></ram:SpecifiedTaxRegistration></ram:SellerTradeParty>
      <ram:BuyerTradeParty><ram:Name>Customer</ram:Name></ram:BuyerTradeParty></ram:ApplicableHeaderTradeAgreement>
    <ram:ApplicableHeaderTradeDelivery/>
    <ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
      <ram:ApplicableTradeTax><ram:CalculatedAmount>{{tax}}</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>
        <ram:BasisAmount>{{net}}</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode>
        <ram:RateApplicablePercent>20</ram:RateApplicablePercent></ram:ApplicableTradeTax>
      <ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format="102">20260313</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>
      <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
        <ram:LineTotalAmount>{{net}}</ram:LineTotalAmount><ram:TaxBasisTotalAmount>{{net}}</ram:TaxBasisTotalAmount>
        <ram:TaxTotalAmount currencyID="EUR">{{tax}}</ram:TaxTotalAmount>
        <ram:GrandTotalAmount>{{total}}</ram:GrandTotalAmount><ram:DuePayableAmount>{{total}}</ram:DuePayableAmount>
      </ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>
  </rsm:SupplyChainTradeTransaction>
</rsm:{root}>"""
    return xml.format(**values).encode()
