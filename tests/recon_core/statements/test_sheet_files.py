from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_samples import DUTCH, ENGLISH, FRENCH, GERMAN, IBAN, ITALIAN, SPANISH, xls, xlsx

from recon_core.errors import FileFormatError
from recon_core.statements import SHEET, format_of, read_statement
from recon_core.statements.sheet import read_sheet, read_tables
from recon_core.statements.sheet_mapping import SheetMapping
from recon_core.statements.sheet_propose import SheetProposal, propose
from recon_core.types import StatementFile, TransactionStatus


def proposed(text: str | bytes) -> SheetProposal:
    return propose(read_tables(text.encode() if isinstance(text, str) else text))


def read(text: str | bytes, **changes: object) -> list[StatementFile]:
    """The statements of a sheet with the mapping that is proposed for it."""
    data = text.encode() if isinstance(text, str) else text
    return read_sheet(read_tables(data), replace(proposed(data).mapping, **changes))


def refusal(text: str, mapping: SheetMapping) -> tuple[str, int | None]:
    with pytest.raises(FileFormatError) as error:
        read_sheet(read_tables(text.encode()), mapping)
    return error.value.code, error.value.line


def test_a_french_sheet_is_read_oldest_first_with_its_account_and_balances():
    (statement,) = read(FRENCH)
    assert (statement.iban, statement.currency) == (IBAN, "")
    fees, rent, transfer = statement.transactions
    assert (fees.booking_date, fees.value_date) == (date(2026, 3, 29), date(2026, 3, 28))
    assert [t.amount for t in (fees, rent, transfer)] == [
        Decimal("-5.00"),
        Decimal("-1020.00"),
        Decimal("1205.50"),
    ]
    assert transfer.remittance_unstructured == "VIR SEPA ATELIER DU PORT FAC/2026/00012"
    assert (statement.opening.amount, statement.closing.amount) == (
        Decimal("1005.00"),
        Decimal("1185.50"),
    )


def test_a_german_sheet_tells_both_sides_references_and_what_is_pending():
    (statement,) = read(GERMAN)
    assert (statement.iban, statement.currency) == ("DE89370400440532013000", "EUR")
    booked, pending = statement.transactions
    assert (booked.booking_date, booked.value_date) == (date(2026, 3, 30), date(2026, 3, 31))
    assert (booked.counterparty_name, booked.counterparty_iban) == (
        "Hafenwerk GmbH",
        "DE02120300000000202051",
    )
    assert (booked.end_to_end_id, booked.remittance_unstructured) == ("E2E-1", "Rechnung 12")
    assert (pending.status, pending.booking_date) == (TransactionStatus.PENDING, None)
    assert (pending.mandate_id, pending.creditor_id) == ("M1", "DE98ZZZ")


def test_a_sign_column_gives_amounts_without_a_sign_theirs():
    (statement,) = read(DUTCH)
    assert [t.amount for t in statement.transactions] == [Decimal(-5), Decimal(-10), Decimal(100)]
    assert statement.iban == "NL20INGB0001234567"
    assert statement.transactions[2].counterparty_iban == "NL91ABNA0417164300"


def test_two_columns_of_amounts_and_months_by_name_are_read():
    (statement,) = read(ENGLISH)
    assert [t.amount for t in statement.transactions] == [
        Decimal("-1012.50"),
        Decimal("100.00"),
        Decimal("1.00"),
    ]
    assert statement.transactions[0].booking_date == date(2026, 3, 2)
    assert statement.opening.amount == Decimal("1912.50")


def test_what_stands_above_and_below_the_entries_is_none():
    (statement,) = read(SPANISH)
    assert statement.iban == "ES9121000418450200051332"
    assert len(statement.transactions) == 3


def test_debits_that_are_negative_already_are_not_turned_around():
    (statement,) = read(ITALIAN)
    assert [t.amount for t in statement.transactions] == [Decimal(-10), Decimal(20)]


