"""Spreadsheets as rows of cells, whatever the file is: CSV with any delimiter, XLSX or XLS.

Nothing in a file is evaluated: a formula of a workbook gives the value that was stored with it, one
in a CSV file is a text like any other. What a file may cost is bounded before it is read.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..errors import FileFormatError
from .plain_files import decoded
from .values import MAX_ENTRIES
from .written import DATE_ORDERS, read_date

MAX_ROWS = MAX_ENTRIES
MAX_COLUMNS = 200
Cell = str | Decimal | date
Row = tuple[Cell, ...]

_DELIMITERS = (";", "\t", ",", "|")
_SAMPLE = 200  # lines that tell the delimiter
_LONGEST_DAY = 40  # characters


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one sheet, the first one is line 1. Cells at the end of a row that are empty are
    left out; a workbook gives numbers as Decimal and days as date, a text file gives texts."""

    name: str
    rows: tuple[Row, ...]

    def cell(self, row: int, column: int) -> Cell:
        """The cell, an empty text where the row is shorter."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""


def to_json(table: Table, rows: int) -> list[list[list[str]]]:
    """The first ``rows`` as ``[kind, text]`` for each cell, to keep for a preview."""
    return [[_spelled(cell) for cell in row] for row in table.rows[:rows]]


def from_json(rows: Iterable[Iterable[Sequence[str]]]) -> Table:
    """The table of :func:`to_json`."""
    return Table("", tuple(tuple(_READ[kind](text) for kind, text in row) for row in rows))


def _spelled(cell: Cell) -> list[str]:
    if isinstance(cell, Decimal):
        return ["number", str(cell)]
    return ["day", cell.isoformat()] if isinstance(cell, date) else ["text", cell]


_READ: dict[str, Callable[[str], Cell]] = {
    "number": Decimal,
    "day": date.fromisoformat,
    "text": str,
}


def bounded(rows: Iterable[Sequence[Cell]], name: str = "") -> Table:
    """The table of ``rows``. Raises FileFormatError: ``sheet_too_long``, ``sheet_too_wide``."""
    kept: list[Row] = []
    for number, row in enumerate(rows, 1):
        if number > MAX_ROWS:
            raise FileFormatError("sheet_too_long", line=number)
        cells = [cell.strip() if isinstance(cell, str) else cell for cell in row]
        while cells and cells[-1] == "":
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise FileFormatError("sheet_too_wide", line=number)
        kept.append(tuple(cells))
    return Table(name, tuple(kept))


def is_csv(data: bytes) -> bool:
    """Whether ``data`` is a text in which a delimiter cuts most lines into columns, and that holds a
    day: prose has commas as well."""
    text = decoded(data)
    delimiter = _delimiter(text) if text is not None else ""
    return bool(delimiter) and any(
        read_date(cell.strip('" '), order)
        for line in (text or "").splitlines()[:_SAMPLE]
        for cell in line.split(delimiter)
        for order in DATE_ORDERS
        if len(cell) < _LONGEST_DAY
    )


def read_csv(data: bytes) -> list[Table]:
    """The one table of a text file.

    Raises FileFormatError: ``not_text``, ``sheet_unreadable``, ``sheet_too_long``,
    ``sheet_too_wide``.
    """
    text = decoded(data)
    if text is None:
        raise FileFormatError("not_text")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text) or ";")
    try:
        return [bounded(reader)]
    except csv.Error as error:
        raise FileFormatError("sheet_unreadable", line=reader.line_num) from error


def _delimiter(text: str) -> str:
    """The one that gives most lines the same number of columns, two or more; else empty."""
    sample = [line for line in text[:100_000].splitlines() if line.strip()][:_SAMPLE]
    if len(sample) < 2:
        return ""
    best, found = 0, ""
    for delimiter in _DELIMITERS:
        count, columns = _agreement(sample, delimiter)
        # half of the lines: some begin with a page about the account
        if columns > 1 and 2 * count >= len(sample) and count * columns > best:
            best, found = count * columns, delimiter
    return found


def _agreement(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    """(number of lines, number of columns) of the number of columns that is most frequent."""
    try:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
    except csv.Error:
        return 0, 0
    return max(((count, columns) for columns, count in counts.items()), default=(0, 0))
