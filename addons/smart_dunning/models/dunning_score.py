"""How likely a customer is to pay late, as of a date, with the reasons in words."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ..dunning_core import risk, risk_reasons
from ..dunning_core.risk_books import Receivable
from . import bulk
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
    probability_7 = fields.Float(
        digits=(5, 4), aggregator="avg", string="More Than 7 Days Late", help="Probability of it."
    )
    probability_30 = fields.Float(
        digits=(5, 4), aggregator="avg", string="More Than 30 Days Late", help="Probability of it."
    )
    expected_days_late = fields.Float(
        digits=(6, 1),
        aggregator="avg",
        help="Median of what may happen; 0 when the next invoice is rather paid in time.",
    )
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
        names = self._feature_names()
        return [
            self._influence(names[r["code"]], *r["values"])
            if r["code"] in names
            else sentences[r["code"]](*r["values"])
            for r in self.reasons or ()
        ]

    def _influence(self, name, percent):
        """How much a feature moves the odds, as a sentence."""
        if percent > 0:
            return self.env._("%(what)s raises the odds by %(n)s%%.", what=name, n=percent)
        return self.env._("%(what)s lowers the odds by %(n)s%%.", what=name, n=-percent)

    def _feature_names(self):
        """{feature of the kernel: its name for people}."""
        return {
            "rate": self.env._("The late rate itself"),
            "doubt": self.env._("A mixed history"),
            "recent_rate": self.env._("The latest half year"),
            "pace": self.env._("The usual day of payment"),
            "overdue": self.env._("The number of overdue invoices"),
            "open": self.env._("The number of open invoices"),
            "amount": self.env._("The usual amount"),
            "terms": self.env._("The usual payment term"),
        }

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
            score = partial(self._score_company, company, local_date(now, company))
            planner = self.env["dunning.planner"]
            planner._alone(company, "ir_cron_score", partial(planner._in_peace, score))

    @api.model
    def _score_company(self, company, today):
        """Score each customer with invoices in the last two years and date all that is open, in a
        constant number of queries. Natural persons are scored only when the company asks for it;
        what they owe is dated as that of somebody unknown."""
        history, items = self._history(company, today)
        customers = {invoice.customer for invoice in (*history, *items)}
        allowed = self._may_be_scored(company, customers)
        found = risk.assess(history, items, today, customers - allowed)
        self.env["dunning.risk.model"]._store(company, today, found.model, len(history))
        self.env["dunning.item"]._store_expected(found)
        cases = self.env["dunning.case"].search(
            [("company_id", "=", company.id), ("stage", "!=", "closed")]
        )
        cases._store_gain(today)
        old = self.search([("company_id", "=", company.id), ("is_latest", "=", True)])
        old.write({"is_latest": False})
        self.search([("company_id", "=", company.id), ("as_of", "=", today)]).unlink()
        return bulk.insert_rows(
            self,
            [
                {"company_id": company.id, "as_of": today, "is_latest": True, **_values(*pair)}
                for pair in found.customers.items()
            ],
        )

    @api.model
    def _may_be_scored(self, company, customers):
        """Those of ``customers`` (kernel names) that are companies, or all if the company wants."""
        domain = [("id", "in", [int(customer) for customer in customers])]
        if not company.dunning_score_persons:
            domain.append(("is_company", "=", True))
        partners = self.env["res.partner"].with_context(active_test=False).search(domain)
        return {str(partner_id) for partner_id in partners.ids}

    @api.model
    def _history(self, company, today):
        """(invoices of two years, all debts that are open) as kernel Receivables; an instalment
        counts as an invoice. Customers are named by the id of the commercial partner, debts by
        that of their journal item.

        A line is settled on the day of its last partial reconciliation. One that credit notes
        alone settled was never paid and tells nothing. Plain SQL: the ORM has no aggregate over
        two relations in one query.
        """
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id", "country_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id,
                       partner.commercial_partner_id::text,
                       COALESCE(country.code, %(home)s),
                       COALESCE(move.invoice_date, line.date),
                       COALESCE(line.date_maturity, line.date),
                       line.balance,
                       CASE WHEN line.reconciled THEN max(partial.max_date) END,
                       move.move_type = 'out_invoice'
                           AND line.date_maturity >= %(since)s
                           AND (NOT line.reconciled OR bool_or(other.move_type != 'out_refund')),
                       NOT line.reconciled
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                  JOIN res_partner customer ON customer.id = partner.commercial_partner_id
             LEFT JOIN res_country country ON country.id = customer.country_id
             LEFT JOIN account_partial_reconcile partial ON partial.debit_move_id = line.id
             LEFT JOIN account_move_line credit ON credit.id = partial.credit_move_id
             LEFT JOIN account_move other ON other.id = credit.move_id
                 WHERE line.company_id = %(company)s
                   AND line.parent_state = 'posted'
                   AND account.account_type = 'asset_receivable'
                   AND line.balance > 0
                   AND (line.date_maturity >= %(since)s OR NOT line.reconciled)
              GROUP BY line.id, move.id, partner.commercial_partner_id, country.code
                """,
                company=company.id,
                home=company.country_id.code or "",
                since=today - timedelta(days=HISTORY_DAYS),
            )
        )
        history, items = [], []
        for line_id, customer, country, issued, due, amount, settled, tells, is_open in rows:
            found = Receivable(customer, country, issued, due, amount, settled, str(line_id))
            if tells:
                history.append(found)
            if is_open:
                items.append(found)
        return history, items


def _values(customer, found):
    """The columns of a score; ``found``: the kernel's CustomerRisk of ``customer``."""
    said = found.prediction
    return {
        "partner_id": int(customer),
        "probability": round(said.late, 4),
        "probability_7": round(said.late_7, 4),
        "probability_30": round(said.late_30, 4),
        "expected_days_late": said.days_late,
        "observed": found.observed,
        "band": risk_reasons.band(said.late).value,
        "reasons": [asdict(reason) for reason in found.reasons],
    }
