from bisect import bisect_left
from collections import Counter
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..recon_core.period import months_before
from ..recon_core.roi import DAYS_A_YEAR, days_sales_outstanding
from .recon_dashboard import Figure

DSO_MONTHS = 3
YEAR_MONTHS = 12


class ReconDashboard(models.AbstractModel):
    """How long customers take to pay, and the cash that this sets free."""

    _inherit = "recon.dashboard"

    @api.model
    def _figures(self):
        return [
            *super()._figures(),
            Figure(
                key="dso",
                section="receivables",
                unit="days",
                label=self.env._("Days sales outstanding (DSO)"),
                formula=self.env._(
                    "Receivables at the end of the period / sales of the three months up to then × days"
                    " of these months"
                ),
                source=self.env._(
                    "Balance of the receivable accounts; customer invoices less credit notes, tax"
                    " included, by invoice date."
                ),
            ),
            Figure(
                key="cash_released",
                section="receivables",
                unit="money",
                label=self.env._("Cash set free by the DSO"),
                formula=self.env._("(DSO before − DSO now) × sales of twelve months / 365"),
                source=self.env._(
                    "Less than 0: more cash is tied up than before. It comes once and is no part of"
                    " the yearly return."
                ),
            ),
        ]

    # -- what the books say ---------------------------------------------------

    @api.model
    def _owed(self, scope):
        """{(company id, day): Decimal balance of the receivable accounts in the evening}, for each day
        that is shown or compared with."""
        return scope.once("owed", lambda: self._read_owed(scope))

    def _read_owed(self, scope):
        days = self._dso_days(scope)
        accounts = (
            self.env["account.account"]
            .with_context(active_test=False)
            .search([("account_type", "=", "asset_receivable")])
        )
        # by day and not by span of days: PostgreSQL knows how many days there are, and sorts nothing
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.company_id, line.date, sum(line.balance)
                  FROM account_move_line line
                 WHERE line.account_id IN %(accounts)s
                   AND line.parent_state = 'posted'
                   AND line.company_id IN %(companies)s
                   AND line.date <= %(last)s
              GROUP BY 1, 2
                """,
                accounts=tuple(accounts.ids) or (0,),
                companies=tuple(scope.companies.ids),
                last=days[-1],
            )
        )
        moved = Counter()
        for company, day, amount in rows:
            moved[company, bisect_left(days, day)] += Decimal(str(amount))
        owed = {}
        for company in scope.companies:
            balance = Decimal(0)
            for place, day in enumerate(days):
                balance += moved[company.id, place]
                owed[company.id, day] = balance
        return owed

    def _dso_days(self, scope):
        """The days of which the DSO is told, oldest first."""
        bases = {scope.base(company).last for company in scope.companies}
        return sorted({*scope.month_ends, *bases})

    @api.model
    def _sales(self, scope):
        """{company id: {day: Decimal invoiced less credited, tax included}}."""
        return scope.once("sales", lambda: self._read_sales(scope))

    def _read_sales(self, scope):
        since = months_before(self._dso_days(scope)[0], DSO_MONTHS)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT company_id, invoice_date, sum(amount_total_signed)
                  FROM account_move
                 WHERE state = 'posted'
                   AND move_type IN ('out_invoice', 'out_refund')
                   AND company_id IN %(companies)s
                   AND invoice_date > %(since)s AND invoice_date <= %(last)s
              GROUP BY 1, 2
                """,
                companies=tuple(scope.companies.ids),
                since=min(since, months_before(scope.period.last, YEAR_MONTHS)),
                last=scope.period.last,
            )
        )
        sales = {company.id: Counter() for company in scope.companies}
        for company, day, amount in rows:
            sales[company][day] += Decimal(str(amount))
        return sales

    def _sold(self, scope, company, until, months):
        """Decimal in the currency of ``company``: sales of the ``months`` up to ``until``."""
        after = months_before(until, months)
        return sum(
            (
                amount
                for day, amount in self._sales(scope)[company.id].items()
                if after < day <= until
            ),
            Decimal(0),
        )

    # -- the figures ----------------------------------------------------------

    @api.model
    def _dso_of(self, scope, companies, day):
        """Decimal days as of ``day``, or None where nothing was sold."""
        owed = sold = Decimal(0)
        for company in companies:
            owed += scope.worth(company.id, self._owed(scope)[company.id, day])
            sold += scope.worth(company.id, self._sold(scope, company, day, DSO_MONTHS))
        days = (day - months_before(day, DSO_MONTHS)).days
        return days_sales_outstanding(owed, sold, days) if sold > 0 else None

    @api.model
    def _cash_released_of(self, scope, company):
        """(DSO before, DSO now, sales of twelve months in the currency of ``company``); None where a
        DSO cannot be told."""
        before = self._dso_of(scope, company, scope.base(company).last)
        now = self._dso_of(scope, company, scope.period.last)
        if before is None or now is None:
            return None
        return before, now, self._sold(scope, company, scope.period.last, YEAR_MONTHS)

    @api.model
    def _figure_dso(self, scope):
        bases = {scope.base(company).last for company in scope.companies}
        return {
            "value": self._dso_of(scope, scope.companies, scope.period.last),
            "base": (
                self._dso_of(scope, scope.companies, bases.pop()) if len(bases) == 1 else None
            ),
            "chart": {
                "type": "line",
                "unit": "days",
                "labels": [self._month_label(end) for end in scope.month_ends],
                "series": [
                    {
                        "label": self.env._("DSO"),
                        "data": [
                            None if dso is None else float(dso)
                            for dso in (
                                self._dso_of(scope, scope.companies, end)
                                for end in scope.month_ends
                            )
                        ],
                    }
                ],
            },
        }

    @api.model
    def _figure_cash_released(self, scope):
        found = {company: self._cash_released_of(scope, company) for company in scope.companies}
        told = {company: terms for company, terms in found.items() if terms}
        if not told:
            return {
                "value": None,
                "note": self.env._("There are no sales in one of the two periods."),
            }
        return {
            "value": sum(
                scope.worth(company.id, (before - now) * sold / DAYS_A_YEAR)
                for company, (before, now, sold) in told.items()
            )
        }

    @api.model
    def _records_dso(self, scope, part):
        return self._open_items(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("date", "<=", str(scope.period.last)),
            ]
        )

    @api.model
    def _records_cash_released(self, scope, part):
        """The documents of the sales."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("state", "=", "posted"),
                ("company_id", "in", scope.companies.ids),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("invoice_date", ">", str(months_before(scope.period.last, YEAR_MONTHS))),
                ("invoice_date", "<=", str(scope.period.last)),
            ],
            "context": {},
        }
