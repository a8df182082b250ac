"""One decision for many cases, with a look at what it does before it is taken."""

from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..models.dunning_hold import HOLD_REASONS

# What a person sets; the others follow from the books and the bank.
_SET_BY_HAND = ("dispute", "retry_scheduled", "manual", "insolvency", "deceased")


class DunningBulk(models.TransientModel):
    _name = "dunning.bulk"
    _description = "Decision for Several Cases"

    case_ids = fields.Many2many("dunning.case", required=True)
    mode = fields.Selection(
        [
            ("approve", "Approve messages"),
            ("plan", "Plan now"),
            ("hold", "Hold"),
            ("release", "Release holds"),
            ("assign", "Set responsible"),
        ],
        string="What to Do",
        required=True,
        default="approve",
    )
    user_id = fields.Many2one("res.users", string="Responsible")
    reason = fields.Selection(
        [pair for pair in HOLD_REASONS if pair[0] in _SET_BY_HAND], default="manual"
    )
    date_to = fields.Date(string="Until", help="Last day of silence. Empty: until it is removed.")
    note = fields.Char()
    summary = fields.Text(compute="_compute_summary", string="What Will Happen")

    @api.model
    def default_get(self, fields):
        # EXTENDS: the cases that are chosen in the list
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "dunning.case":
            values["case_ids"] = [(6, 0, self.env.context.get("active_ids", []))]
        return values

    @api.depends("case_ids", "mode")
    def _compute_summary(self):
        for bulk in self:
            bulk.summary = {
                "approve": bulk._approve_text,
                "release": bulk._release_text,
            }.get(bulk.mode, bulk._count_text)()

    def _messages(self):
        return self.case_ids.action_ids.filtered(lambda action: action.state == "planned")

    def _holds(self):
        """The holds that last and that a person may release."""
        today = fields.Date.context_today(self)
        return self.case_ids.hold_ids.filtered(
            lambda hold: (not hold.date_to or hold.date_to >= today) and hold.reason != "deceased"
        )

    def _count_text(self):
        return self.env._("%(count)s case(s).", count=len(self.case_ids))

    def _approve_text(self):
        messages = self._messages()
        labels = dict(messages._fields["channel"]._description_selection(self.env))
        lines = [
            self.env._(
                "%(channel)s: %(count)s message(s) to %(customers)s customer(s), %(amount)s",
                channel=labels[channel],
                count=len(group),
                customers=len(group.partner_id),
                amount=format_amount(self.env, sum(group.mapped("amount")), currency),
            )
            for (channel, currency), group in messages.grouped(
                lambda action: (action.channel, action.currency_id)
            ).items()
        ]
        if without := self.case_ids - messages.case_id:
            lines.append(
                self.env._(
                    "Nothing to approve: %(customers)s",
                    customers=", ".join(without.partner_id.mapped("display_name")),
                )
            )
        return "\n".join(lines)

    def _release_text(self):
        return self.env._(
            "%(count)s hold(s) end. A hold for a death stays: remove it on its case.",
            count=len(self._holds()),
        )

    def action_apply(self):
        """Do it, with the rights of the user."""
        self.ensure_one()
        getattr(self, f"_{self.mode}")()
        return {"type": "ir.actions.act_window_close"}

    def _approve(self):
        if not self._messages():
            raise UserError(self.env._("None of these cases has a message to approve."))
        self._messages().action_approve()

    def _plan(self):
        self.case_ids.check_access("write")
        # sudo: planning belongs to nobody; the cases were checked above
        planner = self.env["dunning.planner"].sudo()
        planner._plan_chosen(self.case_ids.sudo(), fields.Datetime.now())

    def _hold(self):
        self.env["dunning.hold"].create(
            [
                {
                    "case_id": case.id,
                    "reason": self.reason,
                    "date_to": self.date_to,
                    "note": self.note,
                }
                for case in self.case_ids
            ]
        )
        self.case_ids._trigger_plan_sudo()

    def _release(self):
        self._holds().unlink()
        self.case_ids._trigger_plan_sudo()

    def _assign(self):
        if not self.user_id:
            raise UserError(self.env._("Choose who is to be responsible."))
        self.case_ids.user_id = self.user_id
