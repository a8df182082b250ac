from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    cash_minimum = fields.Monetary(
        string="Minimum bank balance",
        groups="open_banking_recon.group_reader",
        help="The cash forecast warns of the week in which the balance falls below it.",
    )
