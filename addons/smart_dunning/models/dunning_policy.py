"""The rules by which a company follows up its customers."""

from __future__ import annotations

from decimal import Decimal

from odoo import fields, models

from ..dunning_core import types as kernel


class DunningPolicy(models.Model):
    _name = "dunning.policy"
    _description = "Follow-up Policy"
    _check_company_auto = True
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Leave empty to offer the policy to every company."
    )
    autonomy = fields.Selection(
        [
            ("simulate", "Simulate: show what would be sent"),
            ("suggest", "Suggest: a person approves every message"),
            ("automatic", "Automatic: soft steps leave by themselves"),
        ],
        required=True,
        default="automatic",
        help="A formal notice always waits for a person.",
    )
    minimum_amount = fields.Float(
        digits=(16, 2),
        help="Net debt, in the currency of the company, under which no message is sent. "
        "Converted for debts in another currency.",
    )
    step_ids = fields.One2many("dunning.policy.step", "policy_id", string="Steps", copy=True)

    _minimum_positive = models.Constraint(
        "CHECK (minimum_amount >= 0)", "The minimum amount must not be negative."
    )

    def _to_kernel(self, currency, company, today):
        """The policy as the kernel takes it, its minimum in ``currency``."""
        self.ensure_one()
        minimum = company.currency_id._convert(self.minimum_amount, currency, company, today)
        return kernel.Policy(
            steps=tuple(step._to_kernel() for step in self.step_ids),
            minimum_amount=Decimal(str(minimum)),
            autonomy=kernel.Autonomy(self.autonomy),
        )
