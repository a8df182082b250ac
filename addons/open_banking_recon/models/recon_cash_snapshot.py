import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.misc import format_date

from ..recon_core.cash_forecast import mean_absolute_error, monday_of
from .open_banking_sync import CONFLICTS
from .recon_cash_flow import to_decimal

_logger = logging.getLogger(__name__)

SHOWN_WEEKS = 12
AHEAD = (1, 4)  # weeks, of which the accuracy is shown


class ReconCashSnapshot(models.Model):
    """What was forecast for a week, kept to be compared with what came."""

    _name = "recon.cash.snapshot"
    _description = "Past Cash Forecast"
    _order = "monday desc, weeks_ahead, id"
    _rec_name = "monday"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    made_in = fields.Date(
        required=True, readonly=True, string="Forecast in", help="Monday of the week."
    )
    monday = fields.Date(required=True, readonly=True, string="Week")
    weeks_ahead = fields.Integer(
        required=True, readonly=True, help="1: the week in which the forecast was made."
    )
    forecast = fields.Monetary(readonly=True, help="Expected bank balance at the end of the week.")
    actual = fields.Monetary(readonly=True, help="Bank balance at the end of the week.")
    is_over = fields.Boolean(readonly=True, help="The week is over and the balance known.")

    _once = models.UniqueIndex(
        "(company_id, made_in, weeks_ahead)", "A forecast is kept once a week."
    )

    @api.model
    def _cron_snapshot(self):
        """Keep the forecast of this week, once, and the balances of the weeks that are over."""
        companies = self.env["account.journal"].search([("type", "=", "bank")]).company_id
        for position, company in enumerate(companies, 1):
            self.with_company(company)._keep_or_leave(company)
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - position)

    @api.model
    def _keep_or_leave(self, company):
        """A company whose forecast breaks stops no other one."""
        today = fields.Date.context_today(self)
        try:
            with self.env.cr.savepoint():
                self._compare(company, today)
                self._keep(company, today)
        except CONFLICTS:
            raise  # the database wants the transaction again
        except Exception:
            _logger.warning("company %s: no cash forecast kept", company.id, exc_info=True)

    @api.model
    def _keep(self, company, today):
        """Keep the forecast of ``today`` unless this week has one."""
        made_in = monday_of(today)
        if self.search_count([("company_id", "=", company.id), ("made_in", "=", made_in)], limit=1):
            return
        found = self.env["recon.cash.forecast"]._compute(company, today)
        self.create(
            [
                {
                    "company_id": company.id,
                    "made_in": made_in,
                    "monday": week.monday,
                    "weeks_ahead": number,
                    "forecast": float(week.closing),
                }
                for number, week in enumerate(found["forecast"].weeks, 1)
            ]
        )

    @api.model
    def _compare(self, company, today):
        """Store the balances of the weeks before ``today`` that have none yet: that of today less
        what the bank has booked since."""
        waiting = self.search(
            [
                ("company_id", "=", company.id),
                ("is_over", "=", False),
                ("monday", "<", monday_of(today)),
            ]
        )
        if not waiting:
            return
        rates = self.env["recon.cash.flow"]._rates_to(company, today)
        balances = self.env["recon.cash.balance"]
        now = sum(row["worth"] for row in balances._journals(company, rates))
        for monday, rows in waiting.grouped("monday").items():
            since = balances._moved_after(company, monday + timedelta(days=6), rates)
            rows.write({"actual": float(now - since), "is_over": True})

    @api.model
    def _accuracy(self, company, today):
        """{labels, weeks, errors} of the last weeks that are over: for each what was forecast AHEAD
        weeks before and the balance that it was; the mean absolute errors, None without any."""
        rows = self.search(
            [
                ("company_id", "=", company.id),
                ("is_over", "=", True),
                ("monday", ">=", monday_of(today) - timedelta(weeks=SHOWN_WEEKS)),
                ("weeks_ahead", "in", AHEAD),
            ]
        )
        currency = company.currency_id
        pairs = {ahead: [] for ahead in AHEAD}
        for row in rows:
            pairs[row.weeks_ahead].append(
                (to_decimal(currency, row.forecast), to_decimal(currency, row.actual))
            )
        errors = {ahead: mean_absolute_error(found) for ahead, found in pairs.items()}
        return {
            "labels": [
                self.env._("Forecast one week ahead"),
                self.env._("Forecast four weeks ahead"),
            ],
            "errors": [None if errors[ahead] is None else float(errors[ahead]) for ahead in AHEAD],
            "weeks": [
                {
                    "label": format_date(self.env, monday),
                    "actual": of_week[0].actual,
                    "forecasts": [
                        of_week.filtered(lambda row, ahead=ahead: row.weeks_ahead == ahead).forecast
                        if ahead in of_week.mapped("weeks_ahead")
                        else None
                        for ahead in AHEAD
                    ],
                }
                for monday, of_week in rows.grouped("monday").items()
            ],
        }
