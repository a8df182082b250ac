from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..recon_core.roi import auto_match_rate, hours_saved
from .recon_dashboard import Figure

OUTCOMES = {
    "auto": [("match_state", "=", "auto")],
    "accepted": [("match_state", "=", "accepted")],
    "todo": [("match_state", "in", ("new", "exception")), ("is_reconciled", "=", False)],
    "elsewhere": [("match_state", "in", ("new", "exception")), ("is_reconciled", "=", True)],
}


class ReconDashboard(models.AbstractModel):
    """How many bank lines were settled without a person, and the work that this saved."""

    _inherit = "recon.dashboard"

    @api.model
    def _figures(self):
        return [
            *super()._figures(),
            Figure(
                key="match_rate",
                section="work",
                unit="percent",
                label=self.env._("Matched automatically"),
                formula=self.env._("Bank lines reconciled automatically / all bank lines"),
                source=self.env._(
                    "Posted bank lines dated in the period. Lines that pay no document count too."
                ),
            ),
            Figure(
                key="hours_saved",
                section="value",
                unit="hours",
                label=self.env._("Hours saved"),
                formula=self.env._(
                    "Bank lines reconciled automatically × minutes a line of the matching policy / 60"
                ),
                source=self.env._(
                    "The minutes are an estimate of the company: measure your own and enter them."
                ),
            ),
            Figure(
                key="work_saved",
                section="value",
                unit="money",
                label=self.env._("Work saved"),
                formula=self.env._("Hours saved × cost of an hour"),
                source=self.env._("The cost of an hour is entered under Costs."),
            ),
        ]

    @api.model
    def _bank_lines(self, scope):
        """{(company id, month, is in the period): {outcome: lines}} from the first day of the trend."""
        return scope.once("bank_lines", lambda: self._read_bank_lines(scope))

    def _read_bank_lines(self, scope):
        """The date is read from the first eight digits of Odoo's ``internal_index``, which spares the
        join with each entry; the few entries that are not posted are taken out. One scan of the index
        for each slice: grouping by month would sort all the lines."""
        slices = list(_slices(scope))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT slice.number, line.company_id, line.outcome, line.count
                  FROM (VALUES %(slices)s) AS slice (number, since, before)
            CROSS JOIN LATERAL (
                       SELECT line.company_id, line.match_state, line.is_reconciled,
                              CASE WHEN line.match_state IN ('auto', 'accepted')
                                   THEN line.match_state
                                   WHEN line.is_reconciled THEN 'elsewhere' ELSE 'todo'
                               END AS outcome, count(*) AS count
                         FROM account_bank_statement_line line
                        WHERE line.company_id IN %(companies)s
                          AND line.internal_index >= slice.since
                          AND line.internal_index < slice.before
                          AND NOT EXISTS (SELECT FROM account_move move
                                           WHERE move.statement_line_id = line.id
                                             AND move.state != 'posted'
                                             AND move.statement_line_id IS NOT NULL)
                     GROUP BY line.company_id, line.match_state, line.is_reconciled) line
                """,
                slices=SQL(", ").join(
                    SQL("(%s, %s, %s)", number, f"{since:%Y%m%d}", f"{before:%Y%m%d}")
                    for number, (since, before) in enumerate(slices)
                ),
                companies=tuple(scope.companies.ids),
            )
        )
        found = {}
        for number, company, outcome, count in rows:
            since = slices[number][0]
            key = (company, since.replace(day=1), since >= scope.period.first)
            counts = found.setdefault(key, {})
            counts[outcome] = counts.get(outcome, 0) + count
        return found

    def _lines_of_period(self, scope):
        """{outcome: lines of the period}."""
        totals = dict.fromkeys(OUTCOMES, 0)
        for (_company, _month, is_inside), counts in self._bank_lines(scope).items():
            for outcome, count in counts.items() if is_inside else ():
                totals[outcome] += count
        return totals

    def _outcome_labels(self):
        return {
            "auto": self.env._("Reconciled automatically"),
            "accepted": self.env._("Accepted by a person"),
            "todo": self.env._("To do"),
            "elsewhere": self.env._("Reconciled elsewhere"),
        }

    @api.model
    def _figure_match_rate(self, scope):
        totals, labels = self._lines_of_period(scope), self._outcome_labels()
        count = sum(totals.values())
        return {
            "value": auto_match_rate(totals["auto"], count) if count else None,
            "chart": self._chart_of_lines(scope),
            "table": {
                "columns": [{"label": self.env._("Bank lines"), "unit": "count"}],
                "rows": [
                    {"part": outcome, "label": labels[outcome], "values": [total]}
                    for outcome, total in totals.items()
                ],
            },
        }

    def _chart_of_lines(self, scope):
        months = {end.replace(day=1): [0, 0] for end in scope.month_ends}
        for (_company, month, _is_inside), counts in self._bank_lines(scope).items():
            months[month][0] += counts.get("auto", 0)
            months[month][1] += sum(counts.values())
        return {
            "type": "line",
            "unit": "percent",
            "labels": [self._month_label(month) for month in months],
            "series": [
                {
                    "label": self.env._("Matched automatically"),
                    "data": [
                        float(auto_match_rate(auto, total)) if total else None
                        for auto, total in months.values()
                    ],
                }
            ],
        }

    @api.model
    def _hours_of(self, scope, company):
        """Decimal: hours that the automatic lines of the period saved in ``company``."""
        lines = sum(
            counts.get("auto", 0)
            for (company_id, _month, is_inside), counts in self._bank_lines(scope).items()
            if is_inside and company_id == company.id
        )
        return hours_saved(lines, self._minutes(scope)[company.id])

    def _minutes(self, scope):
        """{company id: Decimal minutes that a line takes by hand}."""
        return scope.once("minutes", lambda: self._read_minutes(scope))

    def _read_minutes(self, scope):
        policies = self.env["recon.policy"].search(
            [("company_id", "in", scope.companies.ids), ("journal_id", "=", False)]
        )
        set_by = {policy.company_id.id: policy.minutes_per_line for policy in policies}
        default = self.env["recon.kpi"]._default_minutes()
        return {
            company.id: Decimal(str(set_by.get(company.id, default))) for company in scope.companies
        }

    @api.model
    def _figure_hours_saved(self, scope):
        return {"value": sum(self._hours_of(scope, company) for company in scope.companies)}

    @api.model
    def _figure_work_saved(self, scope):
        if not any(scope.companies.mapped("value_hourly_cost")):
            return {"value": None, "note": self.env._("Enter what an hour of work costs.")}
        return {
            "value": sum(
                scope.worth(
                    company.id,
                    self._hours_of(scope, company) * Decimal(str(company.value_hourly_cost)),
                )
                for company in scope.companies
            )
        }

    @api.model
    def _records_match_rate(self, scope, part):
        return self._open(
            "open_banking_recon.account_bank_statement_line_action",
            [
                ("move_id.state", "=", "posted"),
                ("company_id", "in", scope.companies.ids),
                ("date", ">=", str(scope.period.first)),
                ("date", "<=", str(scope.period.last)),
                *OUTCOMES.get(part, []),
            ],
        )

    @api.model
    def _records_hours_saved(self, scope, part):
        return self._records_match_rate(scope, "auto")

    @api.model
    def _records_work_saved(self, scope, part):
        return self._records_match_rate(scope, "auto")


def _slices(scope):
    """(first day, day after the last) of each month of the trend, cut where the period begins."""
    starts = {end.replace(day=1) for end in scope.month_ends} | {scope.trend_first}
    starts = sorted(starts | {scope.period.first})
    yield from zip(starts, [*starts[1:], scope.period.last + timedelta(days=1)], strict=True)
