from odoo import fields, models

READERS = "open_banking_recon.group_reader"


class ResCompany(models.Model):
    """What the company enters for the figures of value: what nobody can read from the books."""

    _inherit = "res.company"

    value_hourly_cost = fields.Monetary(
        string="Cost of an hour", groups=READERS, help="Of bookkeeping work, all charges included."
    )
    value_yearly_cost = fields.Monetary(
        string="Yearly cost",
        groups=READERS,
        help="Of the bank feeds, the hosting and the maintenance of this solution.",
    )
    value_one_off_cost = fields.Monetary(
        string="Cost of the introduction",
        groups=READERS,
        help="Spent once: installation, settings, training.",
    )
    value_cost_of_capital = fields.Float(
        string="Cost of capital",
        groups=READERS,
        digits=(6, 4),
        help="A year, as a share: what an overdraft or a loan costs.",
    )
    value_in_use_since = fields.Date(
        string="In use since",
        groups=READERS,
        help="Figures are compared with as many days before this one. Empty: with the year before.",
    )
    value_bad_debt_account_ids = fields.Many2many(
        "account.account",
        "recon_value_bad_debt_account",
        string="Accounts of bad debts",
        groups=READERS,
        help="Receivables that were written off, provisions for them and what was taken back of these.",
    )
