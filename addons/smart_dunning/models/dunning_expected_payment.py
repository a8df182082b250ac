"""When what is open is expected to come in, for graphs and tables."""

from __future__ import annotations

from odoo import fields, models
from odoo.tools import SQL

from .dunning_item import EXPECTED_REASONS

AGREED_REASONS = [
    ("promised", "Promised by the customer"),
    ("instalment", "Next instalment of the payment plan"),
]


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
        "account.move.line": [
            *("amount_residual", "amount_residual_currency", "date", "date_maturity"),
        ],
        "dunning.promise": ["date", "item_ids", "state"],
        "dunning.plan": ["amount", "item_ids", "state"],
        "dunning.plan.line": ["amount", "date", "plan_id"],
    }

    case_id = fields.Many2one("dunning.case", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True, string="Customer")
    user_id = fields.Many2one("res.users", readonly=True, string="Responsible")
    move_id = fields.Many2one("account.move", readonly=True, string="Invoice")
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_maturity = fields.Date(readonly=True, string="Due Date")
    expected_date = fields.Date(readonly=True, string="Expected On")
    expected_reason = fields.Selection(
        EXPECTED_REASONS + AGREED_REASONS, readonly=True, string="Why Then"
    )
    late_probability = fields.Float(
        readonly=True, string="Late Risk", digits=(5, 4), aggregator="avg"
    )
    amount = fields.Monetary(readonly=True, help="What is open, in the currency of the company.")

    @property
    def _table_query(self):
        return SQL(
            """
            WITH owed AS (
                SELECT rel.dunning_plan_id AS plan_id,
                       sum(line.amount_residual_currency) AS amount
                  FROM dunning_item_dunning_plan_rel rel
                  JOIN dunning_plan plan ON plan.id = rel.dunning_plan_id
                   AND plan.state = 'active'
                  JOIN dunning_item item ON item.id = rel.dunning_item_id
                  JOIN account_move_line line ON line.id = item.move_line_id
                   AND line.amount_residual > 0
              GROUP BY 1
            ), instalment AS (
                SELECT plan_id, date,
                       sum(amount) OVER (PARTITION BY plan_id ORDER BY date DESC, id DESC) - amount
                           AS later
                  FROM dunning_plan_line
            ), next AS (
                SELECT plan_id, min(date) AS date
                  FROM instalment JOIN owed USING (plan_id)
                 WHERE instalment.later < owed.amount
              GROUP BY 1
            ), agreed AS (
                SELECT DISTINCT ON (item_id) item_id, date, reason FROM (
                    SELECT rel.dunning_item_id AS item_id, promise.date, 'promised' AS reason,
                           1 AS rank
                      FROM dunning_promise promise
                      JOIN dunning_item_dunning_promise_rel rel
                        ON rel.dunning_promise_id = promise.id
                     WHERE promise.state = 'open'
                     UNION ALL
                    SELECT rel.dunning_item_id, next.date, 'instalment', 2
                      FROM next
                      JOIN dunning_item_dunning_plan_rel rel ON rel.dunning_plan_id = next.plan_id
                ) said
              ORDER BY item_id, rank
            )
            SELECT item.id, item.case_id, item.company_id, c.partner_id, c.user_id, item.move_id,
                   item.date_maturity, item.late_probability,
                   COALESCE(agreed.reason, item.expected_reason) AS expected_reason,
                   COALESCE(agreed.date, item.expected_date, line.date_maturity, line.date)
                       AS expected_date,
                   line.amount_residual AS amount
              FROM dunning_item item
              JOIN dunning_case c ON c.id = item.case_id AND c.stage != 'closed'
              JOIN account_move_line line ON line.id = item.move_line_id
         LEFT JOIN agreed ON agreed.item_id = item.id
             WHERE line.amount_residual > 0
            """
        )
