"""Functions that run inside Odoo for the tests of the API (see ``tools.in_odoo``)."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

AMOUNTS = [100.0 + number for number in range(30)]
TODAY = "2026-11-20"


def fill(env: Any, out: str) -> None:
    """Invoices, bank lines with proposals and follow-up cases; writes {key, reader: keys}."""
    env = env(context={"tracking_disable": True})
    env["recon.policy"].create({"name": "careful", "autonomy": "suggest"})
    policy = env.ref("smart_dunning.policy_default")
    policy.autonomy = "suggest"
    env.company.dunning_policy_id = policy
    _account(env)
    for number, amount in enumerate(AMOUNTS, 1):
        _customer_who_pays(env, number, amount)
    env["recon.matcher"]._match_company(env.company)
    env["dunning.planner"]._cron_plan()
    Path(out).write_text(
        json.dumps({"key": _key(env, "worker", WORKER), "reader": _key(env, "reader", READER)})
    )


WORKER = ("open_banking_recon.group_accountant", "smart_dunning.group_credit_controller")
READER = ("open_banking_recon.group_reader",)


def _account(env: Any) -> None:
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    provider = env["open.banking.provider"].create(
        {"name": "Bank", "code": "berlin_group", "base_url": "https://bank.example"}
    )
    consent = env["open.banking.consent"].create(
        {"provider_id": provider.id, "state": "valid", "valid_until": "2099-01-01"}
    )
    account = env["open.banking.account"].create(
        {
            "name": "Main account",
            "consent_id": consent.id,
            "company_id": env.company.id,
            "currency_id": env.company.currency_id.id,
            "journal_id": journal.id,
        }
    )
    env["open.banking.sync"].create({"account_id": account.id, "started_at": f"{TODAY} 08:00:00"})


def _customer_who_pays(env: Any, number: int, amount: float) -> None:
    """One invoice with a bank line that names it, and one that stays overdue."""
    customer = env["res.partner"].create(
        {"name": f"Customer {number}", "is_company": True, "email": f"c{number}@example.com"}
    )
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": "2026-08-01",
                "invoice_date_due": "2026-09-01",
                "invoice_line_ids": [(0, 0, {"name": "goods", "price_unit": price, "tax_ids": []})],
            }
            for price in (amount, 1000.0 + amount)
        ]
    )
    invoices.action_post()
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    env["account.bank.statement.line"].create(
        {
            "journal_id": journal.id,
            "date": TODAY,
            "amount": amount,
            "payment_ref": f"VIR {invoices[0].name}",
        }
    )


def _key(env: Any, login: str, groups: tuple[str, ...]) -> str:
    """A key with all scopes for a new user of ``groups``."""
    names = ("base.group_user", *groups)
    user = env["res.users"].create(
        {
            "name": login,
            "login": login,
            "group_ids": [(6, 0, [env.ref(name).id for name in names])],
        }
    )
    keys = env["res.users.apikeys"].with_user(user).sudo()
    until = datetime(2099, 1, 1)  # noqa: DTZ001 - as the ORM has them
    key: str = keys._generate_recon_api(env["recon.api"]._scopes(), "test", until)
    return key
