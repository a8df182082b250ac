"""What a customer said replaces what their habits say."""

from __future__ import annotations

from odoo import models

from ..dunning_core.agreed_dates import spread
from .dunning_ledger import to_decimal


class DunningItem(models.Model):
    _inherit = "dunning.item"

    def _expected_dates_sudo(self):
        # EXTENDS: an agreed plan and an open promise say when; a promise that was made during a
        # plan is the later word
        found = super()._expected_dates_sudo()
        items = self.browse(item.id for item in found).sudo()
        running = self.env["dunning.agreement"]._running_sudo(items.case_id)
        for plan in running["dunning.plan"].filtered("line_ids"):
            # all open items of the plan count, also those that nobody asked for
            owed = plan.item_ids.filtered(lambda item: item.amount_residual > 0).sorted()
            amounts = [to_decimal(plan.currency_id, item.amount_residual) for item in owed]
            for item, parts in zip(owed, spread(plan._to_kernel(), amounts), strict=True):
                if item in found:
                    found[item] = list(parts)
        for promise in running["dunning.promise"]:
            for item in promise.item_ids:
                if item in found:
                    found[item] = [(promise.date, sum(amount for _day, amount in found[item]))]
        return found
