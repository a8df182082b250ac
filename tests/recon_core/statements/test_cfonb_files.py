from datetime import date
from decimal import Decimal

import pytest
from stdnum import iban

from recon_core.errors import FileFormatError
from recon_core.statements import read_statement


def record(code: str, day: str = "020326", amount: str = "", middle: str = "", op: str = "") -> str:
    head = f"{code}30006    00001EUR2 12345678901{op:<2}{day}"
    return f"{head:<40}{middle}".ljust(90) + f"{amount:>14}".replace(" ", "0") + " " * 16


def movement(amount: str, label: str, reject: str = "  ") -> str:
    return record("04", amount=amount, middle=f"{reject}030326{label}", op="05")


def note(qualifier: str, text: str) -> str:
    return (record("05")[:45] + f"{qualifier}{text}").ljust(120)


OPENING, CLOSING = record("01", amount="1000{"), record("07", amount="2205{")


def read(*records: str):
    return read_statement("\r\n".join(records).encode("latin-1"), "releve.txt")


def test_movements_and_their_complements_are_read():
    body = (
        movement("1205{", "VIR SEPA"),
        note("NPY", "ATELIER DU PORT"),
        note("LCC", "FAC/2026/00012"),
        note("RCN", "E2E-1"),
    )
    (statement,) = read(OPENING, *body, CLOSING)
    (found,) = statement.transactions
    assert found.amount == Decimal("120.50")
    assert (found.booking_date, found.value_date) == (date(2026, 3, 2), date(2026, 3, 3))
    assert found.counterparty_name == "ATELIER DU PORT"
    assert found.remittance_unstructured == "VIR SEPA FAC/2026/00012"
    assert found.end_to_end_id == "E2E-1"
    assert statement.opening.amount + found.amount == statement.closing.amount


def test_the_last_character_holds_digit_and_sign():
    (statement,) = read(
        OPENING, movement("123A", "X"), movement("123J", "Y"), movement("10}", "Z"), CLOSING
    )
    assert [t.amount for t in statement.transactions] == [
        Decimal("12.31"),
        Decimal("-12.31"),
        Decimal("-1.00"),
    ]


def test_the_iban_follows_from_the_french_account_number():
    (statement,) = read(OPENING, CLOSING)
    assert statement.iban.startswith("FR") and statement.iban[4:14] == "3000600001"
    assert iban.is_valid(statement.iban)


def test_a_rejected_movement_is_marked_as_returned():
    (statement,) = read(OPENING, movement("120N", "REJET", reject="02"), CLOSING)
    assert statement.transactions[0].return_reason == "MS03"


@pytest.mark.parametrize(
    ("records", "code", "line"),
    [
        ([movement("1{", "X")], "cfonb_no_opening", 1),
        ([OPENING, OPENING], "cfonb_no_closing", 2),
        ([OPENING, movement("1{", "X")], "cfonb_no_closing", 2),
        ([OPENING, note("LIB", "X")], "cfonb_no_movement", 2),
        ([OPENING, "99"], "cfonb_unknown_record", 2),
        ([OPENING, movement("1?", "X")], "bad_amount", 2),
        ([record("01", day="310226", amount="0{")], "bad_date", 1),
    ],
)
def test_a_broken_file_says_where(records, code, line):
    with pytest.raises(FileFormatError) as error:
        read(*records)
    assert (error.value.code, error.value.line) == (code, line)


def test_a_name_that_stands_in_the_label_alone_is_read_there_and_no_part_of_the_identity():
    (statement,) = read(
        OPENING,
        movement("1205{", "VIR SEPA ATELIER DU PORT"),
        note("LIB", "FAC/2026/00012"),
        movement("100}", "PRLV SEPA FREE MOBILE"),
        movement("1205{", "VIR SEPA X"),
        note("NPY", "ATELIER DU PORT"),
        CLOSING,
    )
    transfer, debit, told = statement.transactions
    assert (transfer.counterparty_name, debit.counterparty_name) == (
        "ATELIER DU PORT",
        "FREE MOBILE",
    )
    assert transfer.read_from_text == debit.read_from_text == {"counterparty_name"}
    assert (told.counterparty_name, told.read_from_text) == ("ATELIER DU PORT", frozenset())
