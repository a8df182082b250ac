"""Statement files of banks: :func:`read_statement` finds the format by the content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import FileFormatError
from ..types import StatementFile
from .camt import is_camt, read_camt
from .cfonb120 import is_cfonb120, read_cfonb120
from .mt940 import is_mt940, read_mt940
from .ofx import is_ofx, read_ofx
from .qif import is_qif, read_qif
from .sheet import is_sheet
from .values import check_count
from .written import Reading


@dataclass(frozen=True, slots=True)
class StatementFormat:
    """A file format: ``accepts`` looks at the first bytes, ``read`` raises FileFormatError."""

    code: str
    accepts: Callable[[bytes], bool]
    read: Callable[[bytes, Reading], list[StatementFile]]


FORMATS: tuple[StatementFormat, ...] = (
    StatementFormat("camt", is_camt, lambda data, _reading: read_camt(data)),
    StatementFormat("cfonb120", is_cfonb120, lambda data, _reading: read_cfonb120(data)),
    StatementFormat("ofx", is_ofx, lambda data, _reading: read_ofx(data)),
    StatementFormat("mt940", is_mt940, lambda data, _reading: read_mt940(data)),
    StatementFormat("qif", is_qif, read_qif),
)


SHEET = "sheet"  # the format whose layout a person has to confirm: see sheet.read_sheet


def format_of(data: bytes, filename: str = "") -> str:
    """The code of the format, ``SHEET`` for a workbook or a text in columns.

    Raises FileFormatError: ``empty_file``, ``unknown_format``; ``filename`` only speaks in the error.
    """
    if not data.strip():
        raise FileFormatError("empty_file", filename)
    for known in FORMATS:
        if known.accepts(data):
            return known.code
    if is_sheet(data):
        return SHEET
    raise FileFormatError("unknown_format", filename)


def read_statement(
    data: bytes,
    filename: str = "",
    reading: Reading = Reading(),  # noqa: B008 - frozen
) -> list[StatementFile]:
    """The statements of a file in any format but a sheet.

    ``reading`` answers the questions of a file that writes dates or amounts in a way of its country.
    Raises FileFormatError: ``empty_file``, ``unknown_format``, ``sheet_not_mapped``,
    ``too_many_entries``, or the code of the format's reader.
    """
    code = format_of(data, filename)
    if code == SHEET:
        raise FileFormatError("sheet_not_mapped", filename)
    found = next(known for known in FORMATS if known.code == code).read(data, reading)
    check_count(sum(len(statement.transactions) for statement in found))
    return found