@pytest.mark.parametrize("make", [xlsx, xls])
def test_workbooks_give_days_and_amounts_as_they_show_them(make):
    data = make()
    assert format_of(data) == SHEET
    (statement,) = read(data)
    assert [(t.booking_date.day, t.amount) for t in statement.transactions] == [
        (2, Decimal("120.5")),
        (3, Decimal("-20.1")),
        (4, Decimal("-0.3")),
    ]
    assert statement.transactions[1].remittance_unstructured == "=1+2"
    assert statement.closing.amount == Decimal("1100.1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_any_usual_encoding_gives_the_same(encoding):
    text = FRENCH.replace("LOYER MARS", "LOYER D'AOÛT")
    (statement,) = read(text.encode(encoding))
    assert statement.transactions[1].remittance_unstructured == "PRLV LOYER D'AOÛT"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_any_usual_delimiter_gives_the_same(delimiter):
    text = ITALIAN.replace(",", ".").replace(";", delimiter)
    (statement,) = read(text)
    assert [t.amount for t in statement.transactions] == [Decimal(-10), Decimal(20)]


def test_proposals_are_surer_when_words_and_balances_agree():
    by_words = {column.role: column.confidence for column in proposed(ITALIAN).columns}
    assert by_words["booking_date"] == by_words["debit"] == 0.9
    confirmed = proposed(FRENCH)
    assert confirmed.is_confirmed
    assert {c.confidence for c in confirmed.columns if c.role in ("debit", "credit")} == {0.99}
    headless = proposed("2026-03-02,SHOP,-10.00\n2026-03-03,HARBOUR WORKS,12.00\n")
    assert headless.header_row is None
    assert [(c.role, c.confidence) for c in headless.columns] == [
        ("booking_date", 0.4),
        ("remittance_unstructured", 0.4),
        ("amount", 0.4),
    ]


def test_an_order_of_days_that_cannot_be_told_is_left_to_the_person():
    text = "Date;Libellé;Montant\n02/03/2026;A;1,50\n05/03/2026;B;-2,50\n"
    mapping = proposed(text).mapping
    assert (mapping.date_order, mapping.missing()) == ("", "ambiguous_dates")
    assert refusal(text, mapping)[0] == "ambiguous_dates"
    (statement,) = read(text, date_order="dmy")
    assert statement.transactions[1].booking_date == date(2026, 3, 5)


def test_a_card_that_lists_purchases_as_positive_is_found_by_its_balance():
    text = (
        "Date;Description;Amount;Balance\n2026-03-02;A;10.00;-10.00\n"
        "2026-03-03;B;5.00;-15.00\n2026-03-04;REFUND;-3.00;-12.00\n"
    )
    assert proposed(text).mapping.is_inverted
    assert [t.amount for t in read(text)[0].transactions] == [-10, -5, 3]


def test_balances_confirm_amounts_also_while_the_order_of_days_is_open():
    text = FRENCH.replace("31/03", "03/03").replace("30/03", "02/03").replace("29/03", "01/03")
    found = proposed(text.replace("28/03/2026", "01/03/2026"))
    assert found.is_confirmed
    assert found.mapping.date_order == ""


def test_a_saved_mapping_reads_the_next_file_under_a_longer_page():
    mapping = proposed(FRENCH).mapping
    later = "Une ligne de plus;\n" + FRENCH.replace("31/03/2026;VIR", "31/03/2026;VIR")
    (statement,) = read_sheet(read_tables(later.encode()), mapping)
    assert len(statement.transactions) == 3
    other = FRENCH.replace("Libellé", "Nature de l'opération")
    assert refusal(other, mapping) == ("sheet_other_layout", None)


def test_a_line_that_is_missing_breaks_the_chain_of_balances():
    lines = FRENCH.splitlines(keepends=True)
    (statement,) = read_sheet(
        read_tables("".join([*lines[:5], *lines[6:]]).encode()), proposed(FRENCH).mapping
    )
    total = sum(t.amount for t in statement.transactions)
    assert statement.opening.amount + total != statement.closing.amount


def test_a_day_listed_in_another_order_than_it_was_booked_still_adds_up():
    text = (
        "Date;Libellé;Montant;Solde\n13/03/2026;A;10,00;110,00\n14/03/2026;C;-5,00;125,00\n"
        "14/03/2026;B;20,00;130,00\n15/03/2026;D;1,00;126,00\n"
    )
    found = proposed(text)
    assert found.is_confirmed
    (statement,) = read_sheet(read_tables(text.encode()), found.mapping)
    assert (statement.opening.amount, statement.closing.amount) == (100, 126)


def test_a_row_that_is_a_balance_is_not_booked_even_with_a_day():
    text = (
        "Date;Libellé;Montant\n13/03/2026;Solde initial;1000,00\n14/03/2026;SOLDE FACTURE 7;5,00\n"
    )
    (statement,) = read(text)
    assert [t.remittance_unstructured for t in statement.transactions] == ["SOLDE FACTURE 7"]


def test_accounts_and_currencies_of_one_sheet_are_statements_of_their_own():
    text = (
        "Account number;Date;Description;Amount;Currency\n111;13/03/2026;A;1.00;EUR\n"
        "222;13/03/2026;B;2.00;EUR\n222;13/03/2026;C;3.00;USD\n"
    )
    roles = ("account", "booking_date", "remittance_unstructured", "amount", "currency")
    found = read(text, roles=roles)
    assert [(s.iban, s.currency) for s in found] == [("111", "EUR"), ("222", "EUR"), ("222", "USD")]


def test_what_was_declined_is_no_entry_and_an_unknown_state_is_refused():
    text = (
        "Date;Description;Amount;State\n2026-03-02;A;1.00;COMPLETED\n2026-03-03;B;2.00;DECLINED\n"
        ";C;3.00;PENDING\n2026-03-04;D;4.00;\n"
    )
    (statement,) = read(text)
    assert [t.remittance_unstructured for t in statement.transactions] == ["A", "C", "D"]
    strange = text.replace("PENDING", "PERHAPS")
    assert refusal(strange, proposed(text).mapping) == ("sheet_bad_status", 4)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("30/03/2026;30/03", "30/13/2026;30/03", "bad_date", 6),
        (";30/03/2026;PRLV", ";30/13/2026;PRLV", "bad_date", 6),
        (";1 020,00;;", ";1 020.00 x;;", "bad_amount", 6),
        (";1 020,00;;", ";1 020,00;3,00;", "bad_amount", 6),
        (";1 020,00;;", ";;;", "bad_amount", 6),
    ],
)
def test_a_broken_line_says_where(old, new, code, line):
    assert old in FRENCH
    assert refusal(FRENCH.replace(old, new), proposed(FRENCH).mapping) == (code, line)


