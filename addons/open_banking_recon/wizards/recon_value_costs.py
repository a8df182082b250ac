from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

NAMES = (
    "value_hourly_cost",
    "value_yearly_cost",
    "value_one_off_cost",
    "value_cost_of_capital",
    "value_in_use_since",
)


class ReconValueCosts(models.TransientModel):
    """What the current company enters for the figures of value."""

    _name = "recon.value.costs"
    _description = "Costs for the Figures of Value"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    value_hourly_cost = fields.Monetary(
        string="Cost of an hour", help="Of bookkeeping work, all charges included."
    )
    value_yearly_cost = fields.Monetary(
        string="Yearly cost",
        help="Of the bank feeds, the hosting and the maintenance of this solution.",
    )
    value_one_off_cost = fields.Monetary(
        string="Cost of the introduction", help="Spent once: installation, settings, training."
    )
    value_cost_of_capital = fields.Float(
        string="Cost of capital",
        digits=(6, 4),
        help="A year: what an overdraft or a loan costs.",
    )
    value_in_use_since = fields.Date(
        string="In use since",
        help="Figures are compared with as many days before this one. Empty: with the year before.",
    )
    value_bad_debt_account_ids = fields.Many2many(
        "account.account",
        string="Accounts of bad debts",
        help="Receivables that were written off, provisions for them and what was taken back of these.",
    )
    may_write = fields.Boolean(compute="_compute_may_write")

    _not_negative = models.Constraint(
        "CHECK (value_hourly_cost >= 0 AND value_yearly_cost >= 0 AND value_one_off_cost >= 0"
        " AND value_cost_of_capital >= 0)",
        "Costs cannot be negative.",
    )

    @api.model
    def default_get(self, fields):
        # EXTENDS base
        company = self.env.company
        known = {name: company[name] for name in NAMES}
        known["value_bad_debt_account_ids"] = [Command.set(company.value_bad_debt_account_ids.ids)]
        return {
            **super().default_get(fields),
            **{name: value for name, value in known.items() if name in fields},
        }

    def _compute_may_write(self):
        self.may_write = self.env.user.has_group("open_banking_recon.group_manager")

    def action_save(self):
        """Keep what was entered; the page is read again."""
        self.ensure_one()
        if not self.env.user.has_group("open_banking_recon.group_manager"):
            raise AccessError(self.env._("A bank manager enters the costs."))
        self.company_id.check_access("read")
        # sudo: managers of banks may not write on companies otherwise
        self.company_id.sudo().write(
            {
                **{name: self[name] for name in NAMES},
                "value_bad_debt_account_ids": [Command.set(self.value_bad_debt_account_ids.ids)],
            }
        )
        return {"type": "ir.actions.act_window_close", "infos": {"saved": True}}
