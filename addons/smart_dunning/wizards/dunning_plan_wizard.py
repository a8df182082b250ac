"""A payment plan seen before it is made."""

from __future__ import annotations

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..dunning_core.instalments import PlanRefused


class DunningPlanWizard(models.TransientModel):
    _name = "dunning.plan.wizard"
    _description = "Make a Payment Plan"

    case_id = fields.Many2one("dunning.case", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="case_id.currency_id")
    amount = fields.Monetary(
        compute="_compute_amount",
        help="All that is open and not disputed, net of credits and payments.",
    )
    count = fields.Integer(string="Monthly Instalments", required=True, default=3)
    first_date = fields.Date(
        string="First Instalment",
        required=True,
        default=lambda self: fields.Date.add(fields.Date.context_today(self), days=7),
    )
    line_ids = fields.One2many(
        "dunning.plan.wizard.line", "wizard_id", compute="_compute_line_ids", store=True
    )
    problem = fields.Char(compute="_compute_line_ids", store=True, help="Why there is no plan.")

    @api.depends("case_id")
    def _compute_amount(self):
        for wizard in self:
            position = self.env["dunning.agreement"]._position_sudo(wizard.case_id)
            wizard.amount = float(max(wizard.case_id._undisputed(position)[1], 0))

    @api.depends("case_id", "count", "first_date")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.problem = False
            try:
                parts = wizard._parts()
            except PlanRefused as refused:
                parts, wizard.problem = (), wizard._sentence(refused)
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create({"date": part.day, "amount": float(part.amount)})
                    for part in parts
                ),
            ]

    def _parts(self):
        if not self.first_date:
            return ()
        position = self.env["dunning.agreement"]._position_sudo(self.case_id)
        _refs, amount = self.case_id._undisputed(position)
        plans = self.env["dunning.plan"]
        return plans._preview_sudo(self.case_id, amount, self.count, self.first_date)

    def _sentence(self, refused):
        """What to change in a plan that is refused."""
        return {
            "no_amount": self.env._("Nothing is open."),
            "no_instalments": self.env._("A plan has at least one instalment."),
            "first_in_the_past": self.env._("The first instalment cannot be in the past."),
            "too_small": self.env._(
                "The instalments are smaller than the settings allow. Choose fewer of them."
            ),
            "too_long": self.env._(
                "The plan lasts longer than the settings allow. Choose fewer instalments."
            ),
        }[refused.refusal.value]

    def action_propose(self):
        """Show the plan on the customer's page, where they may accept it."""
        self._make()
        return {"type": "ir.actions.act_window_close"}

    def action_agree(self):
        """The customer has agreed already."""
        self._make().action_accept()
        return {"type": "ir.actions.act_window_close"}

    def _make(self):
        self.ensure_one()
        plans = self.env["dunning.plan"]
        plans._check_controller()
        self.case_id.check_access("write")
        try:
            plan = plans._propose_sudo(self.case_id, self.count, self.first_date)
        except PlanRefused as refused:
            raise UserError(self._sentence(refused)) from refused
        return plan.sudo(False)


class DunningPlanWizardLine(models.TransientModel):
    _name = "dunning.plan.wizard.line"
    _description = "Instalment to Agree On"
    _order = "date, id"

    wizard_id = fields.Many2one("dunning.plan.wizard", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    date = fields.Date(string="Due", readonly=True)
    amount = fields.Monetary(readonly=True)
