"""The page of a case for the customer: a link that needs no login and does not last."""

from __future__ import annotations

import binascii
import uuid

from odoo import api, fields, models
from odoo.tools.misc import hash_sign, verify_hash_signed

LINK_HOURS = 60 * 24  # two months: longer than a reminder is acted upon
_SCOPE = "smart_dunning.portal"


class DunningCase(models.Model):
    _inherit = "dunning.case"

    portal_secret = fields.Char(
        copy=False,
        readonly=True,
        groups="base.group_system",
        help="Part of each link to the customer's page: a new one makes all earlier links void.",
    )

    def _portal_url_sudo(self):
        """Absolute address of the customer's page of this case, valid for LINK_HOURS.

        sudo: the link is made for messages of users who may not read its secret.
        """
        self.ensure_one()
        case = self.sudo()
        if not case.portal_secret:
            case.portal_secret = uuid.uuid4().hex
        token = hash_sign(
            case.env, _SCOPE, [case.id, case.portal_secret], expiration_hours=LINK_HOURS
        )
        return f"{case.company_id.get_base_url()}/follow-up/{token}"

    @api.model
    def _from_portal_token_sudo(self, token):
        """The case (in sudo) that ``token`` opens; none for a forged, damaged, expired or revoked
        one.

        sudo: the customer has no login; the signature is the right to see this one case.
        """
        none = self.sudo().browse()
        try:
            values = verify_hash_signed(none.env, _SCOPE, token)
        except (ValueError, IndexError, binascii.Error):
            return none
        if not values:
            return none
        case_id, secret = values
        case = none.browse(case_id).exists()
        return case if case.portal_secret == secret else none

    def _revoke_portal_links_sudo(self):
        """Make all links to the pages of these cases void. sudo: as in _portal_url_sudo."""
        for case in self.sudo():
            case.portal_secret = uuid.uuid4().hex
