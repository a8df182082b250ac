"""The books of the demo company in Odoo: chart, people, customers, vendors, invoices and bills.

Runs inside Odoo (see ``in_odoo``) on the data set of ``sandbox.dataset``. Bank lines are not
loaded: they come from the bank.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

ACCOUNTANT = {"login": "claire", "password": "claire", "name": "Claire Accountant"}
GROUPS = (
    "open_banking_recon.group_accountant",
    "smart_dunning.group_credit_controller",
)
FEE_ACCOUNT, DISCOUNT_ACCOUNT = "627", "665"
BAD_DEBT_ACCOUNTS = ("654", "6817", "7817")
HOURLY_COST = 40  # EUR
# what the company books without a document: label of the bank, account of the French chart
RULES = (
    ("FRAIS BANCAIRES", "627"),
    ("COMMISSIONS SUR VIREMENTS", "627"),
    ("INTERETS CREDITEURS", "768"),
    ("URSSAF", "431"),
    ("DGFIP TVA", "44551"),
    ("VIR SALAIRES", "421"),
    ("LOYER", "6132"),
    ("VIR INTERNE", "58"),
)


def prepare(env: Any) -> None:
    """A French company without documents: what every demo and test database starts from."""
    company = env.company
    company.write({"country_id": env.ref("base.fr").id, "name": "Atelier Lumière SAS"})
    env["account.chart.template"].try_loading("fr", company=company, install_demo=False)
    env["res.lang"]._activate_lang("fr_FR")


def load(env: Any, data_file: str, bank_url: str, odoo_url: str, mail_port: str) -> None:
    """Everything the accountant finds in the morning, before the bank is connected."""
    data = json.loads(Path(data_file).read_text("utf-8"))
    env = env(context={"tracking_disable": True, "lang": "en_US", "no_reset_password": True})
    _company(env, data["company"], min(filter(None, _booked(data))))
    _people(env)
    _connections(env, bank_url, odoo_url, int(mail_port))
    partners = _partners(env, data)
    _journals(env, data["bank_accounts"])
    for name in ("invoices", "credit_notes", "bills"):
        _documents(env, data[name], partners)
    _history(env, data["history"], partners)
    # the demo lets a payment come in between planning and sending: no other worker may be faster
    env.ref("smart_dunning.ir_cron_send").active = False
    print(f"{len(data['invoices'])} invoices, {len(data['bills'])} bills, {len(partners)} partners")


def _booked(data: dict[str, Any]) -> list[str]:
    return [row["booking_date"] for row in data["transactions"]]


def _company(env: Any, company: dict[str, Any], in_use_since: str) -> None:
    env.company.write(
        {
            "name": company["name"],
            "street": company["street"],
            "zip": company["zip"],
            "city": company["city"],
            "email": company["email"],
            "phone": company["phone"],
            "vat": company["vat"],
            "company_registry": company["siret"],
            # assumptions, to see the page of value and treasury with figures
            "value_hourly_cost": HOURLY_COST,
            "value_yearly_cost": 600,
            "value_one_off_cost": 900,
            "value_in_use_since": in_use_since,
            "value_bad_debt_account_ids": [
                (6, 0, [_account(env, code).id for code in BAD_DEBT_ACCOUNTS])
            ],
        }
    )


def _people(env: Any) -> None:
    groups = [env.ref(xmlid, raise_if_not_found=False) for xmlid in GROUPS]
    env["res.users"].create(
        {
            **ACCOUNTANT,
            "email": "claire@atelier-lumiere.example",
            "tz": "Europe/Paris",
            "group_ids": [(6, 0, [env.ref("base.group_user").id, *(g.id for g in groups if g)])],
        }
    )


def _connections(env: Any, bank_url: str, odoo_url: str, mail_port: int) -> None:
    parameters = env["ir.config_parameter"]
    parameters.set_param("web.base.url", odoo_url)
    parameters.set_param("web.base.url.freeze", "True")
    env["ir.mail_server"].create(
        {"name": "Mail catcher", "smtp_host": "127.0.0.1", "smtp_port": mail_port}
    )
    env["open.banking.provider"].create(
        {
            "name": "Banque de Démonstration",
            "code": "berlin_group",
            "base_url": f"{bank_url}/berlingroup",
            "client_id": "atelier-lumiere",
        }
    )
    env["recon.policy"].create(
        {
            "name": "Atelier Lumière",
            "fee_account_id": _account(env, FEE_ACCOUNT).id,
            "discount_account_id": _account(env, DISCOUNT_ACCOUNT).id,
        }
    )
    _rules(env)


def _rules(env: Any) -> None:
    env["account.reconcile.model"].create(
        [
            {
                "name": label.capitalize(),
                "trigger": "auto_reconcile",
                "match_label": "contains",
                "match_label_param": label,
                "line_ids": [(0, 0, {"account_id": _account(env, code).id})],
            }
            for label, code in RULES
        ]
    )


def _account(env: Any, prefix: str) -> Any:
    return env["account.account"].search([("code", "=like", f"{prefix}%")], limit=1, order="code")


def _partners(env: Any, data: dict[str, Any]) -> dict[str, Any]:
    france = env.ref("base.fr")
    rows = [*data["customers"], *data["vendors"]]
    partners = env["res.partner"].create(
        [
            {
                "ref": row["ref"],
                "name": row["name"],
                "is_company": True,
                "vat": row["vat"],
                "company_registry": row["siren"],
                "street": row["street"],
                "zip": row["zip"],
                "city": row["city"],
                "country_id": france.id,
                "email": row["email"],
                "lang": row["lang"],
                "customer_rank": int(row["ref"].startswith("C")),
                "supplier_rank": int(row["ref"].startswith("V")),
            }
            for row in rows
        ]
    )
    # A company knows the IBANs of its vendors, and of those customers that paid before.
    known = [
        (partner, row)
        for position, (partner, row) in enumerate(zip(partners, rows, strict=True))
        if row["ref"].startswith("V") or position % 3 != 0
    ]
    env["res.partner.bank"].create(
        [{"partner_id": partner.id, "acc_number": row["iban"]} for partner, row in known]
    )
    return {row["ref"]: partner for row, partner in zip(rows, partners, strict=True)}


def _journals(env: Any, accounts: list[dict[str, Any]]) -> None:
    first = env["account.journal"].search([("type", "=", "bank")], limit=1)
    for position, account in enumerate(accounts):
        values = {"name": account["name"], "bank_acc_number": account["iban"]}
        if position == 0:
            first.write({"name": account["name"]})
            first.set_bank_account(account["iban"])
        else:
            env["account.journal"].create({**values, "type": "bank", "code": f"BNK{position + 1}"})


def _documents(env: Any, rows: list[dict[str, Any]], partners: dict[str, Any]) -> None:
    taxes = _taxes(env)
    moves = env["account.move"].create([_move(row, partners, taxes) for row in rows])
    moves.action_post()
    for move, row in zip(moves, rows, strict=True):
        if round(move.amount_total, 2) != round(float(row["total"]), 2):
            raise ValueError(f"{row['number']}: {move.amount_total} instead of {row['total']}")


def _taxes(env: Any) -> dict[tuple[str, float], Any]:
    """{(use, rate): tax on top of the price}; the chart ships some rates switched off."""
    found: dict[tuple[str, float], Any] = {}
    taxes = env["account.tax"].with_context(active_test=False)
    for tax in taxes.search([("amount_type", "=", "percent")], order="sequence, id"):
        if not tax.price_include:
            found.setdefault((tax.type_tax_use, tax.amount), tax)
    found["sale", 10.0].active = True
    return found


def _move(row: dict[str, Any], partners: dict[str, Any], taxes: dict[Any, Any]) -> dict[str, Any]:
    is_bill = row["kind"].startswith("in_")
    use = "purchase" if is_bill else "sale"
    values = {
        "move_type": row["kind"],
        "partner_id": partners[row["partner_ref"]].id,
        "invoice_date": row["invoice_date"],
        "date": row["invoice_date"],
        "invoice_date_due": row["due_date"],
        "invoice_payment_term_id": False,
        "invoice_line_ids": [
            (
                0,
                0,
                {
                    "name": line["description"],
                    "quantity": line["quantity"],
                    "price_unit": float(line["unit_price"]),
                    "tax_ids": [(6, 0, taxes[use, float(line["tax_rate"])].ids)],
                },
            )
            for line in row["lines"]
        ],
    }
    if row["structured_ref"]:
        values["payment_reference"] = row["structured_ref"]
    if is_bill:
        return {**values, "ref": row["number"]}
    return {**values, "name": row["number"], "ref": row["purchase_order"]}


def _history(env: Any, rows: list[dict[str, Any]], partners: dict[str, Any]) -> None:
    """Old invoices in a journal of their own, each settled by an entry of the day it was paid."""
    sales = env["account.journal"].search([("type", "=", "sale")], limit=1)
    journal = env["account.journal"].create(
        {
            "name": "Reprise",
            "type": "sale",
            "code": "REP",
            "default_account_id": sales.default_account_id.id,
        }
    )
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "journal_id": journal.id,
                "partner_id": partners[row["partner_ref"]].id,
                "invoice_date": row["invoice_date"],
                "date": row["invoice_date"],
                "invoice_date_due": row["due_date"],
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    (0, 0, {"name": "Reprise", "price_unit": float(row["amount"]), "tax_ids": []})
                ],
            }
            for row in rows
        ]
    )
    invoices.action_post()
    debts = [
        invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        for invoice in invoices
    ]
    carried = _account(env, "110")
    entries = env["account.move"].create(
        [
            {
                "move_type": "entry",
                "date": row["paid_date"],
                "line_ids": [
                    (0, 0, {"account_id": carried.id, "debit": debt.balance}),
                    (
                        0,
                        0,
                        {
                            "account_id": debt.account_id.id,
                            "partner_id": debt.partner_id.id,
                            "credit": debt.balance,
                        },
                    ),
                ],
            }
            for row, debt in zip(rows, debts, strict=True)
        ]
    )
    entries.action_post()
    env["account.move.line"]._reconcile_plan(
        [
            debt + entry.line_ids.filtered("credit")
            for debt, entry in zip(debts, entries, strict=True)
        ]
    )


def plan_follow_up(env: Any, moment: str) -> None:
    """Switch the shipped follow-up policy on, score the customers and plan as the cron does.

    ``moment``: naive UTC, inside working hours, whatever the clock on the wall says.
    """
    now = datetime.fromisoformat(moment)
    env.company.dunning_policy_id = env.ref("smart_dunning.policy_default")
    env["dunning.score"]._cron_score(now)
    env["dunning.planner"]._cron_plan(now)
    env["dunning.score"]._cron_score(now)  # dates the invoices that are followed up from today on
    env["dunning.kpi.snapshot"]._cron_snapshot(now)


def send_follow_up(env: Any, moment: str) -> None:
    """Send what is approved and still right, as the cron does, and hand over to the cron."""
    env["dunning.sender"]._cron_send(datetime.fromisoformat(moment))
    env["mail.mail"].process_email_queue()
    env.ref("smart_dunning.ir_cron_send").active = True
