"""A receivable line in a case: an invoice, or one instalment of it."""

from __future__ import annotations

from odoo import api, fields, models

from ..dunning_core import planner
from . import bulk

EXPECTED_REASONS = [
    ("in_time", "Rather paid on the due date"),
    ("usual_delay", "The usual delay of this customer"),
    ("still_unpaid", "Overdue: as payments that took even longer"),
    ("beyond", "Overdue for longer than any payment took"),
]


class DunningItem(models.Model):
    _name = "dunning.item"
    _description = "Followed-up Receivable"
    _order = "date_maturity, id"
    _rec_name = "move_id"

    case_id = fields.Many2one("dunning.case", required=True, index=True, ondelete="cascade")
    move_line_id = fields.Many2one(
        "account.move.line", required=True, index=True, ondelete="cascade", string="Journal Item"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    move_id = fields.Many2one(related="move_line_id.move_id", store=True, string="Invoice")
    date_maturity = fields.Date(related="move_line_id.date_maturity", store=True, string="Due Date")
    currency_id = fields.Many2one(related="case_id.currency_id")
    amount_residual = fields.Monetary(
        related="move_line_id.amount_residual_currency", string="Amount Due"
    )
    was_contacted = fields.Boolean(readonly=True, help="The customer has had a step for this line.")
    last_offset = fields.Integer(
        string="Last Step (Business Days)",
        readonly=True,
        help="Business days from the due date of the latest step that was sent for this line.",
    )
    expected_date = fields.Date(
        string="Expected On",
        readonly=True,
        help="When this customer will probably pay, knowing that it is still unpaid.",
    )
    expected_reason = fields.Selection(
        EXPECTED_REASONS,
        string="Why Then",
        readonly=True,
    )
    late_probability = fields.Float(
        string="Late Risk", digits=(5, 4), readonly=True, aggregator="avg"
    )

    _line_unique = models.UniqueIndex(
        "(move_line_id)", "A journal item is followed up in one case at a time."
    )

    @api.model
    def _store_expected(self, found):
        """Store when each item is expected; ``found``: the kernel's Assessment of one company."""
        items = self.search_fetch(
            [("move_line_id", "in", [int(key) for key in found.expected])],
            ["move_line_id", "expected_date", "expected_reason", "late_probability"],
        )
        changed = {}
        for item in items:
            key = str(item.move_line_id.id)
            expected = found.expected[key]
            values = {
                "expected_date": expected.day,
                "expected_reason": expected.because.value,
                "late_probability": round(found.late[key], 4),
            }
            if any(item[name] != value for name, value in values.items()):
                changed[item.id] = values
        bulk.update_rows(self, changed)

    def _join_open_case(self):
        """Move items of closed cases to the customer's open case, if there is one."""
        closed = self.filtered(lambda item: item.case_id.stage == "closed")
        open_cases = self.env["dunning.case"].search(
            [
                ("company_id", "in", closed.company_id.ids),
                ("partner_id", "in", closed.case_id.partner_id.ids),
                ("stage", "!=", "closed"),
            ]
        )
        by_key = {(c.company_id, c.partner_id, c.currency_id): c for c in open_cases}
        for item in closed:
            case = item.case_id
            item.case_id = by_key.get((case.company_id, case.partner_id, case.currency_id), case)

    def _step_back(self):
        """Forget the latest step of lines whose payment was taken back."""
        for item in self.filtered("was_contacted"):
            company = item.company_id
            record = item.case_id.policy_id or company.dunning_policy_id
            if not record:
                continue
            policy = record._to_kernel(item.currency_id, company, fields.Date.context_today(self))
            offset = planner.step_back(item.last_offset, policy)
            item.write({"was_contacted": offset is not None, "last_offset": offset or 0})
