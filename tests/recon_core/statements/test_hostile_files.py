"""Files that are broken by accident or on purpose: an error with a code, soon and in little memory."""

from __future__ import annotations

import io
import logging
import random
import time
import tracemalloc
import zipfile

import pytest
from camt_samples import balance, camt, details, entry
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_samples import DUTCH, FRENCH, xls, xlsx
from test_cfonb_files import CLOSING, OPENING, movement, note
from test_mt940_and_ofx_files import MT940, OFX
from test_qif_files import FRENCH as QIF

from recon_core.errors import FileFormatError
from recon_core.statements import SHEET, format_of, read_statement
from recon_core.statements.sheet import read_sheet, read_tables
from recon_core.statements.sheet_propose import propose
from recon_core.types import StatementFile

CAMT = camt(balance("OPBD", "100.00"), entry("120.50", inside=details()), balance("CLBD", "220.50"))
CFONB = "\r\n".join([OPENING, movement("1205{", "VIR"), note("LIB", "FAC 12"), CLOSING])
WHOLE = {
    "camt": CAMT,
    "cfonb": CFONB.encode("latin-1"),
    "mt940": MT940.encode(),
    "ofx": OFX.encode(),
    "qif": QIF.encode(),
    "csv": FRENCH.encode(),
    "csv-sign": DUTCH.encode("utf-16"),
    "xlsx": xlsx(),
    "xls": xls(),
}
MOST_SECONDS = 20
MOST_BYTES = 400 * 1024 * 1024


def read(data: bytes) -> list[StatementFile]:
    """As a person who takes what is proposed would."""
    if format_of(data) != SHEET:
        return read_statement(data)
    tables = read_tables(data)
    return read_sheet(tables, propose(tables).mapping)


def refusal(data: bytes) -> str:
    with pytest.raises(FileFormatError) as error:
        read(data)
    return error.value.code


def booked(statements: list[StatementFile]) -> list[tuple[object, ...]]:
    return [
        (t.booking_date, t.amount) for s in statements for t in s.transactions if t.booking_date
    ]


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_cut_anywhere_is_refused_or_tells_only_what_it_told_whole(name):
    data = WHOLE[name]
    whole = booked(read(data))
    assert whole
    for end in range(0, len(data), 50):
        try:
            found = booked(read(data[:end]))
        except FileFormatError:
            continue
        assert len(found) <= len(whole), end


@pytest.mark.parametrize("name", ["camt", "cfonb", "mt940", "xlsx"])
def test_a_format_that_has_an_end_is_never_read_without_it(name):
    data = WHOLE[name]
    for end in range(0, len(data) - 60, 50):
        assert refusal(data[:end])


@pytest.mark.parametrize("name", WHOLE)
def test_flipped_bits_give_a_code_or_a_statement_and_nothing_else(name):
    chance = random.Random(7)  # noqa: S311 - the same bits every time
    for _trial in range(150):
        data = bytearray(WHOLE[name])
        for _flip in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            found = read(bytes(data))
        except FileFormatError as error:
            assert error.code
        else:
            assert all(amount.is_finite() for _day, amount in booked(found))


def test_an_mt940_without_its_closing_balance_is_cut_off():
    assert refusal(MT940[: MT940.index(":62F:")].encode()) == "mt940_no_closing"


def test_an_ofx_transaction_without_its_end_does_not_swallow_the_next():
    entry_ = OFX[OFX.index("<STMTTRN>") : OFX.index("</STMTTRN>") + 10]
    two = OFX.replace(entry_, entry_ + "\n" + entry_)
    assert len(booked(read(two.encode()))) == 2
    assert refusal(two.replace("</STMTTRN>", "", 1).encode()) == "ofx_unended"


