import re
from datetime import date
from decimal import Decimal

import pytest
from camt_samples import balance, camt, details, entry

from recon_core.errors import FileFormatError
from recon_core.statements import read_statement
from recon_core.types import TransactionStatus


def read_one(*parts: str, **options: str):
    (statement,) = read_statement(camt(*parts, **options), "bank.xml")
    return statement


def test_an_entry_becomes_a_transaction_with_everything_it_says():
    (found,) = read_one(entry("120.50", inside=details())).transactions
    assert found.amount == Decimal("120.50")
    assert (found.currency, found.status) == ("EUR", TransactionStatus.BOOKED)
    assert (found.booking_date, found.value_date) == (date(2026, 3, 2), date(2026, 3, 3))
    assert (found.counterparty_name, found.counterparty_iban) == (
        "Atelier du Port",
        "FR7630006000011234567890189",
    )
    assert found.remittance_unstructured == "FAC/2026/0 0012"
    assert found.creditor_reference == "RF18539007547034"
    assert (found.end_to_end_id, found.transaction_id) == ("E2E-1", "BANK1")
    assert found.bank_tx_code == "PMNT-RCDT-ESCT"


def test_money_going_out_has_the_creditor_as_counterparty_but_never_the_own_account():
    (found,) = read_one(entry("20", "DBIT", details())).transactions
    assert found.amount == Decimal(-20)
    assert found.counterparty_name == "Atelier du Port"


def test_details_with_amounts_that_sum_up_become_one_transaction_each():
    inside = details("E1", "70.25") + details("E2", "50.25")
    found = read_one(entry("120.50", inside=inside)).transactions
    assert [(t.amount, t.end_to_end_id) for t in found] == [
        (Decimal("70.25"), "E1"),
        (Decimal("50.25"), "E2"),
    ]
    assert len({t.transaction_id for t in found}) == 2


def test_details_that_do_not_sum_up_leave_the_entry_whole():
    inside = "<Btch><PmtInfId>LOT-7</PmtInfId></Btch>" + details("E1", "70.25") + details("E2", "1")
    (found,) = read_one(entry("120.50", inside=inside)).transactions
    assert found.amount == Decimal("120.50")
    assert found.end_to_end_id == "LOT-7"


def test_a_returned_direct_debit_keeps_its_customer_and_its_reason():
    reason = "<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>"
    reversal = "<RvslInd>true</RvslInd>"
    (found,) = read_one(entry("120.50", "DBIT", details(more=reason), extra=reversal)).transactions
    assert (found.amount, found.return_reason) == (Decimal("-120.50"), "AM04")
    assert found.counterparty_name == "Atelier du Port"


def test_a_reversal_without_a_reason_is_still_marked():
    (found,) = read_one(entry("5", "DBIT", extra="<RvslInd>true</RvslInd>")).transactions
    assert found.return_reason == "MS03"


def test_balances_carry_their_sign():
    statement = read_one(balance("OPBD", "10.00", "DBIT"), balance("CLBD", "110.50"))
    assert statement.opening is not None and statement.closing is not None
    assert (statement.opening.amount, statement.closing.amount) == (
        Decimal("-10.00"),
        Decimal("110.50"),
    )


def test_a_pending_entry_has_no_booking_date():
    body = entry("9.99").replace("<Sts>BOOK</Sts>", "<Sts><Cd>PDNG</Cd></Sts>")
    (found,) = read_one(body).transactions
    assert (found.status, found.booking_date) == (TransactionStatus.PENDING, None)


def test_an_informational_entry_gives_nothing():
    body = entry("9.99").replace("<Sts>BOOK</Sts>", "<Sts>INFO</Sts>")
    assert read_one(body).transactions == ()


def test_the_instructed_amount_is_kept_when_its_currency_is_another():
    more = "<AmtDtls><InstdAmt><Amt Ccy='USD'>130.00</Amt></InstdAmt></AmtDtls>"
    (found,) = read_one(entry("120.50", inside=details(more=more))).transactions
    assert (found.instructed_amount, found.instructed_currency) == (Decimal("130.00"), "USD")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (camt(entry("1"))[:-20], "not_xml"),
        (b"<?xml version='1.0'?><BkToCstmrStmtX/>", "camt_wrong_root"),
        (camt(entry("abc")), "bad_amount"),
        (camt(entry("1", "PLUS")), "camt_bad_sign"),
        (re.sub(rb"<BookgDt>.*</ValDt>", b"", camt(entry("1"))), "camt_no_date"),
        (camt(entry("1").replace("2026-03-02", "2026-13-02")), "bad_date"),
        (camt(entry("1"), account="<Acct><Id/></Acct>"), "camt_no_account"),
        (b"<Document><BkToCstmrStmt><GrpHdr/></BkToCstmrStmt></Document>", "camt_no_statement"),
        (b"  \n", "empty_file"),
        (b"hello", "unknown_format"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data, code):
    with pytest.raises(FileFormatError) as error:
        read_statement(data, "bank.xml")
    assert error.value.code == code


def test_an_entity_bomb_is_refused_before_it_expands():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(FileFormatError) as error:
        read_statement(bomb + b"<Document><BkToCstmrStmt>&b;</BkToCstmrStmt></Document>")
    assert error.value.code == "xml_doctype"


def test_a_file_of_this_machine_cannot_be_pulled_in():
    data = (
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><BkToCstmrStmt>&f;</BkToCstmrStmt>'
    )
    with pytest.raises(FileFormatError) as error:
        read_statement(data)
    assert error.value.code == "xml_doctype"


def test_a_notification_an_interim_report_and_a_page_tell_only_a_part_of_their_days():
    def is_partial(data: bytes) -> bool:
        return read_statement(data)[0].is_partial

    whole = camt(entry("1"))
    assert not is_partial(whole)
    notification = whole.replace(b"BkToCstmrStmt", b"BkToCstmrDbtCdtNtfctn")
    assert is_partial(
        notification.replace(b"<Stmt>", b"<Ntfctn>").replace(b"</Stmt>", b"</Ntfctn>")
    )
    page = b"<GrpHdr><MsgPgntn><PgNb>%d</PgNb><LastPgInd>%s</LastPgInd></MsgPgntn></GrpHdr><Stmt>"
    assert is_partial(whole.replace(b"<Stmt>", page % (1, b"false")))
    assert is_partial(whole.replace(b"<Stmt>", page % (2, b"true")))
    assert not is_partial(whole.replace(b"<Stmt>", page % (1, b"true")))
    own_page = b"<Stmt><StmtPgntn><PgNb>2</PgNb><LastPgInd>true</LastPgInd></StmtPgntn>"
    assert is_partial(whole.replace(b"<Stmt>", own_page))
