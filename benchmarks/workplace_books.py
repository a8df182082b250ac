"""Books for ``benchmarks.workplace``: many open invoices, and bank lines that wait for a person.

Runs inside Odoo (see ``tools.in_odoo``). The invoices are copies by SQL of one that Odoo posted.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from .dunning_books import WITHOUT_MESSAGES, Copy, copy_moves, template_document

PREFIX = "WORK/"
PASSWORD = "a password of the benchmark"  # noqa: S105 - of a database that is thrown away
LOGIN = "claire"
CUSTOMERS = 2_000
FIRST_DAY = date(2026, 8, 1)


def fill(env: Any, invoices: str, lines: str) -> None:
    """``invoices`` open invoices of 2,000 customers, ``lines`` bank lines that each name one of them;
    the policy lets nothing be posted without a person."""
    env = env(context=WITHOUT_MESSAGES)
    env["recon.policy"].create({"name": "by hand", "autonomy": "suggest"})
    _accountant(env)
    partners = env["res.partner"].create(
        [{"name": f"Customer {number:05d}", "is_company": True} for number in range(CUSTOMERS)]
    )
    template = template_document(env, "out_invoice", 1.0)
    copies = [
        Copy(
            number,
            partners[number % CUSTOMERS].id,
            FIRST_DAY + timedelta(days=number % 90),
            FIRST_DAY + timedelta(days=number % 90 + 30),
            Decimal(50 + number * 7919 % 900),
        )
        for number in range(int(invoices))
    ]
    copy_moves(env, template, PREFIX, copies)
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    env["account.bank.statement.line"].create(
        [
            {
                "journal_id": journal.id,
                "date": copy.due,
                "amount": float(copy.times),
                "payment_ref": f"VIR CUSTOMER {copy.number % CUSTOMERS:05d} {PREFIX}{copy.number:05d}",
            }
            for copy in copies[: int(lines)]
        ]
    )
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env["recon.matcher"]._match_company(env.company)
    env.cr.commit()
    env.cr.execute("ANALYZE")


def _accountant(env: Any) -> None:
    groups = [env.ref("base.group_user").id, env.ref("open_banking_recon.group_accountant").id]
    env["res.users"].create(
        {"name": "Claire", "login": LOGIN, "password": PASSWORD, "group_ids": [(6, 0, groups)]}
    )
