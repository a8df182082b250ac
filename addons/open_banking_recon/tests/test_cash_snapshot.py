from datetime import date, timedelta

from odoo.tests import freeze_time, new_test_user, tagged

from .common import TODAY
from .test_cash_forecast import NEXT_WEEK, CashCase

MONDAY = date(2026, 3, 30)


@tagged("post_install", "-at_install")
class TestCashSnapshot(CashCase):
    def run_cron(self, day=TODAY):
        self.env.flush_all()
        with freeze_time(day), self.commits_allowed() as env:
            env["recon.cash.snapshot"]._cron_snapshot()
        self.env.invalidate_all()

    def kept(self):
        return self.env["recon.cash.snapshot"].search(
            [("company_id", "=", self.company.id)], order="made_in, weeks_ahead"
        )

    def accuracy(self, day):
        with freeze_time(day):
            return self.page()["accuracy"]

    def test_the_forecast_of_a_week_is_kept_once(self):
        self.customer_owes(500, NEXT_WEEK)
        self.run_cron()
        kept = self.kept()
        self.assertEqual(len(kept), 13)
        self.assertEqual(kept[:3].mapped("forecast"), [0, 500, 500])
        self.assertEqual(kept[:2].mapped("monday"), [MONDAY, MONDAY + timedelta(weeks=1)])
        self.customer_owes(70, NEXT_WEEK)
        self.run_cron(TODAY + timedelta(days=3))
        self.assertEqual(self.kept(), kept)
        self.assertEqual(kept[1].forecast, 500)

    def test_there_is_no_accuracy_before_a_week_is_over(self):
        self.run_cron()
        found = self.accuracy(TODAY)
        self.assertEqual((found["weeks"], found["errors"]), ([], [None, None]))

    def test_the_balance_of_a_week_that_is_over_is_kept_beside_its_forecast(self):
        self.customer_owes(500, date(2026, 4, 2))
        self.run_cron()
        self.bank_line(450, "came in the week", day=date(2026, 4, 4))
        self.bank_line(1000, "came after it", day=date(2026, 4, 6))
        self.run_cron(date(2026, 4, 7))
        first, *rest = self.kept().filtered(lambda row: row.made_in == MONDAY)
        self.assertEqual((first.forecast, first.actual, first.is_over), (500, 450, True))
        self.assertFalse(any(row.is_over for row in rest))
        found = self.accuracy(date(2026, 4, 7))
        self.assertEqual(found["errors"], [50, None])
        self.assertEqual(found["weeks"][0]["forecasts"], [500, None])
        self.assertEqual(found["weeks"][0]["actual"], 450)

    def test_a_second_run_changes_nothing(self):
        self.run_cron()
        self.run_cron(date(2026, 4, 7))
        before = self.kept().read(["forecast", "actual", "is_over", "write_date"])
        self.bank_line(450, "booked late", day=date(2026, 4, 4))
        self.run_cron(date(2026, 4, 8))
        self.assertEqual(self.kept().read(["forecast", "actual", "is_over", "write_date"]), before)

    def test_a_company_whose_forecast_breaks_stops_no_other(self):
        model = self.env.registry["recon.cash.forecast"]
        compute = model._compute

        def breaks(forecasts, company, today):
            if company != self.company:
                raise ValueError("broken")
            return compute(forecasts, company, today)

        self.patch(model, "_compute", breaks)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["account.journal"].create(
            {"name": "Bank", "type": "bank", "code": "ELSE", "company_id": other.id}
        )
        with self.assertLogs("odoo.addons.open_banking_recon.models.recon_cash_snapshot"):
            self.run_cron()
        self.assertEqual(len(self.kept()), 13)

    def test_another_company_does_not_see_it(self):
        self.run_cron()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            "open_banking_recon.group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        rows = self.env["recon.cash.snapshot"].with_user(stranger)
        self.assertFalse(rows.with_context(allowed_company_ids=other.ids).search([]))
        rows = rows.with_user(self.reader).with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(len(rows.search([])), 13)
