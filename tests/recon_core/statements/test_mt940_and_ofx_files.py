from datetime import date
from decimal import Decimal

import pytest

from recon_core.errors import FileFormatError
from recon_core.statements import read_statement

MT940 = """:20:STMT1
:25:FR7612345678901234567890125
:28C:00012/001
:60F:C260301EUR100,00
:61:2603020302C120,50NTRFNONREF//BANK-1
:86:/EREF/E2E-1/NAME/ATELIER DU PORT/IBAN/FR7630006000011234567890189/REMI/FAC/2026/00012
:61:2603020302D20,00NCHGNONREF
:86:COMMISSION
:61:2603020302RC0,50NTRFNONREF
:86:ANNULATION
:62F:C260302EUR200,00
-
"""
OFX = """OFXHEADER:100
CHARSET:1252

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>30006<ACCTID>12345678901<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260301
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260302230000[-5:EST]<TRNAMT>120,50<FITID>F1
<NAME>ATELIER &amp; PORT<MEMO>FAC/2026/00012</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>200.00<DTASOF>20260302</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""


def test_an_mt940_message_is_read():
    (statement,) = read_statement(MT940.encode(), "bank.sta")
    transfer, charge, reversal = statement.transactions
    assert statement.iban == "FR7612345678901234567890125"
    assert (transfer.amount, transfer.booking_date) == (Decimal("120.50"), date(2026, 3, 2))
    assert (transfer.counterparty_name, transfer.end_to_end_id) == ("ATELIER DU PORT", "E2E-1")
    assert transfer.remittance_unstructured == "FAC/2026/00012"
    assert (charge.amount, charge.remittance_unstructured) == (Decimal("-20.00"), "COMMISSION")
    assert (reversal.amount, reversal.return_reason) == (Decimal("-0.50"), "MS03")
    assert (
        statement.opening.amount + sum(t.amount for t in statement.transactions)
        == statement.closing.amount
    )


def test_each_message_of_an_mt940_file_is_a_statement():
    found = read_statement((MT940 + MT940.replace("STMT1", "STMT2")).encode())
    assert [len(s.transactions) for s in found] == [3, 3]


def test_an_mt940_line_that_makes_no_sense_says_where():
    with pytest.raises(FileFormatError) as error:
        read_statement((MT940 + MT940.replace("2603020302C120,50", "NONSENSE")).encode())
    assert (error.value.code, error.value.line) == ("mt940_unreadable", 13)


def test_an_ofx_statement_is_read_without_moving_its_days():
    (statement,) = read_statement(OFX.encode(), "bank.ofx")
    (found,) = statement.transactions
    assert (found.amount, found.booking_date) == (Decimal("120.50"), date(2026, 3, 2))
    assert (found.counterparty_name, found.transaction_id) == ("ATELIER & PORT", "F1")
    assert (statement.iban, statement.closing.amount) == ("12345678901", Decimal("200.00"))


def test_an_ofx_file_without_a_bank_statement_is_refused():
    with pytest.raises(FileFormatError) as error:
        read_statement(b"OFXHEADER:100\n\n<OFX></OFX>")
    assert error.value.code == "ofx_no_statement"


def test_one_page_of_several_and_an_interim_report_tell_only_a_part_of_their_days():
    assert not read_statement(MT940.encode())[0].is_partial
    assert read_statement(MT940.replace(":62F:", ":62M:").encode())[0].is_partial
    lines = MT940.replace(":60F:C260301EUR100,00\n", ":34F:EUR0,\n:13D:2603021200+0100\n")
    assert read_statement(lines.replace(":62F:C260302EUR200,00\n", "").encode())[0].is_partial
