"""Messages on paper: the sender makes them ready, a person prints them."""

from __future__ import annotations

from odoo import api, models
from odoo.exceptions import UserError

from .dunning_channel import Outcome


class DunningChannelLetter(models.AbstractModel):
    _name = "dunning.channel.letter"
    _inherit = "dunning.channel"
    _description = "Follow-up by Letter"

    _by_hand = True

    @api.model
    def _addresses(self, partners):
        # EXTENDS dunning.channel: an address that a letter can be brought to
        found = self._invoice_contacts(partners, "street")
        return {
            partner: contact for partner, contact in found.items() if contact.zip and contact.city
        }

    @api.model
    def _text(self, step):
        return step.letter_template_id

    @api.model
    def _freeze(self, action):
        recipient = self._recipient(action)
        if not recipient:
            raise UserError(self.env._("There is no postal address to write to."))
        message = action.case_id._render_message(
            self._text(action.step_id), action.item_ids, action.amount
        )
        return {
            "recipient_id": recipient.id,
            "address": recipient._display_address(without_company=True),
            **message,
        }

    @api.model
    def _send(self, action):
        """Make the page; that it goes to the post is in the hands of who prints it."""
        # sudo: controllers have no right to write messages, they print through this method only
        report = self.env["ir.actions.report"].sudo()
        pdf, _kind = report.with_context(
            lang=action.recipient_id.lang or action.partner_id.lang
        )._render_qweb_pdf("smart_dunning.report_letter", action.ids)
        attachment = self.env["ir.attachment"].create(
            {
                "name": self.env._("Letter %(number)s.pdf", number=action.id),
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": action._name,
                "res_id": action.id,
            }
        )
        action.attachment_ids = attachment
        return Outcome("sent")
