"""When promises and plans are judged: at each planning, and when money is allocated."""

from __future__ import annotations

from odoo import api, models


class DunningPlanner(models.AbstractModel):
    _inherit = "dunning.planner"

    @api.model
    def _register_facts(self, positions, outcomes, today):
        # EXTENDS: a planning also tells which promises and plans were kept
        facts = super()._register_facts(positions, outcomes, today)
        self.env["dunning.agreement"]._judge_sudo(positions, today)
        return facts


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account: a promise is kept at the moment its money is allocated
        partials = super().create(vals_list)
        lines = partials.debit_move_id.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        if lines:
            self.env["dunning.agreement"]._judge_paid_sudo(lines)
        return partials
