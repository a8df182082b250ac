from __future__ import annotations

from odoo import models

from ..dunning_core.types import EventKind


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def write(self, vals):
        # EXTENDS account: a payment or a direct debit that was refused is no payment.
        refused = self.browse()
        if vals.get("state") == "rejected":
            refused = self.filtered(
                lambda payment: payment.state != "rejected" and payment.payment_type == "inbound"
            )
        res = super().write(vals)
        for payment in refused:
            self.env["dunning.case"]._tell_sudo(
                payment.company_id,
                payment.partner_id,
                EventKind.PAYMENT_FAILED,
                f"account.payment,{payment.id}",
                self.env._("Payment %(name)s was rejected", name=payment.display_name),
            )
        return res
