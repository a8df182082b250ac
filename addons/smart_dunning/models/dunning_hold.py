"""A reason to stay silent towards a customer for a while."""

from __future__ import annotations

from odoo import fields, models

from ..dunning_core import types as kernel

HOLD_REASONS = [
    ("dispute", "Dispute"),
    ("promise", "Promise to pay"),
    ("plan", "Payment plan"),
    ("payment_pending", "Payment on its way"),
    ("retry_scheduled", "Collection will be tried again"),
    ("manual", "Paused by a person"),
    ("insolvency", "Insolvency"),
    ("deceased", "Deceased"),
    ("missing_contact", "No address"),
]
# Known from the bank at each planning, so never typed in by a person.
_DERIVED_REASON = "payment_pending"


class DunningHold(models.Model):
    _name = "dunning.hold"
    _description = "Follow-up Hold"
    _order = "date_from desc, id desc"
    _rec_name = "reason"

    case_id = fields.Many2one("dunning.case", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    reason = fields.Selection(
        [pair for pair in HOLD_REASONS if pair[0] != _DERIVED_REASON],
        required=True,
        default="manual",
    )
    date_from = fields.Date(required=True, default=fields.Date.context_today)
    date_to = fields.Date(string="Until", help="Last day of silence. Empty: until it is removed.")
    user_id = fields.Many2one(
        "res.users", string="Owner", default=lambda self: self.env.user, required=True
    )
    note = fields.Char()

    _dates_ordered = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)", "A hold must not end before it starts."
    )

    def _to_kernel(self):
        """The hold as the kernel takes it."""
        self.ensure_one()
        return kernel.Hold(kernel.HoldReason(self.reason), self.date_from, self.date_to or None)
