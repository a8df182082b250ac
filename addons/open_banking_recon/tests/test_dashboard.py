from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .dashboard_case import DashboardCase


@tagged("post_install", "-at_install")
class TestDashboard(DashboardCase):
    def figures(self, **options):
        return [
            figure for section in self.page(**options)["sections"] for figure in section["figures"]
        ]

    def test_a_company_without_any_books_has_a_page(self):
        for kind in ("month", "quarter", "year"):
            for figure in self.figures(kind=kind):
                with self.subTest(kind=kind, figure=figure["key"]):
                    self.assertFalse(figure["value"])

    def test_every_figure_says_its_formula_and_leads_to_records(self):
        for figure in self.figures():
            with self.subTest(figure=figure["key"]):
                self.assertTrue(figure["formula"] and figure["source"] and figure["label"])
                self.assertIn(
                    figure["unit"], ("money", "percent", "hours", "days", "months", "count")
                )
                action = self.dashboard().open_records(figure["key"], "", "year")
                self.assertEqual(action["type"], "ir.actions.act_window")

    def test_another_company_counts_when_it_is_chosen(self):
        self.env["account.chart.template"].with_context(
            allowed_company_ids=self.both[::-1]
        ).try_loading("generic_coa", self.other, install_demo=False)
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.other.id)], limit=1
        )
        self.lines_in_states(["auto", "new"], journal=journal)
        self.lines_in_states(["auto"])
        self.assertEqual(self.value("match_rate"), 1)
        self.assertEqual(self.value("match_rate", companies=self.both), round(2 / 3, 4))
        self.assertEqual(self.value("match_rate", companies=self.other.ids), 0.5)
        self.assertEqual(len(self.records("match_rate", companies=self.both)), 3)
        self.assertEqual(self.page(companies=self.other.ids)["currency_id"], self.usd.id)
        # 0.07 hours in each, at 30 euros and at 50 dollars of half a euro
        self.company.value_hourly_cost, self.other.value_hourly_cost = 30, 50
        self.assertAlmostEqual(self.value("work_saved"), 0.07 * 30, 2)
        both = self.value("work_saved", companies=self.both)
        self.assertAlmostEqual(both, 0.07 * 30 + 0.07 * 50 / 2, 2)

    def test_nobody_sees_a_company_that_is_not_theirs(self):
        self.reader.company_ids = self.company
        with self.assertRaises(AccessError):
            self.page(companies=self.both)

    def test_an_employee_sees_no_figures(self):
        user = new_test_user(
            self.env,
            "emil",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        for call in (
            lambda: self.dashboard(user=user).get_page("year"),
            lambda: self.dashboard(user=user).open_records("dso", "", "year"),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_dates_that_make_no_period_are_refused(self):
        for first, last in ((False, "2026-01-31"), ("2026-02-01", "2026-01-31"), ("x", "y")):
            with self.subTest(first=first, last=last), self.assertRaises(UserError):
                self.page(kind="own", first=first, last=last)

    def test_own_dates_are_the_period(self):
        self.lines_in_states(["auto"], day="2026-01-31")
        self.lines_in_states(["new"], day="2026-02-01")
        self.assertEqual(
            self.value("match_rate", kind="own", first="2026-01-01", last="2026-01-31"), 1
        )

    def test_an_unknown_figure_opens_nothing(self):
        with self.assertRaises(UserError):
            self.dashboard().open_records("page", "", "year")

    def test_more_books_cost_no_further_queries(self):
        self.lines_in_states(["auto"])
        self.page()
        before = self.cr.sql_log_count
        self.page()
        first = self.cr.sql_log_count - before
        self.assertLess(first, 60)
        self.lines_in_states(["auto", "new", "accepted"] * 10)
        self.invoice("DASH/9", 100)
        self.env.flush_all()
        before = self.cr.sql_log_count
        self.page()
        self.assertLessEqual(self.cr.sql_log_count - before, first)

    def test_a_manager_enters_what_things_cost(self):
        manager = new_test_user(
            self.env,
            "max",
            groups="base.group_user,open_banking_recon.group_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        costs = self.env["recon.value.costs"].with_user(manager).with_company(self.company)
        costs.create({"value_hourly_cost": 35}).action_save()
        self.assertEqual(self.company.value_hourly_cost, 35)
        self.assertEqual(costs.create({}).value_hourly_cost, 35)

    def test_a_reader_sees_what_things_cost_and_changes_nothing(self):
        costs = self.env["recon.value.costs"].with_user(self.reader).with_company(self.company)
        with self.assertRaises(AccessError):
            costs.create({"value_hourly_cost": 99}).action_save()
        self.assertFalse(self.company.value_hourly_cost)
