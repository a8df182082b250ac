"""Once a day, and whenever money moves: what each customer is to be told, or why nothing."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.open_banking_recon.models.advisory_lock import FOLLOW_UP, exclusive
from odoo.addons.open_banking_recon.models.open_banking_sync import CONFLICTS

from ..dunning_core import planner
from ..dunning_core.types import EventKind, HoldReason, PlannedAction, Reason
from . import bulk
from .dunning_action import CANCEL_REASON, WAITING_STATES
from .dunning_ledger import CASE_FIELDS, local_date

_logger = logging.getLogger(__name__)

BATCH = 10_000
ATTEMPTS = 5
COME_AGAIN = timedelta(minutes=1)
_QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}


class DunningPlanner(models.AbstractModel):
    _name = "dunning.planner"
    _description = "Follow-up Planning"

    @api.model
    def _cron_plan(self, now=None):
        """Plan for every company that follows a policy, one worker a company. ``now``: naive UTC, the
        clock if None."""
        now = now or fields.Datetime.now()
        for company in self.env["res.company"].search([("dunning_policy_id", "!=", False)]):
            plan = partial(self._plan_company, company, now, again=False)
            if self._alone(company, "ir_cron_plan", plan) is False:
                self.env["dunning.case"]._trigger_plan_sudo()
                break
        self.env["dunning.action"]._trigger_send_sudo()

    @api.model
    def _alone(self, company, cron, work):
        """What ``work`` returns; None where another worker plans or scores ``company`` at this moment:
        both would write every case; or where so many messages leave or payments come that no attempt
        was left in peace. Then ``cron`` comes again in a minute.

        sudo: a cron belongs to nobody.
        """
        with exclusive(self.env, FOLLOW_UP, company.id) as acquired:
            if acquired:
                try:
                    return work()
                except CONFLICTS:
                    self.env.cr.rollback()
                    _logger.info("company %s: others write its cases, coming again", company.id)
        again = fields.Datetime.now() + COME_AGAIN
        self.env.ref(f"smart_dunning.{cron}").sudo()._trigger(again)
        return None

    @api.model
    def _plan_company(self, company, now, again=True):
        """Open the cases that are missing and plan the open cases of ``company``, batch by batch,
        each in a transaction of its own.

        ``again``: also those that were planned today and of which nothing was heard since. Without
        it a run that was interrupted goes on where it ended. Returns whether it came to the end of
        the list in the time that a run of a cron has.
        """
        planning = self.with_context(**_QUIET).with_company(company)
        today = local_date(now, company)
        planning._in_peace(lambda: planning._open_cases(company))
        domain = fields.Domain([("company_id", "=", company.id), ("stage", "!=", "closed")])
        if not again:
            domain &= fields.Domain.OR(
                [
                    [("plan_asked", "=", True)],
                    [("planned_on", "=", False)],
                    [("planned_on", "!=", today)],
                ]
            )
        cases = planning.env["dunning.case"].search(domain, order="id")
        for start in range(0, len(cases), BATCH):
            batch = cases[start : start + BATCH]
            left = planning._in_peace(lambda batch=batch: planning._plan_cases(batch, today))
            if left <= 0 and start + BATCH < len(cases):
                return False
        return True

    @api.model
    def _plan_given_sudo(self, cases, now):
        """Plan these ``cases`` alone, those that are open, in the transaction of whoever asks.

        ``now``: naive UTC. sudo: a planning writes what no user may write.
        """
        given = cases.sudo().filtered(
            lambda case: case.stage != "closed" and case.company_id.dunning_policy_id
        )
        for company, of_company in given.grouped("company_id").items():
            planning = self.sudo().with_context(**_QUIET).with_company(company)
            of_company = of_company.with_env(planning.env).sorted("id")
            planning._plan_cases(of_company, local_date(now, company))
        self.env["dunning.action"]._trigger_send_sudo()

    @api.model
    def _in_peace(self, work):
        """Do ``work`` and commit; again when somebody reconciled or planned in the same moment.
        Returns the seconds that are left to this run."""
        attempt = 1
        while True:
            try:
                work()
                return self.env["ir.cron"]._commit_progress(1)
            except CONFLICTS:
                self.env.cr.rollback()
                if attempt == ATTEMPTS:
                    raise
                attempt += 1

    @api.model
    def _open_cases(self, company):
        """One case for each customer and currency with a line that may be followed up."""
        groups = self.env["account.move.line"]._read_group(
            self.env["dunning.ledger"]._receivable_domain(company)
            & fields.Domain("amount_residual_currency", ">", 0)
            & fields.Domain("no_followup", "=", False),
            ["partner_id", "currency_id"],
        )
        Case = self.env["dunning.case"]
        self.env["res.partner"].union(*(partner for partner, _currency in groups)).fetch(
            ["commercial_partner_id"]
        )
        existing = {
            (case.partner_id, case.currency_id)
            for case in Case.search_fetch(
                [("company_id", "=", company.id), ("stage", "!=", "closed")],
                ["partner_id", "currency_id"],
            )
        }
        wanted = dict.fromkeys((p.commercial_partner_id, currency) for p, currency in groups)
        created = bulk.insert_rows(
            Case,
            [
                {
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "currency_id": currency.id,
                    "stage": "clear",
                    "cycle": 1,
                }
                for partner, currency in wanted
                if (partner, currency) not in existing
            ],
        )
        created.fetch(["company_id", "stage"])
        Case._register_sudo(
            [(case, EventKind.OPENED, f"dunning.case,{case.id}", "1") for case in created]
        )

    @api.model
    def _plan_cases(self, cases, today):
        """Plan ``cases`` (of one company) in a constant number of queries."""
        cases.fetch(CASE_FIELDS)
        company = cases.company_id
        positions = self.env["dunning.ledger"]._positions(cases, today)
        items = self._link_items(positions)
        policies = self.env["dunning.policy"]._for_positions(positions, company, today)
        outcomes = {
            case: planner.plan(positions[case], policy, today, country_of(case))
            for case, (_record, policy) in policies.items()
        }
        self._register_facts(positions, outcomes, today)
        self._store_on_cases(policies, outcomes, today)
        self._store_actions(outcomes, items)
        _logger.info("planned %d cases of company %d", len(cases), company.id)

    @api.model
    def _link_items(self, positions):
        """Each open line of a case is one of its items: {line id: item id} of them."""
        wanted = {d.ref: case for case, position in positions.items() for d in position.debts}
        Item = self.env["dunning.item"]
        items = Item.search_fetch(
            [("move_line_id", "in", list(wanted))], ["move_line_id", "case_id"]
        )
        found = {item.move_line_id.id: item.id for item in items}
        for item in items:
            case = wanted.pop(item.move_line_id.id)
            if item.case_id != case:
                item.case_id = case
        lines = self.env["account.move.line"].browse(wanted)
        created = bulk.insert_rows(
            Item,
            [
                {
                    "case_id": wanted[line.id].id,
                    "move_line_id": line.id,
                    "company_id": wanted[line.id].company_id.id,
                    "move_id": line.move_id.id,
                    "date_maturity": line.date_maturity,
                    "was_contacted": False,
                    "last_offset": 0,
                }
                for line in lines
            ],
        )
        found |= dict(zip(wanted, created.ids, strict=True))
        self.env["dunning.case"].union(*positions).invalidate_recordset(["item_ids"], flush=False)
        return found

    @api.model
    def _register_facts(self, positions, outcomes, today):
        facts = []
        for case, position in positions.items():
            cycle = str(case.cycle)
            if not position.debts:
                kind = EventKind.CREDITED if _only_credits(case) else EventKind.PAID
                facts.append((case, kind, f"dunning.case,{case.id}", cycle))
                if position.credit > 0:
                    facts.append((case, EventKind.OVERPAID, f"dunning.case,{case.id}", cycle))
            elif any(debt.due_date <= today for debt in position.debts):
                facts.append((case, EventKind.BECAME_DUE, f"dunning.case,{case.id}", cycle))
            if getattr(outcomes.get(case), "hold", None) is HoldReason.PAYMENT_PENDING:
                ref = f"dunning.case,{case.id}"
                facts.append((case, EventKind.PAYMENT_PENDING, ref, today.isoformat()))
        self.env["dunning.case"]._register_sudo(facts)

    @api.model
    def _store_on_cases(self, policies, outcomes, today):
        """What the planning found, on the cases that it is new for."""
        changed = {}
        for case, outcome in outcomes.items():
            silent = not isinstance(outcome, PlannedAction)
            values = {
                "planned_on": today,
                "plan_asked": False,
                "policy_id": policies[case][0].id,
                "waiting_reason": silent and _shown_reason(outcome.reason),
                "waiting_hold": silent and outcome.hold and outcome.hold.value,
                "waiting_until": silent and outcome.until,
            }
            if any(_stored(case, name) != (value or False) for name, value in values.items()):
                changed[case.id] = values
        bulk.update_rows(self.env["dunning.case"], changed)

    @api.model
    def _store_actions(self, outcomes, items):
        """Make the outbox hold exactly what is planned: new rows in, overtaken rows out."""
        Action = self.env["dunning.action"]
        cases = self.env["dunning.case"].union(*outcomes)
        keys = {
            planner.action_key(outcome): (case, outcome)
            for case, outcome in outcomes.items()
            if isinstance(outcome, PlannedAction)
        }
        known = Action.search_fetch(
            [
                "&",
                ("state", "!=", "cancelled"),
                "|",
                ("key", "in", list(keys)),
                "&",
                ("case_id", "in", cases.ids),
                ("state", "in", WAITING_STATES),
            ],
            ["key", "state", "case_id"],
        )
        for action in known.filtered(lambda a: a.state in WAITING_STATES and a.key not in keys):
            outcome = outcomes[action.case_id]
            if isinstance(outcome, PlannedAction):
                action._cancel("superseded")
            elif outcome.reason in CANCEL_REASON:
                action._cancel(CANCEL_REASON[outcome.reason])
        for key in known.mapped("key"):
            keys.pop(key, None)
        self._insert_actions({key: (*keys[key], items) for key in keys})

    @api.model
    def _insert_actions(self, planned):
        """New rows of the outbox. ``planned``: {key: (case, PlannedAction, {line id: item id})}."""
        if not planned:
            return
        created = bulk.insert_rows(
            self.env["dunning.action"], [_action_values(k, *found) for k, found in planned.items()]
        )
        field = self.env["dunning.action"]._fields["item_ids"]
        pairs = [
            (action.id, items[ref])
            for action, (_case, outcome, items) in zip(created, planned.values(), strict=True)
            for ref in outcome.targets
        ]
        bulk.execute_values(
            self.env.cr,
            SQL(
                "INSERT INTO %s (%s, %s) VALUES %%s",
                *map(SQL.identifier, (field.relation, field.column1, field.column2)),
            ),
            pairs,
        )
        self.env["dunning.case"].union(
            *(case for case, *_ in planned.values())
        ).invalidate_recordset(["action_ids"], flush=False)


def country_of(case):
    """ISO code of the customer's country, else of the company's; "" when neither is known."""
    return case.partner_id.country_id.code or case.company_id.country_id.code or ""


def _shown_reason(reason):
    return False if reason is Reason.NO_DEBT else reason.value


def _only_credits(case):
    """Whether no money came: every invoice was settled by credit notes."""
    moves = case.item_ids.move_id
    return bool(moves) and all(move.payment_state == "reversed" for move in moves)


def _stored(case, name):
    value = case[name]
    return (value.id if isinstance(value, models.BaseModel) else value) or False


def _action_values(key, case, planned, _items):
    return {
        "key": key,
        "case_id": case.id,
        "company_id": case.company_id.id,
        "partner_id": case.partner_id.id,
        "step_id": planned.step.ref,
        "channel": planned.channel,
        "cycle": planned.cycle,
        "amount": float(planned.amount),
        "done_offsets": {str(ref): offset for ref, offset in planned.done_offsets},
        "state": "planned" if planned.needs_person else "approved",
    }
