from __future__ import annotations

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import DunningCommon

CUSTOMERS = 30


@tagged("post_install", "-at_install")
class TestDunningBulk(DunningCommon):
    """One decision for many cases."""

    def setUp(self):
        super().setUp()
        self.policy.autonomy = "suggest"
        for number in range(CUSTOMERS):
            self._new_invoice(customer=self._new_customer(f"Client c{number}"))
        self._plan()
        self.cases = self.root["dunning.case"].search([("company_id", "=", self.company.id)])

    def _bulk(self, mode, cases=None, **values):
        cases = self.cases if cases is None else cases
        wizard = self.env["dunning.bulk"].with_user(self.controller)
        wizard = wizard.with_context(active_model="dunning.case", active_ids=cases.ids)
        return wizard.create({"mode": mode, **values})

    def test_what_approving_does_is_shown_before_it_is_done(self):
        self.cases[0].action_ids._cancel("manual")
        bulk = self._bulk("approve")
        self.assertIn("Email: 29 message(s) to 29 customer(s)", bulk.summary)
        self.assertIn(self.cases[0].partner_id.name, bulk.summary)
        self.assertEqual(set(self.cases[1:].action_ids.mapped("state")), {"planned"})
        bulk.action_apply()
        self.assertEqual(set(self.cases[1:].action_ids.mapped("state")), {"approved"})
        self.assertEqual(self.cases[1:].action_ids.approved_by_id, self.controller)
        self.assertEqual(len(self._send()), 29)

    def test_nothing_to_approve_is_said_in_words(self):
        self.cases.action_ids._cancel("manual")
        with self.assertRaisesRegex(UserError, "message to approve"):
            self._bulk("approve").action_apply()

    def test_cases_are_held_until_a_day_and_released(self):
        self._bulk("hold", date_to="2999-10-30", note="fair").action_apply()
        self.assertEqual(len(self.cases.hold_ids), CUSTOMERS)
        self.assertEqual(set(self.cases.hold_ids.mapped("date_to")), {date(2999, 10, 30)})
        self.assertTrue(all(self.cases.mapped("plan_asked")))
        self.cases.hold_ids.date_to = False
        self.cases[0].hold_ids.reason = "deceased"
        release = self._bulk("release")
        self.assertIn(f"{CUSTOMERS - 1} hold(s)", release.summary)
        release.action_apply()
        self.assertEqual(self.cases.hold_ids.case_id, self.cases[0])

    def test_a_responsible_is_set(self):
        self._bulk("assign", user_id=self.controller.id).action_apply()
        self.assertEqual(self.cases.user_id, self.controller)
        with self.assertRaises(UserError):
            self._bulk("assign").action_apply()

    def test_only_the_chosen_cases_are_planned(self):
        self.cases.planned_on = False
        self._bulk("plan", self.cases[:2]).action_apply()
        self.assertTrue(all(self.cases[:2].mapped("planned_on")))
        self.assertFalse(any(self.cases[2:].mapped("planned_on")))

    def test_the_window_opens_for_a_controller_and_for_nobody_else(self):
        Form(
            self.env["dunning.bulk"]
            .with_user(self.controller)
            .with_context(active_model="dunning.case", active_ids=self.cases.ids)
        ).save()
        clerk = new_test_user(self.env, "clerk", groups="account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.env["dunning.bulk"].with_user(clerk).create({"mode": "plan"})
