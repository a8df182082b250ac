"""One message of a policy: when, how firm, with which text."""

from __future__ import annotations

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..dunning_core import types as kernel
from .dunning_channel import CHANNELS
from .dunning_return_rule import RETURN_CLASSES


class DunningPolicyStep(models.Model):
    _name = "dunning.policy.step"
    _description = "Follow-up Step"
    _order = "policy_id, offset_days, id"

    name = fields.Char(required=True, translate=True)
    policy_id = fields.Many2one("dunning.policy", required=True, index=True, ondelete="cascade")
    trigger = fields.Selection(
        [
            ("due_date", "Due date"),
            ("payment_pending", "Payment on its way: thanks"),
            ("payment_returned", "Payment returned by the bank"),
        ],
        required=True,
        default="due_date",
        help="Thanks go to customers who have had a reminder and whose payment the bank shows as "
        "pending. What is said of a returned payment depends on the bank's reason.",
    )
    return_class = fields.Selection(
        RETURN_CLASSES,
        string="Reason of Return",
        help="For steps that a returned payment calls for.",
    )
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
    channel = fields.Selection(
        CHANNELS,
        required=True,
        default="email",
        help="A customer's own wish comes first, but not for a formal notice, which leaves by "
        "letter or e-mail only.",
    )
    fallback_channel = fields.Selection(
        CHANNELS, string="Else By", help="For customers whom the first channel does not reach."
    )
    template_id = fields.Many2one(
        "mail.template",
        required=True,
        ondelete="restrict",
        domain="[('model', '=', 'dunning.case')]",
        help="Sent in the language of the customer.",
    )
    sms_template_id = fields.Many2one(
        "sms.template",
        string="SMS",
        ondelete="restrict",
        domain="[('model', '=', 'dunning.case')]",
        help="Empty: this step leaves by SMS for nobody.",
    )
    letter_template_id = fields.Many2one(
        "mail.template",
        string="Letter",
        ondelete="restrict",
        domain="[('model', '=', 'dunning.case')]",
        help="Text of the letter. Empty: this step leaves by letter for nobody.",
    )
    script_template_id = fields.Many2one(
        "mail.template",
        string="Call Script",
        ondelete="restrict",
        domain="[('model', '=', 'dunning.case')]",
        help="What to say, in the language of who calls. Empty: nobody is called for this step.",
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

    hand_over = fields.Selection(
        [
            ("responsible", "Responsible of the case"),
            ("salesperson", "Salesperson"),
            ("manager", "Follow-up manager"),
        ],
        string="Tell Inside",
        help="Who gets an activity when the message has left.",
    )

    _offset_unique = models.UniqueIndex(
        "(policy_id, offset_days) WHERE trigger = 'due_date'",
        "Two steps of a policy must not fall on the same day.",
    )
    _thanks_once = models.UniqueIndex(
        "(policy_id) WHERE trigger = 'payment_pending'", "A policy says thanks by one step."
    )
    _return_once = models.UniqueIndex(
        "(policy_id, return_class) WHERE trigger = 'payment_returned'",
        "A policy has one step for each reason of a return.",
    )
    _return_has_class = models.Constraint(
        "CHECK (trigger != 'payment_returned' OR return_class IS NOT NULL)",
        "Say for which reason of a return the step is.",
    )
    _risk_is_share = models.Constraint(
        "CHECK (min_risk >= 0 AND min_risk <= 1)", "The minimum risk lies between 0 and 1."
    )

    @api.constrains(
        "channel", "fallback_channel", "sms_template_id", "letter_template_id", "script_template_id"
    )
    def _check_texts(self):
        for step in self:
            offers = step._offers()
            for code in filter(None, (step.channel, step.fallback_channel)):
                if code not in offers:
                    raise ValidationError(
                        self.env._(
                            "The step %(step)s has no text for %(channel)s. Choose one.",
                            step=step.name,
                            channel=dict(CHANNELS)[code],
                        )
                    )

    def _offers(self):
        """Codes of the channels that the step has a text for."""
        self.ensure_one()
        channel = self.env["dunning.channel"]
        return frozenset(code for code, _label in CHANNELS if channel._of(code)._text(self))

    def _to_kernel(self):
        """The step as the kernel takes it."""
        self.ensure_one()
        return kernel.Step(
            ref=self.id,
            offset_days=self.offset_days,
            tone=kernel.Tone(self.tone),
            channels=tuple(filter(None, (self.channel, self.fallback_channel))),
            offers=self._offers(),
            needs_approval=self.needs_approval,
            min_risk=Decimal(str(self.min_risk)) if self.min_risk else None,
        )
