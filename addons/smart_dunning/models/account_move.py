from __future__ import annotations

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _invoice_paid_hook(self):
        # EXTENDS account
        res = super()._invoice_paid_hook()
        invoices = self.filtered(lambda move: move.move_type == "out_invoice")
        if invoices:
            self.env["dunning.case"]._on_paid_sudo(invoices)
        return res

    def _post(self, soft=True):
        # EXTENDS account: a credit note may cover what a customer was about to be asked for.
        posted = super()._post(soft)
        credits = posted.filtered(lambda move: move.move_type == "out_refund")
        if credits:
            self.env["dunning.case"]._ask_plan_for_sudo(credits.company_id, credits.partner_id)
        return posted
