"""What a customer would read if a step were sent now."""

from __future__ import annotations

from odoo import api, fields, models


class DunningPreview(models.TransientModel):
    _name = "dunning.preview"
    _description = "Follow-up Message Preview"

    case_id = fields.Many2one("dunning.case", required=True, ondelete="cascade")
    policy_id = fields.Many2one(related="case_id.company_id.dunning_policy_id")
    step_id = fields.Many2one(
        "dunning.policy.step",
        domain="[('policy_id', '=', policy_id)]",
        compute="_compute_step_id",
        store=True,
        readonly=False,
    )
    subject = fields.Char(compute="_compute_message")
    body_html = fields.Html(compute="_compute_message", sanitize=False, string="Message")

    @api.depends("case_id")
    def _compute_step_id(self):
        """The step that is planned, else the first reminder after the due date."""
        for preview in self:
            steps = preview.policy_id.step_ids.sorted("offset_days")
            waiting = preview.case_id.action_ids.filtered(
                lambda action: action.state in ("planned", "approved")
            )
            reminders = steps.filtered(lambda step: step.offset_days >= 0)
            preview.step_id = waiting[:1].step_id or reminders[:1] or steps[:1]

    @api.depends("case_id", "step_id")
    def _compute_message(self):
        for preview in self:
            message = {"subject": False, "body_html": False}
            if preview.step_id:
                message = preview.case_id._render_message(preview.step_id.template_id)
            preview.update(message)
