"""Phone calls: an activity on the case, with what to say."""

from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from .dunning_channel import Outcome


class DunningChannelCall(models.AbstractModel):
    _name = "dunning.channel.call"
    _inherit = "dunning.channel"
    _description = "Follow-up by Phone"

    @api.model
    def _addresses(self, partners):
        return self._invoice_contacts(partners, "phone")

    @api.model
    def _text(self, step):
        return step.script_template_id

    @api.model
    def _freeze(self, action):
        recipient = self._recipient(action)
        if not recipient:
            raise UserError(self.env._("There is no number to call."))
        person = self.env["dunning.handover"]._person(action.case_id)
        message = action.case_id._render_message(
            self._text(action.step_id),
            action.item_ids,
            action.amount,
            lang=person.lang or self.env.lang,  # the one who calls reads it
        )
        return {"recipient_id": recipient.id, "address": recipient.phone, **message}

    @api.model
    def _send(self, action):
        person = self.env["dunning.handover"]._person(action.case_id)
        self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("dunning.case"),
                "res_id": action.case_id.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                "user_id": person.id,
                "date_deadline": fields.Date.context_today(action),
                "summary": action.subject,
                "note": plaintext2html(f"{action.recipient_id.display_name}: {action.address}")
                + action.body_html,
            }
        )
        return Outcome("sent")
