"""Net and tax by rate of structured invoices."""

from __future__ import annotations

from decimal import Decimal

import pytest

from recon_core.documents import read_document
from recon_core.documents.model import ReadDocument, TaxLine
from recon_core.documents.serial import from_json, to_json

CII = """<CrossIndustryInvoice><ExchangedDocument><ID>1</ID><TypeCode>380</TypeCode></ExchangedDocument>
<SupplyChainTradeTransaction><ApplicableHeaderTradeSettlement>{groups}
<SpecifiedTradeSettlementHeaderMonetarySummation><TaxBasisTotalAmount>{net}</TaxBasisTotalAmount>
<TaxTotalAmount>{tax}</TaxTotalAmount></SpecifiedTradeSettlementHeaderMonetarySummation>
</ApplicableHeaderTradeSettlement></SupplyChainTradeTransaction></CrossIndustryInvoice>"""
GROUP = """<ApplicableTradeTax><CalculatedAmount>{2}</CalculatedAmount><BasisAmount>{1}</BasisAmount>
<RateApplicablePercent>{0}</RateApplicablePercent></ApplicableTradeTax>"""
UBL = """<Invoice><ID>1</ID><TaxTotal><TaxAmount>25.50</TaxAmount>
<TaxSubtotal><TaxableAmount>100.00</TaxableAmount><TaxAmount>20.00</TaxAmount>
<TaxCategory><Percent>20</Percent></TaxCategory></TaxSubtotal>
<TaxSubtotal><TaxableAmount>100.00</TaxableAmount><TaxAmount>5.50</TaxAmount>
<TaxCategory><Percent>5.5</Percent></TaxCategory></TaxSubtotal></TaxTotal>
<LegalMonetaryTotal><TaxExclusiveAmount>200.00</TaxExclusiveAmount></LegalMonetaryTotal></Invoice>"""
TWO = (("20", "100.00", "20.00"), ("5.5", "100.00", "5.50"))


def read(net: str, tax: str, *groups: tuple[str, ...]) -> ReadDocument:
    told = "".join(GROUP.format(*group) for group in groups)
    return read_document(CII.format(groups=told, net=net, tax=tax).encode())


def lines(*groups: tuple[str, ...]) -> tuple[TaxLine, ...]:
    return tuple(TaxLine(*map(Decimal, group)) for group in groups)


def test_the_rates_of_both_syntaxes_are_told() -> None:
    assert read("200.00", "25.50", *TWO).taxes == lines(*TWO)
    assert read_document(UBL.encode()).taxes == lines(*TWO)


def test_negative_amounts_of_a_credit_are_turned_as_its_totals_are() -> None:
    credit = (("20", "-100.00", "-20.00"), ("20", "10.00", "2.00"))
    turned = (("20", "100.00", "20.00"), ("20", "-10.00", "-2.00"))
    assert read("-90.00", "-18.00", *credit).taxes == lines(*turned)


@pytest.mark.parametrize(
    ("net", "tax", "groups"),
    [
        ("200.00", "25.51", TWO),
        ("201.00", "25.50", TWO),
        ("200.00", "25.50", ()),
        ("100.00", "20.00", (("20", "100.00", "lots"),)),
        ("100.00", "20.00", (("20", "1e2", "20.00"),)),
        ("lots", "20.00", (("20", "100.00", "20.00"),)),
    ],
)
def test_rates_that_do_not_come_to_the_totals_are_not_told(
    net: str, tax: str, groups: tuple[tuple[str, ...], ...]
) -> None:
    assert read(net, tax, *groups).taxes == ()


def test_they_survive_the_way_between_processes() -> None:
    told = read("200.00", "25.50", *TWO)
    assert from_json(to_json(told)) == told
