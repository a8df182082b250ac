"""Messages by e-mail, sent by Odoo's mail engine within the transaction of the sender."""

from __future__ import annotations

import smtplib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import email_normalize_all, formataddr, generate_tracking_message_id

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from .dunning_channel import Outcome


class DunningChannelEmail(models.AbstractModel):
    _name = "dunning.channel.email"
    _inherit = "dunning.channel"
    _description = "Follow-up by Email"

    _retries_alone = True  # under the same Message-Id

    @api.model
    def _addresses(self, partners):
        # EXTENDS dunning.channel: without those who want no e-mail, or whose address is blocked
        willing = partners.filtered(lambda partner: not partner.dunning_no_email)
        contacts = self._invoice_contacts(willing, "email_normalized")
        emails = [contact.email_normalized for contact in contacts.values()]
        # sudo: controllers may not read the list of blocked addresses
        blocked = set(
            self.env["mail.blacklist"]
            .sudo()
            .search_fetch([("email", "in", emails)], ["email"])
            .mapped("email")
        )
        return {
            partner: contact
            for partner, contact in contacts.items()
            if contact.email_normalized not in blocked
        }

    @api.model
    def _text(self, step):
        return step.template_id

    @api.model
    def _freeze(self, action):
        case, company = action.case_id, action.company_id
        recipient = self._recipient(action)
        if not recipient:
            raise UserError(self.env._("There is no e-mail address to write to."))
        message = case._render_message(self._text(action.step_id), action.item_ids, action.amount)
        reply_to = case._notify_get_reply_to(default=company.email_formatted)[case.id]
        attachments = (
            action._invoice_pdfs() | case._payment_qr_file(action) | action._statement_file()
        )
        return {
            "recipient_id": recipient.id,
            "address": self._address_of(recipient),
            "reply_to": reply_to,
            "attachment_ids": [fields.Command.set(attachments.ids)],
            "message_ref": action.message_ref
            or generate_tracking_message_id(f"{action.id}-dunning.action"),
            **message,
        }

    @api.model
    def _address_of(self, recipient):
        """``"name" <address>``; the bare address where the name would be read as further ones.

        A name is anybody's text: the mail engine takes each address in this text for a recipient.
        """
        email = recipient.email_normalized
        formatted = formataddr((" ".join((recipient.name or "").split()), email))
        return formatted if email_normalize_all(formatted) == [email] else email

    @api.model
    def _send(self, action):
        mail = self._mail(action)
        try:
            mail.send(raise_exception=True)
        except smtplib.SMTPServerDisconnected as error:
            # The server may have taken the message before it hung up.
            mail.unlink()
            return Outcome("unknown", str(error))
        except MailDeliveryException as error:
            mail.unlink()
            return Outcome("failed", " ".join(map(str, error.args)))
        if mail.state == "sent":
            return Outcome("sent")
        failure = mail.failure_reason or self.env._("The mail server did not take the message.")
        mail.unlink()
        return Outcome("failed", failure)

    @api.model
    def _mail(self, action):
        """The frozen message as an e-mail in the chatter of the case.

        It lives in this transaction until it is sent, so the mail queue never sends it twice.
        """
        return self.env["mail.mail"].create(
            {
                "model": "dunning.case",
                "res_id": action.case_id.id,
                "subject": action.subject,
                "body": action.body_html,
                "body_html": action.body_html,
                "email_from": action.company_id.email_formatted,
                "author_id": action.company_id.partner_id.id,
                "partner_ids": [fields.Command.set(action.recipient_id.ids)],
                "reply_to": action.reply_to,
                "email_to": action.address,
                "message_id": action.message_ref,
                "headers": self._headers(action),
                "attachment_ids": [fields.Command.set(action.attachment_ids.ids)],
                "auto_delete": False,
            }
        )

    @api.model
    def _headers(self, action):
        """RFC 3834, and RFC 8058: one click in the mail program ends the e-mails."""
        opt_out = f"{action.case_id._portal_url_sudo()}/opt-out"
        return {
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{opt_out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
