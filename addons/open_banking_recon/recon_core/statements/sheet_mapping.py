"""What the columns of a bank's sheet mean: proposed once, confirmed by a person, then kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ..errors import FileFormatError
from .sheet_table import Cell, Row, Table
from .written import simple

# Roles of columns. Those of a transaction bear the names of its fields; several columns may be
# remittance, any other role belongs to one column. An empty role is a column that is left out.
TEXT_ROLES = (
    *("counterparty_name", "counterparty_iban", "remittance_unstructured", "entry_reference"),
    *("end_to_end_id", "mandate_id", "creditor_id", "creditor_reference", "bank_tx_code"),
)
DATE_ROLES = ("booking_date", "value_date")
AMOUNT_ROLES = ("amount", "debit", "credit", "balance")
ROLES = (*DATE_ROLES, *AMOUNT_ROLES, "sign", "currency", "account", "status", *TEXT_ROLES)
REPEATED = "remittance_unstructured"

_HEAD_ROWS = 60  # how far down the headers may stand
_WORDS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """How one layout is read. ``signature``: see :func:`signature_of`. ``roles``: that of each
    column, from the left. ``is_inverted``: money going out is written as a positive amount."""

    signature: str
    roles: tuple[str, ...]
    date_order: str
    decimal_sign: str
    is_inverted: bool = False

    def column(self, role: str) -> int | None:
        """The column with ``role``, None without one."""
        return self.roles.index(role) if role in self.roles else None

    def columns(self, role: str) -> list[int]:
        return [column for column, found in enumerate(self.roles) if found == role]

    def missing(self) -> str:
        """The code of what a person still has to say, empty when it can be read."""
        roles = [role for role in self.roles if role and role != REPEATED]
        checks = (
            ("sheet_role_twice", len(roles) != len(set(roles))),
            ("sheet_no_date", "booking_date" not in roles),
            ("sheet_no_amount", "amount" not in roles and not {"debit", "credit"} <= set(roles)),
            ("sheet_two_amounts", "amount" in roles and bool({"debit", "credit"} & set(roles))),
            ("ambiguous_dates", not self.date_order),
            ("ambiguous_amounts", not self.decimal_sign),
        )
        return next((code for code, is_so in checks if is_so), "")


def words_of(cell: Cell) -> str:
    """The words of a header, in lower case and without accents and signs."""
    return _WORDS.sub(" ", simple(cell)).strip() if isinstance(cell, str) else ""


def signature_of(table: Table, header_row: int | None) -> str:
    """The name of a layout: a digest of its headers, or the number of columns where it has none."""
    if header_row is None:
        return f"columns:{max((len(row) for row in table.rows), default=0)}"
    return "headers:" + _digest(table.rows[header_row])


def body_of(table: Table, signature: str) -> range | None:
    """The rows below the headers of ``signature``; None when the table has other headers.

    The headers are looked for: the page above them is not always as long.
    """
    if not signature.startswith("headers:"):
        same = signature_of(table, None) == signature
        return range(len(table.rows)) if same else None
    for number, row in enumerate(head_rows(table)):
        if len(row) > 1 and "headers:" + _digest(row) == signature:
            return range(number + 1, len(table.rows))
    return None


def signatures_of(table: Table) -> list[str]:
    """The names that a saved mapping of ``table`` may have, those of headers first."""
    heads = ["headers:" + _digest(row) for row in head_rows(table) if len(row) > 1]
    return [*heads, signature_of(table, None)]


def head_rows(table: Table) -> Sequence[Row]:
    """The rows among which the headers are."""
    return table.rows[:_HEAD_ROWS]


def _digest(row: Row) -> str:
    texts = [words_of(cell) if isinstance(cell, str) else "#" for cell in row]
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:32]


def require(mapping: SheetMapping) -> None:
    """Raises FileFormatError with the code of what the mapping lacks."""
    code = mapping.missing()
    if code:
        raise FileFormatError(code)


def shown(cell: Cell) -> str:
    """The cell as a person reads it."""
    return cell.isoformat() if isinstance(cell, date) else str(cell)
