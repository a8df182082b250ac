"""Functions that run inside Odoo for the tests of the matching's workers (see ``tools.in_odoo``)."""

from __future__ import annotations

from typing import Any

LINES = 300


def fill(env: Any, count: str = str(LINES)) -> None:
    """``count`` invoices and as many bank lines, each line naming its invoice."""
    numbers = range(int(count))
    env = env(context={"tracking_disable": True})
    partner = env["res.partner"].create({"name": "Martin", "is_company": True})
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "name": f"FAC/2026/{number:05d}",
                "partner_id": partner.id,
                "invoice_date": "2026-11-01",
                "invoice_line_ids": [
                    (0, 0, {"name": "goods", "price_unit": 10 + number, "tax_ids": []})
                ],
            }
            for number in numbers
        ]
    )
    invoices.action_post()
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    env["account.bank.statement.line"].create(
        [
            {
                "journal_id": journal.id,
                "date": "2026-11-20",
                "amount": 10 + number,
                "payment_ref": f"MARTIN FAC/2026/{number:05d}",
            }
            for number in numbers
        ]
    )


def match(env: Any) -> None:
    """One run of the matching, as a cron worker does it."""
    env["recon.matcher"]._cron_match()
