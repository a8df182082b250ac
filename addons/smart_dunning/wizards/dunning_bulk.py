"""One decision for many cases: approve messages, a responsible, a hold, its end, a planning."""

from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_amount

from ..models.dunning_hold import HOLD_REASONS


class DunningBulk(models.TransientModel):
    _name = "dunning.bulk"
    _description = "Decision for Many Cases"

    mode = fields.Selection(
        [
            ("approve", "Approve messages"),
            ("responsible", "Set responsible"),
            ("hold", "Hold"),
            ("release", "Release holds"),
            ("plan", "Plan now"),
        ],
        required=True,
        readonly=True,
    )
    case_ids = fields.Many2many(
        "dunning.case",
        string="Cases",
        readonly=True,
        default=lambda self: self.env.context.get("active_ids", []),
    )
    action_ids = fields.Many2many(
        "dunning.action",
        compute="_compute_action_ids",
        store=True,
        readonly=False,
        string="Messages to Approve",
        help="What waited for a person when this window was opened: nothing else is approved.",
    )
    summary = fields.Text(compute="_compute_summary")
    without_ids = fields.Many2many(
        "dunning.case", compute="_compute_summary", string="Without a Message to Approve"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("smart_dunning.group_credit_controller").id)
        ],
    )
    reason = fields.Selection(
        [pair for pair in HOLD_REASONS if pair[0] != "payment_pending"], default="manual"
    )
    date_to = fields.Date(
        string="Until", help="Last day of silence. Empty: until the hold is released."
    )
    note = fields.Char()

    @api.depends("case_ids", "mode")
    def _compute_action_ids(self):
        for bulk in self:
            bulk.action_ids = bulk.mode == "approve" and self.env["dunning.action"].search(
                [
                    ("case_id", "in", bulk.case_ids.ids),
                    ("state", "=", "planned"),
                    ("step_id.policy_id.autonomy", "!=", "simulate"),
                ]
            )

    @api.depends("case_ids", "mode", "action_ids")
    def _compute_summary(self):
        for bulk in self:
            bulk.without_ids = bulk.mode == "approve" and bulk.case_ids - bulk.action_ids.case_id
            bulk.summary = "\n".join(bulk._lines())

    def _lines(self):
        """What the button will do, a sentence a line."""
        if self.mode == "approve":
            return self._message_lines()
        if self.mode == "release":
            holds = self._holds()
            return [
                self.env._(
                    "%(holds)d holds set by a person on %(cases)d cases will be released.",
                    holds=len(holds),
                    cases=len(holds.case_id),
                )
            ]
        return [self.env._("%(cases)d cases are selected.", cases=len(self.case_ids))]

    def _message_lines(self):
        if not self.action_ids:
            return [self.env._("None of the selected cases has a message to approve.")]
        lines = [
            self.env._(
                "%(messages)d messages to %(customers)d customers.",
                messages=len(self.action_ids),
                customers=len(self.action_ids.partner_id),
            )
        ]
        channels = dict(
            self.env["dunning.action"]._fields["channel"]._description_selection(self.env)
        )
        for (channel, currency), actions in self.action_ids.grouped(
            lambda action: (action.channel, action.currency_id)
        ).items():
            total = format_amount(self.env, sum(actions.mapped("amount")), currency)
            lines.append(f"{channels[channel]}: {len(actions)}, {total}")
        return lines

    def _holds(self):
        """The holds that a person set and that are released here; others have their own end."""
        return self.env["dunning.hold"].search(
            [("case_id", "in", self.case_ids.ids), ("reason", "=", "manual")]
        )

    def action_apply(self):
        """Do what was decided for all cases at once."""
        self.ensure_one()
        if not self.env.user.has_group("smart_dunning.group_credit_controller"):
            raise AccessError(self.env._("Only a credit controller decides on follow-up."))
        self.case_ids.check_access("write")
        getattr(self, f"_apply_{self.mode}")()

    def _apply_approve(self):
        # what was withdrawn, or approved by somebody else, since the window was opened is left out
        self.action_ids.filtered(lambda action: action.state == "planned").action_approve()

    def _apply_responsible(self):
        self.case_ids.user_id = self.user_id

    def _apply_hold(self):
        self.env["dunning.hold"].create(
            [
                {
                    "case_id": case.id,
                    "reason": self.reason,
                    "date_from": self.env["dunning.agreement"]._today(case.company_id),
                    "date_to": self.date_to,
                    "note": self.note,
                }
                for case in self.case_ids
                if case.stage != "closed"
            ]
        )
        self.case_ids._trigger_plan_sudo()

    def _apply_release(self):
        self._holds().unlink()
        self.case_ids._trigger_plan_sudo()

    def _apply_plan(self):
        self.env["dunning.planner"]._plan_given_sudo(self.case_ids, fields.Datetime.now())
