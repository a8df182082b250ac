from decimal import Decimal

from odoo import api, models

from ..recon_core.roi import (
    Basis,
    RoiInputs,
    a_year_of,
    payback_months,
    return_on_cost,
    yearly_roi,
)
from .recon_dashboard import Figure

ESTIMATED = frozenset({"hours_saved"})  # the minutes a line


class ReconDashboard(models.AbstractModel):
    """The return on what the solution costs, computed for each company and added up."""

    _inherit = "recon.dashboard"

    @api.model
    def _figures(self):
        return [
            Figure(
                key="yearly_return",
                section="value",
                unit="money",
                label=self.env._("Yearly return"),
                formula=self.env._(
                    "Work saved + (DSO before − now) × sales of twelve months / 365 × cost of capital +"
                    " (bad debts before − now) + (discounts now − before) − yearly cost; what was"
                    " counted in the period × 365 / its days, for work those since the first use"
                ),
                source=self.env._(
                    "Costs are entered under Costs. Before: as many days before the first use, or the"
                    " year before. What prices or the mix of sales changed is in it: judge."
                ),
            ),
            Figure(
                key="return_on_investment",
                section="value",
                unit="percent",
                label=self.env._("Return on investment, first year"),
                formula=self.env._(
                    "(Yearly return − cost of the introduction) / (yearly cost + cost of the"
                    " introduction)"
                ),
                source=self.env._("Costs are entered under Costs."),
            ),
            Figure(
                key="payback",
                section="value",
                unit="months",
                label=self.env._("Paid back after"),
                formula=self.env._("Cost of the introduction / yearly return × 12"),
                source=self.env._("Empty when the yearly return is not more than 0."),
            ),
            *super()._figures(),
        ]

    @api.model
    def _returns(self, scope):
        """{company: kernel Roi, in its currency}."""
        return scope.once("returns", lambda: self._compute_returns(scope))

    def _compute_returns(self, scope):
        bad_debts, discounts = self._bad_debts(scope), self._discounts(scope)
        return {
            company: self._return_of(scope, company, bad_debts[company], discounts[company])
            for company in scope.companies
        }

    def _return_of(self, scope, company, bad_debt, discounts):
        """The yearly return; without sales in both periods the DSO counts as unchanged."""

        def yearly(amount):
            return a_year_of(amount, scope.period.days)

        before, now, sold = self._cash_released_of(scope, company) or (Decimal(0),) * 3
        return yearly_roi(
            RoiInputs(
                # nothing was saved before the first use: those days are not counted against it
                hours_saved=a_year_of(
                    self._hours_of(scope, company),
                    scope.period.days_from(company.value_in_use_since or None),
                ),
                hourly_cost=Decimal(str(company.value_hourly_cost)),
                dso_base=before,
                dso_now=now,
                annual_credit_sales=sold,
                cost_of_capital=Decimal(str(company.value_cost_of_capital)),
                bad_debt_base=yearly(bad_debt[1]),
                bad_debt_now=yearly(bad_debt[0]),
                discounts_base=yearly(discounts[1]),
                discounts_now=yearly(discounts[0]),
                subscription=Decimal(str(company.value_yearly_cost)),
                assumed=ESTIMATED,
            )
        )

    def _total(self, scope):
        return sum(
            scope.worth(company.id, roi.total) for company, roi in self._returns(scope).items()
        )

    def _entered(self, scope, name):
        return sum(scope.worth(company.id, company[name]) for company in scope.companies)

    @api.model
    def _figure_yearly_return(self, scope):
        labels = {
            "work_saved": self.env._("Work saved"),
            "capital_cost_saved": self.env._("Cost of capital saved"),
            "bad_debt_avoided": self.env._("Bad debts avoided"),
            "discounts_taken": self.env._("Discounts taken in addition"),
            "subscription": self.env._("Yearly cost"),
        }
        amounts, estimated = dict.fromkeys(labels, Decimal(0)), set()
        for company, roi in self._returns(scope).items():
            for term in roi.terms:
                amounts[term.code] += scope.worth(company.id, term.amount)
                if term.basis is Basis.ASSUMED:
                    estimated.add(term.code)
        return {
            "value": self._total(scope),
            "note": self._missing_costs(scope),
            "table": {
                "columns": [{"label": self.env._("A year"), "unit": "money"}],
                "rows": [
                    {
                        "part": code,
                        "label": (
                            self.env._("%(term)s (estimate)", term=label)
                            if code in estimated
                            else label
                        ),
                        "values": [float(amounts[code])],
                    }
                    for code, label in labels.items()
                ],
            },
        }

    def _missing_costs(self, scope):
        if self._entered(scope, "value_yearly_cost") or self._entered(scope, "value_one_off_cost"):
            return ""
        return self.env._("Enter what the solution costs: without it this is the gain alone.")

    @api.model
    def _figure_return_on_investment(self, scope):
        value = return_on_cost(
            self._total(scope),
            self._entered(scope, "value_yearly_cost"),
            self._entered(scope, "value_one_off_cost"),
        )
        return {"value": value, "note": self._missing_costs(scope)}

    @api.model
    def _figure_payback(self, scope):
        one_off = self._entered(scope, "value_one_off_cost")
        return {"value": payback_months(self._total(scope), one_off) if one_off else None}

    @api.model
    def _records_yearly_return(self, scope, part):
        """What a term is made of: the figure beside it, or what was entered."""
        figure = {
            "work_saved": "work_saved",
            "capital_cost_saved": "cash_released",
            "bad_debt_avoided": "bad_debt",
            "discounts_taken": "discounts",
        }.get(part)
        if figure:
            return getattr(self, f"_records_{figure}")(scope, "")
        return self._open_costs()

    @api.model
    def _records_return_on_investment(self, scope, part):
        return self._open_costs()

    @api.model
    def _records_payback(self, scope, part):
        return self._open_costs()

    def _open_costs(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            "open_banking_recon.recon_value_costs_action"
        )
