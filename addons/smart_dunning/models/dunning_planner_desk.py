"""After each planning the order of the work is new."""

from __future__ import annotations

from odoo import api, models


class DunningPlanner(models.AbstractModel):
    _inherit = "dunning.planner"

    @api.model
    def _plan_cases(self, cases, today):
        # EXTENDS smart_dunning
        res = super()._plan_cases(cases, today)
        cases._store_gain(today)
        return res
