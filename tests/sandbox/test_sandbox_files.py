"""The files of the demo: a statement of the second account, and vendor bills on paper."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from facturx import get_facturx_xml_from_pdf
from lxml import etree
from PIL import Image
from pypdf import PdfReader

from sandbox import bills, camt
from sandbox.bill_files import scan
from sandbox.bill_files.layouts import money
from sandbox.bill_files.model import bills as bills_of
from sandbox.dataset import build, to_json

NS = {"c": camt.NAMESPACE}
RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"


def amounts(root, path):
    sign = {"CRDT": 1, "DBIT": -1}
    return [
        sign[item.findtext("c:CdtDbtInd", namespaces=NS)]
        * Decimal(item.findtext("c:Amt", namespaces=NS))
        for item in root.iterfind(path, NS)
    ]


@pytest.mark.parametrize("index", [0, 1])
def test_the_statement_closes_with_what_it_opened_and_all_entries(demo_json, index):
    account = demo_json["bank_accounts"][index]
    root = etree.fromstring(camt.statement(demo_json, account))

    opening, closing = amounts(root, ".//c:Bal")
    entries = amounts(root, ".//c:Ntry")
    booked = [
        Decimal(item["amount"])
        for item in demo_json["transactions"]
        if item["account_iban"] == account["iban"] and item["status"] == "booked"
    ]
    assert root.findtext(".//c:Acct/c:Id/c:IBAN", namespaces=NS) == account["iban"]
    assert opening == Decimal(account["opening_balance"])
    assert closing == opening + sum(entries)
    assert sorted(entries) == sorted(booked)


def test_entries_carry_the_other_side_and_its_texts(demo_json):
    root = etree.fromstring(camt.statement(demo_json, demo_json["bank_accounts"][0]))
    returned = root.xpath(".//c:Ntry[.//c:RtrInf]", namespaces=NS)
    structured = root.xpath(".//c:CdtrRefInf/c:Ref/text()", namespaces=NS)
    dates = root.xpath(".//c:BookgDt/c:Dt/text()", namespaces=NS)

    assert [entry.findtext(".//c:RtrInf/c:Rsn/c:Cd", namespaces=NS) for entry in returned] == [
        "AM04"
    ]
    assert returned[0].findtext(".//c:Cdtr/c:Pty/c:Nm", namespaces=NS)
    assert len(structured) >= 4
    assert dates == sorted(dates)


def test_the_statement_command_writes_the_account_asked_for(demo_json, tmp_path):
    source, target = tmp_path / "demo.json", tmp_path / "statement.xml"
    source.write_text(json.dumps(demo_json), "utf-8")
    camt.main(["--data", str(source), "--account", "2", "--out", str(target)])

    assert demo_json["bank_accounts"][1]["iban"].encode() in target.read_bytes()
    with pytest.raises(SystemExit):
        camt.main(["--data", str(source), "--account", "3", "--out", str(target)])


@pytest.fixture(scope="module")
def written():

    data = to_json(build(date(2026, 11, 23), 1))
    return bills_of(data), bills.files(data)


def test_the_electronic_bill_says_the_same_in_xml(written):
    bill = written[0][0]
    _, xml = get_facturx_xml_from_pdf(written[1][f"factur-x_{bill.number}.pdf"])
    root = etree.fromstring(xml)

    assert root.findtext(f".//{RAM}GrandTotalAmount") == f"{bill.total:.2f}"
    assert root.findtext(f".//{RAM}IBANID") == bill.iban
    assert root.findtext(f".//{RAM}PaymentReference") == bill.number
    assert root.findtext(f".//{RAM}SellerTradeParty/{RAM}Name") == bill.seller.name


@pytest.mark.parametrize("index", [0, 1, 2])
def test_every_pdf_says_who_asks_for_how_much_by_when(written, index):
    bill, content = written[0][index], list(written[1].values())[index]
    text = PdfReader(BytesIO(content)).pages[0].extract_text()

    joined = "".join(text.split())
    for expected in (bill.number, bill.seller.name, bill.iban, bill.seller.vat, money(bill.total)):
        assert "".join(expected.split()) in joined
    assert f"{bill.due_date:%d/%m/%Y}" in text or f"{bill.due_date:%d.%m.%Y}" in text


def test_the_layouts_are_different(written):
    texts = [
        PdfReader(BytesIO(pdf)).pages[0].extract_text() for pdf in list(written[1].values())[:3]
    ]

    assert "Total TTC" in texts[0]
    assert "Net à payer" in texts[1]
    assert "À payer" in texts[2]


@pytest.mark.skipif(not scan.available(), reason="pdftoppm (poppler-utils) is not installed")
def test_the_scan_is_an_image_of_a_page(written):
    image = Image.open(BytesIO(written[1][f"scan_{written[0][3].number}.png"]))

    assert image.mode == "L"
    assert 1600 < image.width < image.height < 2500
    darkest, brightest = image.getextrema()
    assert darkest < 90
    assert brightest > 230


def test_the_bills_command_writes_every_file(demo_json, tmp_path):
    source = tmp_path / "demo.json"
    source.write_text(json.dumps(demo_json), "utf-8")
    assert bills.main(["--data", str(source), "--out", str(tmp_path / "out")]) == 0

    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == set(bills.files(demo_json))
    assert len(names) == (4 if scan.available() else 3)
