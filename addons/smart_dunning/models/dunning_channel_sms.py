"""Messages by SMS, through the provider that Odoo is set up for."""

from __future__ import annotations

import re
import uuid

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.iap.tools.iap_tools import InsufficientCreditError

from .dunning_channel import Outcome

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SEPARATORS = re.compile(r"[\s().-]")
_TAKEN = ("process", "pending", "sent")  # states of an sms.sms that the provider has taken


class DunningChannelSms(models.AbstractModel):
    _name = "dunning.channel.sms"
    _inherit = "dunning.channel"
    _description = "Follow-up by SMS"

    @api.model
    def _addresses(self, partners):
        # EXTENDS dunning.channel: only numbers that are valid and not blocked
        contacts = self._invoice_contacts(partners, "phone")
        numbers = {partner: self._number(contact) for partner, contact in contacts.items()}
        # sudo: controllers may not read the list of blocked numbers
        blocked = set(
            self.env["phone.blacklist"]
            .sudo()
            .search_fetch([("number", "in", [n for n in numbers.values() if n])], ["number"])
            .mapped("number")
        )
        return {
            partner: contacts[partner]
            for partner, number in numbers.items()
            if number and number not in blocked
        }

    @api.model
    def _number(self, contact):
        """The number of ``contact`` in E.164, False when it is none.

        Odoo gives the number back as it is where the library of numbering plans is missing, so the
        form is looked at here: then only numbers with their country code can be written to.
        """
        country = contact.country_id or self.env.company.country_id
        number = contact._phone_format(number=contact.phone, country=country) or ""
        number = _SEPARATORS.sub("", number)
        return number if _E164.fullmatch(number) else False

    @api.model
    def _text(self, step):
        return step.sms_template_id

    @api.model
    def _freeze(self, action):
        recipient = self._recipient(action)
        if not recipient:
            raise UserError(self.env._("There is no number to send an SMS to."))
        body = action.case_id._render_sms(
            self._text(action.step_id), action.item_ids, action.amount
        )
        return {
            "recipient_id": recipient.id,
            "address": self._number(recipient),
            "body_text": body,
            "message_ref": action.message_ref or uuid.uuid4().hex,
        }

    @api.model
    def _send(self, action):
        # It lives in this transaction until the provider has answered, so Odoo's queue of SMS
        # never sends it a second time.
        sms = self.env["sms.sms"].create(
            {
                "uuid": action.message_ref,
                "number": action.address,
                "body": action.body_text,
                "partner_id": action.recipient_id.id,
            }
        )
        try:
            sms.send(unlink_sent=False, raise_exception=True)
        except InsufficientCreditError:
            sms.unlink()
            return Outcome("failed", self.env._("There is no credit left to send SMS."))
        except (AccessError, UserError) as error:
            # The provider may have taken it before the line broke.
            sms.unlink()
            return Outcome("unknown", str(error))
        if sms.state in _TAKEN:
            return Outcome("sent")
        labels = dict(sms._fields["failure_type"]._description_selection(self.env))
        failure = labels.get(sms.failure_type) or self.env._("The provider did not take the SMS.")
        sms.unlink()
        return Outcome("failed", failure)
