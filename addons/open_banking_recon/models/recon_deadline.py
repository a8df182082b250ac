from odoo import fields, models

from .recon_exception import REASONS


class ReconDeadline(models.Model):
    """How many days people have for bank lines of one reason, or from an amount on."""

    _name = "recon.deadline"
    _description = "Time to Decide on a Bank Line"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one("recon.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    reason = fields.Selection(REASONS, help="Empty: any reason.")
    amount_from = fields.Float(
        digits=(16, 2),
        help="Money in or out from this amount on, in the currency of the bank line. 0: any amount.",
    )
    days = fields.Integer(required=True, default=1, help="Calendar days. 0: the same day.")

    _days_range = models.Constraint("CHECK (days >= 0)", "The days cannot be negative.")

    def _fits(self, reason, amount):
        """Whether it is about a bank line of ``reason`` over ``amount`` (signed)."""
        return self.reason in (False, reason) and abs(amount) >= self.amount_from
