"""What a customer would get if a step were sent now, by which channel and in which language."""

from __future__ import annotations

from odoo import api, fields, models

from ..models.dunning_channel import CHANNELS

_SMS_LENGTH, _SMS_PART = 160, 153  # characters of one SMS alone, and of each part of a long one
_SMS_LENGTH_UCS2, _SMS_PART_UCS2 = 70, 67
_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_LONG = frozenset("^{}\\[~]|€\f")  # take two places


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
    channel = fields.Selection(
        CHANNELS, compute="_compute_channel", store=True, readonly=False, required=True
    )
    lang_id = fields.Many2one(
        "res.lang",
        string="Language",
        compute="_compute_lang_id",
        store=True,
        readonly=False,
        help="The one of the customer, to begin with.",
    )
    subject = fields.Char(compute="_compute_message")
    body_html = fields.Html(compute="_compute_message", sanitize=False, string="Message")
    body_text = fields.Text(compute="_compute_message", string="SMS")
    sms_parts = fields.Integer(
        compute="_compute_message", string="SMS Parts", help="How many SMS the provider counts."
    )
    is_missing = fields.Boolean(compute="_compute_message")

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

    @api.depends("step_id")
    def _compute_channel(self):
        for preview in self:
            preview.channel = preview.step_id.channel or "email"

    @api.depends("case_id")
    def _compute_lang_id(self):
        for preview in self:
            code = preview.case_id.partner_id.lang or self.env.lang
            preview.lang_id = self.env["res.lang"]._get_data(code=code).id

    @api.depends("case_id", "step_id", "channel", "lang_id")
    def _compute_message(self):
        for preview in self:
            message = {"subject": False, "body_html": False, "body_text": False}
            channel = self.env["dunning.channel"]._of(preview.channel or "email")
            template = preview.step_id and channel._text(preview.step_id)
            lang = preview.lang_id.code
            if template and template._name == "sms.template":
                message["body_text"] = preview.case_id._render_sms(template, lang=lang)
            elif template:
                message |= preview.case_id._render_message(template, lang=lang)
            preview.update(
                {
                    **message,
                    "sms_parts": _sms_parts(message["body_text"] or ""),
                    "is_missing": bool(preview.step_id) and not template,
                }
            )


def _sms_parts(text):
    """How many SMS ``text`` takes. Source: 3GPP TS 23.038 (alphabets), 23.040 (parts)."""
    if all(sign in _GSM_7 or sign in _GSM_7_LONG for sign in text):
        length = len(text) + sum(sign in _GSM_7_LONG for sign in text)
        alone, part = _SMS_LENGTH, _SMS_PART
    else:
        length = len(text.encode("utf-16-be")) // 2
        alone, part = _SMS_LENGTH_UCS2, _SMS_PART_UCS2
    if length <= alone:
        return 1 if text else 0
    return -(-length // part)
