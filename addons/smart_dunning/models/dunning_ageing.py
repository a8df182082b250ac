"""What each customer owes by days past due, read from the books as of this moment."""

from __future__ import annotations

from odoo import fields, models
from odoo.tools import SQL


class DunningAgeing(models.Model):
    _name = "dunning.ageing"
    _description = "Aged Balance"
    _auto = False
    _order = "overdue desc, id"
    _rec_name = "partner_id"
    _depends = {
        "account.move.line": [
            *("account_id", "amount_residual", "company_id", "date", "date_maturity"),
            *("parent_state", "partner_id", "reconciled"),
        ],
        "account.account": ["account_type"],
        "res.partner": ["commercial_partner_id"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True, string="Customer")
    currency_id = fields.Many2one(related="company_id.currency_id")
    not_due = fields.Monetary(readonly=True)
    late_1_30 = fields.Monetary(readonly=True, string="1-30 Days")
    late_31_60 = fields.Monetary(readonly=True, string="31-60 Days")
    late_61_90 = fields.Monetary(readonly=True, string="61-90 Days")
    late_over_90 = fields.Monetary(readonly=True, string="Over 90 Days")
    overdue = fields.Monetary(readonly=True)
    total = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        """One row for each customer of a company; credits count where they fall due."""
        return SQL(
            """
            SELECT min(line.id) AS id, line.company_id, partner.commercial_partner_id AS partner_id,
                   COALESCE(sum(open) FILTER (WHERE late <= 0), 0) AS not_due,
                   COALESCE(sum(open) FILTER (WHERE late BETWEEN 1 AND 30), 0) AS late_1_30,
                   COALESCE(sum(open) FILTER (WHERE late BETWEEN 31 AND 60), 0) AS late_31_60,
                   COALESCE(sum(open) FILTER (WHERE late BETWEEN 61 AND 90), 0) AS late_61_90,
                   COALESCE(sum(open) FILTER (WHERE late > 90), 0) AS late_over_90,
                   COALESCE(sum(open) FILTER (WHERE late > 0), 0) AS overdue,
                   sum(open) AS total
              FROM (SELECT id, company_id, account_id, partner_id, amount_residual AS open,
                           %(today)s - COALESCE(date_maturity, date) AS late
                      FROM account_move_line
                     WHERE parent_state = 'posted' AND reconciled IS NOT TRUE) line
              JOIN account_account account ON account.id = line.account_id
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE account.account_type = 'asset_receivable'
          GROUP BY line.company_id, partner.commercial_partner_id
            """,
            today=fields.Date.context_today(self),
        )

    def action_open_cases(self):
        """Open the follow-up of these customers."""
        action = self.env["ir.actions.act_window"]._for_xml_id("smart_dunning.dunning_case_action")
        return action | {
            "domain": [
                ("company_id", "in", self.company_id.ids),
                ("partner_id", "in", self.partner_id.ids),
            ]
        }
