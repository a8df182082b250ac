from __future__ import annotations

from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import DUE, REMINDER_AT, DunningCommon

PROMISED = date(2026, 9, 25)  # a Friday
LAST = date(2026, 9, 30)  # three business days later
AFTER = datetime(2026, 10, 1, 10, 0)


@tagged("post_install", "-at_install")
class TestDunningPromises(DunningCommon):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(REMINDER_AT))
        self.invoice = self._new_invoice(100)
        self._plan()

    def _promise(self, **values):
        return (
            self.env["dunning.promise"]
            .with_user(self.controller)
            .create({"case_id": self._case().id, "date": PROMISED, **values})
        )

    def _kinds(self):
        return set(self._case().event_ids.mapped("kind"))

    def test_a_promise_stops_a_message_that_was_approved(self):
        self._promise()
        self.assertFalse(self._send())
        self._plan()
        self.assertRecordValues(
            self._case(),
            [{"waiting_reason": "held", "waiting_hold": "promise", "waiting_until": LAST}],
        )
        self.assertFalse(self._case().hold_ids)
        self.assertIn("promise_made", self._kinds())

    def test_what_is_agreed_asks_for_a_planning_of_its_case(self):
        promise = self._promise()
        for change in (promise.action_cancel, self._promise):
            self.assertTrue(self._case().plan_asked)
            self._plan()
            self.assertFalse(self._case().plan_asked)
            change()
        self.assertTrue(self._case().plan_asked)

    def test_a_promise_is_noted_in_its_window(self):
        action = self._case().action_promise()
        promises = self.env[action["res_model"]].with_user(self.controller)
        with Form(promises.with_context(**action["context"])) as form:
            form.date = PROMISED
            form.note = "on the telephone"
        self.assertRecordValues(form.record, [{"amount": 100, "last_date": LAST}])

    def test_a_promise_takes_what_is_open_as_its_measure(self):
        self._new_invoice(60, move_type="out_refund")
        self.assertRecordValues(
            self._promise(),
            [{"amount": 40, "owed": 40, "last_date": LAST, "user_id": self.controller.id}],
        )

    def test_a_broken_promise_ends_the_silence_and_calls_a_person(self):
        promise = self._promise()
        self._plan(AFTER)
        self.assertEqual(promise.state, "broken")
        self.assertIn("promise_broken", self._kinds())
        self.assertEqual(len(self._case().activity_ids), 1)
        self.assertIn("100", self._case().activity_ids.note)
        self.assertEqual(len(self._send(AFTER)), 1)
        self._plan(AFTER)
        self.assertEqual(len(self._case().activity_ids), 1)

    def test_a_promise_silences_on_its_last_day_of_grace(self):
        promise = self._promise()
        self._plan(datetime(2026, 9, 30, 10, 0))
        self.assertEqual(promise.state, "open")
        self.assertFalse(self._send(datetime(2026, 9, 30, 10, 0)))

    def test_a_payment_keeps_the_promise_at_once(self):
        promise = self._promise()
        self._register_payment(self.invoice, payment_date=PROMISED)
        self.assertEqual(promise.state, "kept")
        self.assertIn("promise_kept", self._kinds())

    def test_part_of_the_amount_keeps_no_promise(self):
        promise = self._promise()
        self._register_payment(self.invoice, payment_date=PROMISED, amount=94)
        self.assertEqual(promise.state, "open")
        self._plan(AFTER)
        self.assertEqual(promise.state, "broken")

    def test_a_promise_of_a_part_is_kept_by_the_part(self):
        promise = self._promise(amount=50)
        self._register_payment(self.invoice, payment_date=PROMISED, amount=48)
        self.assertEqual(promise.state, "kept")
        self._plan()
        self.assertNotEqual(self._case().waiting_hold, "promise")

    def test_money_on_the_suspense_account_keeps_a_promise(self):
        promise = self._promise()
        self._new_bank_line(100, self.customer)
        self._plan()
        self.assertEqual(promise.state, "kept")

    def test_a_payment_for_a_later_invoice_keeps_no_promise(self):
        promise = self._promise()
        later = self._new_invoice(100, DUE + timedelta(days=60))
        self._register_payment(later, payment_date=PROMISED)
        self._plan()
        self.assertEqual(promise.state, "open")

    def test_a_promise_that_is_cancelled_silences_no_more(self):
        promise = self._promise()
        promise.action_cancel()
        self.assertEqual(promise.state, "cancelled")
        self._plan()
        self.assertEqual(len(self._send()), 1)

    def test_a_case_has_one_open_promise(self):
        self._promise()
        with self.assertRaises(UserError):
            self._promise()

    def test_nothing_is_promised_for_the_past_or_without_a_debt(self):
        with self.assertRaises(UserError):
            self._promise(date=date(2026, 9, 20))
        self._new_bank_line(100, self.customer)
        with self.assertRaises(UserError):
            self._promise()

    def test_nobody_writes_the_state_of_a_promise_by_hand(self):
        promise = self._promise(state="kept", owed=1)
        self.assertRecordValues(promise, [{"state": "open", "owed": 100}])
        with self.assertRaises(AccessError):
            promise.write({"state": "kept"})

    def test_judging_takes_as_many_queries_for_many_cases_as_for_few(self):
        self._agree_in_all_ways("Few", 1)
        few = self._count_queries()
        self._agree_in_all_ways("Many", 6)
        self.assertLessEqual(self._count_queries(), few)

    def _agree_in_all_ways(self, name, count):
        """``count`` new customers each who promise, pay in instalments or dispute."""
        for number in range(3 * count):
            self._new_invoice(300, customer=self._new_customer(f"{name} {number}"))
        self._plan()
        cases = self.root["dunning.case"].search([("partner_id.name", "like", name)])
        for number, case in enumerate(cases):
            if number % 3 == 0:
                self.root["dunning.promise"].create({"case_id": case.id, "date": PROMISED})
            elif number % 3 == 1:
                self.root["dunning.plan"]._propose_sudo(case, 2)._accept_sudo()
            else:
                self.root["dunning.dispute"].create(
                    {
                        "case_id": case.id,
                        "reason": "price",
                        "item_ids": [(6, 0, case.item_ids.ids)],
                    }
                )

    def _count_queries(self):
        cases = self.root["dunning.case"].search([("company_id", "=", self.company.id)])
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        positions = self.root["dunning.ledger"]._positions(cases, REMINDER_AT.date())
        self.root["dunning.agreement"]._judge_sudo(positions, REMINDER_AT.date())
        return self.env.cr.sql_log_count - before

    def test_what_is_promised_is_expected_on_that_day_until_the_promise_is_over(self):
        item = self._case().item_ids
        promise = self._promise()
        row = self.env["dunning.expected.payment"].with_user(self.controller).browse(item.id)
        self.assertRecordValues(row, [{"expected_date": PROMISED, "expected_reason": "promised"}])
        promise.action_cancel()
        self.env.flush_all()
        row.invalidate_recordset()
        self.assertRecordValues(row, [{"expected_date": DUE, "expected_reason": False}])
