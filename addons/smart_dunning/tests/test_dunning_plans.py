from __future__ import annotations

from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import DUE, REMINDER_AT, DunningCommon

FIRST, SECOND, THIRD = date(2026, 9, 28), date(2026, 10, 28), date(2026, 11, 30)


@tagged("post_install", "-at_install")
class TestDunningPlans(DunningCommon):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(REMINDER_AT))
        self.older = self._new_invoice(100, date(2026, 9, 10))
        self.newer = self._new_invoice(200, DUE)
        self._plan()

    def _wizard(self, **values):
        return (
            self.env["dunning.plan.wizard"]
            .with_user(self.controller)
            .create({"case_id": self._case().id, "count": 3, **values})
        )

    def _agreed(self):
        self._wizard().action_agree()
        return self._case().plan_ids

    def _kinds(self):
        return set(self._case().event_ids.mapped("kind"))

    def _bank_line(self, amount, text, **values):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": FIRST,
                "payment_ref": text,
                "amount": amount,
                **values,
            }
        )

    def _match(self):
        self.root["recon.matcher"].with_company(self.company)._match_company(
            self.company.with_env(self.root)
        )

    def test_the_window_shows_what_would_be_agreed(self):
        wizard = self._wizard()
        self.assertRecordValues(
            wizard.line_ids,
            [
                {"date": FIRST, "amount": 100},
                {"date": SECOND, "amount": 100},
                {"date": date(2026, 11, 30), "amount": 100},
            ],
        )
        wizard.count = 9
        self.assertTrue(wizard.problem)
        self.assertFalse(wizard.line_ids)
        with self.assertRaises(UserError):
            wizard.action_agree()

    def test_a_plan_is_made_in_its_window(self):
        action = self._case().action_payment_plan()
        wizards = self.env[action["res_model"]].with_user(self.controller)
        with Form(wizards.with_context(**action["context"])) as form:
            self.assertEqual(form.amount, 300)
            form.count = 2
            self.assertEqual(len(form.line_ids), 2)
        form.record.action_agree()
        self.assertEqual(self._case().plan_ids.line_ids.mapped("amount"), [150, 150])

    def test_a_proposed_plan_silences_nobody_yet(self):
        self._wizard().action_propose()
        self.assertEqual(self._case().plan_ids.state, "proposed")
        self.assertEqual(len(self._send()), 1)

    def test_an_agreed_plan_silences_the_case_while_it_is_on_track(self):
        plan = self._agreed()
        self.assertRecordValues(plan, [{"state": "active", "agreed_on": date(2026, 9, 21)}])
        self.assertFalse(self._send())
        self._plan()
        self.assertRecordValues(
            self._case(),
            [{"waiting_hold": "plan", "waiting_until": date(2026, 10, 3)}],
        )
        self.assertIn("plan_accepted", self._kinds())

    def test_a_missed_instalment_breaks_the_plan_after_its_grace(self):
        plan = self._agreed()
        self._plan(datetime(2026, 10, 3, 10, 0))
        self.assertEqual(plan.state, "active")
        at = datetime(2026, 10, 5, 10, 0)
        self._plan(at)
        self.assertEqual(plan.state, "broken")
        self.assertIn("plan_broken", self._kinds())
        self.assertEqual(len(self._case().activity_ids), 1)
        self.assertEqual(len(self._send(at)), 1)

    def test_a_plan_whose_money_has_come_is_fulfilled(self):
        plan = self._agreed()
        self._register_payment(self.older, payment_date=FIRST)
        self.assertEqual(plan.state, "active")
        self.assertEqual(plan.amount_received, 100)
        self._register_payment(self.newer, payment_date=FIRST)
        self.assertEqual(plan.state, "fulfilled")
        self.assertIn("plan_fulfilled", self._kinds())

    def test_a_payment_taken_back_puts_the_plan_in_arrears_again(self):
        plan = self._agreed()
        payment = self._register_payment(self.older, payment_date=FIRST)
        at = datetime(2026, 10, 5, 10, 0)
        self._plan(at)
        self.assertEqual(plan.state, "active")
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual(self.older.amount_residual, 100)
        self._plan(at)
        self.assertEqual(plan.state, "broken")

    def test_a_plan_makes_an_open_promise_void(self):
        promise = self.root["dunning.promise"].create(
            {"case_id": self._case().id, "date": date(2026, 9, 25)}
        )
        self._agreed()
        self.assertEqual(promise.state, "cancelled")

    def test_a_case_has_one_plan_at_a_time(self):
        plan = self._agreed()
        with self.assertRaises(UserError):
            self._wizard().action_agree()
        plan.with_user(self.controller).action_cancel()
        self._wizard().action_agree()
        self.assertEqual(set(self._case().plan_ids.mapped("state")), {"active", "cancelled"})

    def test_nobody_writes_a_plan_by_hand(self):
        plan = self._agreed().with_user(self.controller)
        with self.assertRaises(AccessError):
            plan.write({"state": "fulfilled"})
        with self.assertRaises(AccessError):
            plan.line_ids[0].write({"amount": 1})

    def test_who_has_had_a_broken_plan_is_offered_no_other_one(self):
        plan = self._agreed()
        plans, case = self.root["dunning.plan"], self._case()
        position = self.root["dunning.agreement"]._position_sudo(case)
        self._plan(datetime(2026, 10, 5, 10, 0))
        self.assertEqual(plan.state, "broken")
        self.assertEqual(plans._counts_offered_sudo(case, position), ())

    # -- a transfer that quotes an instalment

    def test_a_transfer_with_the_reference_of_an_instalment_pays_the_oldest_invoice(self):
        plan = self._agreed()
        reference = plan.line_ids[0].reference
        st_line = self._bank_line(
            100, f"VIR {' '.join(reference[i : i + 4] for i in (0, 4, 8, 12, 16))}"
        )
        self._match()
        self.assertTrue(st_line.is_reconciled)
        self.assertEqual(st_line.match_state, "auto")
        self.assertEqual(st_line.partner_id, self.customer)
        self.assertEqual((self.older.amount_residual, self.newer.amount_residual), (0, 200))

    def test_an_instalment_that_is_no_whole_invoice_is_allocated_in_part(self):
        plan = self._agreed()
        self._bank_line(150, "x", creditor_reference=plan.line_ids[1].reference)
        self._match()
        self.assertEqual((self.older.amount_residual, self.newer.amount_residual), (0, 150))
        self.assertEqual(plan.amount_received, 150)

    def test_two_instalments_of_one_statement_follow_each_other(self):
        plan = self._agreed()
        for line in plan.line_ids:
            self._bank_line(100, line.reference)
        self._match()
        self.assertEqual((self.older.amount_residual, self.newer.amount_residual), (0, 0))
        self.assertEqual(plan.state, "fulfilled")

    def test_the_reference_of_the_case_pays_what_is_oldest(self):
        st_line = self._bank_line(120, self._case()._payment_reference())
        self._match()
        self.assertTrue(st_line.is_reconciled)
        self.assertEqual((self.older.amount_residual, self.newer.amount_residual), (0, 180))

    def test_what_is_too_much_stays_on_the_account_of_the_customer(self):
        st_line = self._bank_line(310, self._case()._payment_reference())
        self._match()
        self.assertTrue(st_line.is_reconciled)
        self.assertEqual((self.older.amount_residual, self.newer.amount_residual), (0, 0))

    def test_a_reference_with_a_slip_is_left_to_a_person(self):
        reference = self._agreed().line_ids[0].reference
        wrong = reference[:-1] + ("1" if reference[-1] != "1" else "2")
        st_line = self._bank_line(77, wrong)
        self._match()
        self.assertFalse(st_line.is_reconciled)

    def test_references_of_two_customers_in_one_text_are_left_to_a_person(self):
        stranger = self._new_customer("Stranger")
        self._new_invoice(70, customer=stranger)
        self._plan()
        refs = [self._case(c)._payment_reference() for c in (self.customer, stranger)]
        st_line = self._bank_line(77, " / ".join(refs))
        self._match()
        self.assertFalse(st_line.is_reconciled)

    def test_a_line_that_a_person_took_back_is_not_taken_again(self):
        st_line = self._bank_line(77, self._case()._payment_reference())
        st_line.auto_match_blocked = True
        self._match()
        self.assertFalse(st_line.is_reconciled)

    def test_instalments_are_expected_on_their_days_and_those_paid_no_more(self):
        self._agreed()
        older, newer = self._case().item_ids
        rows = self.env["dunning.expected.payment"].with_user(self.controller)
        rows = rows.browse((older | newer).ids)
        self.assertEqual(set(rows.mapped("expected_date")), {FIRST})
        self.assertEqual(set(rows.mapped("expected_reason")), {"instalment"})
        payment = self.init_payment(100, post=True, date=FIRST, partner=self.customer)
        self._receivable(payment.move_id + self.older).reconcile()
        self.env.flush_all()
        rows.invalidate_recordset()
        self.assertEqual(rows[1].expected_date, SECOND)
