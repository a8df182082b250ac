"""Promises, plans, disputes and online payments as the planner sees them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from odoo import api, fields, models

from ..dunning_core.disputes import silence_disputed
from .dunning_ledger import PENDING_DAYS


class DunningLedger(models.AbstractModel):
    _inherit = "dunning.ledger"

    @api.model
    def _positions(self, cases, today):
        # EXTENDS: promises and plans silence a case, disputes their lines
        positions = super()._positions(cases, today)
        running = self.env["dunning.agreement"]._running_sudo(cases)
        holds = defaultdict(list)
        for promise in running["dunning.promise"]:
            holds[promise.case_id] += promise._holds(positions[promise.case_id], today)
        for plan in running["dunning.plan"]:
            holds[plan.case_id] += plan._holds(positions[plan.case_id])
        disputes = defaultdict(list)
        for dispute in running["dunning.dispute"]:
            disputes[dispute.case_id].append(dispute._to_kernel())
        return {
            case: silence_disputed(
                replace(position, holds=position.holds + tuple(holds[case])),
                disputes[case],
                today,
            )
            for case, position in positions.items()
        }

    @api.model
    def _partners_with_pending_payment(self, company, partners, today):
        # EXTENDS: what was paid online and is not in the books yet
        paying = super()._partners_with_pending_payment(company, partners, today)
        recent = fields.Date.subtract(today, days=PENDING_DAYS)
        # sudo: credit controllers may not read the transactions of payment providers
        transactions = (
            self.env["payment.transaction"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", company.id),
                    ("partner_id.commercial_partner_id", "in", partners.ids),
                    ("amount", ">", 0),
                    ("last_state_change", ">=", recent),
                    "|",
                    ("state", "in", ("pending", "authorized")),
                    "&",
                    ("state", "=", "done"),
                    ("is_post_processed", "=", False),
                ],
                ["partner_id"],
            )
        )
        return paying | transactions.partner_id.commercial_partner_id.sudo(False)
