from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_core.errors import FileFormatError
from recon_core.statements import read_statement
from recon_core.statements.written import Reading

FRENCH = """!Type:Bank
D13/03/2026
T1 205,50
PATELIER DU PORT
MVIREMENT FAC/2026/00012
NVIR
^
D14/03/2026
T-1.020,00
PLOYER
^
"""
QUICKEN = """!Account
NMain
TBank
^
!Type:Bank
D2/28' 6
T1,000.00
POpening Balance
L[Main]
^
D3/ 1' 6
T-100.00
PCorner shop
SFood
Ebread
$-60.00
SHome
Elamp
$-40.00
^
!Type:Cat
NFood
^
!Account
NCard
TCCard
^
!Type:CCard
D3/2' 6
T-7.25
PCafé
^
"""


def read(text: str, **reading: str):
    return read_statement(text.encode(), "bank.qif", Reading(**reading))


def refusal(text: str, **reading: str) -> tuple[str, int | None]:
    with pytest.raises(FileFormatError) as error:
        read(text, **reading)
    return error.value.code, error.value.line


def test_a_french_export_is_read_with_its_own_order_and_sign():
    (statement,) = read(FRENCH)
    transfer, rent = statement.transactions
    assert (transfer.booking_date, transfer.amount) == (date(2026, 3, 13), Decimal("1205.50"))
    assert transfer.counterparty_name == "ATELIER DU PORT"
    assert transfer.remittance_unstructured == "VIREMENT FAC/2026/00012"
    assert transfer.entry_reference == "VIR"
    assert (rent.amount, rent.remittance_unstructured) == (Decimal("-1020.00"), "LOYER")


def test_accounts_of_one_file_are_statements_of_their_own():
    main, card = read(QUICKEN)
    assert (main.reference, card.reference) == ("Main", "Card")
    assert [t.amount for t in card.transactions] == [Decimal("-7.25")]
    assert card.transactions[0].booking_date == date(2006, 3, 2)


def test_the_first_record_of_quicken_is_the_opening_balance_and_no_payment():
    main, _card = read(QUICKEN)
    assert main.opening.amount == Decimal(1000)
    assert [t.amount for t in main.transactions] == [Decimal(-100)]


def test_a_divided_amount_is_one_transaction_with_the_memos_of_its_parts():
    (bought,) = read(QUICKEN)[0].transactions
    assert (bought.amount, bought.remittance_unstructured) == (Decimal(-100), "bread lamp")


def test_windows_text_keeps_its_accents():
    data = FRENCH.replace("LOYER", "LOYER ÉTÉ").encode("cp1252")
    (statement,) = read_statement(data)
    assert statement.transactions[1].counterparty_name == "LOYER ÉTÉ"


def test_an_account_named_by_its_iban_is_that_account():
    text = "!Account\nNFR76 3000 6000 0112 3456 7890 189\nTBank\n^\n" + FRENCH
    assert read(text)[0].iban == "FR7630006000011234567890189"


def test_what_a_file_leaves_open_is_asked_and_the_answer_taken():
    text = FRENCH.replace("13/03", "02/03").replace("14/03", "05/03")
    assert refusal(text) == ("ambiguous_dates", None)
    assert read(text, date_order="dmy")[0].transactions[0].booking_date == date(2026, 3, 2)
    assert read(text, date_order="mdy")[0].transactions[0].booking_date == date(2026, 2, 3)
    amounts = "!Type:Bank\nD2026-03-02\nT1,234\n^\n"
    assert refusal(amounts) == ("ambiguous_amounts", None)
    assert read(amounts, decimal_sign=",")[0].transactions[0].amount == Decimal("1.234")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("!Type:Cat\nNFood\n^\n", "qif_no_statement", None),
        (FRENCH.replace("^", ""), "qif_unended", 2),
        (FRENCH[:-3], "qif_unended", 8),
        (FRENCH.replace("T-1.020,00", "Tmuch"), "bad_amount", 8),
        (FRENCH.replace("D14/03/2026", "D31/02/2026"), "bad_date", 8),
        (FRENCH.replace("D14/03/2026\n", ""), "bad_date", 8),
        (FRENCH.replace("T-1.020,00", "T-1e9"), "bad_amount", 8),
        (FRENCH + "!Type:Bank\nD15/03/2026\n", "qif_unended", 13),
    ],
)
def test_a_broken_file_says_where(text, code, line):
    assert refusal(text) == (code, line)


def test_a_file_cut_anywhere_but_after_a_record_is_refused():
    (whole,) = read(FRENCH)
    for end in range(1, len(FRENCH)):
        try:
            (found,) = read_statement(FRENCH[:end].encode(), "bank.qif", Reading("dmy", ","))
        except FileFormatError:
            continue
        assert found.transactions == whole.transactions[: len(found.transactions)], end


def test_nul_bytes_are_no_text():
    with pytest.raises(FileFormatError) as error:
        read_statement(FRENCH.encode() + b" " * 5000 + b"\0")
    assert error.value.code == "not_text"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(FRENCH.split("\n")) | st.text(max_size=20), max_size=25))
def test_no_mixture_of_lines_breaks_the_reader(mixture):
    data = ("!Type:Bank\n" + "\n".join(mixture)).encode("utf-8", "replace")
    try:
        found = read_statement(data, "bank.qif")
    except FileFormatError:
        return
    assert all(t.booking_date and t.amount.is_finite() for s in found for t in s.transactions)
