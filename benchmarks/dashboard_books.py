"""Books for ``benchmarks.dashboard``: many invoices and many bank lines, over some months.

Runs inside Odoo (see ``tools.in_odoo``). Invoices and bank entries are copies by SQL of one that Odoo
posted; four in five bank lines settle a receivable.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from .dunning_books import WITHOUT_MESSAGES, Copy, copy_moves, template_document

LOGIN = "rita"
PASSWORD = "a password of the benchmark"  # noqa: S105 - of a database that is thrown away
CUSTOMERS = 2_000
AT_ONCE = 100_000
DAYS_A_MONTH = 30.4
SPREAD = 7919  # a prime: neighbours in number are no neighbours in time
EXCEPTIONS = 4_000


def fill(env: Any, invoices: str, lines: str, months: str, today: str) -> None:
    """``invoices`` invoices and ``lines`` bank lines of the ``months`` before ``today``."""
    env = env(context=WITHOUT_MESSAGES)
    last, days = date.fromisoformat(today), int(int(months) * DAYS_A_MONTH)
    _reader(env)
    env.company.write(
        {"value_hourly_cost": 40, "value_yearly_cost": 1200, "value_one_off_cost": 3000}
    )
    partners = env["res.partner"].create(
        [{"name": f"Customer {number:05d}", "is_company": True} for number in range(CUSTOMERS)]
    )
    template = template_document(env, "out_invoice", 1.0)
    for number, copies in enumerate(_copies(int(invoices), partners.ids, last, days)):
        copy_moves(env, template, f"VALUE/{number}/", copies)
    line = _template_line(env)
    for number, copies in enumerate(_copies(int(lines), partners.ids, last, days)):
        copy_moves(env, line.move_id, f"BANK/{number}/", copies)
        _lines_of_copies(env, line)
    _settle(env)
    _wait(env)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env["recon.cash.snapshot"]._keep(env.company, last)
    env.cr.commit()


def _reader(env: Any) -> None:
    groups = [env.ref("base.group_user").id, env.ref("open_banking_recon.group_reader").id]
    env["res.users"].create(
        {"name": "Rita", "login": LOGIN, "password": PASSWORD, "group_ids": [(6, 0, groups)]}
    )


def _copies(count: int, partners: list[int], last: date, days: int) -> Iterator[list[Copy]]:
    """``count`` copies over the ``days`` up to ``last``, AT_ONCE of them at a time."""
    every = (
        Copy(
            number % AT_ONCE,  # the names of copies have five digits
            partners[number % len(partners)],
            last - timedelta(days=number * SPREAD % days),
            last - timedelta(days=number * SPREAD % days - 30),
            Decimal(50 + number * SPREAD % 900),
        )
        for number in range(count)
    )
    while chunk := list(islice(every, AT_ONCE)):
        yield chunk


def _template_line(env: Any) -> Any:
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    return env["account.bank.statement.line"].create(
        {"journal_id": journal.id, "date": "2026-08-14", "amount": 0.4, "payment_ref": "VIR"}
    )


def _lines_of_copies(env: Any, template: Any) -> None:
    """A bank line for each entry of ``copy_of``: of ten, seven automatic, one accepted, two to do."""
    env.flush_all()
    outcome = (
        "CASE WHEN c.number %% 10 < 7 THEN 'auto' WHEN c.number %% 10 < 8 THEN 'accepted'"
        " ELSE 'exception' END"
    )
    changed = {
        "id": "nextval('account_bank_statement_line_id_seq')",
        "move_id": "c.move_id",
        "partner_id": "c.partner_id",
        "amount": "t.amount * c.times",
        "match_state": outcome,
        "is_reconciled": "c.number %% 10 < 8",
        "internal_index": "to_char(c.day, 'YYYYMMDD') || lpad(c.move_id::text, 20, '0')",
    }
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = 'account_bank_statement_line'"
    )
    names = [name for (name,) in env.cr.fetchall()]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changed.get(name, f't."{name}"') for name in names)
    env.cr.execute(
        f"INSERT INTO account_bank_statement_line ({columns})"  # noqa: S608 - names of our own
        f" SELECT {values} FROM account_bank_statement_line t CROSS JOIN copy_of c WHERE t.id = %s",
        [template.id],
    )
    env.cr.execute(
        "UPDATE account_move SET statement_line_id = line.id FROM account_bank_statement_line line"
        " JOIN copy_of ON copy_of.move_id = line.move_id WHERE account_move.id = line.move_id"
    )


def _settle(env: Any) -> None:
    """The counterpart of what is reconciled lies on the receivable account."""
    receivable = env["account.account"].search([("account_type", "=", "asset_receivable")], limit=1)
    env.cr.execute(
        "UPDATE account_move_line item SET account_id = %s FROM account_bank_statement_line line"
        " JOIN account_journal journal ON journal.id = line.journal_id"
        " WHERE item.move_id = line.move_id AND line.is_reconciled"
        " AND item.account_id = journal.suspense_account_id",
        [receivable.id],
    )


def _wait(env: Any) -> None:
    """The newest lines that are to do are on the list of a person."""
    env.cr.execute(
        "INSERT INTO recon_exception (st_line_id, company_id, journal_id, date, amount, reason, state)"
        " SELECT line.id, line.company_id, line.journal_id, move.date, line.amount,"
        " (ARRAY['unsure', 'no_candidate', 'ambiguous', 'underpaid'])[1 + line.id %% 4], 'open'"
        " FROM account_bank_statement_line line JOIN account_move move ON move.id = line.move_id"
        " WHERE line.match_state = 'exception' ORDER BY move.date DESC LIMIT %s",
        [EXCEPTIONS],
    )
