from __future__ import annotations

from datetime import date, timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.sql_db import db_connect
from odoo.tests import tagged

from odoo.addons.open_banking_recon.models.advisory_lock import FOLLOW_UP

from .common import BEFORE_DUE, DUE, FIRM_AT, REMINDER_AT, DunningCommon


@tagged("post_install", "-at_install")
class TestDunningPlanning(DunningCommon):
    def test_one_message_is_planned_for_all_invoices_of_a_customer(self):
        self._new_invoice(100)
        self._new_invoice(50, DUE - timedelta(days=1))
        self._plan()
        action = self._actions()
        self.assertRecordValues(
            action, [{"state": "approved", "step_id": self.reminder.id, "amount": 150.0}]
        )
        self.assertEqual(len(action.item_ids), 2)

    def test_planning_twice_plans_one_message(self):
        self._new_invoice()
        self._plan()
        self._plan()
        self.assertEqual(len(self._actions()), 1)

    def test_a_company_without_policy_follows_nobody_up(self):
        self.company.sudo().dunning_policy_id = False
        self._new_invoice()
        self.root["dunning.planner"]._cron_plan(REMINDER_AT)
        self.assertFalse(self._case())

    def test_a_line_that_comes_to_the_step_of_its_neighbour_is_asked_for_again(self):
        """The same step for the same lines, but for the younger one it is the first time."""
        self._new_invoice(due=DUE - timedelta(days=14))
        self._new_invoice(due=DUE)
        self._plan()
        self.assertTrue(self._send())
        self._plan(FIRM_AT)
        second = self._actions().filtered(lambda action: action.state == "approved")
        self.assertEqual(second.step_id, self.firm)
        self.assertEqual(len(second.item_ids), 2)

    def test_a_courtesy_notice_is_planned_before_the_due_date(self):
        self._new_invoice()
        self._plan(BEFORE_DUE)
        self.assertEqual(self._actions().step_id, self.notice)
        self.assertEqual(self._case().stage, "clear")

    def test_after_an_outage_only_the_newest_step_is_planned(self):
        self._new_invoice()
        self._plan(FIRM_AT)
        self.assertEqual(self._actions().step_id, self.firm)

    def test_a_step_overtaken_by_a_newer_one_is_cancelled(self):
        self.policy.autonomy = "suggest"
        self._new_invoice()
        self._plan()
        self._plan(FIRM_AT)
        self.assertEqual(
            {(a.step_id, a.state, a.cancel_reason) for a in self._actions()},
            {(self.reminder, "cancelled", "superseded"), (self.firm, "planned", False)},
        )

    def test_a_policy_that_suggests_leaves_the_decision_to_a_person(self):
        self.policy.autonomy = "suggest"
        self._new_invoice()
        self._plan()
        self.assertEqual(self._actions().state, "planned")
        self.assertFalse(self._send())
        self._actions().with_user(self.controller).action_approve()
        self.assertEqual(len(self._send()), 1)
        self.assertEqual(self._actions().approved_by_id, self.controller)

    def test_a_formal_notice_waits_for_a_person_under_every_policy(self):
        self.firm.tone = "formal"
        self._new_invoice()
        self._plan_reminded(FIRM_AT)
        formal = self._actions().filtered(lambda action: action.step_id == self.firm)
        self.assertEqual(formal.state, "planned")

    def test_the_minimum_is_converted_into_the_currency_of_the_debt(self):
        self.policy.minimum_amount = 10
        dear = self.setup_other_currency("KWD", rates=[("2026-01-01", 0.3)])
        cheap = self.setup_other_currency("JPY", rates=[("2026-01-01", 160)])
        self._new_invoice(9, currency_id=dear)
        self._new_invoice(900, currency_id=cheap)
        self._plan()
        cases = self.root["dunning.case"].search([("partner_id", "=", self.customer.id)])
        planned = cases.action_ids
        self.assertEqual(planned.currency_id, dear)
        self.assertEqual((cases - planned.case_id).waiting_reason, "below_minimum")

    def test_a_customer_without_address_is_shown_as_held(self):
        self.customer.email = False
        self._new_invoice()
        self._plan()
        self.assertRecordValues(
            self._case(), [{"waiting_reason": "held", "waiting_hold": "missing_contact"}]
        )
        self.assertFalse(self._actions())

    def test_the_invoice_contact_gets_the_message(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Accounts payable",
                "type": "invoice",
                "parent_id": self.customer.id,
                "email": "payable@example.com",
            }
        )
        self._new_invoice()
        self._plan()
        self._send()
        self.assertEqual(self._actions().recipient_id.id, contact.id)
        self.assertIn("payable@example.com", self._mails[0]["email_to"][0])

    def test_a_full_payment_closes_the_case_and_cancels_what_is_planned(self):
        invoice = self._new_invoice()
        self._plan()
        self._register_payment(invoice, payment_date=date(2026, 9, 21))
        self.assertEqual(self._case().stage, "closed")
        self.assertRecordValues(self._actions(), [{"state": "cancelled", "cancel_reason": "paid"}])

    def test_paying_one_of_two_invoices_keeps_the_case_open(self):
        paid, other = self._new_invoice(100), self._new_invoice(50)
        self._plan()
        self._register_payment(paid, payment_date=date(2026, 9, 21))
        self.assertEqual(self._case().stage, "due")
        self.assertEqual(self._actions().state, "approved")
        mails = self._send()
        self.assertEqual(len(mails), 1)
        self.assertIn(other.name, mails[0]["body"])
        self.assertNotIn(paid.name, mails[0]["body"])

    def test_a_payment_taken_back_reopens_the_case_one_step_earlier(self):
        invoice = self._new_invoice()
        self._plan()
        self._send()
        payment = self._register_payment(invoice, payment_date=date(2026, 9, 22))
        self.assertEqual(self._case().stage, "closed")
        payment.move_id.line_ids.remove_move_reconcile()
        case = self._case()
        self.assertRecordValues(case, [{"stage": "due", "cycle": 2}])
        self.assertEqual(case.item_ids.last_offset, self.notice.offset_days)
        payment.action_draft()
        payment.action_cancel()
        self._plan(REMINDER_AT + timedelta(days=7))
        self.assertEqual(case.action_ids.filtered(lambda a: a.cycle == 2).step_id, self.reminder)

    def test_a_payment_is_taken_back_even_when_the_company_has_no_policy_any_more(self):
        invoice = self._new_invoice()
        self._plan()
        self._send()
        payment = self._register_payment(invoice, payment_date=date(2026, 9, 22))
        self.company.sudo().dunning_policy_id = False
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertEqual(self._case().stage, "due")

    def test_a_return_told_by_the_bank_brings_the_case_up(self):
        self._new_invoice(due=date(2026, 10, 30))
        self._plan()
        self.root["recon.exception"].create(
            {
                "reason": "returned",
                "partner_id": self.customer.id,
                "st_line_id": self._new_bank_line(-100).id,
            }
        )
        self.assertEqual(self._case().stage, "due")
        self.assertIn("returned", self._case().event_ids.mapped("kind"))

    def test_an_exception_that_turns_out_to_be_a_return_brings_the_case_up(self):
        self._new_invoice(due=date(2026, 10, 30))
        self._plan()
        exception = self.root["recon.exception"].create(
            {"reason": "no_candidate", "st_line_id": self._new_bank_line(-100).id}
        )
        self.assertEqual(self._case().stage, "clear")
        exception.write({"reason": "returned", "partner_id": self.customer.id})
        exception.write({"reason": "returned"})
        self.assertEqual(self._case().stage, "due")
        self.assertEqual(self._case().event_ids.mapped("kind").count("returned"), 1)

    def test_a_planning_that_meets_a_reconciliation_is_done_again(self):
        self._new_invoice()
        Planner = type(self.root["dunning.planner"])
        plan_cases, collisions = Planner._plan_cases, [SerializationFailure()]

        def collide_once(planner, *args):
            if collisions:
                raise collisions.pop()
            return plan_cases(planner, *args)

        with (
            patch.object(Planner, "_plan_cases", collide_once),
            patch.object(self.env.cr, "rollback") as rollback,
        ):
            self._plan()
        rollback.assert_called_once()
        self.assertEqual(self._actions().state, "approved")

    def test_a_company_is_planned_by_one_worker_and_the_other_comes_again(self):
        self._new_invoice()
        planner = self.root["dunning.planner"]
        action = self.env.ref("smart_dunning.ir_cron_plan")
        triggers = self.root["ir.cron.trigger"].search([("cron_id", "=", action.id)])
        triggers.unlink()
        key = (FOLLOW_UP, self.company.id)
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute("SELECT pg_advisory_lock(%s, %s)", key)
            try:
                planner._cron_plan(REMINDER_AT)
            finally:
                other.execute("SELECT pg_advisory_unlock(%s, %s)", key)
        self.assertFalse(self._actions())
        again = self.root["ir.cron.trigger"].search([("cron_id", "=", action.id)])
        self.assertEqual(len(again), 1)
        planner._cron_plan(REMINDER_AT)
        self.assertEqual(self._actions().state, "approved")

    def test_the_same_fact_is_written_down_once(self):
        self._new_invoice()
        self._plan()
        self._plan()
        kinds = self._case().event_ids.mapped("kind")
        self.assertEqual(sorted(kinds), ["became_due", "opened"])

    def test_planning_fifty_customers_takes_as_many_queries_as_planning_one(self):
        self._new_invoice()
        single = self._count_queries_of_planning()
        for number in range(50):
            self._new_invoice(customer=self._new_customer(f"Customer n{number}"))
        self.root["dunning.action"].search([])._cancel("manual")
        many = self._count_queries_of_planning()
        self.assertEqual(self.root["dunning.action"].search_count([("state", "=", "approved")]), 51)
        self.assertLessEqual(many, single + 5)

    def _count_queries_of_planning(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._plan()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
