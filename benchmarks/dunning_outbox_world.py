"""Customers, invoices and runs of the outbox; runs inside Odoo (see ``benchmarks.worker_farm``)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from .dunning_books import WITHOUT_MESSAGES


def prepare(env: Any, smtp_port: int) -> None:
    """The shipped policy and a mail server on ``smtp_port``."""
    env.company.write(
        {
            "dunning_policy_id": env.ref("smart_dunning.policy_default").id,
            "email": "billing@example.com",
        }
    )
    env["ir.mail_server"].create(
        {"name": "catcher", "smtp_host": "127.0.0.1", "smtp_port": smtp_port}
    )


def owe(env: Any, name: str, ages: list[int]) -> None:
    """A customer with an invoice that is ``age`` days past due for each of ``ages``."""
    env = env(context=WITHOUT_MESSAGES)
    partner = env["res.partner"].create(
        {
            "name": name,
            "is_company": True,
            "email": f"{name}@example.com",
            "country_id": env.ref("base.fr").id,
        }
    )
    today = date.today()  # noqa: DTZ011 - the simulated day
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": today - timedelta(days=age + 30),
                "invoice_date_due": today - timedelta(days=age),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [(0, 0, {"name": "bread", "price_unit": 100, "tax_ids": []})],
            }
            for age in ages
        ]
    )
    moves.action_post()


def plan(env: Any) -> None:
    env["dunning.planner"]._cron_plan()


def send(env: Any) -> None:
    env["dunning.sender"]._cron_send()
