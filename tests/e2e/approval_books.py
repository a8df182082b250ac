"""Functions that run inside Odoo for the tests of approvals (see ``tools.in_odoo``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workplace_books import PASSWORD, _invoices, _lines

USERS = {
    "claire": ("Claire Accountant", "open_banking_recon.group_accountant"),
    "paul": ("Paul Colleague", "open_banking_recon.group_accountant"),
    "mara": ("Mara Manager", "open_banking_recon.group_manager"),
    "marc": ("Marc Manager", "open_banking_recon.group_manager"),
}
PAID = {"approved": (3000, 2000), "refused": (5000, 4000)}


def fill(env: Any, out: str) -> None:
    """Two invoices that were not paid in full, and four eyes; writes {name of a line: exception id}."""
    env = env(context={"tracking_disable": True})
    for login, (name, group) in USERS.items():
        env["res.users"].create(
            {
                "name": name,
                "login": login,
                "password": PASSWORD,
                "group_ids": [(6, 0, [env.ref("base.group_user").id, env.ref(group).id])],
            }
        )
    fees = env["account.account"].search([("code", "=like", "627%")], limit=1)
    env["recon.policy"].create(
        {
            "name": "careful",
            "autonomy": "suggest",
            "fee_account_id": fees.id,
            "write_off_limit": 500,
        }
    )
    customer = env["res.partner"].create({"name": "Boulangerie Martin", "is_company": True})
    numbers = _invoices(env, customer, {name: owed for name, (owed, _paid) in PAID.items()})
    lines = _lines(
        env, {name: (paid, f"MARTIN {numbers[name]}") for name, (_o, paid) in PAID.items()}
    )
    env["recon.matcher"]._match_company(env.company)
    env.company.recon_four_eyes = True
    found = {
        name: env["recon.exception"].search([("st_line_id", "=", line.id)]).id
        for name, line in lines.items()
    }
    Path(out).write_text(json.dumps(found), "utf-8")
