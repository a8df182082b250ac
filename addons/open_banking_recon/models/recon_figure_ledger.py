from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .recon_dashboard import Figure


class ReconDashboard(models.AbstractModel):
    """What was lost and what was gained, read from accounts of the general ledger."""

    _inherit = "recon.dashboard"

    @api.model
    def _figures(self):
        return [
            *super()._figures(),
            Figure(
                key="bad_debt",
                section="receivables",
                unit="money",
                label=self.env._("Bad debts"),
                formula=self.env._(
                    "Debit less credit of the accounts of bad debts, in the period and in the one"
                    " before"
                ),
                source=self.env._(
                    "The accounts are chosen under Costs: losses, provisions, and what was taken back."
                ),
            ),
            Figure(
                key="discounts",
                section="receivables",
                unit="money",
                label=self.env._("Discounts taken by paying in time"),
                formula=self.env._(
                    "Credit less debit of the account of early payment discounts gained, in the period"
                    " and in the one before"
                ),
                source=self.env._(
                    "The cash discount gain account of the company. Charges for late payment that a"
                    " vendor did not make are in no books and not counted."
                ),
            ),
        ]

    @api.model
    def _bad_debt_accounts(self, scope):
        """{company: accounts}."""
        return {company: company.value_bad_debt_account_ids for company in scope.companies}

    @api.model
    def _discount_accounts(self, scope):
        """{company: account}. sudo: readers may know the account of their companies, and the
        settings of a company are open to fewer."""
        return {
            company: company.sudo().account_journal_early_pay_discount_gain_account_id.sudo(False)
            for company in scope.companies
        }

    @api.model
    def _balances(self, scope, accounts):
        """{company: (Decimal debit less credit in the period, in the one before)} of the ``accounts``
        {company: accounts}, in the currency of each company."""
        found = {}
        for company, its_accounts in accounts.items():
            base = scope.base(company)
            if its_accounts:
                [(now, before)] = self.env.execute_query(
                    SQL(
                        """
                        SELECT COALESCE(sum(balance) FILTER (WHERE date >= %(first)s
                                                               AND date <= %(last)s), 0),
                               COALESCE(sum(balance) FILTER (WHERE date >= %(base_first)s
                                                               AND date <= %(base_last)s), 0)
                          FROM account_move_line
                         WHERE account_id IN %(accounts)s
                           AND company_id = %(company)s
                           AND parent_state = 'posted'
                           AND date BETWEEN %(since)s AND %(last)s
                        """,
                        accounts=tuple(its_accounts.ids),
                        company=company.id,
                        first=scope.period.first,
                        last=scope.period.last,
                        base_first=base.first,
                        base_last=base.last,
                        since=min(base.first, scope.period.first),
                    )
                )
                found[company] = (Decimal(str(now)), Decimal(str(before)))
            else:
                found[company] = (Decimal(0), Decimal(0))
        return found

    @api.model
    def _bad_debts(self, scope):
        return scope.once(
            "bad_debts", lambda: self._balances(scope, self._bad_debt_accounts(scope))
        )

    @api.model
    def _discounts(self, scope):
        """As ``_balances``, gains more than 0."""
        return scope.once(
            "discounts",
            lambda: {
                company: (-now, -before)
                for company, (now, before) in self._balances(
                    scope, self._discount_accounts(scope)
                ).items()
            },
        )

    def _now_and_before(self, scope, found):
        return {
            "value": sum(scope.worth(company.id, now) for company, (now, _before) in found.items()),
            "base": sum(
                scope.worth(company.id, before) for company, (_now, before) in found.items()
            ),
        }

    @api.model
    def _figure_bad_debt(self, scope):
        if not any(self._bad_debt_accounts(scope).values()):
            return {"value": None, "note": self.env._("Choose the accounts of bad debts.")}
        return self._now_and_before(scope, self._bad_debts(scope))

    @api.model
    def _figure_discounts(self, scope):
        if not any(self._discount_accounts(scope).values()):
            return {
                "value": None,
                "note": self.env._("The company has no account of early payment discounts gained."),
            }
        return self._now_and_before(scope, self._discounts(scope))

    def _open_items_of(self, scope, accounts):
        of_companies = Domain.OR(
            Domain("company_id", "=", company.id) & Domain("account_id", "in", its_accounts.ids)
            for company, its_accounts in accounts.items()
        )
        return self._open_items(
            [
                *of_companies,
                ("date", ">=", str(scope.period.first)),
                ("date", "<=", str(scope.period.last)),
            ]
        )

    @api.model
    def _records_bad_debt(self, scope, part):
        return self._open_items_of(scope, self._bad_debt_accounts(scope))

    @api.model
    def _records_discounts(self, scope, part):
        return self._open_items_of(scope, self._discount_accounts(scope))
