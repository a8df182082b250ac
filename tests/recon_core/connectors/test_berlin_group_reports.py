"""Transaction reports that are no JSON: camt and MT940 files, in the answer or behind a link."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from odd_bank import BASE, GRANT, OddBank

from recon_core.errors import RetryableError
from recon_core.normalisers.identity import keyed
from recon_core.types import TransactionStatus

TRANSACTIONS = f"{BASE}/v1/accounts/1/transactions"
DOWNLOAD = f"{BASE}/v1/files/1"
FROM = date(2026, 9, 1)

ENTRY = """<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>
{dated}<AcctSvcrRef>R{amount}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>Client</Nm></Pty></Dbtr>
</RltdPties><RmtInf><Ustrd>FAC 12</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"""
DATED = "<BookgDt><Dt>2026-11-02</Dt></BookgDt>"


def camt(*entries: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{head}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.08">'
        "<BkToCstmrAcctRpt><Rpt><Id>1</Id><Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id>"
        f"<Ccy>EUR</Ccy></Acct>{''.join(entries)}</Rpt></BkToCstmrAcctRpt></Document>"
    ).encode()


def entry(amount="10.00", status="BOOK", dated=DATED):
    return ENTRY.format(amount=amount, status=status, dated=dated)


def pages(bank):
    return list(bank.connector.transactions(GRANT, "1", FROM))


def found(body):
    (page,) = pages(OddBank().says("GET", TRANSACTIONS, body))
    return page.transactions


def test_json_is_asked_for_and_files_are_taken():
    bank = OddBank().says("GET", TRANSACTIONS, camt())
    pages(bank)
    accepted = bank.asked[0][2]["headers"]["Accept"].split(", ")

    assert [kind.partition(";")[0] for kind in accepted] == [
        "application/json",
        "application/xml",
        "text/plain",
    ]


def test_a_camt_report_is_read():
    (item,) = found(camt(entry()))

    assert (item.amount, item.booking_date) == (Decimal("10.00"), date(2026, 11, 2))
    assert (item.counterparty_name, item.remittance_unstructured) == ("Client", "FAC 12")
    assert item.transaction_id == "R10.00"


def test_pending_ones_are_told_apart_and_announced_ones_are_left_out():
    items = found(camt(entry("1.00", "PDNG", ""), entry("2.00", "INFO"), entry("3.00")))

    assert [(item.amount, item.status) for item in items] == [
        (Decimal("1.00"), TransactionStatus.PENDING),
        (Decimal("3.00"), TransactionStatus.BOOKED),
    ]


def test_an_undated_entry_of_a_file_is_held_back_too():
    assert found(camt(entry(dated=""), entry("2.00")))[0].amount == Decimal("2.00")


def test_a_report_without_entries_is_a_quiet_account():
    assert found(camt()) == ()


def test_a_mark_before_the_xml_does_not_disturb():
    assert len(found(b"\xef\xbb\xbf\r\n" + camt(entry()))) == 1


def test_an_mt940_is_read():
    text = (
        ":20:STARTUMS\r\n:25:30006000/1234567890\r\n:28C:1/1\r\n:60F:C261101EUR100,00\r\n"
        ":61:2611021102CR10,00NTRFNONREF//B1\r\n:86:FAC 12\r\n:62F:C261102EUR110,00\r\n-\r\n"
    )
    (item,) = found(text.encode())

    assert (item.amount, item.booking_date) == (Decimal("10.00"), date(2026, 11, 2))


def test_a_link_to_a_file_is_followed():
    bank = OddBank().says(
        "GET", TRANSACTIONS, {"_links": {"download": {"href": "/psd2/v1/files/1"}}}
    )
    bank.says("GET", DOWNLOAD, camt(entry()))
    (page,) = pages(bank)

    assert len(page.transactions) == 1
    assert bank.asked[1][2]["headers"]["Consent-ID"] == "c-1"


def test_a_link_to_a_file_that_leads_in_a_circle_is_left():
    link = {"_links": {"download": {"href": "/psd2/v1/files/1"}}}
    bank = OddBank().says("GET", TRANSACTIONS, link).says("GET", DOWNLOAD, link)

    with pytest.raises(RetryableError, match="pages without an end"):
        pages(bank)


def test_transactions_in_the_answer_come_before_a_link_to_the_same():
    links = {"download": {"href": "https://evil.example/"}}
    bank = OddBank().says("GET", TRANSACTIONS, {"transactions": {}, "_links": links})

    assert pages(bank)[0].transactions == ()


BOMB = '<!DOCTYPE d [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;">]>'
FILE = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "body",
    [
        camt(entry(), head=BOMB),
        camt(entry(), head=FILE),
        camt(entry(), head=f"<!-- {' ' * 5000} -->{BOMB}"),
        camt(entry())[:-20],
        camt(entry("ten")),
        b"<html><body>Maintenance</body></html>",
        b"PK\x03\x04 a zip",
        b"   ",
        b"[]",
    ],
    ids=["bomb", "file", "hidden bomb", "cut off", "no amount", "page", "zip", "blank", "list"],
)
def test_a_file_that_cannot_be_trusted_or_read_is_a_bad_response(body):
    with pytest.raises(RetryableError) as caught:
        pages(OddBank().says("GET", TRANSACTIONS, body))

    assert caught.value.code == "bad_response"
    assert "passwd" not in str(caught.value)


@pytest.mark.parametrize("kind", ["camt", "download"])
def test_a_bank_that_changes_to_files_brings_nothing_twice(client, grant, kind):
    def read():
        found = client.connector.transactions(grant, "acc-main", FROM)
        items = [item for page in found for item in page.transactions]
        pending = [item.amount for item in items if item.status is TransactionStatus.PENDING]
        booked = [item for item in items if item.status is TransactionStatus.BOOKED]
        return Counter(key for key, _ in keyed(booked)), sorted(pending)

    client.add(amount="-3.20", status="pending", counterparty_name="Café")
    before = read()
    client.choose(reports=kind)

    assert before == read()
    assert len(before[0]) > 100
