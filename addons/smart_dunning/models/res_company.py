from __future__ import annotations

from decimal import Decimal

from odoo import fields, models

from ..dunning_core.gain import Contact
from .dunning_ledger import to_decimal


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_policy_id = fields.Many2one(
        "dunning.policy",
        string="Follow-up Policy",
        domain="[('company_id', 'in', (False, id))]",
        help="The policy by which customers are followed up. Empty: nobody is written to.",
    )
    dunning_charge_account_id = fields.Many2one(
        "account.account",
        string="Account of Late Payment Charges",
        check_company=True,
        domain="[('internal_group', '=', 'income')]",
        help="Income account of late interest and costs of recovery.",
    )
    dunning_agreed_rate = fields.Float(
        string="Agreed Late Interest",
        digits=(7, 4),
        help="Percent a year that the terms of sale give for late payment by businesses, lifted to "
        "the least that the law allows. 0: the rate of the law.",
    )
    dunning_score_persons = fields.Boolean(
        string="Score Private Persons",
        help="Estimate the late payment risk of natural persons too. Check your legal basis first "
        "(GDPR articles 6 and 22).",
    )
    dunning_capital_rate = fields.Float(
        string="Cost of Capital",
        digits=(7, 4),
        default=8.0,
        help="Percent a year that money costs which customers owe: orders the work.",
    )
    dunning_contact_cost = fields.Monetary(
        string="Cost of a Contact",
        currency_field="currency_id",
        default=0.5,
        help="What it costs to approve a message or to make a call.",
    )
    dunning_contact_effect = fields.Float(
        string="Effect of a Contact",
        digits=(7, 4),
        default=30.0,
        help="Percent of contacts after which is paid that would not have been paid yet. Compare "
        "with Follow-up > What Steps Bring In.",
    )

    def _dunning_contact(self):
        """What a contact costs and brings, as the kernel takes it."""
        self.ensure_one()
        return Contact(
            effect=Decimal(f"{self.dunning_contact_effect / 100:.6f}"),
            capital_rate=Decimal(f"{self.dunning_capital_rate / 100:.6f}"),
            cost=to_decimal(self.currency_id, self.dunning_contact_cost),
        )
