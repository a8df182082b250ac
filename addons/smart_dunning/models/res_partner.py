from __future__ import annotations

from odoo import api, fields, models

from .dunning_channel import CHANNELS

_GROUP = "smart_dunning.group_credit_controller"


class ResPartner(models.Model):
    _inherit = "res.partner"

    dunning_policy_id = fields.Many2one(
        "dunning.policy",
        company_dependent=True,
        string="Follow-up Policy",
        groups=_GROUP,
        help="Empty: the policy whose conditions the customer meets, else that of the company.",
    )
    dunning_channel = fields.Selection(
        [*(pair for pair in CHANNELS if pair[0] != "portal"), ("none", "No contact")],
        company_dependent=True,
        string="Contact By",
        groups=_GROUP,
        help="How the customer wants to be reminded. Empty: as each step says. No contact: nothing "
        "is sent by itself.",
    )
    dunning_no_email = fields.Boolean(
        company_dependent=True,
        string="No Reminders By Email",
        groups=_GROUP,
        help="Set when the customer opts out in an e-mail. Letters still go.",
    )
    dunning_probability = fields.Float(
        compute="_compute_dunning_score",
        string="Late Payment Risk",
        groups=_GROUP,
        help="Probability that the next invoice is paid after its due date.",
    )
    dunning_days_late = fields.Float(
        compute="_compute_dunning_score", string="Expected Days Late", groups=_GROUP
    )
    dunning_reasons = fields.Char(
        compute="_compute_dunning_score", string="Why This Risk", groups=_GROUP
    )

    @api.depends_context("company", "lang")
    def _compute_dunning_score(self):
        scores = {
            score.partner_id: score
            for score in self.env["dunning.score"].search(
                [
                    ("company_id", "=", self.env.company.id),
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("is_latest", "=", True),
                ]
            )
        }
        for partner in self:
            score = scores.get(partner.commercial_partner_id, self.env["dunning.score"])
            partner.dunning_probability = score.probability
            partner.dunning_days_late = score.expected_days_late
            partner.dunning_reasons = score.reason_text
