from __future__ import annotations

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_policy_id = fields.Many2one(related="company_id.dunning_policy_id", readonly=False)
    dunning_charge_account_id = fields.Many2one(
        related="company_id.dunning_charge_account_id", readonly=False
    )
    dunning_agreed_rate = fields.Float(related="company_id.dunning_agreed_rate", readonly=False)
    dunning_score_persons = fields.Boolean(
        related="company_id.dunning_score_persons", readonly=False
    )
    dunning_capital_rate = fields.Float(related="company_id.dunning_capital_rate", readonly=False)
    dunning_contact_cost = fields.Monetary(
        related="company_id.dunning_contact_cost",
        currency_field="currency_id",
        readonly=False,
    )
    dunning_contact_effect = fields.Float(
        related="company_id.dunning_contact_effect", readonly=False
    )
    dunning_keep_messages = fields.Integer(
        related="company_id.dunning_keep_messages", readonly=False
    )
    dunning_keep_notes = fields.Integer(related="company_id.dunning_keep_notes", readonly=False)
