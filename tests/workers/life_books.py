"""Functions that run inside Odoo for the test of installing, upgrading and uninstalling."""

from __future__ import annotations

from typing import Any

import many_lines


def three_companies(env: Any) -> None:
    """Two more companies beside the French one, with books of their own; a user who reads French."""
    for name, chart in (("Zweite SAS", "fr"), ("Third Ltd", "generic_coa")):
        # without a country: with one, Odoo would install further modules
        company = env["res.company"].create({"name": name})
        env["account.chart.template"].try_loading(chart, company=company, install_demo=False)
    env.ref("base.user_admin").lang = "fr_FR"


def use(env: Any) -> None:
    """Lines are matched, one match is undone, an invoice without a payment is reminded of."""
    many_lines.fill(env, "40")
    env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": env["res.partner"].create({"name": "Late", "email": "l@example.com"}).id,
            "invoice_date": "2026-01-05",
            "invoice_date_due": "2026-02-05",
            "invoice_line_ids": [(0, 0, {"name": "goods", "price_unit": 90, "tax_ids": []})],
        }
    ).action_post()
    env["recon.matcher"]._cron_match()
    lines = env["account.bank.statement.line"].search([("is_reconciled", "=", True)])
    assert len(lines) == 40, len(lines)
    lines[0].action_undo_reconciliation()
    env.company.dunning_policy_id = env.ref("smart_dunning.policy_default")
    env["dunning.planner"]._cron_plan()
    assert env["dunning.action"].search_count([])
