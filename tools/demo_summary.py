"""The table at the end of the demo. Every figure is read from the database when it is printed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from recon_core import roi

from .demo_load import HOURLY_COST

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
    SELECT regexp_replace(line.entry_reference, '^E', ''), array_agg(DISTINCT coalesce(
               CASE WHEN document.move_type LIKE 'in_%%' THEN document.ref END, document.name))
      FROM account_bank_statement_line line
      JOIN account_move_line item ON item.move_id = line.move_id
      JOIN account_partial_reconcile part
           ON item.id IN (part.debit_move_id, part.credit_move_id)
      JOIN account_move_line other
           ON other.id IN (part.debit_move_id, part.credit_move_id) AND other.id <> item.id
      JOIN account_move document ON document.id = other.move_id
     WHERE line.match_state = 'auto' AND document.move_type <> 'entry'
  GROUP BY regexp_replace(line.entry_reference, '^E', '')
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
CASES = """
    SELECT count(*), count(*) FILTER (WHERE NOT EXISTS (
               SELECT 1 FROM dunning_action action
                WHERE action.case_id = dunning_case.id AND action.state = 'sent'))
      FROM dunning_case WHERE stage <> 'closed'
"""
ACTIONS = """
    SELECT count(*) FILTER (WHERE state = 'sent'),
           count(*) FILTER (WHERE state = 'cancelled' AND cancel_reason = 'paid')
      FROM dunning_action
"""
RISK = """
    SELECT count(*), coalesce(avg(probability), 0), count(*) FILTER (WHERE band = 'high')
      FROM dunning_score WHERE is_latest
"""
# the sales of the last SALES_DAYS days, and what customers owe
SALES_DAYS = 90
RECEIVABLE = """
    SELECT coalesce(sum(amount_residual_signed) FILTER (WHERE payment_state <> 'paid'), 0),
           coalesce(sum(amount_total_signed)
                    FILTER (WHERE invoice_date > current_date - %s), 0)
      FROM account_move WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_refund')
"""
WORK = """
    SELECT count(*) FILTER (WHERE line.match_state = 'auto'),
           (SELECT coalesce(max(minutes_per_line), 0) FROM recon_policy WHERE active),
           coalesce(max(move.date) - min(move.date) + 1, 0)
      FROM account_bank_statement_line line JOIN account_move move ON move.id = line.move_id
"""


def table(demo: Demo, seconds: float) -> str:
    """The summary as text."""
    rows: list[tuple[str, str]] = [
        *_bank_rows(demo),
        *_document_rows(demo),
        *_follow_up_rows(demo),
        *_value_rows(demo),
    ]
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
    ]


def _checked(demo: Demo) -> tuple[int, int, int]:
    """(right, wrong, lines that pay a document) against the truth the data set was made with."""
    truth = {
        key: {part["number"] for part in entry["documents"]}
        for key, entry in demo.data["truth"].items()
    }
    # payments made at the bank by hand during the demo have no truth to be compared with
    settled: dict[str, set[str]] = {
        key: set(numbers) for key, numbers in demo.query(SETTLED) if key in truth
    }
    right = sum(1 for key, numbers in settled.items() if truth.get(key) == numbers)
    booked = {
        key
        for (key,) in demo.query(
            "SELECT regexp_replace(entry_reference, '^E', '') FROM account_bank_statement_line"
        )
    }
    payable = sum(1 for key in booked if truth.get(key))
    return right, len(settled) - right, payable


def _reasons(demo: Demo) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in demo.query(REASONS)) or "none"


def _document_rows(demo: Demo) -> list[tuple[str, str]]:
    [(read, done, failed)] = demo.query(DOCUMENTS)
    return [("Paper and electronic bills read", f"{read}  ({done} booked, {failed} not readable)")]


def _follow_up_rows(demo: Demo) -> list[tuple[str, str]]:
    [(cases, silent)] = demo.query(CASES)
    [(sent, stopped)] = demo.query(ACTIONS)
    [(scored, late, high)] = demo.query(RISK)
    [(receivable, sales)] = demo.query(RECEIVABLE, [SALES_DAYS])
    dso = roi.days_sales_outstanding(Decimal(receivable), Decimal(sales), SALES_DAYS)
    return [
        ("Customers followed up", f"{cases}  ({silent} silent: paid soon, on hold or not due)"),
        ("Reminders sent / in the mail catcher", f"{sent} / {_mails(demo)}"),
        ("  stopped by an incoming payment", f"{stopped}"),
        ("Late payment risk", f"{scored} customers scored, {high} high, mean {late:.0%}"),
        ("Days sales outstanding", f"{dso} days  ({receivable:,.2f} EUR open)"),
    ]


def _value_rows(demo: Demo) -> list[tuple[str, str]]:
    """Hours x hourly cost, as a year of months like these; the hourly cost is an assumption."""
    [(lines, minutes, days)] = demo.query(WORK)
    saved = roi.hours_saved(lines, Decimal(str(minutes)))
    yearly = (saved * roi.DAYS_A_YEAR / max(days, 1) * HOURLY_COST).quantize(Decimal(1))
    return [
        ("Work saved", f"{saved} hours in {days} days"),
        (f"  a year of that, at an assumed {HOURLY_COST} EUR an hour", f"{yearly:,} EUR"),
    ]


def _share(part: Any, whole: Any) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def _mails(demo: Demo) -> int:
    folder = demo.mail_folder / "new"
    return sum(1 for _ in folder.iterdir()) if folder.exists() else 0


def _where_to_click(demo: Demo) -> list[str]:
    return [
        f"  Odoo          {demo.url}   log in as claire / claire (accountant), admin / admin",
        "                Bank Matching > Reconcile: what is left, a key for each step",
        f"  Sandbox bank  {demo.bank_url}   pay an invoice there, then Bank Matching > Banks",
        "                > Accounts > Fetch now, and see it reconciled",
    ]