def test_a_superscript_is_no_digit_of_a_cfonb_record():
    data = CFONB.replace("12345678901", "12³45678901").encode("latin-1")
    (statement,) = read(data)
    assert statement.iban == "12³45678901"
    assert (
        refusal(CFONB.replace("EUR2", "EUR²").replace("1205{", "120²{").encode("latin-1"))
        == "bad_amount"
    )


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_pieces_of_a_file_in_any_order_break_no_reader(name, data):
    whole = WHOLE[name]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    mixed = b"".join(data.draw(st.permutations(pieces)))
    try:
        read(mixed)
    except FileFormatError as error:
        assert error.code


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(WHOLE)), st.binary(max_size=80))
def test_bytes_behind_the_head_of_a_file_break_no_reader(name, tail):
    whole = WHOLE[name]
    try:
        read(whole[: len(whole) // 2] + tail)
    except FileFormatError as error:
        assert error.code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\0" * 1000, "unknown_format"),
        (FRENCH.encode() + b"\0", "unknown_format"),
        (b"Date;Amount\n" + b"\xff\xfe\0\1" * 50, "unknown_format"),
        (b"PK\x03\x04" + b"x" * 500, "unknown_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "sheet_unreadable"),
        (b"<a>" * 100_000, "unknown_format"),
        (b"<BkToCstmrStmt>" + b"<a>" * 100_000, "not_xml"),
    ],
)
def test_what_is_no_statement_is_refused(data, code):
    assert refusal(data) == code


def test_a_formula_in_a_text_file_stays_the_text_that_it_is():
    formula = "=cmd|' /C calc'!A0"
    (statement,) = read(FRENCH.replace("PRLV LOYER MARS", formula).encode())
    assert statement.transactions[1].remittance_unstructured == formula


def test_five_hundred_columns_are_too_many():
    row = ";".join(["x"] * 498)
    text = f"Date;Montant;{row}\n13/03/2026;1,00;{row}\n14/03/2026;1,00;{row}\n"
    assert refusal(text.encode()) == "sheet_too_wide"


def test_a_cell_that_is_longer_than_any_text_is_refused():
    text = 'Date;Montant\n13/03/2026;1,00\n14/03/2026;"' + "x" * 200_000 + '"\n'
    assert refusal(text.encode()) == "sheet_unreadable"


def _workbook(**parts: bytes) -> bytes:
    """The sample workbook with other parts in it: ``sheet``, ``strings``, or one that is added."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml"}
    changed = {names.get(name, f"xl/{name}.xml"): part for name, part in parts.items()}
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx())) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in {*source.namelist(), *changed}:
            target.writestr(name, changed[name] if name in changed else source.read(name))
    return out.getvalue()


def _sheet(rows: bytes, dimension: bytes = b"A1:E4", head: bytes = b"") -> bytes:
    return (
        b'<?xml version="1.0"?>' + head + b"<worksheet"
        b' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="'
        + dimension
        + b'"/><sheetData>'
        + rows
        + b"</sheetData></worksheet>"
    )


def test_a_workbook_that_declares_ten_million_rows_is_read_by_those_it_has():
    row = b'<row r="1"><c r="A1"><v>46083</v></c><c r="B1"><v>1.5</v></c></row>'
    data = _workbook(sheet=_sheet(row, b"A1:XFD10000000"))
    assert [len(table.rows) for table in read_tables(data)] == [1]


def test_a_workbook_whose_row_is_the_ten_millionth_is_too_long():
    row = b'<row r="10000000"><c r="A10000000"><v>1</v></c></row>'
    assert refusal(_workbook(sheet=_sheet(row))) == "sheet_too_long"


def test_a_workbook_whose_cell_is_in_the_last_column_is_too_wide():
    row = b'<row r="1"><c r="XFD1"><v>1</v></c></row>'
    assert refusal(_workbook(sheet=_sheet(row))) == "sheet_too_wide"


def test_a_workbook_with_entities_is_refused_before_they_expand():
    head = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    assert refusal(_workbook(sheet=_sheet(b"", head=head))) == "xml_doctype"
    wide = _sheet(b"", head=head).decode().encode("utf-16")
    assert refusal(_workbook(sheet=wide)) == "xml_doctype"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (_workbook(bomb=b"\0" * 200 * 1024 * 1024), "sheet_too_large"),
        (_workbook(**{f"part{n}": b"" for n in range(600)}), "sheet_too_large"),
        (b"Date;Montant\n" + b"13/03/2026;1,00\n" * 1_300_000, "sheet_too_long"),
        (b"!Type:Bank\n" + b"D13/03/2026\nT1,00\nPA\n^\n" * 800_000, "too_many_entries"),
        (b":20:A\n:25:1\n" * 1_600_000, "too_many_entries"),
        (
            b":20:A\n:25:1\n:60F:C260301EUR0,\n" + b":61:2603020302C1,NTRF\n" * 900_000,
            "too_many_entries",
        ),
        (
            b"OFXHEADER:100\n<OFX>" + b"</STMTRS>" * 1_000_000 + b"<STMTRS>" * 1_000_000,
            "ofx_unended",
        ),
        (CAMT.replace(b"<Ntry>", b"<a/>" * 5_000_000 + b"<Ntry>"), "xml_too_large"),
        (CAMT.replace(b"<Ntry>", b"<Ntry>" * 250_000), "not_xml"),
    ],
    ids=[
        *("zip bomb", "many parts", "CSV", "QIF", "MT940 messages", "MT940 lines", "OFX"),
        *("many elements", "nesting"),
    ],
)
def test_what_is_large_is_refused_soon_and_in_little_memory(data, code):
    tracemalloc.start()
    started = time.monotonic()
    try:
        assert refusal(data) == code
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert time.monotonic() - started < MOST_SECONDS
    assert most < MOST_BYTES


@pytest.mark.parametrize("name", WHOLE)
def test_what_stands_in_a_broken_file_comes_into_no_log(name, caplog, capfd):
    """Libraries like to quote the line that they stumbled over; it is somebody's payment."""
    chance = random.Random(11)  # noqa: S311 - the same changes every time
    caplog.set_level(logging.DEBUG)
    for _trial in range(150):
        data = bytearray(WHOLE[name])
        at = chance.randrange(len(data))
        del data[at : at + chance.randint(1, 9)]
        try:
            read(bytes(data))
        except FileFormatError as error:
            assert "FAC" not in str(error)
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")
