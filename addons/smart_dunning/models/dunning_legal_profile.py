"""What the law of a country lets a creditor ask for a late payment: a row, never code."""

from __future__ import annotations

from decimal import Decimal

from odoo import fields, models

from ..dunning_core import legal as kernel
from ..dunning_core.interest import DayCount
from ..dunning_core.rates import Fixing, RateRule
from .dunning_ledger import to_decimal
from .dunning_rate import RATE_KINDS


class DunningLegalProfile(models.Model):
    _name = "dunning.legal.profile"
    _description = "Late Payment Law"
    _order = "audience, name, valid_from desc, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    country_ids = fields.Many2many("res.country", string="Countries", required=True)
    audience = fields.Selection(
        [("business", "Businesses"), ("consumer", "Consumers")],
        string="Customers",
        required=True,
        help="The law of the seller's country for businesses, of their own country for consumers. "
        "A customer that is not a company is a consumer.",
    )
    valid_from = fields.Date(required=True, help="For invoices due from this day on.")
    reference = fields.Selection(
        RATE_KINDS, string="Reference Rate", help="Empty: the points alone are the rate."
    )
    margin = fields.Float(
        string="Points Above",
        digits=(7, 4),
        help="Added to the reference rate. No reference and no points: no interest.",
    )
    fixing = fields.Selection(
        [
            ("daily", "The rate of each day"),
            ("semester", "The rate of 1 January and 1 July, for a half-year"),
        ],
        string="Which Day's Rate",
        required=True,
        default="daily",
    )
    round_up_to = fields.Float(
        string="Rounded Up To",
        digits=(7, 4),
        help="0.5: the rate goes up to the next half point. 0: as it is.",
    )
    floor_reference = fields.Selection(
        RATE_KINDS,
        string="Least Agreed Rate",
        help="A rate agreed with customers is lifted to this rate times the factor. The rate of "
        "the law itself is not compared with it.",
    )
    floor_factor = fields.Float(string="Factor", default=1.0, digits=(7, 4))
    interest_start = fields.Selection(
        [
            ("due_date", "The due date"),
            ("reminder", "The first reminder"),
            ("formal_notice", "The formal notice"),
        ],
        string="Interest Runs After",
        required=True,
        default="due_date",
    )
    day_count = fields.Selection(
        [("act_365", "Days / 365"), ("act_act", "Days / 366 in leap years, else 365")],
        required=True,
        default="act_365",
    )
    recovery_cost = fields.Float(
        string="Flat Cost of Recovery",
        digits=(16, 2),
        help="Asked once for each invoice that is paid late. 0: none may be asked.",
    )
    recovery_currency_id = fields.Many2one("res.currency", string="Currency of the Cost")
    source = fields.Char(required=True, help="The article of the law.")

    _positive = models.Constraint(
        "CHECK (recovery_cost >= 0 AND round_up_to >= 0 AND floor_factor >= 0)",
        "Cost, rounding and factor must not be negative.",
    )
    _cost_has_currency = models.Constraint(
        "CHECK (recovery_cost = 0 OR recovery_currency_id IS NOT NULL)",
        "Say in which currency the cost of recovery is.",
    )

    def _to_kernel(self, currency, company, day):
        """The profile as the kernel takes it, its cost in ``currency`` at the rate of ``day``."""
        self.ensure_one()
        floor = None
        if self.floor_reference:
            floor = RateRule(self.floor_reference, factor=_decimal(self.floor_factor))
        cost = 0.0
        if self.recovery_cost:
            cost = self.recovery_currency_id._convert(self.recovery_cost, currency, company, day)
        return kernel.LegalProfile(
            ref=self.id,
            countries=frozenset(self.country_ids.mapped("code")),
            audience=kernel.Audience(self.audience),
            valid_from=self.valid_from,
            rate=RateRule(
                self.reference or None,
                margin=_decimal(self.margin),
                fixing=Fixing(self.fixing),
                round_up_to=_decimal(self.round_up_to),
            ),
            floor=floor,
            start=kernel.InterestStart(self.interest_start),
            day_count=DayCount(self.day_count),
            recovery_cost=to_decimal(currency, cost),
        )


def _decimal(number):
    """A rate (float, four decimals) as Decimal."""
    return Decimal(f"{number:.4f}")
