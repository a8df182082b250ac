"""The table at the end of the demo. Every figure is read from the database when it is printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .paths import ARTIFACTS

if TYPE_CHECKING:
    from .demo import Demo

WIDTH = 78

LINES = """
    SELECT count(*),
           count(*) FILTER (WHERE line.match_state = 'auto'),
           count(*) FILTER (WHERE NOT line.is_reconciled),
           sum(abs(line.amount)) FILTER (WHERE line.match_state = 'auto')
      FROM account_bank_statement_line line JOIN account_move move ON move.id = line.move_id
     WHERE move.state = 'posted'
"""
REASONS = """
    SELECT reason, count(*) FROM recon_exception WHERE state = 'open'
  GROUP BY reason ORDER BY count(*) DESC
"""
SETTLED = """
    SELECT line.entry_reference, array_agg(DISTINCT coalesce(
               CASE WHEN document.move_type LIKE 'in_%%' THEN document.ref END, document.name))
      FROM account_bank_statement_line line
      JOIN account_move_line item ON item.move_id = line.move_id
      JOIN account_partial_reconcile part
           ON item.id IN (part.debit_move_id, part.credit_move_id)
      JOIN account_move_line other
           ON other.id IN (part.debit_move_id, part.credit_move_id) AND other.id <> item.id
      JOIN account_move document ON document.id = other.move_id
     WHERE line.match_state = 'auto' AND document.move_type <> 'entry'
  GROUP BY line.entry_reference
"""
SUSPENSE = """
    SELECT (SELECT coalesce(sum(item.balance), 0)
              FROM account_move_line item
              JOIN account_journal journal ON journal.suspense_account_id = item.account_id
                                          AND journal.id = item.journal_id
             WHERE item.parent_state = 'posted'),
           (SELECT coalesce(-sum(line.amount_residual), 0)
              FROM account_bank_statement_line line WHERE NOT line.is_reconciled)
"""
DOCUMENTS = """
    SELECT count(*), count(*) FILTER (WHERE state = 'done'),
           count(*) FILTER (WHERE state = 'failed') FROM recon_document
"""
PENDING = "SELECT count(*), coalesce(sum(amount), 0) FROM open_banking_pending"
HOURS = """
    SELECT count(*) * (SELECT coalesce(max(minutes_per_line), 0) FROM recon_policy WHERE active) / 60
      FROM account_bank_statement_line WHERE match_state = 'auto'
"""


def table(demo: Demo, seconds: float) -> str:
    """The summary as text."""
    rows: list[tuple[str, str]] = [*_bank_rows(demo), *_document_rows(demo)]
    width = max(len(label) for label, _value in rows) + 2
    body = [f"  {label:<{width}}{value}" for label, value in rows]
    return "\n".join(
        [
            "",
            "=" * WIDTH,
            f"  What happened, from the database ({seconds:.0f} s in all)",
            "-" * WIDTH,
        ]
        + body
        + ["-" * WIDTH, *_where_to_click(demo), "=" * WIDTH]
    )


def _bank_rows(demo: Demo) -> list[tuple[str, str]]:
    [(lines, auto, todo, amount)] = demo.query(LINES)
    [(pending, pending_sum)] = demo.query(PENDING)
    [(suspense, residual)] = demo.query(SUSPENSE)
    [(hours,)] = demo.query(HOURS)
    right, wrong, payable = _checked(demo)
    return [
        ("Bank lines booked", f"{lines}"),
        ("Reconciled automatically", f"{auto}  ({_share(auto, lines)} of all lines)"),
        ("  of the lines that pay a document", f"{_share(right, payable)}  ({right} of {payable})"),
        ("  wrong ones, against what was really paid", f"{wrong}"),
        ("  amount", f"{amount or 0:,.2f} EUR"),
        ("Left to a person", f"{todo}  ({_reasons(demo)})"),
        ("Suspense account / lines still open", f"{suspense:,.2f} / {residual:,.2f} EUR"),
        ("Pending at the bank, not booked", f"{pending}  ({pending_sum:,.2f} EUR)"),
        ("Work saved", f"{hours:.1f} hours"),
    ]


def _checked(demo: Demo) -> tuple[int, int, int]:
    """(right, wrong, lines that pay a document) against the truth the data set was made with."""
    truth = {
        key: {part["number"] for part in entry["documents"]}
        for key, entry in demo.data["truth"].items()
    }
    settled: dict[str, set[str]] = {key: set(numbers) for key, numbers in demo.query(SETTLED)}
    right = sum(1 for key, numbers in settled.items() if truth.get(key) == numbers)
    booked = {
        key for (key,) in demo.query("SELECT entry_reference FROM account_bank_statement_line")
    }
    payable = sum(1 for key in booked if truth.get(key))
    return right, len(settled) - right, payable


def _reasons(demo: Demo) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in demo.query(REASONS)) or "none"


def _document_rows(demo: Demo) -> list[tuple[str, str]]:
    [(read, done, failed)] = demo.query(DOCUMENTS)
    return [("Paper and electronic bills read", f"{read}  ({done} booked, {failed} not readable)")]


def _share(part: Any, whole: Any) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def _mails() -> int:
    folder = Path(ARTIFACTS / "mail" / "new")
    return sum(1 for _ in folder.iterdir()) if folder.exists() else 0


def _where_to_click(demo: Demo) -> list[str]:
    return [
        f"  Odoo          {demo.url}   log in as claire / claire (accountant), admin / admin",
        "                Bank Matching > To match: what is left; Match opens the proposals",
        f"  Sandbox bank  {demo.bank_url}   pay an invoice there, then Bank Matching > Banks",
        "                > Accounts > Fetch now, and see it reconciled",
    ]
