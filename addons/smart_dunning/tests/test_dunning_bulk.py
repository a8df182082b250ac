from __future__ import annotations

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import REMINDER_AT, DunningCommon

CUSTOMERS = 30


@tagged("post_install", "-at_install")
class TestDunningBulk(DunningCommon):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(REMINDER_AT))
        self.reminder.needs_approval = True
        for number in range(CUSTOMERS):
            self._new_invoice(customer=self._new_customer(f"C n{number}"))
        self._plan()
        self.cases = self.root["dunning.case"].search([("company_id", "=", self.company.id)])

    def _bulk(self, mode, cases=None, user=None, **values):
        cases = self.cases if cases is None else cases
        return (
            self.env["dunning.bulk"]
            .with_user(user or self.controller)
            .create({"mode": mode, "case_ids": [(6, 0, cases.ids)], **values})
        )

    def test_the_window_tells_what_is_approved_and_which_cases_have_no_message(self):
        silent = self.cases[0]
        silent.action_ids._cancel("manual")
        bulk = self._bulk("approve")
        self.assertIn("29 messages to 29 customers", bulk.summary)
        self.assertRegex(bulk.summary, r"29, .*2,900\.00")
        self.assertEqual(bulk.without_ids.ids, silent.ids)
        bulk.action_apply()
        self.assertEqual(set(bulk.action_ids.mapped("state")), {"approved"})
        self.assertEqual(bulk.action_ids.approved_by_id, self.controller)
        self.assertEqual(silent.action_ids.state, "cancelled")

    def test_what_was_withdrawn_or_planned_since_the_window_opened_is_not_approved(self):
        bulk = self._bulk("approve")
        gone, *_others = self.cases.action_ids
        gone._cancel("manual")
        self._new_invoice(50, customer=gone.partner_id)
        self._plan()
        bulk.action_apply()
        self.assertEqual(gone.state, "cancelled")
        self.assertEqual((gone.case_id.action_ids - gone).mapped("state"), ["planned"])

    def test_a_message_planned_while_the_window_is_open_is_not_approved(self):
        case = self.cases[0]
        case.action_ids._cancel("manual")
        form = Form(
            self.env["dunning.bulk"]
            .with_user(self.controller)
            .with_context(default_mode="approve", active_ids=self.cases[:20].ids)
        )
        self._plan()
        form.save().action_apply()
        self.assertEqual(set(case.action_ids.mapped("state")), {"planned", "cancelled"})
        self.assertEqual(self.cases[1:20].action_ids.mapped("state"), ["approved"] * 19)

    def test_a_responsible_is_set_on_all_selected_cases(self):
        self._bulk("responsible", self.cases[:20], user_id=self.controller.id).action_apply()
        self.assertEqual(self.cases[:20].user_id, self.controller)
        self.assertFalse(self.cases[20:].user_id)

    def test_selected_cases_are_silent_until_the_day(self):
        until = date(2026, 9, 30)
        self._bulk("hold", self.cases[:20], date_to=until, note="fair").action_apply()
        self._bulk("approve").action_apply()
        self.assertEqual(len(self._send()), 10)
        self.assertEqual(set(self.cases.hold_ids.mapped("date_to")), {until})

    def test_only_holds_of_a_person_are_released(self):
        self._bulk("hold", self.cases[:20]).action_apply()
        self._bulk("hold", self.cases[20:25], reason="insolvency").action_apply()
        bulk = self._bulk("release")
        self.assertIn("20 holds set by a person on 20 cases", bulk.summary)
        bulk.action_apply()
        self.assertEqual(self.cases.hold_ids.mapped("reason"), ["insolvency"] * 5)

    def test_only_the_selected_cases_are_planned(self):
        self.cases.action_ids._cancel("manual")
        self._bulk("plan", self.cases[:20]).action_apply()
        planned = self.cases.action_ids.filtered(lambda action: action.state == "planned")
        self.assertEqual(planned.case_id, self.cases[:20])

    def test_who_is_no_credit_controller_decides_nothing(self):
        biller = new_test_user(
            self.env, "biller", groups="account.group_account_invoice", company_id=self.company.id
        )
        with self.assertRaises(AccessError):
            self._bulk("hold", user=biller)
        with self.assertRaises(AccessError):
            self._bulk("hold").with_user(biller).action_apply()

    def test_a_case_of_another_company_is_not_decided_on(self):
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="smart_dunning.group_credit_controller",
            company_id=self._create_company(name="Other company").id,
        )
        with self.assertRaises(AccessError):
            self._bulk("hold", user=stranger).action_apply()
        self.assertFalse(self.cases.hold_ids)

    def test_thirty_cases_take_as_many_queries_as_two(self):
        for mode in ("plan", "approve", "hold", "release"):
            few, many = self._queries(mode, self.cases[:2]), self._queries(mode, self.cases[2:])
            self.assertLessEqual(many, few, mode)

    def _queries(self, mode, cases):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        bulk = self._bulk(mode, cases)
        bulk.read(["summary", "without_ids"])
        bulk.action_apply()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
