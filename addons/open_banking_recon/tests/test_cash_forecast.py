from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL

from .common import TODAY, OpenBankingCommon

MONDAY = date(2026, 3, 30)
NEXT_WEEK = date(2026, 4, 8)


class CashCase(OpenBankingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = new_test_user(
            cls.env, "treasurer", "open_banking_recon.group_reader", company_id=cls.company.id
        )

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(TODAY))

    def due(self, move, day):
        move.line_ids.filtered("date_maturity").date_maturity = day
        return move

    def customer_owes(self, amount, day, **values):
        return self.due(self.invoice(False, amount, **values), day)

    def we_owe(self, amount, day, **values):
        number = f"B-{amount}-{day}"
        return self.due(self.invoice(number, amount, move_type="in_invoice", **values), day)

    def pending(self, amount, day=None, partner=None, **values):
        account = self.env["open.banking.account"].search([], limit=1) or self.account()
        return self.env["open.banking.pending"].create(
            {
                "account_id": account.id,
                "amount": amount,
                "currency_id": self.company.currency_id.id,
                "value_date": day,
                "partner_id": partner and partner.id,
                **values,
            }
        )

    def forecasts(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        model = self.env["recon.cash.forecast"].with_user(user or self.reader)
        return model.with_company(self.company)

    def page(self):
        return self.forecasts().get_page()

    def amounts(self, kind, is_in):
        """{week number: amount} of a row of the table."""
        for row in self.page()["rows"]:
            if (row["kind"], row["is_in"]) == (kind, is_in):
                return {number: amount for number, amount in enumerate(row["amounts"]) if amount}
        return {}


@tagged("post_install", "-at_install")
class TestCashForecast(CashCase):
    def test_documents_stand_in_the_week_in_which_they_are_due(self):
        self.customer_owes(500, NEXT_WEEK)
        self.we_owe(300, NEXT_WEEK + timedelta(weeks=2))
        self.assertEqual(self.amounts("customer", True), {1: 500})
        self.assertEqual(self.amounts("vendor", False), {3: -300})
        weeks = self.page()["weeks"]
        self.assertEqual([week["closing"] for week in weeks[:5]], [0, 500, 500, 200, 200])

    def test_what_is_overdue_counts_next_week(self):
        self.customer_owes(500, date(2026, 1, 5))
        self.we_owe(300, date(2026, 3, 30))
        self.assertEqual(self.amounts("customer", True), {1: 500})
        self.assertEqual(self.amounts("vendor", False), {1: -300})

    def test_what_the_bank_announces_counts_now_and_is_no_second_payment(self):
        self.customer_owes(500, NEXT_WEEK)
        self.customer_owes(80, NEXT_WEEK + timedelta(weeks=1))
        self.pending(520, date(2026, 4, 1), self.customer)
        self.assertEqual(self.amounts("pending", True), {0: 520})
        self.assertEqual(self.amounts("customer", True), {2: 60})

    def test_money_that_waits_to_be_matched_does_not_come_again(self):
        self.customer_owes(500, NEXT_WEEK)
        line = self.bank_line(200, "somebody pays")
        line.partner_id = self.customer
        self.assertEqual(self.amounts("customer", True), {1: 300})

    def test_a_credit_note_is_taken_off_the_oldest_invoice(self):
        self.customer_owes(500, NEXT_WEEK)
        self.customer_owes(100, NEXT_WEEK + timedelta(weeks=1))
        self.invoice(False, 550, move_type="out_refund")
        self.assertEqual(self.amounts("customer", True), {2: 50})

    def test_a_credit_above_all_invoices_is_no_payment_to_the_customer(self):
        self.customer_owes(500, NEXT_WEEK)
        self.invoice(False, 550, move_type="out_refund")
        self.assertEqual(self.page()["rows"], [])

    def test_a_registered_payment_is_on_its_way_until_the_bank_has_it(self):
        bill = self.we_owe(300, NEXT_WEEK)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        ).create(
            {"payment_date": date(2026, 3, 30), "journal_id": self.journal.id}
        )._create_payments()
        self.assertEqual(self.amounts("vendor", False), {})
        self.assertEqual(self.amounts("transit", False), {0: -300})

    def test_a_payment_on_its_way_that_is_in_the_bank_line_that_waits_is_there_already(self):
        bill = self.we_owe(300, NEXT_WEEK)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        ).create(
            {"payment_date": date(2026, 3, 30), "journal_id": self.journal.id}
        )._create_payments()
        line = self.bank_line(-300, "our order")
        line.partner_id = bill.partner_id
        self.assertEqual(self.amounts("transit", False), {})

    def test_the_figures_are_those_of_the_books(self):
        for number in range(1, 8):
            day = TODAY + timedelta(days=9 * number)
            self.customer_owes(100 * number, day)
            self.we_owe(37.5 * number, day)
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.account_type, (line.date_maturity - %(monday)s) / 7,
                       sum(line.amount_residual)
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                 WHERE line.company_id = %(company)s AND line.parent_state = 'posted'
                   AND account.account_type IN ('asset_receivable', 'liability_payable')
              GROUP BY 1, 2
                """,
                monday=MONDAY,
                company=self.company.id,
            )
        )
        books = {"asset_receivable": {}, "liability_payable": {}}
        for account_type, week, amount in rows:
            books[account_type][week] = float(amount)
        self.assertEqual(len(rows), 14)
        self.assertEqual(self.amounts("customer", True), books["asset_receivable"])
        self.assertEqual(self.amounts("vendor", False), books["liability_payable"])

    def test_a_cell_opens_the_records_that_add_up_to_it(self):
        self.customer_owes(500, date(2026, 1, 5))
        self.customer_owes(70, NEXT_WEEK)
        self.customer_owes(30, date(2026, 4, 2))
        for number, amount in self.amounts("customer", True).items():
            action = self.forecasts().open_cell("customer", True, number)
            found = self.env[action["res_model"]].with_user(self.reader).search(action["domain"])
            with self.subTest(week=number):
                self.assertEqual(sum(found.mapped("amount")), amount)
                self.assertTrue(all(row.action_open_document()["res_id"] for row in found))

    def test_other_currencies_count_at_the_rate_of_today(self):
        dollar = self.setup_other_currency("USD", rates=[("2026-01-01", 4.0), ("2026-03-31", 2.0)])
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": date(2026, 3, 1),
                "currency_id": dollar.id,
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 100, "tax_ids": []})
                ],
            }
        )
        move.action_post()
        self.due(move, NEXT_WEEK)
        self.assertEqual(self.amounts("customer", True), {1: 50})
        self.assertEqual(self.page()["foreign"], ["USD"])

    def test_the_balance_is_what_the_bank_told_last_and_what_it_booked_since(self):
        self.bank_line(40, "before", day=TODAY - timedelta(days=2))
        self.bank_line(5, "after", day=TODAY)
        self.assertEqual(self.page()["opening"], 45)
        self.account(balance=1000, balance_date=TODAY - timedelta(days=1))
        self.assertEqual(self.page()["opening"], 1005)

    def test_customers_without_a_history_come_a_week_earlier_or_later(self):
        self.customer_owes(500, NEXT_WEEK)
        page = self.page()
        self.assertEqual(page["spread_days"], 7)
        self.assertEqual([week["low"] for week in page["weeks"][:4]], [0, 0, 500, 500])
        self.assertEqual([week["high"] for week in page["weeks"][:4]], [500, 500, 500, 500])

    def test_the_week_below_the_minimum_is_named(self):
        self.bank_line(1000, "there")
        self.we_owe(300, NEXT_WEEK)
        self.assertIsNone(self.page()["below"])
        self.forecasts(self.manager()).set_minimum(800)
        page = self.page()
        self.assertEqual((page["minimum"], page["below"], page["may_set_minimum"]), (800, 1, False))

    def manager(self):
        return new_test_user(
            self.env, "banker", "open_banking_recon.group_manager", company_id=self.company.id
        )

    def test_only_a_bank_manager_sets_the_minimum(self):
        with self.assertRaises(AccessError):
            self.forecasts(self.accountant).set_minimum(800)

    def test_who_may_not_read_bank_data_sees_no_forecast(self):
        seller = new_test_user(
            self.env, "seller", "account.group_account_invoice", company_id=self.company.id
        )
        with self.assertRaises(AccessError):
            self.forecasts(seller).get_page()

    def test_another_company_is_another_forecast(self):
        self.customer_owes(500, NEXT_WEEK)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.reader.company_ids |= other
        both = [self.company.id, other.id]
        model = self.forecasts().with_context(allowed_company_ids=both)
        self.assertEqual(model.get_page()["weeks"][1]["in"], 500)
        model = self.forecasts().with_context(allowed_company_ids=both[::-1])
        self.assertEqual(model.get_page()["rows"], [])
        self.assertEqual(model.get_page()["company"], "Elsewhere")
        movements = self.env["recon.cash.flow"].with_user(self.reader)
        alone = movements.with_context(allowed_company_ids=other.ids)
        self.assertFalse(alone.search([]))
        self.assertEqual(len(movements.with_context(allowed_company_ids=both).search([])), 1)

    def test_many_documents_cost_no_further_queries(self):
        self.customer_owes(1, NEXT_WEEK)
        self.page()
        forecasts = self.forecasts()
        before = self.cr.sql_log_count
        forecasts.get_page()
        first = self.cr.sql_log_count - before
        self.assertLess(first, 40)
        for number in range(2, 30):
            self.customer_owes(number, NEXT_WEEK + timedelta(days=number))
        forecasts = self.forecasts()
        before = self.cr.sql_log_count
        forecasts.get_page()
        self.assertLessEqual(self.cr.sql_log_count - before, first)


@tagged("post_install", "-at_install")
class TestCashRecurring(CashCase):
    def rent(self, text="LOYER 01/26", amount=-900, **values):
        return self.env["account.bank.statement.line"].union(
            *(
                self.bank_line(amount, f"{text} {month}", day=date(2026, month, 5), **values)
                for month in (1, 2, 3)
            )
        )

    def test_a_rent_that_came_three_times_is_expected_each_month(self):
        lines = self.rent()
        self.assertEqual(self.amounts("recurring", False), {0: -900, 5: -900, 9: -900})
        [row] = self.page()["recurring"]
        self.assertEqual((row["amount"], row["occurrences"]), (-900, 3))
        self.assertEqual(row["line_ids"], lines.ids)

    def test_its_cell_opens_the_bank_lines_it_was_learned_from(self):
        lines = self.rent()
        action = self.forecasts().open_cell("recurring", False, 5)
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, lines.sorted())

    def test_a_cell_that_is_not_there_is_refused_in_words(self):
        for cell in (("nothing", True, 0), ("customer", False, 0), ("customer", True, 99)):
            with self.assertRaisesRegex(UserError, "no such cell"):
                self.forecasts().open_cell(*cell)

    def test_payments_of_documents_do_not_recur(self):
        for month, line in enumerate(self.rent(), 1):
            bill = self.invoice(f"R-{month}", 900, move_type="in_invoice", day=date(2026, month, 1))
            _liquidity, suspense, _other = line._seek_for_lines()
            payable = bill.line_ids.filtered(lambda row: row.account_type == "liability_payable")
            suspense.write({"account_id": payable.account_id.id, "partner_id": bill.partner_id.id})
            (suspense + payable).reconcile()
        self.assertEqual(self.page()["recurring"], [])

    def test_lines_that_wait_for_a_document_do_not_recur(self):
        lines = self.rent()
        self.env["recon.proposal"].create(
            [{"st_line_id": line.id, "probability": 0.6} for line in lines]
        )
        self.assertEqual(self.page()["recurring"], [])

    def test_a_payment_that_is_pending_is_not_expected_twice(self):
        self.rent(counterparty_name="SCI Victor")
        self.pending(-900, date(2026, 4, 2), counterparty_name="SCI VICTOR")
        self.assertEqual(self.amounts("pending", False), {0: -900})
        self.assertEqual(self.amounts("recurring", False), {5: -900, 9: -900})
