"""What happens in Odoo during a simulated year; runs inside Odoo (see ``benchmarks.worker_farm``).

Invoices and payments are copies of entries that Odoo posted itself; what is allocated, taken back,
planned and sent goes through Odoo's and the add-on's own methods.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timezone
from typing import Any
from unittest.mock import patch

from .dunning_books import WITHOUT_MESSAGES, Copy, copy_moves, template_document

NUMBER = re.compile(r"YR/\d{5}")
STEPS = ((-3, "courtesy"), (5, "friendly"), (15, "firm"), (30, "formal"))
KINDS = {"YR/": "out_invoice", "CN/": "out_refund", "PAY/": "entry"}


def prepare(env: Any, customers: int) -> list[int]:
    """A policy of e-mails, templates and the customers; their ids."""
    env = env(context=WITHOUT_MESSAGES)
    texts = {tone: env.ref(f"smart_dunning.mail_template_{tone}").id for _day, tone in STEPS[:3]}
    policy = env["dunning.policy"].create(
        {
            "name": "Year",
            "step_ids": [
                (
                    0,
                    0,
                    {
                        "name": tone,
                        "offset_days": days,
                        "tone": tone,
                        "template_id": texts.get(tone, texts["firm"]),
                    },
                )
                for days, tone in STEPS
            ],
        }
    )
    env.company.write({"dunning_policy_id": policy.id, "email": "billing@example.com"})
    country = env.ref("base.fr").id
    partners = env["res.partner"].create(
        [
            {
                "name": f"Customer {number:05d}",
                "is_company": True,
                "email": f"c{number}@example.com",
                "country_id": country,
            }
            for number in range(customers)
        ]
    )
    for prefix, kind in KINDS.items():
        move = _payment(env) if kind == "entry" else template_document(env, kind, 1.0)
        env["ir.config_parameter"].set_param(f"benchmark.template.{prefix}", str(move.id))
    provider = env["open.banking.provider"].create(
        {"name": "Bank", "code": "berlin_group", "base_url": "https://bank.example.com"}
    )
    consent = env["open.banking.consent"].create({"provider_id": provider.id})
    account = env["open.banking.account"].create(
        {
            "name": "Current",
            "consent_id": consent.id,
            "company_id": env.company.id,
            "currency_id": env.company.currency_id.id,
        }
    )
    env["ir.config_parameter"].set_param("benchmark.account", str(account.id))
    ids: list[int] = partners.ids
    return ids


def _payment(env: Any) -> Any:
    partner = env["res.partner"].create({"name": "Template", "is_company": True})
    journal = env["account.journal"].search([("type", "=", "general")], limit=1)
    bank = env["account.account"].search([("code", "=like", "58%")], limit=1)
    receivable = partner.property_account_receivable_id
    sides = ((bank, 1.0), (receivable, -1.0))
    move = env["account.move"].create(
        {
            "journal_id": journal.id,
            "date": "2026-01-05",
            "line_ids": [
                (
                    0,
                    0,
                    {
                        "account_id": account.id,
                        "partner_id": partner.id,
                        "balance": amount,
                        "no_followup": False,
                    },
                )
                for account, amount in sides
            ],
        }
    )
    move.action_post()
    return move


# -- facts --------------------------------------------------------------------


def facts(env: Any, told: dict[str, list[Any]]) -> None:
    """One transaction with all that happens at one moment of a day."""
    env = env(context=WITHOUT_MESSAGES)
    for prefix in KINDS:
        if rows := told.get(prefix):
            template_id = env["ir.config_parameter"].get_param(f"benchmark.template.{prefix}")
            template = env["account.move"].browse(int(template_id))
            copy_moves(env, template, prefix, [Copy(*row) for row in rows])
    _allocate(env, told.get("allocate", []))
    for name in told.get("take_back", []):
        payment = _moves(env, [name])
        payment.line_ids.remove_move_reconcile()
        payment.button_draft()
    for customer in told.get("withdraw", []):
        env["open.banking.pending"].search([("partner_id", "=", customer)]).unlink()
    _announce(env, told.get("announce", []))
    for customer, reason, until in told.get("hold", []):
        if case := _case(env, customer):
            values = {"case_id": case.id, "reason": reason, "date_to": until}
            env["dunning.hold"].create(values)
    for customer, name in told.get("dispute", []):
        case = _case(env, customer)
        items = case.item_ids.filtered(lambda item, name=name: item.move_id.name == name)
        env["dunning.dispute"].create(
            {"case_id": case.id, "item_ids": [(6, 0, items.ids)], "reason": "price"}
        )
    for customer in told.get("settle", []):
        _case(env, customer).dispute_ids.filtered(lambda d: d.state == "open").action_reject()
    for customer, day in told.get("promise", []):
        env["dunning.promise"].create({"case_id": _case(env, customer).id, "date": day})


def _case(env: Any, customer: int) -> Any:
    return env["dunning.case"].search(
        [("partner_id", "=", customer), ("stage", "!=", "closed")], limit=1
    )


def _moves(env: Any, names: list[str]) -> Any:
    return env["account.move"].search([("name", "in", names)])


def _allocate(env: Any, pairs: list[tuple[str, str]]) -> None:
    """Set payments off against invoices, as the matching does."""
    names = [name for pair in pairs for name in pair]
    lines = {
        line.move_id.name: line
        for line in _moves(env, names).line_ids
        if line.account_type == "asset_receivable"
    }
    env["account.move.line"]._reconcile_plan(
        [lines[payment] + lines[invoice] for payment, invoice in pairs]
    )


def _announce(env: Any, rows: list[tuple[int, str]]) -> None:
    account = int(env["ir.config_parameter"].get_param("benchmark.account"))
    env["open.banking.pending"].create(
        [
            {
                "account_id": account,
                "partner_id": customer,
                "currency_id": env.company.currency_id.id,
                "amount": float(amount),
                "value_date": date.today(),  # noqa: DTZ011 - the simulated day
            }
            for customer, amount in rows
        ]
    )


# -- crons and people -----------------------------------------------------------


def plan(env: Any) -> None:
    env["dunning.planner"]._cron_plan()


def send(env: Any, log: str) -> None:
    """One run of the sending; each e-mail becomes a line of ``log`` at the moment the server has
    taken it."""
    with _mails_to(log):
        env["dunning.sender"]._cron_send()


def decide(env: Any) -> None:
    """A person's morning: approve what waits, send again what is of unknown fate."""
    actions = env["dunning.action"]
    actions.search([("state", "=", "planned")]).action_approve()
    actions.search([("state", "in", ("unknown", "failed"))]).action_retry()


