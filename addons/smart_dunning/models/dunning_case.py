"""What one customer owes one company in one currency, and where the follow-up of it stands."""

from __future__ import annotations

from collections import defaultdict

from odoo import api, fields, models

from ..dunning_core import transitions
from ..dunning_core.types import EventKind, Stage
from . import bulk
from .dunning_hold import HOLD_REASONS
from .dunning_return_rule import RETURN_CLASSES


class DunningCase(models.Model):
    _name = "dunning.case"
    _description = "Follow-up Case"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"

    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", required=True, index=True, readonly=True, string="Customer"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    stage = fields.Selection(
        [
            ("clear", "Clear"),
            ("notice", "Notice sent"),
            ("due", "Due"),
            ("reminded", "Reminded"),
            ("escalated", "Escalated"),
            ("formal_notice", "Formal notice"),
            ("closed", "Closed"),
        ],
        required=True,
        default="clear",
        readonly=True,
        index=True,
    )
    policy_id = fields.Many2one(
        "dunning.policy",
        string="Follow-up Policy",
        readonly=True,
        help="The policy that the last planning found for this customer.",
    )
    planned_on = fields.Date(readonly=True, copy=False)
    plan_asked = fields.Boolean(
        readonly=True, copy=False, help="Something happened since the last planning."
    )
    return_class = fields.Selection(
        RETURN_CLASSES,
        string="Returned Payment",
        readonly=True,
        help="Why the bank returned the last payment, until the customer has been told or has paid.",
    )
    cycle = fields.Integer(
        default=1, readonly=True, help="Goes up each time a payment is taken back."
    )
    user_id = fields.Many2one("res.users", string="Responsible", tracking=True)
    item_ids = fields.One2many("dunning.item", "case_id", string="Receivables", readonly=True)
    hold_ids = fields.One2many("dunning.hold", "case_id", string="Holds")
    action_ids = fields.One2many(
        "dunning.action", "case_id", string="Follow-up Messages", readonly=True
    )
    event_ids = fields.One2many("dunning.event", "case_id", string="Events", readonly=True)
    charge_ids = fields.One2many(
        "dunning.charge", "case_id", string="Late Payment Charges", readonly=True
    )
    amount_open = fields.Monetary(compute="_compute_amounts", string="Open Amount")
    amount_overdue = fields.Monetary(compute="_compute_amounts", string="Overdue Amount")
    waiting_reason = fields.Selection(
        [
            ("excluded", "No follow-up wanted"),
            ("covered", "Credits cover the debt"),
            ("below_minimum", "Below the minimum amount"),
            ("no_step_due", "No step is due"),
            ("in_flight", "A message may be on its way"),
            ("held", "On hold"),
            ("contact_limit", "Written to lately"),
        ],
        string="Why Silent",
        readonly=True,
        help="Why the last planning sent no message.",
    )
    waiting_hold = fields.Selection(HOLD_REASONS, string="Held By", readonly=True)
    waiting_until = fields.Date(string="Silent Until", readonly=True)
    probability = fields.Float(related="partner_id.dunning_probability", string="Late Risk")

    _one_open = models.UniqueIndex(
        "(company_id, partner_id, currency_id) WHERE stage != 'closed'",
        "A customer has one open case per company and currency.",
    )

    @api.depends("item_ids.amount_residual", "item_ids.date_maturity")
    def _compute_amounts(self):
        today = fields.Date.context_today(self)
        for case in self:
            items = case.item_ids
            case.amount_open = sum(items.mapped("amount_residual"))
            case.amount_overdue = sum(
                item.amount_residual
                for item in items
                if item.date_maturity and item.date_maturity < today
            )

    # -- facts ---------------------------------------------------------------------------------

    @api.model
    def _register_sudo(self, facts):
        """Write facts down once and move the cases.

        ``facts``: [(case, EventKind, source_ref, source_version)]. A fact already known is
        skipped. sudo: the ledger tells facts in the name of users without rights on follow-up.
        """
        Event = self.env["dunning.event"].sudo()
        stages, values = {}, []
        # a case that was opened a moment ago has no facts yet
        refs = [ref for _case, kind, ref, _version in facts if kind is not EventKind.OPENED]
        known = {
            (event.company_id, event.kind, event.source_ref, event.source_version)
            for event in Event.search_fetch(
                [("source_ref", "in", refs)],
                ["company_id", "kind", "source_ref", "source_version"],
            )
        }
        for case, kind, ref, version in facts:
            key = (case.company_id, kind.value, ref, version)
            if key in known:
                continue
            known.add(key)
            before = stages.get(case) or Stage(case.stage)
            after = stages[case] = transitions.next_stage(before, kind)
            values.append(
                {
                    "case_id": case.id,
                    "company_id": case.company_id.id,
                    "kind": kind.value,
                    "source_ref": ref,
                    "source_version": version,
                    "stage_before": before.value,
                    "stage_after": after.value,
                }
            )
        self._set_stages_sudo(stages)
        events = bulk.insert_rows(Event, values)
        self.union(*stages).invalidate_recordset(["event_ids"], flush=False)
        return events

    @api.model
    def _set_stages_sudo(self, stages):
        """Store {case: stage} that the transitions gave. sudo: as in _register_sudo."""
        changed = {
            case.id: {"stage": stage.value}
            for case, stage in stages.items()
            if case.stage != stage.value
        }
        bulk.update_rows(self.sudo(), changed)
        closed = self.union(*(case for case, stage in stages.items() if stage is Stage.CLOSED))
        closed.sudo().filtered("return_class").return_class = False

    @api.model
    def _on_paid_sudo(self, invoices):
        """Invoices were paid: cancel what is planned for them, close what has nothing left.

        sudo: whoever reconciles needs no rights on follow-up.
        """
        items = (
            self.env["dunning.item"]
            .sudo()
            .search([("move_id", "in", invoices.ids), ("case_id.stage", "!=", "closed")])
            .filtered("move_line_id.reconciled")  # an invoice in payment is not settled yet
        )
        facts = []
        for item in items:
            settled = all(line.reconciled for line in item.case_id.item_ids.move_line_id)
            kind = EventKind.PAID if settled else EventKind.INVOICE_PAID
            facts.append((item.case_id, kind, *_settlement(item.move_line_id)))
        self._register_sudo(facts)
        items.case_id.action_ids._cancel_settled()
        # what is still owed may want another step than the one that is planned
        items.case_id.filtered(lambda case: case.stage != "closed")._trigger_plan_sudo()

    @api.model
    def _on_reopened_sudo(self, partials):
        """Lines are open again. ``partials``: {line: id of the partial that was taken away}.

        sudo: whoever un-reconciles needs no rights on follow-up.
        """
        lines = self.env["account.move.line"].union(*partials)
        items = self.env["dunning.item"].sudo().search([("move_line_id", "in", lines.ids)])
        items._join_open_case()
        for case, case_items in items.grouped("case_id").items():
            case.cycle += 1
            case_items._step_back()
        self._register_sudo(
            [
                (
                    item.case_id,
                    EventKind.REOPENED,
                    f"account.move.line,{item.move_line_id.id}",
                    str(partials[item.move_line_id]),
                )
                for item in items
            ]
        )
        # The bank's reason often comes before the payment is taken back and the case is open.
        # sudo: as above
        returned = (
            self.env["recon.exception"]
            .sudo()
            .search(
                [
                    ("reason", "=", "returned"),
                    ("state", "=", "open"),
                    ("company_id", "in", items.company_id.ids),
                    ("partner_id", "child_of", items.case_id.partner_id.ids),
                ]
            )
        )
        self._on_returned_sudo(returned)

    @api.model
    def _on_returned_sudo(self, exceptions):
        """The bank sent payments back: the customer's open cases are due again.

        sudo: the bank feed works in the name of users without rights on follow-up.
        """
        cases = self.sudo().search(
            [
                ("company_id", "in", exceptions.company_id.ids),
                ("partner_id", "in", exceptions.partner_id.commercial_partner_id.ids),
                ("stage", "!=", "closed"),
            ]
        )
        by_partner = defaultdict(self.sudo().browse)
        for case in cases:
            by_partner[case.company_id.id, case.partner_id.id] |= case
        events = self._register_sudo(
            [
                (case, EventKind.RETURNED, f"recon.exception,{exception.id}", str(case.id))
                for exception in exceptions
                for case in by_partner[
                    exception.company_id.id, exception.partner_id.commercial_partner_id.id
                ]
            ]
        )
        self.env["dunning.return"]._react_sudo(events, exceptions)
        cases._trigger_plan_sudo()

    def _message_receive_bounce(self, email, partner):
        # EXTENDS mail: no further message leaves until somebody has found a better address.
        res = super()._message_receive_bounce(email, partner)
        today = fields.Date.context_today(self).isoformat()
        self._register_sudo(
            [(case, EventKind.MESSAGE_BOUNCED, f"dunning.case,{case.id}", today) for case in self]
        )
        self.env["dunning.hold"].create(
            [
                {
                    "case_id": case.id,
                    "reason": "missing_contact",
                    "note": self.env._("A message to %(email)s came back.", email=email),
                    "user_id": case.user_id.id or self.env.uid,
                }
                for case in self
                if not case.hold_ids.filtered(
                    lambda hold: hold.reason == "missing_contact" and not hold.date_to
                )
            ]
        )
        return res

    @api.model
    def _trigger_plan_sudo(self):
        """Ask for a planning of these cases soon. sudo: a cron belongs to nobody."""
        self.sudo().filtered(lambda case: not case.plan_asked).plan_asked = True
        self.env.ref("smart_dunning.ir_cron_plan").sudo()._trigger()

    @api.model
    def _ask_plan_for_sudo(self, companies, partners):
        """Ask for a planning soon of what ``partners`` owe ``companies``.

        sudo: whoever books or fetches needs no rights on follow-up.
        """
        customers = partners.commercial_partner_id
        cases = self.sudo().search(
            [
                ("company_id", "in", companies.ids),
                ("partner_id", "in", customers.ids),
                ("stage", "!=", "closed"),
            ]
        )
        if cases:
            cases._trigger_plan_sudo()

    def action_preview(self):
        """Open the preview of a message."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview message"),
            "res_model": "dunning.preview",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id},
        }

    def action_charge(self):
        """Open what may be charged for late payment."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Late charges"),
            "res_model": "dunning.charge.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id},
        }


def _settlement(line):
    """(source_ref, source_version) of the fact that settled ``line``: its newest partial."""
    partials = line.matched_credit_ids
    return f"account.move.line,{line.id}", str(max(partials.ids, default=0))
