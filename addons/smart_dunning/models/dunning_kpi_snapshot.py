"""How well money comes in, at each month end and today, read from the books as of that date."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.date_utils import end_of

from ..dunning_core import metrics
from .dunning_ledger import local_date, to_decimal

MONTHS = 12  # month ends that are kept up to date
SALES_MONTHS = 12  # how far the countback walks back
DSO_MONTHS = 3
_UNDEFINED = "0 when nothing was sold."


class DunningKpiSnapshot(models.Model):
    _name = "dunning.kpi.snapshot"
    _description = "Receivables Figures"
    _order = "as_of desc, id"
    _rec_name = "as_of"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    as_of = fields.Date(required=True)
    receivables = fields.Monetary(help="All that customers owed, net of their credits.")
    not_due = fields.Monetary()
    late_1_30 = fields.Monetary(string="1-30 Days Late")
    late_31_60 = fields.Monetary(string="31-60 Days Late")
    late_61_90 = fields.Monetary(string="61-90 Days Late")
    late_over_90 = fields.Monetary(string="Over 90 Days Late")
    overdue_share = fields.Float(
        aggregator="avg", digits=(5, 4), help="Overdue / receivables; 0 when nothing is open."
    )
    dso_simple = fields.Float(
        string="DSO",
        aggregator="avg",
        digits=(8, 1),
        help="Receivables / sales of three months x days. " + _UNDEFINED,
    )
    dso_countback = fields.Float(
        string="DSO (Countback)",
        aggregator="avg",
        digits=(8, 1),
        help="Days of the latest sales that the receivables are worth. 0 when they exceed the "
        "sales of twelve months.",
    )
    dso_best_possible = fields.Float(
        string="Best Possible DSO",
        aggregator="avg",
        digits=(8, 1),
        help="The DSO if nobody were late. " + _UNDEFINED,
    )
    dso_average = fields.Float(
        string="DSO (Average)",
        aggregator="avg",
        digits=(8, 1),
        help="As DSO, with the mean of the receivables at both ends of the three months. "
        + _UNDEFINED,
    )
    dso_true = fields.Float(
        string="Days to Pay",
        aggregator="avg",
        digits=(8, 1),
        help="True DSO: days from invoice to payment of the money of three months, each unit of "
        "money counting once. 0 when nothing came in.",
    )
    promises_kept = fields.Float(
        aggregator="avg",
        digits=(5, 4),
        help="Share of the promises of the last twelve months that were kept, by number. 0 when "
        "none has come to its end.",
    )
    promises_kept_amount = fields.Float(
        string="Promises Kept (Amount)",
        aggregator="avg",
        digits=(5, 4),
        help="Share of what was promised in the last twelve months that was kept, by amount in the "
        "currency of the company.",
    )
    days_delinquent = fields.Float(
        aggregator="avg",
        digits=(8, 1),
        help="DSO less the best possible DSO: the part that lateness causes.",
    )
    days_late = fields.Float(
        aggregator="avg",
        digits=(8, 1),
        help="Days from the due date to payment of the money of three months, each unit of money "
        "counting once. 0 when nothing came in.",
    )
    collection_effectiveness = fields.Float(
        string="Collection Effectiveness (%)",
        aggregator="avg",
        digits=(6, 1),
        help="Of what could be collected in the month before, the share that was collected. "
        "0 when there was nothing to collect.",
    )

    _once = models.UniqueIndex("(company_id, as_of)", "A company has one snapshot a day.")

    @api.model
    def _cron_snapshot(self, now=None):
        """Bring the figures of all companies up to date. ``now``: naive UTC, the clock if None."""
        now = now or fields.Datetime.now()
        for company in self.env["res.company"].search([("dunning_policy_id", "!=", False)]):
            self._refresh(company, local_date(now, company))
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _refresh(self, company, today):
        """Write the last month ends and ``today`` anew: entries may have been dated back."""
        ends = [end_of(today - relativedelta(months=n), "month") for n in range(1, MONTHS + 1)]
        dates = {*ends, today}
        self.search(
            [
                ("company_id", "=", company.id),
                "|",
                ("as_of", "in", list(dates)),
                ("as_of", ">", max(ends)),
            ]
        ).unlink()
        sales = self._sales_by_day(company, min(dates) - relativedelta(months=SALES_MONTHS))
        receipts = self._receipts(company, min(dates) - relativedelta(months=DSO_MONTHS))
        return self.create([self._values(company, day, sales, receipts) for day in sorted(dates)])

    @api.model
    def _values(self, company, day, sales, receipts):
        """The figures of ``company`` as of ``day``; ``sales``: {date: Decimal}, ``receipts``:
        [kernel Receipt]."""
        buckets = metrics.ageing(self._open_amounts(company, day), day)
        month_begin = self._receivables(company, day - relativedelta(months=1))
        quarter_begin = day - relativedelta(months=DSO_MONTHS)
        months = [
            _period(sales, day - relativedelta(months=n + 1), day - relativedelta(months=n))
            for n in range(SALES_MONTHS)
        ]
        quarter = _period(sales, quarter_begin, day)
        current = buckets.amounts[0]
        came_in = [r for r in receipts if quarter_begin < r.paid_date <= day]
        simple = metrics.dso_simple(buckets.total, quarter.sales, quarter.days)
        best = metrics.best_possible_dso(current, quarter.sales, quarter.days)
        kept, kept_amount = metrics.kept_rate(self._promises(company, day)) or (0, 0)
        figures = {
            "promises_kept": kept,
            "promises_kept_amount": kept_amount,
            "overdue_share": metrics.overdue_share(buckets),
            "dso_simple": simple,
            "dso_average": metrics.dso_average(
                self._receivables(company, quarter_begin),
                buckets.total,
                quarter.sales,
                quarter.days,
            ),
            "dso_countback": metrics.dso_countback(buckets.total, months),
            "dso_true": metrics.days_to_pay(came_in),
            "dso_best_possible": best,
            "days_delinquent": simple and metrics.average_days_delinquent(simple, best),
            "days_late": metrics.days_late(came_in),
            "collection_effectiveness": metrics.collection_effectiveness(
                month_begin, months[0].sales, buckets.total, current
            ),
            "receivables": buckets.total,
            **dict(zip(_BUCKET_FIELDS, buckets.amounts, strict=True)),
        }
        return {
            "company_id": company.id,
            "as_of": day,
            **{name: float(value or 0) for name, value in figures.items()},
        }

    @api.model
    def _promises(self, company, day):
        """[(amount in company currency, kept)] of the promises whose grace ended in the twelve
        months up to ``day``."""
        promises = self.env["dunning.promise"].search_fetch(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("kept", "broken")),
                ("last_date", ">", day - relativedelta(months=SALES_MONTHS)),
                ("last_date", "<=", day),
            ],
            ["amount", "made_on", "state"],
        )
        return [
            (
                to_decimal(
                    company.currency_id,
                    promise.currency_id._convert(
                        promise.amount, company.currency_id, company, promise.made_on
                    ),
                ),
                promise.state == "kept",
            )
            for promise in promises
        ]

    @api.model
    def _receivables(self, company, day):
        """What customers owed on the evening of ``day``, net of their credits."""
        return sum((amount for _due, amount in self._open_amounts(company, day)), Decimal(0))

    @api.model
    def _receipts(self, company, since):
        """[kernel Receipt] of the money that settled invoices after ``since``, in company currency.
        Credit notes and exchange differences are no money. Plain SQL: the ORM cannot group by columns of two relations."""
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT sum(partial.amount), move.invoice_date,
                       COALESCE(line.date_maturity, line.date), partial.max_date
                  FROM account_partial_reconcile partial
                  JOIN account_move_line line ON line.id = partial.debit_move_id
                  JOIN account_account account ON account.id = line.account_id
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_move_line credit ON credit.id = partial.credit_move_id
                  JOIN account_move payment ON payment.id = credit.move_id
                 WHERE partial.company_id = %(company)s
                   AND partial.max_date > %(since)s
                   AND account.account_type = 'asset_receivable'
                   AND move.move_type = 'out_invoice'
                   AND payment.move_type != 'out_refund'
                   AND NOT EXISTS (SELECT FROM account_partial_reconcile other
                                    WHERE other.exchange_move_id = payment.id)
              GROUP BY 2, 3, 4
                """,
                company=company.id,
                since=since,
            )
        )
        currency = company.currency_id
        return [metrics.Receipt(to_decimal(currency, amount), *days) for amount, *days in rows]

    @api.model
    def _open_amounts(self, company, day):
        """[(due date, open amount in company currency)] of receivables as of ``day``.

        Plain SQL: what was open on a past day is the balance less the reconciliations until then,
        which the ORM cannot aggregate from both sides in one query.
        """
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(line.date_maturity, line.date),
                       line.balance - COALESCE(paid.amount, 0) + COALESCE(used.amount, 0)
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
             LEFT JOIN (SELECT debit_move_id, sum(amount) AS amount
                          FROM account_partial_reconcile
                         WHERE company_id = %(company)s AND max_date <= %(day)s
                      GROUP BY debit_move_id) paid ON paid.debit_move_id = line.id
             LEFT JOIN (SELECT credit_move_id, sum(amount) AS amount
                          FROM account_partial_reconcile
                         WHERE company_id = %(company)s AND max_date <= %(day)s
                      GROUP BY credit_move_id) used ON used.credit_move_id = line.id
                 WHERE line.company_id = %(company)s
                   AND line.parent_state = 'posted'
                   AND line.date <= %(day)s
                   AND account.account_type = 'asset_receivable'
                   AND line.balance - COALESCE(paid.amount, 0) + COALESCE(used.amount, 0) != 0
                """,
                company=company.id,
                day=day,
            )
        )
        return [(due, to_decimal(company.currency_id, amount)) for due, amount in rows]

    @api.model
    def _sales_by_day(self, company, since):
        """{date: invoiced less credited, tax included, in company currency}."""
        groups = self.env["account.move"]._read_group(
            [
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("invoice_date", ">", since),
            ],
            ["invoice_date:day"],
            ["amount_total_signed:sum"],
        )
        return {day: to_decimal(company.currency_id, amount) for day, amount in groups}


_BUCKET_FIELDS = ("not_due", "late_1_30", "late_31_60", "late_61_90", "late_over_90")


def _period(sales, after, until):
    """Sales after ``after`` up to and with ``until``."""
    days = [after + timedelta(days=n + 1) for n in range((until - after).days)]
    return metrics.PeriodSales(len(days), sum((sales.get(d, Decimal(0)) for d in days), Decimal(0)))
