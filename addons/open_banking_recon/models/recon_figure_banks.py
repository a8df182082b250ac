from datetime import datetime, time, timedelta

from odoo import api, models
from odoo.fields import Domain

from .recon_dashboard import Figure

SOON_DAYS = 14


class ReconDashboard(models.AbstractModel):
    """Whether the banks may still be asked, and whether they answer."""

    _inherit = "recon.dashboard"

    @api.model
    def _figures(self):
        return [
            *super()._figures(),
            Figure(
                key="consents",
                section="banks",
                unit="count",
                label=self.env._("Connections in good order"),
                formula=self.env._(
                    "Connections that are valid for more than 14 days, today; the others are told apart"
                ),
                source=self.env._(
                    "Connections that were refused, withdrawn or ended are left out."
                ),
            ),
            Figure(
                key="fetches",
                section="banks",
                unit="percent",
                label=self.env._("Fetches that succeeded"),
                formula=self.env._("Fetches done / fetches done or failed"),
                source=self.env._("The fetch log, by the start of each fetch in the period."),
            ),
            Figure(
                key="accounts_failing",
                section="banks",
                unit="count",
                label=self.env._("Accounts whose last fetch failed"),
                formula=self.env._("Bank accounts with an error, today"),
                source=self.env._("Accounts of connections that were not ended, with a journal."),
            ),
        ]

    def _consent_domains(self, scope):
        soon = scope.today + timedelta(days=SOON_DAYS)
        valid, own = Domain("state", "=", "valid"), Domain("company_id", "in", scope.companies.ids)
        ends_soon = Domain("valid_until", "<=", str(soon))
        return {
            "good": own & valid & (Domain("valid_until", "=", False) | ~ends_soon),
            "soon": own & valid & Domain("valid_until", "!=", False) & ends_soon,
            "waiting": own & Domain("state", "=", "received"),
            "expired": own & Domain("state", "=", "expired"),
        }

    @api.model
    def _figure_consents(self, scope):
        consents = self.env["open.banking.consent"]
        labels = {
            "good": self.env._("Valid for more than 14 days"),
            "soon": self.env._("End within 14 days"),
            "waiting": self.env._("Wait for the bank"),
            "expired": self.env._("Expired"),
        }
        counts = {
            part: consents.search_count(domain)
            for part, domain in self._consent_domains(scope).items()
        }
        return {
            "value": counts["good"],
            "table": {
                "columns": [{"label": self.env._("Connections"), "unit": "count"}],
                "rows": [
                    {"part": part, "label": labels[part], "values": [count]}
                    for part, count in counts.items()
                ],
            },
        }

    @api.model
    def _records_consents(self, scope, part):
        domains = self._consent_domains(scope)
        return self._open(
            "open_banking_recon.open_banking_consent_action",
            domains[part] if part in domains else Domain.OR(domains.values()),
        )

    def _fetch_domain(self, scope, states):
        """Days of the period in UTC: what a log of hours needs no more exactly."""
        period = scope.period
        return Domain(
            [
                ("company_id", "in", scope.companies.ids),
                ("state", "in", states),
                ("started_at", ">=", datetime.combine(period.first, time.min)),
                ("started_at", "<=", datetime.combine(period.last, time.max)),
            ]
        )

    @api.model
    def _figure_fetches(self, scope):
        groups = self.env["open.banking.sync"]._read_group(
            self._fetch_domain(scope, ("done", "failed")), ["state"], ["__count"]
        )
        counts = {"done": 0, "failed": 0, **dict(groups)}
        total = sum(counts.values())
        labels = dict(
            self.env["open.banking.sync"]._fields["state"]._description_selection(self.env)
        )
        return {
            "value": round(counts["done"] / total, 4) if total else None,
            "table": {
                "columns": [{"label": self.env._("Fetches"), "unit": "count"}],
                "rows": [
                    {"part": state, "label": labels[state], "values": [count]}
                    for state, count in counts.items()
                ],
            },
        }

    @api.model
    def _records_fetches(self, scope, part):
        states = (part,) if part in ("done", "failed") else ("done", "failed")
        return self._open(
            "open_banking_recon.open_banking_sync_action", self._fetch_domain(scope, states)
        )

    def _failing_domain(self, scope):
        return [
            ("company_id", "in", scope.companies.ids),
            ("journal_id", "!=", False),
            ("error_code", "!=", False),
            ("consent_id.state", "in", ("received", "valid", "expired")),
        ]

    @api.model
    def _figure_accounts_failing(self, scope):
        accounts = self.env["open.banking.account"]
        return {"value": accounts.search_count(self._failing_domain(scope))}

    @api.model
    def _records_accounts_failing(self, scope, part):
        return self._open(
            "open_banking_recon.open_banking_account_action", self._failing_domain(scope)
        )
