from __future__ import annotations

from odoo import fields, models


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
