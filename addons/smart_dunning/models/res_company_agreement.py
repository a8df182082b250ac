"""What a company lets its customers agree on by themselves."""

from __future__ import annotations

from decimal import Decimal

from odoo import fields, models

from ..dunning_core import instalments, plan_offers, promises
from .dunning_ledger import to_decimal


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_promise_days = fields.Integer(
        string="Latest Promise",
        default=30,
        help="Days from today to the latest date that a customer may promise.",
    )
    dunning_promise_grace = fields.Integer(
        string="Grace of Promises",
        default=3,
        help="Business days after the promised date in which money still counts.",
    )
    dunning_plan_months = fields.Integer(
        string="Longest Payment Plan",
        default=6,
        help="Months from the agreement to the last instalment. 0: no payment plans.",
    )
    dunning_plan_min_instalment = fields.Monetary(
        string="Least Instalment", default=50, help="No instalment is smaller than this."
    )
    dunning_plan_min_amount = fields.Monetary(
        string="Least Amount of a Plan",
        default=200,
        help="Customers are offered no plan for a smaller debt.",
    )
    dunning_plan_max_risk = fields.Float(
        string="Highest Risk of a Plan",
        default=0.8,
        help="Customers with a higher probability of paying late are offered no plan.",
    )
    dunning_plan_grace = fields.Integer(
        string="Grace of Instalments",
        default=5,
        help="Days after an instalment was due in which the plan is not broken yet.",
    )
    _dunning_limits_positive = models.Constraint(
        "CHECK (dunning_promise_days >= 0 AND dunning_promise_grace >= 0"
        " AND dunning_plan_months >= 0 AND dunning_plan_grace >= 0"
        " AND dunning_plan_min_instalment >= 0 AND dunning_plan_min_amount >= 0)",
        "Limits of promises and payment plans cannot be negative.",
    )

    def _dunning_promise_limits(self):
        self.ensure_one()
        return promises.PromiseLimits(self.dunning_promise_days, self.dunning_promise_grace)

    def _dunning_plan_limits(self, currency, day):
        """The kernel's (limits of any plan, limits of what is offered) in ``currency``."""
        self.ensure_one()
        least, amount = (
            to_decimal(currency, self.currency_id._convert(value, currency, self, day))
            for value in (self.dunning_plan_min_instalment, self.dunning_plan_min_amount)
        )
        any_plan = instalments.Limits(self.dunning_plan_months, least, self.dunning_plan_grace)
        risk = Decimal(f"{self.dunning_plan_max_risk:.4f}")
        return any_plan, plan_offers.OfferLimits(self.dunning_plan_months, least, amount, risk)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_promise_days = fields.Integer(related="company_id.dunning_promise_days", readonly=False)
    dunning_promise_grace = fields.Integer(
        related="company_id.dunning_promise_grace", readonly=False
    )
    dunning_plan_months = fields.Integer(related="company_id.dunning_plan_months", readonly=False)
    dunning_plan_min_instalment = fields.Monetary(
        related="company_id.dunning_plan_min_instalment",
        readonly=False,
    )
    dunning_plan_min_amount = fields.Monetary(
        related="company_id.dunning_plan_min_amount",
        readonly=False,
    )
    dunning_plan_max_risk = fields.Float(related="company_id.dunning_plan_max_risk", readonly=False)
    dunning_plan_grace = fields.Integer(related="company_id.dunning_plan_grace", readonly=False)
