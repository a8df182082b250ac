from __future__ import annotations

from datetime import date

from odoo.tests import freeze_time, new_test_user, tagged

from .common import DUE, REMINDER_AT, DunningCommon

FIRST, SECOND, THIRD, FOURTH = (
    date(2026, 9, 28),
    date(2026, 10, 28),
    date(2026, 11, 30),
    date(2026, 12, 28),
)

PROMISED = date(2026, 10, 2)


@tagged("post_install", "-at_install")
class TestDunningCash(DunningCommon):
    """The cash forecast expects customers when follow-up expects them."""

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(REMINDER_AT))
        self.older = self._new_invoice(100, date(2026, 9, 10))
        self.newer = self._new_invoice(200, DUE)
        self._plan()
        self.older_item, self.newer_item = self._case().item_ids.sorted()
        # who reads the forecast needs no rights on follow-up
        self.reader = new_test_user(
            self.env, "treasurer", "open_banking_recon.group_reader", company_id=self.company.id
        )

    def _expected(self):
        """{invoice: [(day, amount)]} of the forecast."""
        self.env.flush_all()
        rows = self.env["recon.cash.flow"].with_user(self.reader).search([], order="date, id")
        rows.invalidate_recordset()
        return {
            move: [(row.date, row.amount) for row in of_move]
            for move, of_move in rows.grouped("move_id").items()
        }

    def _agree(self, count=3):
        wizard = self.env["dunning.plan.wizard"].with_user(self.controller)
        wizard.create({"case_id": self._case().id, "count": count}).action_agree()

    def test_a_customer_is_expected_by_habit(self):
        self.older_item.expected_date = date(2026, 10, 20)
        self.newer_item.expected_date = False
        self.assertEqual(
            self._expected(),
            {self.older: [(date(2026, 10, 20), 100)], self.newer: [(DUE, 200)]},
        )

    def test_instalments_come_on_their_days(self):
        self._agree()
        self.assertEqual(
            self._expected(),
            {self.older: [(FIRST, 100)], self.newer: [(SECOND, 100), (THIRD, 100)]},
        )

    def test_instalments_that_cut_an_invoice_share_it(self):
        self._agree(count=4)
        self.assertEqual(
            self._expected(),
            {
                self.older: [(FIRST, 75), (SECOND, 25)],
                self.newer: [(SECOND, 50), (THIRD, 75), (FOURTH, 75)],
            },
        )

    def test_a_paid_instalment_does_not_come_again(self):
        self._agree()
        payment = self.init_payment(100, post=True, date=FIRST, partner=self.customer)
        self._receivable(payment.move_id + self.older).reconcile()
        found = self._expected()
        self.assertEqual(found[self.newer], [(SECOND, 100), (THIRD, 100)])
        self.assertNotIn(self.older, found)

    def test_what_the_instalments_do_not_reach_comes_with_the_first(self):
        self._agree()
        last = self._case().plan_ids.line_ids[-1]
        last.amount = 40
        self.assertEqual(
            self._expected(),
            {
                self.older: [(FIRST, 100)],
                self.newer: [(FIRST, 60), (SECOND, 100), (THIRD, 40)],
            },
        )

    def test_a_promise_is_the_last_word(self):
        self._agree()
        promise = self.root["dunning.promise"].create(
            {"case_id": self._case().id, "amount": 200, "date": PROMISED}
        )
        self.assertEqual(
            self._expected(), {self.older: [(PROMISED, 100)], self.newer: [(PROMISED, 200)]}
        )
        promise.item_ids = self.newer_item
        self.assertEqual(
            self._expected(), {self.older: [(FIRST, 100)], self.newer: [(PROMISED, 200)]}
        )

    def test_an_invoice_in_parts_opens_once_for_each(self):
        self._agree()
        rows = self.env["recon.cash.flow"].with_user(self.reader).search([])
        self.assertEqual(len(set(rows.ids)), 3)
        rows.invalidate_recordset()
        self.assertEqual(
            {row.id: row.amount for row in rows.browse(rows.ids)},
            {row.id: row.amount for row in rows},
        )
