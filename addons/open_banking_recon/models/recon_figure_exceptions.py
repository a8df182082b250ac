from odoo import api, models
from odoo.tools import SQL

from .recon_dashboard import Figure


class ReconDashboard(models.AbstractModel):
    """What waits for a person today, why and for how long."""

    _inherit = "recon.dashboard"

    @api.model
    def _figures(self):
        return [
            *super()._figures(),
            Figure(
                key="exceptions",
                section="work",
                unit="count",
                label=self.env._("Lines that wait for a person"),
                formula=self.env._("Bank lines on the list To match, today"),
                source=self.env._(
                    "By reason; the age is counted from the date of the bank line, whatever the period."
                ),
            ),
        ]

    @api.model
    def _figure_exceptions(self, scope):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT reason, count(*), round(avg(%(today)s - date), 1), max(%(today)s - date),
                       count(*) FILTER (WHERE date_deadline < %(today)s)
                  FROM recon_exception
                 WHERE state = 'open' AND company_id IN %(companies)s
              GROUP BY reason
              ORDER BY count(*) DESC, reason
                """,
                today=scope.today,
                companies=tuple(scope.companies.ids),
            )
        )
        labels = dict(
            self.env["recon.exception"]._fields["reason"]._description_selection(self.env)
        )
        return {
            "value": sum(row[1] for row in rows),
            "table": {
                "columns": [
                    {"label": self.env._("Bank lines"), "unit": "count"},
                    {"label": self.env._("Average age"), "unit": "days"},
                    {"label": self.env._("Oldest"), "unit": "days"},
                    {"label": self.env._("Late"), "unit": "count"},
                ],
                "rows": [
                    {
                        "part": reason,
                        "label": labels[reason],
                        "values": [float(value) for value in values],
                    }
                    for reason, *values in rows
                ],
            },
        }

    @api.model
    def _records_exceptions(self, scope, part):
        domain = [("state", "=", "open"), ("company_id", "in", scope.companies.ids)]
        if part:
            domain.append(("reason", "=", part))
        return self._open("open_banking_recon.recon_exception_action", domain)
