from decimal import Decimal

from odoo import api, models
from odoo.tools.misc import format_date

from ..recon_core.cash_forecast import mean_absolute_error
from .recon_cash_snapshot import AHEAD
from .recon_dashboard import Figure


class ReconDashboard(models.AbstractModel):
    """The forecast of the bank balance that was kept last, and how near the forecasts came."""

    _inherit = "recon.dashboard"

    @api.model
    def _figures(self):
        return [
            *super()._figures(),
            Figure(
                key="cash_forecast",
                section="cash",
                unit="money",
                label=self.env._("Bank balance in 13 weeks"),
                formula=self.env._(
                    "Balance today + what is expected to come in − what is expected to go out"
                ),
                source=self.env._(
                    "The forecast that was kept at the beginning of the week; the menu Cash forecast makes"
                    " it anew."
                ),
            ),
            Figure(
                key="cash_accuracy",
                section="cash",
                unit="money",
                label=self.env._("Forecasts were off by"),
                formula=self.env._(
                    "Mean amount by which the balance forecast four weeks ahead missed the balance that it"
                    " came to"
                ),
                source=self.env._("The kept forecasts of the weeks of the period that are over."),
            ),
        ]

    def _latest_domain(self, scope):
        """The 13 weeks of the forecast that each company kept last; None without any."""
        own = [("company_id", "in", scope.companies.ids)]
        latest = self.env["recon.cash.snapshot"].search(own, order="made_in desc", limit=1)
        return [*own, ("made_in", "=", str(latest.made_in))] if latest else None

    @api.model
    def _figure_cash_forecast(self, scope):
        domain = self._latest_domain(scope)
        if not domain:
            return {"value": None, "note": self.env._("The first forecast is kept within a day.")}
        weeks = {}
        for row in self.env["recon.cash.snapshot"].search(domain, order="monday"):
            weeks.setdefault(row.monday, Decimal(0))
            weeks[row.monday] += scope.worth(row.company_id.id, row.forecast)
        return {
            "value": list(weeks.values())[-1],
            "chart": {
                "type": "line",
                "unit": "money",
                "labels": [format_date(self.env, day, date_format="d MMM") for day in weeks],
                "series": [
                    {
                        "label": self.env._("Bank balance at the end of the week"),
                        "data": [float(amount) for amount in weeks.values()],
                    }
                ],
            },
        }

    def _over_domain(self, scope, ahead):
        return [
            ("company_id", "in", scope.companies.ids),
            ("is_over", "=", True),
            ("weeks_ahead", "in", ahead),
            ("monday", ">=", str(scope.period.first)),
            ("monday", "<=", str(scope.period.last)),
        ]

    @api.model
    def _figure_cash_accuracy(self, scope):
        pairs = {ahead: [] for ahead in AHEAD}
        for row in self.env["recon.cash.snapshot"].search(self._over_domain(scope, AHEAD)):
            pairs[row.weeks_ahead].append(
                (
                    scope.worth(row.company_id.id, row.forecast),
                    scope.worth(row.company_id.id, row.actual),
                )
            )
        errors = {ahead: mean_absolute_error(found) for ahead, found in pairs.items()}
        labels = {1: self.env._("One week ahead"), 4: self.env._("Four weeks ahead")}
        return {
            "value": errors[AHEAD[-1]],
            "note": "" if any(pairs.values()) else self.env._("No forecast of the period is over."),
            "table": {
                "columns": [
                    {"label": self.env._("Off by, on average"), "unit": "money"},
                    {"label": self.env._("Weeks"), "unit": "count"},
                ],
                "rows": [
                    {
                        "part": str(ahead),
                        "label": labels[ahead],
                        "values": [
                            None if errors[ahead] is None else float(errors[ahead]),
                            len(pairs[ahead]),
                        ],
                    }
                    for ahead in AHEAD
                ],
            },
        }

    @api.model
    def _records_cash_forecast(self, scope, part):
        return self._open_snapshots(self._latest_domain(scope) or [("id", "=", False)])

    @api.model
    def _records_cash_accuracy(self, scope, part):
        ahead = (int(part),) if part in ("1", "4") else AHEAD
        return self._open_snapshots(self._over_domain(scope, ahead))

    def _open_snapshots(self, domain):
        return {
            "type": "ir.actions.act_window",
            "res_model": "recon.cash.snapshot",
            "views": [(False, "list")],
            "domain": domain,
            "context": {},
        }