def test_a_strange_word_in_the_sign_column_is_refused():
    assert refusal(DUTCH.replace('"Af"', '"Om"', 1), proposed(DUTCH).mapping) == (
        "sheet_bad_sign",
        3,
    )


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        (("amount", "remittance_unstructured"), "sheet_no_date"),
        (("booking_date", "debit"), "sheet_no_amount"),
        (("booking_date", "amount", "debit"), "sheet_two_amounts"),
        (("booking_date", "amount", "amount"), "sheet_role_twice"),
    ],
)
def test_a_mapping_says_what_it_lacks(roles, code):
    assert SheetMapping("headers:x", roles, "dmy", ",").missing() == code


def test_a_sheet_without_its_mapping_is_not_read():
    with pytest.raises(FileFormatError) as error:
        read_statement(FRENCH.encode())
    assert error.value.code == "sheet_not_mapped"


def test_prose_is_no_sheet():
    with pytest.raises(FileFormatError) as error:
        format_of(b"Dear Sir, or Madam,\nthis is no statement.\nYours, faithfully,\n  ,\n")
    assert error.value.code == "unknown_format"


_CELLS = st.sampled_from(
    ["", "Date", "Montant", "Solde", "13/03/2026", "1 000,00", "-5,00", "Total", "VIR", "EUR", "+"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(_CELLS | st.text(max_size=8), max_size=6), min_size=1, max_size=12))
def test_no_mixture_of_cells_breaks_proposal_and_reader(rows):
    data = "\n".join(";".join(row) for row in rows).encode("utf-8", "replace")
    try:
        tables = read_tables(data)
        statements = read_sheet(tables, propose(tables).mapping)
    except FileFormatError:
        return
    for statement in statements:
        for entry in statement.transactions:
            assert entry.amount.is_finite()
            assert entry.booking_date or entry.status is TransactionStatus.PENDING
