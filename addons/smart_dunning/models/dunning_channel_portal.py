"""Messages that stand on the customer's page of the case and go nowhere."""

from __future__ import annotations

from odoo import api, models

from .dunning_channel import Outcome


class DunningChannelPortal(models.AbstractModel):
    _name = "dunning.channel.portal"
    _inherit = "dunning.channel"
    _description = "Follow-up on the Customer Page"

    @api.model
    def _addresses(self, partners):
        return {partner: partner for partner in partners}

    @api.model
    def _text(self, step):
        return step.template_id

    @api.model
    def _freeze(self, action):
        message = action.case_id._render_message(
            self._text(action.step_id), action.item_ids, action.amount
        )
        return {"recipient_id": action.partner_id.id, **message}

    @api.model
    def _send(self, action):
        # The page shows messages of this channel once they are sent.
        return Outcome("sent")
