"""What follow-up knows of its customers says when their invoices are paid."""

from __future__ import annotations

from odoo import models
from odoo.tools import SQL

from odoo.addons.open_banking_recon.models.recon_cash_flow import rate_pair


class ReconCashFlow(models.Model):
    _inherit = "recon.cash.flow"
    _depends = {
        "dunning.item": ["case_id", "date_maturity", "expected_date", "move_line_id"],
        "dunning.case": ["currency_id", "stage"],
        "dunning.promise": ["date", "item_ids", "state"],
        "dunning.plan": ["item_ids", "state"],
        "dunning.plan.line": ["amount", "date", "plan_id"],
    }

    def _expected(self):
        """SQL: a promise is the last word, then the instalments of a plan, then the customer's habits.

        Money counts for the oldest instalment and the oldest document first, so what is still open
        belongs to the newest of both: they are intervals on one line, counted from the newest on.
        What the instalments do not reach, as they were agreed net of credits, comes with the first.
        """
        # EXTENDS open_banking_recon
        return SQL(
            """
            WITH promised AS (
                SELECT DISTINCT ON (rel.dunning_item_id) rel.dunning_item_id AS item_id, promise.date
                  FROM dunning_promise promise
                  JOIN dunning_item_dunning_promise_rel rel ON rel.dunning_promise_id = promise.id
                 WHERE promise.state = 'open'
              ORDER BY rel.dunning_item_id, promise.id
            ), debt AS (
                SELECT document.*, plan.id AS plan_id, item.id AS item_id, rate.rate, rate.digits,
                       sum(document.amount) OVER (
                           PARTITION BY plan.id ORDER BY item.date_maturity DESC, item.id DESC
                       ) - document.amount AS newer
                  FROM dunning_plan plan
                  JOIN dunning_item_dunning_plan_rel rel ON rel.dunning_plan_id = plan.id
                  JOIN dunning_item item ON item.id = rel.dunning_item_id
                  JOIN dunning_case "case" ON "case".id = item.case_id AND "case".stage != 'closed'
                  JOIN document ON document.id = item.move_line_id AND document.amount > 0
                  JOIN rate ON rate.pair = %(pair)s
                 WHERE plan.state = 'active'
                   AND EXISTS (SELECT FROM dunning_plan_line WHERE plan_id = plan.id)
            ), instalment AS (
                SELECT plan_id, date, amount,
                       row_number() OVER (PARTITION BY plan_id ORDER BY date, id) = 1 AS is_first,
                       sum(amount) OVER (PARTITION BY plan_id ORDER BY date DESC, id DESC) - amount
                           AS newer
                  FROM dunning_plan_line
            ), share AS (
                SELECT debt.*, instalment.date AS day,
                       LEAST(debt.newer + debt.amount, CASE WHEN NOT is_first THEN
                           round((instalment.newer + instalment.amount) * debt.rate, debt.digits) END)
                       - GREATEST(debt.newer, round(instalment.newer * debt.rate, debt.digits))
                           AS share
                  FROM debt
                  JOIN instalment ON instalment.plan_id = debt.plan_id
             LEFT JOIN promised ON promised.item_id = debt.item_id
                 WHERE promised.item_id IS NULL
            )
            SELECT document.*, COALESCE(promised.date, item.expected_date, document.due) AS day,
                   0 AS part
              FROM document
         LEFT JOIN dunning_item item ON item.move_line_id = document.id
               AND item.case_id IN (SELECT id FROM dunning_case WHERE stage != 'closed')
         LEFT JOIN promised ON promised.item_id = item.id
             WHERE NOT EXISTS (SELECT FROM share WHERE share.id = document.id)
             UNION ALL
            SELECT id, company_id, kind, side, partner_id, move_id, due, sum(share), day,
                   row_number() OVER (PARTITION BY id ORDER BY day)
              FROM share
             WHERE share > 0
          GROUP BY id, company_id, kind, side, partner_id, move_id, due, day
            """,
            pair=rate_pair("document.company_id", '"case".currency_id'),
        )
