"""Functions that run inside Odoo for the tests of the workplace (see ``tools.in_odoo``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CLEAR = 50  # lines whose proposal needs nothing but a yes
PASSWORD = "a test password"
USERS = {
    "claire": ("Claire Accountant", "open_banking_recon.group_accountant"),
    "paul": ("Paul Colleague", "open_banking_recon.group_accountant"),
    "rita": ("Rita Auditor", "open_banking_recon.group_reader"),
}


def fill(env: Any, out: str) -> None:
    """Invoices and bank lines that all wait for a person; writes {name of a line: exception id}."""
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
        {"name": "careful", "autonomy": "suggest", "fee_account_id": fees.id}
    )
    customer = env["res.partner"].create({"name": "Boulangerie Martin", "is_company": True})
    amounts = {f"clear {number}": 100 + number for number in range(CLEAR)}
    amounts |= {"part": 2000, "fee": 3000, "split": 4000, "other": 5000, "conflict": 6000}
    amounts |= {"undo": 7000, "stale": 8000, "pulse": 8500}
    amounts |= {f"bulk {number}": 9000 + number for number in range(5)}
    numbers = _invoices(env, customer, amounts)
    paid = {**amounts, "part": 800, "fee": 2990, "split": 3900, "other": 4950}
    texts = {name: f"MARTIN {numbers[name]}" for name in amounts}
    texts["other"] = "VIREMENT SANS MOTIF"
    lines = _lines(env, {name: (amount, texts[name]) for name, amount in paid.items()})
    lines |= _lines(
        env, {"charge": (-12.5, "FRAIS TENUE DE COMPTE"), "later": (-80, "CARTE GARAGE")}
    )
    lines |= _lines(env, {"rule": (-45, "PRLV TELECOM 4711"), "other rule": (-46, "CARTE KIOSQUE")})
    _rule(env, "Telephone", "TELECOM", "626%")
    _rule(env, "Papers", "JOURNAUX", "618%")
    env["recon.matcher"]._match_company(env.company)
    found = {
        name: env["recon.exception"].search([("st_line_id", "=", line.id)]).id
        for name, line in lines.items()
    }
    Path(out).write_text(json.dumps(found), "utf-8")


def touch(env: Any, exception_id: str) -> None:
    """Somebody changes the partner of a bank line."""
    line = env["recon.exception"].browse(int(exception_id)).st_line_id
    line.partner_id = env["res.partner"].create({"name": "Somebody else"})


def _rule(env: Any, name: str, word: str, code: str) -> None:
    """A rule that is proposed, and books on the first account of ``code``."""
    account = env["account.account"].search([("code", "=like", code)], limit=1)
    part = {"account_id": account.id, "amount_type": "percentage", "amount_string": "100"}
    env["account.reconcile.model"].create(
        {
            "name": name,
            "trigger": "manual",
            "match_label": "contains",
            "match_label_param": word,
            "line_ids": [(0, 0, part)],
        }
    )


def _invoices(env: Any, customer: Any, amounts: dict[str, float]) -> dict[str, str]:
    """{name: number} of the invoices posted over ``amounts``."""
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "name": f"FAC/2026/{number:05d}",
                "partner_id": customer.id,
                "invoice_date": "2026-11-01",
                "invoice_line_ids": [
                    (0, 0, {"name": "goods", "price_unit": amount, "tax_ids": []})
                ],
            }
            for number, amount in enumerate(amounts.values(), 1)
        ]
    )
    invoices.action_post()
    return dict(zip(amounts, invoices.mapped("name"), strict=True))


def _lines(env: Any, rows: dict[str, tuple[float, str]]) -> dict[str, Any]:
    """{name: bank line} of ``rows``: {name: (amount, text)}."""
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    lines = env["account.bank.statement.line"].create(
        [
            {"journal_id": journal.id, "date": "2026-11-20", "amount": amount, "payment_ref": text}
            for amount, text in rows.values()
        ]
    )
    return dict(zip(rows, lines, strict=True))
