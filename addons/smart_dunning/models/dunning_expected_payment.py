"""When what is open is expected to come in, for graphs and tables."""

from __future__ import annotations

from odoo import api, fields, models
from odoo.tools import SQL

from ..dunning_core.cash_in import WEEKS, expected_by_week
from .dunning_item import EXPECTED_REASONS
from .dunning_ledger import to_decimal


class DunningExpectedPayment(models.Model):
    _name = "dunning.expected.payment"
    _description = "Expected Payment"
    _auto = False
    _order = "expected_date, id"
    _rec_name = "move_id"
    _depends = {
        "dunning.item": [
            *("case_id", "company_id", "date_maturity", "expected_date", "expected_reason"),
            *("late_probability", "move_id", "move_line_id"),
        ],
        "dunning.case": ["partner_id", "stage", "user_id"],
        "account.move.line": ["amount_residual", "date", "date_maturity"],
    }

    case_id = fields.Many2one("dunning.case", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True, string="Customer")
    user_id = fields.Many2one("res.users", readonly=True, string="Responsible")
    move_id = fields.Many2one("account.move", readonly=True, string="Invoice")
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_maturity = fields.Date(readonly=True, string="Due Date")
    expected_date = fields.Date(readonly=True, string="Expected On")
    expected_reason = fields.Selection(EXPECTED_REASONS, readonly=True, string="Why Then")
    late_probability = fields.Float(
        readonly=True, string="Late Risk", digits=(5, 4), aggregator="avg"
    )
    amount = fields.Monetary(readonly=True, help="What is open, in the currency of the company.")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT item.id, item.case_id, item.company_id, c.partner_id, c.user_id, item.move_id,
                   item.date_maturity, item.expected_reason, item.late_probability,
                   COALESCE(item.expected_date, line.date_maturity, line.date) AS expected_date,
                   line.amount_residual AS amount
              FROM dunning_item item
              JOIN dunning_case c ON c.id = item.case_id AND c.stage != 'closed'
              JOIN account_move_line line ON line.id = item.move_line_id
             WHERE line.amount_residual > 0
            """
        )

    @api.model
    def _cash_in_sudo(self, company, today, weeks=WEEKS):
        """The kernel's CashIn of ``company`` from the week of ``today`` on, in its currency, in a
        constant number of queries. sudo: whoever forecasts needs no rights on follow-up."""
        items = (
            self.env["dunning.item"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("case_id.stage", "!=", "closed"),
                    ("move_line_id.amount_residual", ">", 0),
                ]
            )
        )
        payments = []
        for item, parts in items._expected_dates_sudo().items():
            for day, amount in parts:
                converted = item.currency_id._convert(
                    float(amount), company.currency_id, company, today
                )
                payments.append((day, to_decimal(company.currency_id, converted)))
        return expected_by_week(payments, today, weeks)
