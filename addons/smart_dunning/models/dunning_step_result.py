"""What each step brings in: how much of what a message asked for was paid soon after it."""

from __future__ import annotations

from odoo import fields, models
from odoo.tools import SQL

LAST_DAYS = 14


class DunningStepResult(models.Model):
    _name = "dunning.step.result"
    _description = "Result of a Step"
    _auto = False
    _order = "sent_on desc, id desc"
    _rec_name = "step_id"
    _depends = {
        "dunning.action": ["case_id", "channel", "company_id", "item_ids", "sent_at", "step_id"],
        "dunning.case": ["partner_id"],
        "dunning.item": ["move_id", "move_line_id"],
        "dunning.policy.step": ["tone"],
        "account.move": ["move_type"],
        "account.move.line": ["balance", "move_id"],
        "account.partial.reconcile": [
            *("amount", "credit_move_id", "debit_move_id", "exchange_move_id", "max_date")
        ],
    }

    action_id = fields.Many2one(
        "dunning.action", readonly=True, string="Messages", aggregator="count_distinct"
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", readonly=True, string="Customer")
    step_id = fields.Many2one("dunning.policy.step", readonly=True)
    tone = fields.Char(readonly=True)
    channel = fields.Char(readonly=True)
    sent_on = fields.Date(readonly=True)
    is_complete = fields.Boolean(readonly=True, help="Sent more than two weeks ago.")
    move_id = fields.Many2one("account.move", readonly=True, string="Invoice")
    asked = fields.Monetary(
        readonly=True, help="What was open in the evening of the day of the message."
    )
    paid_7 = fields.Monetary(
        readonly=True, string="Paid Within 7 Days", help="Without credit notes."
    )
    paid_14 = fields.Monetary(
        readonly=True, string="Paid Within 14 Days", help="Without credit notes."
    )
    share_7 = fields.Float(
        readonly=True,
        digits=(5, 4),
        aggregator="avg",
        string="Share Within 7 Days",
        help="Mean share of an invoice that was paid.",
    )
    share_14 = fields.Float(
        readonly=True,
        digits=(5, 4),
        aggregator="avg",
        string="Share Within 14 Days",
        help="Mean share of an invoice that was paid.",
    )

    @property
    def _table_query(self):
        """One row for each line that a message was about, in the currency of the company. What was
        paid on the day of the message was not paid because of it."""
        link = self.env["dunning.action"]._fields["item_ids"]
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY action.id, item.id) AS id,
                   action.id AS action_id, action.company_id, action.partner_id, action.step_id,
                   step.tone, action.channel, action.sent_at::date AS sent_on,
                   action.sent_at::date + %(days)s < %(today)s AS is_complete, item.move_id,
                   line.balance - money.before AS asked, money.paid_7, money.paid_14,
                   money.paid_7 / (line.balance - money.before) AS share_7,
                   money.paid_14 / (line.balance - money.before) AS share_14
              FROM dunning_action action
              JOIN dunning_policy_step step ON step.id = action.step_id
              JOIN %(link)s link ON link.%(left)s = action.id
              JOIN dunning_item item ON item.id = link.%(right)s
              JOIN account_move_line line ON line.id = item.move_line_id
        CROSS JOIN LATERAL (
                   SELECT COALESCE(sum(amount) FILTER (WHERE wait <= 0), 0) AS before,
                          COALESCE(sum(amount) FILTER (WHERE is_money AND wait BETWEEN 1 AND 7), 0)
                              AS paid_7,
                          COALESCE(sum(amount) FILTER (
                              WHERE is_money AND wait BETWEEN 1 AND %(days)s), 0) AS paid_14
                     FROM (SELECT partial.amount, payment.move_type != 'out_refund' AND NOT EXISTS (
                                      SELECT FROM account_partial_reconcile other
                                       WHERE other.exchange_move_id = payment.id) AS is_money,
                                  partial.max_date - action.sent_at::date AS wait
                             FROM account_partial_reconcile partial
                             JOIN account_move_line credit ON credit.id = partial.credit_move_id
                             JOIN account_move payment ON payment.id = credit.move_id
                            WHERE partial.debit_move_id = line.id) part) money
             WHERE action.state = 'sent' AND line.balance > money.before
            """,
            days=LAST_DAYS,
            today=fields.Date.context_today(self),
            link=SQL.identifier(link.relation),
            left=SQL.identifier(link.column1),
            right=SQL.identifier(link.column2),
        )
