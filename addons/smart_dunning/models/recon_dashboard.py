"""What the follow-up brings in, beside the figures of Open Banking."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from odoo import api, models

from odoo.addons.open_banking_recon.models.recon_dashboard import Figure

CONTROLLER = "smart_dunning.group_credit_controller"


class ReconDashboard(models.AbstractModel):
    _inherit = "recon.dashboard"

    @api.model
    def _figures(self):
        # EXTENDS open_banking_recon: whoever may see the follow-up sees its figures
        figures = super()._figures()
        if not self.env.user.has_group(CONTROLLER):
            return figures
        return [
            *figures,
            Figure(
                key="dunning_steps",
                section="followup",
                unit="percent",
                label=self.env._("Paid within 14 days of a message"),
                formula=self.env._(
                    "Paid from the day after a message to the 14th day / open in the evening of its day"
                ),
                source=self.env._(
                    "Messages of the period that were sent more than two weeks ago, by step; credit notes"
                    " are no payments. It says what followed a message, not what it caused."
                ),
            ),
            Figure(
                key="dunning_promises",
                section="followup",
                unit="percent",
                label=self.env._("Promises kept"),
                formula=self.env._("Promises kept / promises kept or broken"),
                source=self.env._("Promises to pay whose last day lies in the period, by number."),
            ),
        ]

    def _step_domain(self, scope):
        return [
            ("company_id", "in", scope.companies.ids),
            ("is_complete", "=", True),
            ("sent_on", ">=", str(scope.period.first)),
            ("sent_on", "<=", str(scope.period.last)),
        ]

    @api.model
    def _figure_dunning_steps(self, scope):
        groups = self.env["dunning.step.result"]._read_group(
            self._step_domain(scope),
            ["step_id", "company_id"],
            ["action_id:count_distinct", "asked:sum", "paid_7:sum", "paid_14:sum"],
        )
        steps = defaultdict(lambda: [0, Decimal(0), Decimal(0), Decimal(0)])
        for step, company, messages, *amounts in groups:
            found = steps[step]
            found[0] += messages
            for place, amount in enumerate(amounts, 1):
                found[place] += scope.worth(company.id, amount)
        asked = sum(row[1] for row in steps.values())
        paid = sum(row[3] for row in steps.values())
        return {
            "value": round(paid / asked, 4) if asked else None,
            "table": {
                "columns": [
                    {"label": self.env._("Messages"), "unit": "count"},
                    {"label": self.env._("Asked"), "unit": "money"},
                    {"label": self.env._("Paid in 7 days"), "unit": "money"},
                    {"label": self.env._("Paid in 14 days"), "unit": "money"},
                    {"label": self.env._("Share"), "unit": "percent"},
                ],
                "rows": [
                    {
                        "part": str(step.id),
                        "label": step.display_name,
                        "values": [
                            row[0],
                            *map(float, row[1:]),
                            round(float(row[3] / row[1]), 4) if row[1] else None,
                        ],
                    }
                    for step, row in sorted(steps.items(), key=lambda item: item[0].id)
                ],
            },
        }

    @api.model
    def _records_dunning_steps(self, scope, part):
        domain = self._step_domain(scope)
        if part.isdecimal():
            domain.append(("step_id", "=", int(part)))
        return self._open("smart_dunning.dunning_step_result_action", domain)

    def _promise_domain(self, scope, states):
        return [
            ("company_id", "in", scope.companies.ids),
            ("state", "in", states),
            ("last_date", ">=", str(scope.period.first)),
            ("last_date", "<=", str(scope.period.last)),
        ]

    @api.model
    def _figure_dunning_promises(self, scope):
        promises = self.env["dunning.promise"]
        groups = promises._read_group(
            self._promise_domain(scope, ("kept", "broken")), ["state"], ["__count"]
        )
        counts = {"kept": 0, "broken": 0, **dict(groups)}
        total = sum(counts.values())
        labels = dict(promises._fields["state"]._description_selection(self.env))
        return {
            "value": round(counts["kept"] / total, 4) if total else None,
            "table": {
                "columns": [{"label": self.env._("Promises"), "unit": "count"}],
                "rows": [
                    {"part": state, "label": labels[state], "values": [count]}
                    for state, count in counts.items()
                ],
            },
        }

    @api.model
    def _records_dunning_promises(self, scope, part):
        states = (part,) if part in ("kept", "broken") else ("kept", "broken")
        return self._open(
            "smart_dunning.dunning_promise_action", self._promise_domain(scope, states)
        )