@contextmanager
def _mails_to(log: str) -> Iterator[None]:
    from odoo.addons.base.models.ir_mail_server import IrMail_Server  # noqa: PLC0415

    def send_email(_server: Any, message: Any, *_args: Any, **_kwargs: Any) -> str:
        body = message.get_body(("html",)).get_content()
        line = {
            "at": datetime.now(timezone.utc).isoformat(),
            "to": message["To"],
            "id": message["Message-Id"],
            "subject": message["Subject"],
            "names": sorted(set(NUMBER.findall(body))),
        }
        with open(log, "a", encoding="utf-8") as file:  # noqa: PTH123 - one write, appended
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
        return str(message["Message-Id"])

    with (
        patch.object(IrMail_Server, "send_email", send_email),
        patch.object(IrMail_Server, "_connect__", lambda *_a, **_k: None),
    ):
        yield


# -- the books against the cases --------------------------------------------------


def disagreements(env: Any) -> list[str]:
    """Lines that are open without an open case, and open cases without an open line."""
    env.cr.execute(
        """
        WITH owed AS (
            SELECT line.id, line.partner_id, line.move_name
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
             WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'
               AND NOT line.reconciled AND line.amount_residual > 0
               AND line.move_name LIKE 'YR/%'
        ), followed AS (
            SELECT item.move_line_id, dunning_case.id, dunning_case.partner_id
              FROM dunning_item item
              JOIN dunning_case ON dunning_case.id = item.case_id
             WHERE dunning_case.stage <> 'closed'
        )
        SELECT 'open without a case: ' || owed.move_name FROM owed
         WHERE NOT EXISTS (SELECT 1 FROM followed
                            WHERE move_line_id = owed.id AND partner_id = owed.partner_id)
         UNION ALL
        SELECT 'case without a debt: ' || dunning_case.id
          FROM dunning_case JOIN res_partner ON res_partner.id = dunning_case.partner_id
         WHERE stage <> 'closed' AND res_partner.name LIKE 'Customer %'
           AND NOT EXISTS (SELECT 1 FROM owed WHERE owed.partner_id = dunning_case.partner_id)
        """
    )
    return [text for (text,) in env.cr.fetchall()]
