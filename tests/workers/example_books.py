"""Functions that run inside Odoo for the test of the add-on of docs/integrator.md."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

MORNING = datetime.fromisoformat("2026-09-21T08:00")  # a Monday, 10:00 in Paris


def visit(env: Any) -> None:
    """A customer with a street is reminded by the new channel, once, on the notes of the case."""
    policy = env.ref("smart_dunning.policy_default").copy({"name": "Visits"})
    script = env["mail.template"].create(
        {
            "name": "What to say",
            "model_id": env["ir.model"]._get_id("dunning.case"),
            "subject": "A visit",
            "body_html": "<p>Somebody comes by.</p>",
        }
    )
    [step] = policy.step_ids.filtered(
        lambda row: (row.tone, row.trigger) == ("friendly", "due_date")
    )
    step.write({"channel": "visit", "script_template_id": script.id, "fallback_channel": False})
    env.company.dunning_policy_id = policy
    partner = env["res.partner"].create(
        {
            "name": "Martin",
            "is_company": True,
            "street": "1 rue du Port",
            "zip": "69001",
            "city": "Lyon",
            "country_id": env.ref("base.fr").id,
        }
    )
    due = date(2026, 9, 11)
    env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": due - timedelta(days=30),
            "invoice_date_due": due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [(0, 0, {"name": "bread", "price_unit": 100, "tax_ids": []})],
        }
    ).action_post()
    env["dunning.planner"]._cron_plan(MORNING)
    for _run in range(2):
        env["dunning.sender"]._cron_send(MORNING)
    [action] = env["dunning.action"].search([("partner_id", "=", partner.id)])
    assert (action.channel, action.state, action.address) == ("visit", "sent", "1 rue du Port")
    notes = action.case_id.message_ids.filtered(lambda note: "Somebody comes by" in note.body)
    assert len(notes) == 1


def rule(env: Any) -> None:
    """The rule of the add-on books a line of the bank by itself; it is shown as a sentence."""
    found = env.ref("pocket_follow_up.rule_parking")
    line = env["account.bank.statement.line"].create(
        {
            "journal_id": env["account.journal"].search([("type", "=", "bank")], limit=1).id,
            "date": "2026-11-20",
            "amount": -4.5,
            "payment_ref": "CARTE 19/11/26 PARKING BELLECOUR",
        }
    )
    env["recon.matcher"]._cron_match()
    assert (line.is_reconciled, line.match_state) == (True, "auto")
    accounts = line.move_id.line_ids.account_id
    assert found.line_ids.account_id in accounts
