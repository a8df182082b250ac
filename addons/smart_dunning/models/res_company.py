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
    dunning_score_persons = fields.Boolean(
        string="Score Private Persons",
        help="Estimate the late payment risk of natural persons too. Check your legal basis first "
        "(GDPR articles 6 and 22).",
    )
