"""Once a day, and whenever money moves: what each customer is to be told, or why nothing."""

from __future__ import annotations

import logging

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import api, fields, models

from ..dunning_core import planner
from ..dunning_core.types import EventKind, HoldReason, PlannedAction, Reason
from .dunning_action import CANCEL_REASON, WAITING_STATES
from .dunning_ledger import local_date

_logger = logging.getLogger(__name__)

BATCH = 1000
ATTEMPTS = 5
_QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}


class DunningPlanner(models.AbstractModel):
    _name = "dunning.planner"
    _description = "Follow-up Planning"

    @api.model
    def _cron_plan(self, now=None):
        """Plan for every company that follows a policy. ``now``: naive UTC, the clock if None."""
        now = now or fields.Datetime.now()
        for company in self.env["res.company"].search([("dunning_policy_id", "!=", False)]):
            if not self._plan_company(company, now, again=False):
                self.env["dunning.case"]._trigger_plan_sudo()
                break
        self.env["dunning.action"]._trigger_send_sudo()

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
    def _in_peace(self, work):
        """Do ``work`` and commit; again when somebody reconciled or planned in the same moment.
        Returns the seconds that are left to this run."""
        attempt = 1
        while True:
            try:
                work()
                return self.env["ir.cron"]._commit_progress(1)
            except (SerializationFailure, UniqueViolation):
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
        existing = {
            (case.partner_id, case.currency_id)
            for case in Case.search_fetch(
                [("company_id", "=", company.id), ("stage", "!=", "closed")],
                ["partner_id", "currency_id"],
            )
        }
        wanted = dict.fromkeys((p.commercial_partner_id, currency) for p, currency in groups)
        created = Case.create(
            [
                {"company_id": company.id, "partner_id": p.id, "currency_id": currency.id}
                for p, currency in wanted
                if (p, currency) not in existing
            ]
        )
        Case._register_sudo(
            [(case, EventKind.OPENED, f"dunning.case,{case.id}", "1") for case in created]
        )

    @api.model
    def _plan_cases(self, cases, today):
        """Plan ``cases`` (of one company) in a constant number of queries."""
        company = cases.company_id
        positions = self.env["dunning.ledger"]._positions(cases, today)
        self._link_items(positions)
        policies = self.env["dunning.policy"]._for_positions(positions, company, today)
        outcomes = {
            case: planner.plan(positions[case], policy, today, country_of(case))
            for case, (_record, policy) in policies.items()
        }
        self._register_facts(positions, outcomes, today)
        cases.write({"planned_on": today, "plan_asked": False})
        self._store_policies(policies)
        self._store_silence(outcomes)
        self._store_actions(outcomes)
        _logger.info("planned %d cases of company %d", len(cases), company.id)

    @api.model
    def _link_items(self, positions):
        """Each open line of a case is one of its items."""
        wanted = {d.ref: case for case, position in positions.items() for d in position.debts}
        Item = self.env["dunning.item"]
        items = Item.search_fetch(
            [("move_line_id", "in", list(wanted))], ["move_line_id", "case_id"]
        )
        for item in items:
            case = wanted.pop(item.move_line_id.id)
            if item.case_id != case:
                item.case_id = case
        Item.create([{"case_id": case.id, "move_line_id": ref} for ref, case in wanted.items()])

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
    def _store_policies(self, policies):
        for case, (policy, _kernel) in policies.items():
            if case.policy_id != policy:
                case.policy_id = policy

    @api.model
    def _store_silence(self, outcomes):
        for case, outcome in outcomes.items():
            silent = not isinstance(outcome, PlannedAction)
            values = {
                "waiting_reason": silent and _shown_reason(outcome.reason),
                "waiting_hold": silent and outcome.hold and outcome.hold.value,
                "waiting_until": silent and outcome.until,
            }
            for field, value in values.items():
                if (case[field] or False) != (value or False):
                    case[field] = value

    @api.model
    def _store_actions(self, outcomes):
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
        items = {
            item.move_line_id.id: item.id
            for item in self.env["dunning.item"].search_fetch(
                [("case_id", "in", cases.ids)], ["move_line_id"]
            )
        }
        Action.create([_action_values(key, *keys[key], items) for key in keys])


def country_of(case):
    """ISO code of the customer's country, else of the company's; "" when neither is known."""
    return case.partner_id.country_id.code or case.company_id.country_id.code or ""


def _shown_reason(reason):
    return False if reason is Reason.NO_DEBT else reason.value


def _only_credits(case):
    """Whether no money came: every invoice was settled by credit notes."""
    moves = case.item_ids.move_id
    return bool(moves) and all(move.payment_state == "reversed" for move in moves)


def _action_values(key, case, planned, items):
    return {
        "key": key,
        "case_id": case.id,
        "step_id": planned.step.ref,
        "channel": planned.step.channel,
        "cycle": planned.cycle,
        "amount": float(planned.amount),
        "item_ids": [fields.Command.set([items[ref] for ref in planned.targets])],
        "done_offsets": {str(ref): offset for ref, offset in planned.done_offsets},
        "state": "planned" if planned.needs_person else "approved",
    }
