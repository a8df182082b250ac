"""Workbooks as tables: XLSX through openpyxl, XLS through xlrd, both guarded.

A workbook is a ZIP archive of XML: its parts are looked at before a library opens them, because a
small file may claim to be, or unpack to, more than a machine holds.
"""

from __future__ import annotations

import io
import math
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import xlrd
from openpyxl.utils.exceptions import InvalidFileException

from ..errors import FileFormatError
from .sheet_table import MAX_COLUMNS, MAX_ROWS, Cell, Table, bounded

# it warns of every feature that it leaves out: styles, validations, comments
warnings.filterwarnings("ignore", module="openpyxl")

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_PARTS = 500
_MAX_UNPACKED = 64 * 1024 * 1024
_MAX_SHEETS = 20
# What the libraries raise for files that are broken in places they do not look after.
_BROKEN = (
    *(
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        AssertionError,
        ArithmeticError,
        EOFError,
    ),
    *(SyntaxError, NotImplementedError, RuntimeError, OSError, struct.error, zlib.error),
    *(zipfile.BadZipFile, InvalidFileException, xlrd.XLRDError, xlrd.compdoc.CompDocError),
)


def is_xlsx(data: bytes) -> bool:
    """Whether ``data`` is an archive with a workbook in it; a broken archive is none."""
    if not data.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.startswith("xl/") for name in archive.namelist())
    except _BROKEN:
        return False


def is_xls(data: bytes) -> bool:
    """Whether ``data`` is a file of Microsoft's older container."""
    return data.startswith(_OLE)


def read_xlsx(data: bytes) -> list[Table]:
    """The tables of the workbook that hold anything.

    Raises FileFormatError: ``sheet_unreadable``, ``sheet_too_large``, ``xml_doctype``,
    ``sheet_too_long``, ``sheet_too_wide``.
    """
    try:
        _check_parts(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return _filled(_xlsx_table(sheet) for sheet in book.worksheets[:_MAX_SHEETS])
    except _BROKEN as error:
        raise FileFormatError("sheet_unreadable", type(error).__name__) from error


def read_xls(data: bytes) -> list[Table]:
    """As :func:`read_xlsx`, for the older binary format."""
    try:
        # its warnings about broken files are nobody's: what cannot be read is an error here
        with xlrd.open_workbook(
            file_contents=data, on_demand=True, ragged_rows=True, logfile=io.StringIO()
        ) as book:
            sheets = range(min(book.nsheets, _MAX_SHEETS))
            return _filled(_xls_table(book, number) for number in sheets)
    except _BROKEN as error:
        raise FileFormatError("sheet_unreadable", type(error).__name__) from error


def _filled(tables: Iterator[Table]) -> list[Table]:
    return [table for table in tables if any(table.rows)]


def _check_parts(data: bytes) -> None:
    """The sizes are those that the archive declares: zipfile unpacks no byte more than these."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
            raise FileFormatError("sheet_too_large")
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                unpacked = archive.read(part).replace(b"\0", b"")  # UTF-16 reads the same then
                if b"<!DOCTYPE" in unpacked or b"<!ENTITY" in unpacked:
                    raise FileFormatError("xml_doctype")


def _xlsx_table(sheet: Any) -> Table:
    """Its declared dimensions are not believed: the rows are counted while they are read."""
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True, max_row=MAX_ROWS + 1)
    return bounded(([_cell(value) for value in row] for row in rows), sheet.title)


def _xls_table(book: Any, number: int) -> Table:
    sheet = book.sheet_by_index(number)
    rows = (
        [_xls_cell(cell, book.datemode) for cell in sheet.row(row)[: MAX_COLUMNS + 1]]
        for row in range(sheet.nrows)
    )
    return bounded(rows, sheet.name)


def _xls_cell(cell: Any, datemode: int) -> Cell:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return _cell(xlrd.xldate_as_datetime(cell.value, datemode))
        except (ValueError, OverflowError):  # a number that is only shown as a day
            return _cell(cell.value)
    return "" if cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_BLANK) else _cell(cell.value)


def _cell(value: object) -> Cell:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, (str, date)):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        # fifteen digits are what a spreadsheet shows of a binary fraction
        return Decimal(f"{value:.15g}") if math.isfinite(value) else ""
    return "" if value is None else str(value)
