from __future__ import annotations

from odoo import api, models


class OpenBankingPending(models.Model):
    _inherit = "open.banking.pending"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS open_banking_recon: who is paying is not to be reminded.
        pending = super().create(vals_list)
        pending._tell_dunning()
        return pending

    def write(self, vals):
        # EXTENDS open_banking_recon: the payer is often recognised later.
        res = super().write(vals)
        if "partner_id" in vals:
            self._tell_dunning()
        return res

    def _tell_dunning(self):
        incoming = self.filtered(lambda row: row.partner_id and row.amount > 0)
        if incoming:
            self.env["dunning.case"]._ask_plan_for_sudo(incoming.company_id, incoming.partner_id)
