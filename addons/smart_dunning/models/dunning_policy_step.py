"""One message of a policy: when, how firm, with which text."""

from __future__ import annotations

from decimal import Decimal

from odoo import fields, models

from ..dunning_core import types as kernel


class DunningPolicyStep(models.Model):
    _name = "dunning.policy.step"
    _description = "Follow-up Step"
    _order = "policy_id, offset_days, id"

    name = fields.Char(required=True, translate=True)
    policy_id = fields.Many2one("dunning.policy", required=True, index=True, ondelete="cascade")
    offset_days = fields.Integer(
        string="Business Days",
        required=True,
        help="Business days after the due date; negative: before it.",
    )
    tone = fields.Selection(
        [
            ("courtesy", "Courtesy"),
            ("friendly", "Friendly"),
            ("firm", "Firm"),
            ("formal", "Formal notice"),
        ],
        required=True,
        default="friendly",
        help="Moves the case: notice, reminded, escalated, formal notice. "
        "A formal notice is always approved by a person.",
    )
    channel = fields.Selection([("email", "Email")], required=True, default="email")
    template_id = fields.Many2one(
        "mail.template",
        required=True,
        ondelete="restrict",
        domain="[('model', '=', 'dunning.case')]",
        help="Sent in the language of the customer.",
    )
    attach_invoices = fields.Boolean(
        help="Attach the PDF of each invoice that has already been printed or sent."
    )
    needs_approval = fields.Boolean(
        help="A person approves each message of this step, whatever the policy allows."
    )
    min_risk = fields.Float(
        string="Minimum Risk",
        help="Only for customers whose probability of paying late reaches this share "
        "(0.5 = 50 %). 0: for all customers.",
    )

    _offset_unique = models.UniqueIndex(
        "(policy_id, offset_days)", "Two steps of a policy must not fall on the same day."
    )
    _risk_is_share = models.Constraint(
        "CHECK (min_risk >= 0 AND min_risk <= 1)", "The minimum risk lies between 0 and 1."
    )

    def _to_kernel(self):
        """The step as the kernel takes it."""
        self.ensure_one()
        return kernel.Step(
            ref=self.id,
            offset_days=self.offset_days,
            tone=kernel.Tone(self.tone),
            channel=self.channel,
            needs_approval=self.needs_approval,
            min_risk=Decimal(str(self.min_risk)) if self.min_risk else None,
        )
