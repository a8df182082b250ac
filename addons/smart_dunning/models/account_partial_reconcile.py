from __future__ import annotations

from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account: part of a debt has come.
        partials = super().create(vals_list)
        parts = partials.filtered(
            lambda partial: (
                partial.debit_move_id.account_type == "asset_receivable"
                and not partial.debit_move_id.reconciled
            )
        )
        if parts:
            self.env["dunning.case"]._on_part_payment_sudo(parts)
        return partials

    def unlink(self):
        # EXTENDS account: money that is taken back opens the debt again.
        settled = {
            partial.debit_move_id: partial.id
            for partial in self
            if partial.debit_move_id.account_type == "asset_receivable"
            and partial.debit_move_id.reconciled
        }
        res = super().unlink()
        left = self.env["account.move.line"].union(*settled).exists()
        reopened = {line: settled[line] for line in left if not line.reconciled}
        if reopened:
            self.env["dunning.case"]._on_reopened_sudo(reopened)
        return res
