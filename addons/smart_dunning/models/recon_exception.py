from __future__ import annotations

from odoo import api, models


class ReconException(models.Model):
    _inherit = "recon.exception"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS open_banking_recon: a payment the bank sent back brings the customer's cases up.
        exceptions = super().create(vals_list)
        exceptions._tell_returns()
        return exceptions

    def write(self, vals):
        # EXTENDS open_banking_recon: an exception may turn out to be a return only later.
        res = super().write(vals)
        if {"reason", "partner_id"} & vals.keys():
            self._tell_returns()
        return res

    def _tell_returns(self):
        returned = self.filtered(lambda e: e.reason == "returned" and e.partner_id)
        if returned:
            self.env["dunning.case"]._on_returned_sudo(returned)
