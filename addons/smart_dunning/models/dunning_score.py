"""How likely a customer is to pay late, as of a date, with the reasons in words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..dunning_core import risk
from .dunning_ledger import local_date

HISTORY_DAYS = 730


class DunningScore(models.Model):
    _name = "dunning.score"
    _description = "Late Payment Risk"
    _order = "as_of desc, probability desc, id"
    _rec_name = "partner_id"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="cascade", string="Customer"
    )
    as_of = fields.Date(required=True)
    is_latest = fields.Boolean(index=True, help="The newest score of the customer.")
    probability = fields.Float(
        digits=(5, 4),
        aggregator="avg",
        string="Late Risk",
        help="Probability that the next invoice is paid after its due date.",
    )
    expected_days_late = fields.Float(digits=(6, 1), aggregator="avg")
    observed = fields.Integer(string="Invoices Seen", aggregator="sum")
    band = fields.Selection([("low", "Low"), ("medium", "Medium"), ("high", "High")], required=True)
    reasons = fields.Json()
    reason_text = fields.Char(compute="_compute_reason_text", string="Why")

    _once_a_day = models.UniqueIndex(
        "(company_id, partner_id, as_of)", "A customer has one score a day."
    )

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for score in self:
            score.reason_text = " ".join(score._reason_sentences())

    def _reason_sentences(self):
        """The reasons as sentences in the language of the user."""
        self.ensure_one()
        sentences = {
            "no_history": lambda: self.env._(
                "No invoice history yet: the average of all customers."
            ),
            "late_rate": lambda late, total: self.env._(
                "Late invoices: %(late)s of %(total)s.", late=late, total=total
            ),
            "last_late": lambda days: self.env._(
                "Last payment: late by %(days)s day(s).", days=days
            ),
            "last_on_time": lambda: self.env._("Last payment: on time."),
            "overdue_now": lambda count, days: self.env._(
                "Overdue now: %(count)s, the oldest for %(days)s day(s).", count=count, days=days
            ),
        }
        return [sentences[r["code"]](*r["values"]) for r in self.reasons or ()]

    @api.model
    def _latest(self, company, partners):
        """{partner: Decimal probability} of those that have a score."""
        return {
            score.partner_id: Decimal(f"{score.probability:.4f}")
            for score in self.search_fetch(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "in", partners.ids),
                    ("is_latest", "=", True),
                ],
                ["partner_id", "probability"],
            )
        }

    @api.autovacuum
    def _gc_old_scores(self):
        """Forget scores that are replaced and older than the history they rest on."""
        limit = fields.Date.today() - timedelta(days=HISTORY_DAYS)
        self.search([("is_latest", "=", False), ("as_of", "<", limit)]).unlink()

    @api.model
    def _cron_score(self, now=None):
        """Refresh the scores of all companies. ``now``: naive UTC, the clock if None."""
        now = now or fields.Datetime.now()
        for company in self.env["res.company"].search([("dunning_policy_id", "!=", False)]):
            self._score_company(company, local_date(now, company))
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _score_company(self, company, today):
        """Score each customer with invoices in the last two years, in a constant number of
        queries. Natural persons only when the company asks for it."""
        history = self._history(company, today)
        prior = risk.company_prior((i for h in history.values() for i in h), today)
        allowed = self._may_be_scored(company, history)
        old = self.search([("company_id", "=", company.id), ("is_latest", "=", True)])
        old.write({"is_latest": False})
        self.search([("company_id", "=", company.id), ("as_of", "=", today)]).unlink()
        return self.create(
            [
                {
                    "company_id": company.id,
                    "partner_id": score.customer,
                    "as_of": today,
                    "is_latest": True,
                    "probability": float(score.probability),
                    "expected_days_late": float(score.expected_days_late),
                    "observed": score.observed,
                    "band": score.band.value,
                    "reasons": [asdict(reason) for reason in score.reasons],
                }
                for score in (
                    risk.score(customer, history[customer], prior, today) for customer in allowed
                )
            ]
        )

    @api.model
    def _may_be_scored(self, company, customers):
        domain = [("id", "in", list(customers))]
        if not company.dunning_score_persons:
            domain.append(("is_company", "=", True))
        return self.env["res.partner"].with_context(active_test=False).search(domain).ids

    @api.model
    def _history(self, company, today):
        """{commercial partner id: [InvoiceHistory]}; an instalment counts as an invoice.

        A line is settled on the day of its last partial reconciliation. Plain SQL: the ORM has no
        aggregate over two relations in one query.
        """
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id,
                       line.date_maturity,
                       CASE WHEN line.reconciled THEN max(partial.max_date) END
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_partner partner ON partner.id = line.partner_id
             LEFT JOIN account_partial_reconcile partial ON partial.debit_move_id = line.id
                 WHERE line.company_id = %(company)s
                   AND line.parent_state = 'posted'
                   AND account.account_type = 'asset_receivable'
                   AND move.move_type = 'out_invoice'
                   AND line.balance > 0
                   AND line.date_maturity >= %(since)s
              GROUP BY line.id, partner.commercial_partner_id
                """,
                company=company.id,
                since=today - timedelta(days=HISTORY_DAYS),
            )
        )
        history = defaultdict(list)
        for customer, due_date, settled_date in rows:
            history[customer].append(risk.InvoiceHistory(customer, due_date, settled_date))
        return history
