"""What every way to reach a customer has in common; a channel is one file beside this one."""

from __future__ import annotations

from dataclasses import dataclass

from odoo import api, models

# A new channel is a row here and a model `dunning.channel.<code>`.
CHANNELS = [
    ("email", "Email"),
    ("sms", "SMS"),
    ("letter", "Letter"),
    ("call", "Phone call"),
    ("portal", "Customer page"),
]


_CONTACT_FIELDS = ["parent_id", "type", "email_normalized", "phone", "street", "zip", "city"]


@dataclass(frozen=True)
class Outcome:
    """How a sending ended: ``state`` is sent, failed or unknown, ``failure`` says why."""

    state: str
    failure: str | bool = False


class DunningChannel(models.AbstractModel):
    _name = "dunning.channel"
    _description = "Follow-up Channel"

    _by_hand = False  # a person finishes: the message waits in `to_print`
    _retries_alone = False  # what is known not to have left may be tried again by itself

    @api.model
    def _of(self, code):
        """The model of channel ``code``."""
        return self.env[f"dunning.channel.{code}"]

    @api.model
    def _retried(self):
        """Codes of the channels that are tried again by themselves."""
        return [code for code, _label in CHANNELS if self._of(code)._retries_alone]

    @api.model
    def _reachable(self, company, partners):
        """{commercial partner: frozenset of channel codes} in a constant number of queries."""
        partners = partners.with_company(company)
        found = {partner: set() for partner in partners}
        for code, _label in CHANNELS:
            for partner in self._of(code).with_company(company)._addresses(partners):
                found[partner].add(code)
        return {partner: frozenset(codes) for partner, codes in found.items()}

    @api.model
    def _addresses(self, partners):
        """{commercial partner: the contact to reach} of those who can be reached at all."""
        raise NotImplementedError

    @api.model
    def _text(self, step):
        """The template of what ``step`` says by this channel; none when it says nothing."""
        raise NotImplementedError

    @api.model
    def _freeze(self, action):
        """Values of ``action`` that no retry changes: recipient, address, texts, attachments.

        UserError when the text cannot be made or there is nobody to reach.
        """
        raise NotImplementedError

    @api.model
    def _send(self, action):
        """Send what is frozen on ``action`` and return the Outcome."""
        raise NotImplementedError

    @api.model
    def _recipient(self, action):
        """The contact to reach now, none when there is none any more."""
        partner = action.case_id.partner_id.with_company(action.company_id)
        return self._addresses(partner).get(partner, partner.browse())

    @api.model
    def _invoice_contacts(self, partners, field):
        """{commercial partner: contact}: the invoice address that has ``field``, else the customer
        who has it."""
        partners.fetch(["child_ids"])  # once for all channels: they stay in the cache
        partners.child_ids.fetch(_CONTACT_FIELDS)
        found = {}
        for partner in partners:
            contacts = partner.child_ids.filtered(
                lambda child: child.type == "invoice" and child[field]
            )
            if contact := contacts.sorted("id")[:1] or partner.filtered(field):
                found[partner] = contact
        return found
