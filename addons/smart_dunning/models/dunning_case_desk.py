"""The order of the work of a day: what a contact is worth, and what waits for a person."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models

from ..dunning_core.gain import Debt, expected_gain
from . import bulk
from .dunning_ledger import to_decimal
from .dunning_todo import KINDS


class DunningCase(models.Model):
    _inherit = "dunning.case"

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    expected_gain = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        aggregator="sum",
        help="What one contact with this customer is worth today: the money that comes in earlier x "
        "the days it comes earlier x the daily cost of capital, less the cost of a contact. An "
        "order for the work, not a promise.",
    )
    todo_ids = fields.One2many("dunning.todo", "case_id", string="Things to Do")
    next_thing = fields.Selection(KINDS, compute="_compute_next_thing", string="What to Do")
    timeline_ids = fields.One2many("dunning.timeline", "case_id", string="Time Line")

    @api.depends("todo_ids.kind")
    def _compute_next_thing(self):
        for case in self:
            case.next_thing = case.todo_ids[:1].kind

    def _store_gain(self, today):
        """Store what a contact is worth today, for cases of one company, in a constant number of
        queries."""
        if not self:
            return
        contact = self.company_id._dunning_contact()
        debts = self._open_debts()
        gains = {case: expected_gain(debts[case], today, contact) for case in self}
        rounded = {
            case: case.company_currency_id.round(float(gain)) for case, gain in gains.items()
        }
        bulk.update_rows(
            self,
            {
                case.id: {"expected_gain": gain}
                for case, gain in rounded.items()
                if case.company_currency_id.compare_amounts(case.expected_gain, gain)
            },
        )

    def _open_debts(self):
        """{case: [kernel Debt]} in the currency of the company."""
        items = self.env["dunning.item"].search_fetch(
            [("case_id", "in", self.ids), ("move_line_id.amount_residual", ">", 0)],
            ["case_id", "move_line_id", "date_maturity", "expected_date", "late_probability"],
        )
        items.move_line_id.fetch(["amount_residual", "company_currency_id", "date"])
        debts = defaultdict(list)
        for item in items:
            line = item.move_line_id
            due = item.date_maturity or line.date
            debts[item.case_id].append(
                Debt(
                    to_decimal(line.company_currency_id, line.amount_residual),
                    due,
                    item.expected_date or due,
                    Decimal(f"{item.late_probability:.4f}"),
                )
            )
        return debts
