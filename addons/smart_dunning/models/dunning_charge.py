"""What was charged for the late payment of a receivable line, and by which invoice."""

from __future__ import annotations

from odoo import fields, models


class DunningCharge(models.Model):
    _name = "dunning.charge"
    _description = "Late Payment Charge"
    _order = "id desc"
    _rec_name = "move_id"

    case_id = fields.Many2one("dunning.case", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    move_line_id = fields.Many2one(
        "account.move.line", required=True, index=True, ondelete="cascade", string="Paid Late"
    )
    source_move_id = fields.Many2one(
        related="move_line_id.move_id", store=True, index=True, string="Invoice Paid Late"
    )
    # Deleting the draft takes the charge back: its days may be charged again.
    move_id = fields.Many2one(
        "account.move", required=True, index=True, ondelete="cascade", string="Charged By"
    )
    date_to = fields.Date(
        required=True, string="Charged Until", help="Last day for which interest is charged."
    )
    interest = fields.Monetary()
    recovery_cost = fields.Monetary(string="Cost of Recovery")
