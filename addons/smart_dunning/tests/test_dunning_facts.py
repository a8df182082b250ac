from __future__ import annotations

from datetime import timedelta

from odoo.tests import tagged

from .common import DUE, FIRM_AT, REMINDER_AT, DunningCommon


@tagged("post_install", "-at_install")
class TestDunningFacts(DunningCommon):
    """Facts from the bank, the books and the customer, and what follows from them."""

    def _kinds(self, customer=None):
        return self._case(customer).event_ids.mapped("kind")

    def _return_class(self, value):
        self._case().return_class = value

    def test_a_part_payment_is_noted_and_the_rest_is_asked_for(self):
        invoice = self._new_invoice(100)
        self._plan()
        self._register_payment(invoice, payment_date=DUE, amount=40.0)
        self.assertIn("partially_paid", self._kinds())
        self.assertTrue(self._case().plan_asked)
        self._send()
        self.assertRecordValues(self._actions(), [{"state": "sent", "amount": 60.0}])

    def test_more_than_was_owed_is_noted(self):
        invoice = self._new_invoice(100)
        self._plan()
        self._register_payment(invoice, payment_date=DUE)
        self._new_invoice(30, move_type="out_refund")
        self._case().stage = "due"
        self._plan()
        self.assertIn("overpaid", self._kinds())

    def test_an_answer_holds_the_case_until_somebody_has_read_it(self):
        self._new_invoice()
        self._plan()
        case = self._case()
        case.message_post(body="I paid yesterday", message_type="email")
        self.assertEqual(case.hold_ids.reason, "manual")
        self.assertIn("answered", case.activity_ids.summary)
        self.assertIn("replied", self._kinds())
        case.hold_ids.date_from = DUE
        case.hold_ids.date_to = FIRM_AT.date()
        self.assertFalse(self._send())

    def test_a_note_of_a_colleague_holds_nothing(self):
        self._new_invoice()
        self._plan()
        self._case().message_post(body="called them", message_type="comment")
        self.assertFalse(self._case().hold_ids)

    def test_a_rejected_payment_is_told_to_the_responsible_once(self):
        self._new_invoice()
        self._plan()
        case = self._case()
        case.user_id = self.controller
        payment = self.env["account.payment"].create(
            {"payment_type": "inbound", "partner_id": self.customer.id, "amount": 100}
        )
        payment.state = "in_process"
        for _repeat in range(2):
            payment.action_reject()
        self.assertEqual(case.activity_ids.user_id, self.controller)
        self.assertEqual(len(case.activity_ids), 1)
        self.assertIn("payment_failed", self._kinds())

    def test_a_credit_note_asks_for_a_new_planning(self):
        self._new_invoice()
        self._plan()
        self.assertFalse(self._case().plan_asked)
        self._new_invoice(100, move_type="out_refund")
        self.assertTrue(self._case().plan_asked)
        self._plan()
        self.assertEqual(self._actions().state, "cancelled")

    def test_the_payment_of_one_of_several_invoices_asks_for_a_new_planning(self):
        # else what is planned for all of them is cancelled only when it is about to leave
        paid = self._new_invoice(100)
        self._new_invoice(300)
        self._plan()
        self._register_payment(paid, payment_date=DUE)
        self.assertTrue(self._case().plan_asked)

    def test_a_promise_a_plan_and_a_dispute_ask_for_a_new_planning(self):
        self._new_invoice(1000)
        self._plan()
        case = self._case()
        promise = self.root["dunning.promise"].create({"case_id": case.id, "date": "2999-01-01"})
        self.assertTrue(case.plan_asked)
        case.plan_asked = False
        promise.action_cancel()
        self.assertTrue(case.plan_asked)
        case.plan_asked = False
        plan = self.root["dunning.plan"]._propose_sudo(case, 2)
        plan._accept_sudo()
        self.assertTrue(case.plan_asked)
        case.plan_asked = False
        values = {"case_id": case.id, "item_ids": [(6, 0, case.item_ids.ids)], "reason": "price"}
        self.root["dunning.dispute"].create(values)
        self.assertTrue(case.plan_asked)

    def test_a_pending_payment_asks_for_a_new_planning_and_stops_the_message(self):
        self._new_invoice()
        self._plan()
        self._new_pending_payment(REMINDER_AT.date())
        self.assertTrue(self._case().plan_asked)
        self.assertFalse(self._send())

    def test_who_was_reminded_is_thanked_for_a_payment_on_its_way_once(self):
        thanks = self.policy.step_ids.create(
            {
                "policy_id": self.policy.id,
                "name": "Thanks",
                "trigger": "payment_pending",
                "offset_days": 0,
                "tone": "courtesy",
                "template_id": self.env.ref("smart_dunning.mail_template_thanks").id,
            }
        )
        self._new_invoice()
        self._plan()
        self._send()
        self._new_pending_payment(FIRM_AT.date())
        for _run in range(2):
            self._plan(FIRM_AT)
            mails = self._send(FIRM_AT)
        self.assertFalse(mails)
        thanked = self._actions().filtered(lambda action: action.step_id == thanks)
        self.assertRecordValues(thanked, [{"state": "sent"}])
        self.assertIn("thanked", self._kinds())
        self.assertEqual(self._case().stage, "reminded")
        self.assertEqual(self._case().waiting_hold, "payment_pending")

    def test_thanks_do_not_leave_when_the_payment_was_withdrawn_in_between(self):
        self.policy.step_ids.create(
            {
                "policy_id": self.policy.id,
                "name": "Thanks",
                "trigger": "payment_pending",
                "offset_days": 0,
                "template_id": self.env.ref("smart_dunning.mail_template_thanks").id,
            }
        )
        self._new_invoice()
        self._plan()
        self._send()
        later = REMINDER_AT + timedelta(days=8)
        pending = self._new_pending_payment(later.date())
        self._plan(later)
        pending.unlink()
        self.assertFalse(self._send(later))

    def test_each_reason_of_a_return_has_its_own_message_which_is_sent_once(self):
        for reason, word in (("retry_funds", "returned"), ("fix_account", "account")):
            customer = self._new_customer(f"Client {reason}")
            self._new_invoice(customer=customer, due=REMINDER_AT.date())
            self._plan()
            case = self._case(customer)
            case.return_class = reason
            self._plan()
            mails = self._send()
            self.assertEqual(len(mails), 1)
            self.assertIn(word, mails[0]["subject"])
            self.assertFalse(case.return_class)
            self._plan()
            self.assertFalse(self._send())

    def test_the_reason_of_a_return_is_forgotten_when_the_debt_is_paid(self):
        invoice = self._new_invoice()
        self._plan()
        self._return_class("retry_funds")
        self._register_payment(invoice, payment_date=DUE)
        self.assertEqual(self._case().stage, "closed")
        self.assertFalse(self._case().return_class)

    def test_a_planning_that_was_interrupted_goes_on_where_it_ended(self):
        for number in range(3):
            self._new_invoice(customer=self._new_customer(f"Client {number}"))
        self._plan()
        cases = self.root["dunning.case"].search([("company_id", "=", self.company.id)])
        cases[1].planned_on = False
        cases.write({"waiting_reason": "excluded"})
        self.root["dunning.planner"]._plan_company(
            self.company.with_env(self.root), REMINDER_AT, again=False
        )
        self.assertEqual(
            cases.mapped("waiting_reason"),
            ["excluded", False, "excluded"],
        )
