"""Amounts and dates as statement files write them; what cannot be read is an error with its line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from ..errors import FileFormatError

MAX_ENTRIES = 50_000  # of one file: more is no statement, and no database takes them in one go


def check_count(entries: int) -> None:
    """Raises FileFormatError("too_many_entries")."""
    if entries > MAX_ENTRIES:
        raise FileFormatError("too_many_entries")


def read_decimal(text: str, line: int | None = None) -> Decimal:
    """A plain decimal number. Raises FileFormatError("bad_amount") for anything else."""
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise FileFormatError("bad_amount", line=line) from error
    if not amount.is_finite():
        raise FileFormatError("bad_amount", line=line)
    return amount


def read_iso_date(text: str, line: int | None = None) -> date | None:
    """The calendar date at the head of an ISO 8601 date or time as the bank wrote it, never shifted
    to another time zone; None for an empty text. Raises FileFormatError("bad_date")."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise FileFormatError("bad_date", line=line) from error
