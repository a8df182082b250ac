"""Functions that run inside Odoo for the test of the customer's page (see ``tools.in_odoo``)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

IBAN = "FR7630006000011234567890189"


def fill(env: Any, out: str) -> None:
    """Writes {name: path} to ``out``, of the pages of two customers who owe, the first one French; a
    third one calls."""
    french = env["res.lang"]._activate_lang("fr_FR")
    env["base.language.install"].create({"lang_ids": french.ids}).lang_install()
    env = env(context={"tracking_disable": True, "lang": "en_US"})
    company = env.company
    company.write({"email": "billing@example.com", "phone": "+33 1 23 45 67 89"})
    company.dunning_policy_id = env.ref("smart_dunning.policy_default")
    env["res.partner.bank"].create(
        {"acc_number": IBAN, "partner_id": company.partner_id.id, "allow_out_payment": True}
    )
    customer, other, caller = env["res.partner"].create(
        [
            {"name": "Boulangerie Martin", "email": "martin@example.com", "lang": "fr_FR"},
            {"name": "Garage Dupont", "email": "dupont@example.com", "lang": "en_US"},
            {"name": "Menuiserie Petit", "email": "petit@example.com", "lang": "en_US"},
        ]
    )
    _invoices(env, customer, (120.5, 640, 89.9))
    _invoices(env, other, (4711,))
    _invoices(env, caller, (900, 300))
    env["dunning.planner"]._plan_cases(_cases(env), env.cr.now().date())
    provider = env.ref("payment.payment_provider_demo")
    provider.write({"state": "test", "is_published": True})
    provider.payment_method_ids.active = True
    paths = {case.partner_id.name: _path(case) for case in _cases(env)}
    found = {"mine": paths[customer.name], "other": paths[other.name]}
    Path(out).write_text(json.dumps(found), "utf-8")


def revoke(env: Any) -> None:
    """Replace the link of the French customer."""
    _cases(env).filtered(lambda case: case.partner_id.lang == "fr_FR")._revoke_portal_links_sudo()


def offer(env: Any) -> None:
    """A person offers the French customer a plan."""
    case = _cases(env).filtered(lambda case: case.partner_id.lang == "fr_FR")
    env["dunning.plan"]._propose_sudo(case, 3)


def noted(env: Any, out: str) -> None:
    """Writes what the French customer has told us to ``out``."""
    case = _cases(env).filtered(lambda case: case.partner_id.lang == "fr_FR")
    found = {
        "promises": case.promise_ids.mapped("state"),
        "plans": case.plan_ids.mapped("state"),
        "instalments": len(case.plan_ids.line_ids),
        "disputes": case.dispute_ids.mapped("reason"),
        "files": case.dispute_ids.attachment_ids.mapped("name"),
    }
    Path(out).write_text(json.dumps(found), "utf-8")


def _cases(env: Any) -> Any:
    if not env["dunning.case"].search_count([]):
        env["dunning.planner"]._open_cases(env.company)
    return env["dunning.case"].search([("company_id", "=", env.company.id)])


def _path(case: Any) -> str:
    return "/follow-up/" + str(case._portal_url_sudo()).rpartition("/")[2]


def _invoices(env: Any, partner: Any, amounts: tuple[float, ...]) -> None:
    today = env.cr.now().date()
    env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": today - timedelta(days=50 - number),
                "invoice_date_due": today - timedelta(days=20 - 14 * number),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    (0, 0, {"name": "goods", "price_unit": amount, "tax_ids": []})
                ],
            }
            for number, amount in enumerate(amounts)
        ]
    ).action_post()
