"""Each figure of the page beside a query of its own, written from the definition in docs/figures.md."""

from datetime import date, timedelta

from odoo.tests import tagged

from .common import TODAY
from .dashboard_case import YEAR_AGO, DashboardCase

FEBRUARY = date(2026, 2, 10)
BEFORE = date(2025, 2, 10)


@tagged("post_install", "-at_install")
class TestDashboardFigures(DashboardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        this = cls()
        this.lines_in_states(["auto", "auto", "auto", "accepted", "exception", "new"], FEBRUARY)
        this.lines_in_states(["auto", "exception"], date(2025, 12, 31))  # the day before
        this.lines_in_states(["auto"], date(2024, 12, 1))  # before the charts
        cancelled = this.lines_in_states(["auto"], FEBRUARY)
        cancelled.move_id.button_cancel()
        paid = this.invoice("DASH/1", 9000, day=date(2026, 1, 20))
        this.pay(paid, date(2026, 3, 1))
        this.invoice("DASH/2", 3000, day=date(2026, 3, 10))
        this.invoice("DASH/3", 500, "out_refund", day=date(2026, 3, 12))
        this.invoice("DASH/4", 700, "in_invoice", day=date(2026, 3, 12))
        this.pay(this.invoice("DASH/5", 2500, day=date(2025, 1, 20)), date(2025, 5, 1))
        this.invoice("DASH/6", 4000, day=date(2025, 11, 11))
        this.entry(cls.bad_debts, 120, FEBRUARY)
        this.entry(cls.bad_debts, -20, FEBRUARY)
        this.entry(cls.bad_debts, 450, BEFORE)
        this.entry(cls.bad_debts, 77, date(2025, 7, 1))  # in neither period
        cls.gain = cls.company.account_journal_early_pay_discount_gain_account_id
        this.entry(cls.gain, -60, FEBRUARY)
        this.entry(cls.gain, -10, BEFORE)
        cls.company.write(
            {
                "value_hourly_cost": 42,
                "value_yearly_cost": 600,
                "value_one_off_cost": 1500,
                "value_cost_of_capital": 0.05,
                "value_bad_debt_account_ids": [(6, 0, cls.bad_debts.ids)],
            }
        )
        cls.env["recon.policy"].create(
            {"name": "five minutes", "company_id": cls.company.id, "minutes_per_line": 5}
        )

    # -- the same by SQL ------------------------------------------------------

    def _lines(self, condition="TRUE", last=TODAY):
        [count] = self.sql(
            f"""SELECT count(*) FROM account_bank_statement_line line
                  JOIN account_move move ON move.statement_line_id = line.id
                 WHERE move.state = 'posted' AND move.company_id = %(company)s
                   AND move.date >= %(first)s AND move.date <= %(last)s AND {condition}"""  # noqa: S608
        )
        return count

    def _receivables(self, day):
        [owed] = self.sql(
            """SELECT sum(line.debit) - sum(line.credit) FROM account_move_line line
                 JOIN account_account account ON account.id = line.account_id
                 JOIN account_move move ON move.id = line.move_id
                WHERE account.account_type = 'asset_receivable' AND move.state = 'posted'
                  AND move.company_id = %(company)s AND move.date <= %(day)s""",
            day=day,
        )
        return float(owed or 0)

    def _sales(self, day, months):
        """From the items on the receivable accounts, and not from the totals of the documents."""
        [sold] = self.sql(
            """SELECT sum(line.balance) FROM account_move_line line
                 JOIN account_move move ON move.id = line.move_id
                WHERE line.display_type = 'payment_term' AND move.state = 'posted'
                  AND move.move_type IN ('out_invoice', 'out_refund')
                  AND move.company_id = %(company)s AND move.invoice_date <= %(day)s
                  AND move.invoice_date > %(day)s::date - make_interval(months => %(months)s)""",
            day=day,
            months=months,
        )
        return float(sold or 0)

    def _dso(self, day):
        [days] = self.sql(
            "SELECT %(day)s::date - (%(day)s::date - make_interval(months => 3))::date", day=day
        )
        return round(self._receivables(day) / self._sales(day, 3) * days, 1)

    def _ledger(self, account, first, last):
        [balance] = self.sql(
            """SELECT coalesce(sum(debit - credit), 0) FROM account_move_line line
                WHERE account_id = %(account)s AND parent_state = 'posted'
                  AND date >= %(from_day)s AND date <= %(to_day)s""",
            account=account.id,
            from_day=first,
            to_day=last,
        )
        return float(balance)

    # -- bank lines -----------------------------------------------------------

    def test_the_match_rate_is_a_share_of_all_bank_lines_of_the_period(self):
        auto, total = self._lines("line.match_state = 'auto'"), self._lines()
        self.assertEqual((auto, total), (3, 6))
        self.assertAlmostEqual(self.value("match_rate"), auto / total, 4)

    def test_each_outcome_leads_to_its_bank_lines(self):
        conditions = {
            "auto": "line.match_state = 'auto'",
            "accepted": "line.match_state = 'accepted'",
            "todo": "line.match_state IN ('new', 'exception') AND NOT line.is_reconciled",
            "elsewhere": "line.match_state IN ('new', 'exception') AND line.is_reconciled",
        }
        rows = self.rows("match_rate")
        for part, condition in conditions.items():
            with self.subTest(part=part):
                self.assertEqual(rows[part], [self._lines(condition)])
                self.assertEqual(len(self.records("match_rate", part)), self._lines(condition))

    def test_the_chart_shows_the_rate_of_twelve_months(self):
        chart = self.figure("match_rate")["chart"]
        data = dict(zip(chart["labels"], chart["series"][0]["data"], strict=True))
        self.assertEqual(len(data), 12)
        self.assertEqual((data["Dec 25"], data["Jan 26"], data["Feb 26"]), (0.5, None, 0.5))

    def test_hours_and_their_worth(self):
        hours = round(self._lines("line.match_state = 'auto'") * 5 / 60, 2)
        self.assertAlmostEqual(self.value("hours_saved"), hours, 2)
        self.assertAlmostEqual(self.value("work_saved"), hours * 42, 2)
        self.assertEqual(len(self.records("hours_saved")), 3)

    # -- receivables ----------------------------------------------------------

    def test_the_dso_of_both_periods(self):
        figure = self.figure("dso")
        self.assertEqual(figure["value"], self._dso(TODAY))
        self.assertEqual(figure["base"], self._dso(YEAR_AGO))
        self.assertNotEqual(figure["value"], figure["base"])

    def test_the_dso_of_each_month_end(self):
        data = self.figure("dso")["chart"]["series"][0]["data"]
        for value, day in zip(
            data, (date(2025, 4, 30), *[None] * 6, date(2025, 11, 30)), strict=False
        ):
            if day and self._sales(day, 3):
                self.assertEqual(value, self._dso(day))
        self.assertIsNone(data[5])  # September: nothing was sold since July

    def test_the_items_behind_the_dso_add_up_to_the_receivables(self):
        self.assertAlmostEqual(
            sum(self.records("dso").mapped("balance")), self._receivables(TODAY), 2
        )

    def test_the_cash_that_the_dso_set_free(self):
        free = (self._dso(YEAR_AGO) - self._dso(TODAY)) * self._sales(TODAY, 12) / 365
        self.assertAlmostEqual(self.value("cash_released"), free, 2)
        documents = self.records("cash_released")
        self.assertAlmostEqual(
            sum(documents.mapped("amount_total_signed")), self._sales(TODAY, 12), 2
        )

    def test_bad_debts_and_discounts_are_balances_of_accounts(self):
        for key, account, sign in (("bad_debt", self.bad_debts, 1), ("discounts", self.gain, -1)):
            with self.subTest(figure=key):
                figure = self.figure(key)
                now = sign * self._ledger(account, date(2026, 1, 1), TODAY)
                before = sign * self._ledger(account, date(2025, 1, 1), YEAR_AGO)
                self.assertAlmostEqual(figure["value"], now, 2)
                self.assertAlmostEqual(figure["base"], before, 2)
                self.assertAlmostEqual(sum(self.records(key).mapped("balance")), sign * now, 2)

    # -- the return -----------------------------------------------------------

    def _terms(self):
        """A year of the period of 90 days, from the figures by SQL."""
        hours = round(round(self._lines("line.match_state = 'auto'") * 5 / 60, 2) * 365 / 90, 2)
        free = (self._dso(YEAR_AGO) - self._dso(TODAY)) * self._sales(TODAY, 12) / 365
        quarter, old = (date(2026, 1, 1), TODAY), (date(2025, 1, 1), YEAR_AGO)
        losses = [self._ledger(self.bad_debts, *days) * 365 / 90 for days in (old, quarter)]
        gains = [-self._ledger(self.gain, *days) * 365 / 90 for days in (old, quarter)]
        return {
            "work_saved": hours * 42,
            "capital_cost_saved": free * 0.05,
            "bad_debt_avoided": losses[0] - losses[1],
            "discounts_taken": gains[1] - gains[0],
            "subscription": -600,
        }

    def test_the_yearly_return_is_the_sum_of_its_terms(self):
        figure, terms = self.figure("yearly_return"), self._terms()
        rows = {row["part"]: row["values"][0] for row in figure["table"]["rows"]}
        for code, amount in terms.items():
            with self.subTest(term=code):
                self.assertAlmostEqual(rows.get(code, 0), amount, delta=0.02)
        self.assertAlmostEqual(figure["value"], sum(terms.values()), delta=0.05)
        labels = {row["part"]: row["label"] for row in figure["table"]["rows"]}
        self.assertIn("estimate", labels["work_saved"])
        self.assertNotIn("estimate", labels["bad_debt_avoided"])

    def test_return_on_investment_and_payback(self):
        total = sum(self._terms().values())
        self.assertAlmostEqual(
            self.value("return_on_investment"), (total - 1500) / (600 + 1500), delta=0.0002
        )
        self.assertAlmostEqual(self.value("payback"), 1500 / total * 12, delta=0.06)

    def test_from_the_first_use_on_the_days_before_it_are_the_comparison(self):
        self.company.value_in_use_since = date(2026, 1, 1)
        self.assertEqual(self.figure("dso")["base"], self._dso(date(2025, 12, 31)))

    def test_work_is_counted_over_the_days_since_the_first_use(self):
        self.company.value_in_use_since = date(2026, 3, 2)
        rows = {
            row["part"]: row["values"][0] for row in self.figure("yearly_return")["table"]["rows"]
        }
        hours = round(self._lines("line.match_state = 'auto'") * 5 / 60, 2)
        days = (TODAY - date(2026, 3, 1)).days
        self.assertAlmostEqual(rows["work_saved"], round(hours * 365 / days, 2) * 42, delta=0.02)

    # -- several companies ----------------------------------------------------

    def test_amounts_of_another_company_are_told_in_the_currency_of_the_page(self):
        self.other.write({"value_one_off_cost": 1000, "value_yearly_cost": 100})
        self._rate_of_the_other_company()
        alone = self.figure("yearly_return")["value"]
        both = self.figure("yearly_return", companies=self.both)["value"]
        self.assertAlmostEqual(both, alone - 50, 2)

    def _rate_of_the_other_company(self):
        """One euro is two dollars in the rates of the current company."""
        rates = self.env["recon.cash.flow"]._rates_to(self.company, TODAY)
        self.assertEqual(rates[self.usd.id], 0.5)


@tagged("post_install", "-at_install")
class TestDashboardHealth(DashboardCase):
    def _waits(self, reason, day, **values):
        [line] = self.lines_in_states(["exception"], day)
        return self.env["recon.exception"].create(
            {"st_line_id": line.id, "reason": reason, **values}
        )

    def test_exceptions_by_reason_with_their_age(self):
        self._waits("unsure", TODAY - timedelta(days=10), date_deadline="2026-03-01")
        self._waits("unsure", TODAY - timedelta(days=1))
        self._waits("returned", TODAY)
        self._waits("returned", TODAY).sudo().write({"state": "resolved"})
        self.assertEqual(
            self.rows("exceptions"), {"unsure": [2, 5.5, 10, 1], "returned": [1, 0, 0, 0]}
        )
        [count] = self.sql(
            """SELECT count(*) FROM recon_exception exception
                 JOIN account_move move ON move.statement_line_id = exception.st_line_id
                WHERE exception.state = 'open' AND move.company_id = %(company)s"""
        )
        self.assertEqual(self.value("exceptions"), count)
        self.assertEqual(len(self.records("exceptions", "unsure")), 2)
        self.assertEqual(len(self.records("exceptions")), 3)

    def test_connections_and_fetches(self):
        good = self.account(journal_id=False)
        soon = self.account(journal_id=False)
        soon.consent_id.valid_until = TODAY + timedelta(days=14)
        late = self.account(error_code="timeout")
        late.consent_id.write({"state": "expired"})
        self.env["open.banking.sync"].create(
            [
                {"account_id": good.id, "started_at": f"{day} 12:00:00", "state": state}
                for day, state in (
                    (TODAY, "done"),
                    (TODAY, "done"),
                    ("2026-01-01", "failed"),
                    (TODAY, "running"),
                    ("2025-12-31", "failed"),
                )
            ]
        )
        self.assertEqual(
            self.rows("consents"), {"good": [1], "soon": [1], "waiting": [0], "expired": [1]}
        )
        [share] = self.sql(
            """SELECT avg((state = 'done')::int) FROM open_banking_sync
                WHERE state IN ('done', 'failed') AND company_id = %(company)s
                  AND started_at::date BETWEEN %(first)s AND %(last)s"""
        )
        self.assertAlmostEqual(self.value("fetches"), float(share), 4)
        self.assertEqual(self.value("accounts_failing"), 1)
        self.assertEqual(self.records("accounts_failing").id, late.id)
        self.assertEqual(len(self.records("fetches", "failed")), 1)
        self.assertEqual(self.records("consents", "soon").id, soon.consent_id.id)
        self.assertEqual(len(self.records("consents")), 3)

    def test_the_forecast_that_was_kept_last_and_how_far_the_others_were_off(self):
        self.snapshots(date(2026, 3, 30), [1000 + 10 * number for number in range(13)])
        self.snapshots(date(2026, 1, 5), [500, 600, 700, 800], actual=650)
        self.snapshots(date(2026, 2, 2), [650, 0, 0, 550], actual=650)
        figure = self.figure("cash_forecast")
        self.assertEqual(figure["value"], 1120)
        self.assertEqual(len(figure["chart"]["series"][0]["data"]), 13)
        self.assertEqual(len(self.records("cash_forecast")), 13)
        for part, ahead in (("1", 1), ("4", 4)):
            [error, weeks] = self.sql(
                """SELECT avg(abs(forecast - actual)), count(*) FROM recon_cash_snapshot
                    WHERE is_over AND company_id = %(company)s AND weeks_ahead = %(ahead)s
                      AND monday BETWEEN %(first)s AND %(last)s""",
                ahead=ahead,
            )
            self.assertEqual(self.rows("cash_accuracy")[part], [float(error), weeks])
            self.assertEqual(len(self.records("cash_accuracy", part)), weeks)
        self.assertEqual(self.value("cash_accuracy"), 125)
