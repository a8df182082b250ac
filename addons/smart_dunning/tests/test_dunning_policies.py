from __future__ import annotations

from datetime import timedelta

from odoo.tests import tagged

from .common import DUE, FIRM_AT, REMINDER_AT, DunningCommon


@tagged("post_install", "-at_install")
class TestDunningPolicies(DunningCommon):
    """Which policy a customer is followed up by, and its limits."""

    def _new_policy(self, **values):
        return self.root["dunning.policy"].create(
            {
                "name": "Special",
                "is_conditional": True,
                "sequence": 1,
                "step_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Early reminder",
                            "offset_days": 1,
                            "template_id": self.reminder.template_id.id,
                        },
                    )
                ],
                **values,
            }
        )

    def _planned_by(self, policy):
        self._plan()
        self.assertEqual(self._case().policy_id, policy)
        return self._actions()

    def test_a_customer_who_meets_the_conditions_of_a_policy_is_followed_up_by_it(self):
        special = self._new_policy(country_ids=[(6, 0, self.env.ref("base.fr").ids)])
        self._new_invoice()
        self.assertEqual(self._planned_by(special).step_id, special.step_ids)

    def test_a_customer_who_does_not_is_followed_up_by_the_policy_of_the_company(self):
        self._new_policy(customer_kind="consumer")
        self._new_invoice()
        self.assertEqual(self._planned_by(self.policy).step_id, self.reminder)

    def test_the_own_policy_of_a_customer_comes_first(self):
        self._new_policy()
        own = self._new_policy(is_conditional=False)
        self.customer.with_company(self.company).sudo().dunning_policy_id = own
        self._new_invoice()
        self._planned_by(own)

    def test_a_policy_of_another_company_is_not_taken(self):
        other = self.root["res.company"].create({"name": "Other"})
        self._new_policy(company_id=other.id)
        self._new_invoice()
        self._planned_by(self.policy)

    def test_the_amount_that_chooses_a_policy_is_net_of_credits(self):
        self._new_policy(amount_from=90)
        self._new_invoice(100)
        self._new_invoice(20, move_type="out_refund")
        self._planned_by(self.policy)

    def test_a_message_of_a_policy_that_fits_no_more_does_not_leave(self):
        special = self._new_policy(country_ids=[(6, 0, self.env.ref("base.fr").ids)])
        self._new_invoice()
        self._planned_by(special)
        self.customer.country_id = self.env.ref("base.de")
        self.assertFalse(self._send())
        self.assertEqual(self._actions().state, "cancelled")

    def test_a_policy_may_leave_more_time_between_messages(self):
        self.policy.days_between = 20
        self._new_invoice()
        self._plan()
        self.assertTrue(self._send())
        self._plan(FIRM_AT)
        self.assertEqual(self._case().waiting_reason, "contact_limit")
        self.assertEqual(self._case().waiting_until, REMINDER_AT.date() + timedelta(days=19))

    def test_good_payers_are_given_more_time(self):
        self.policy.write({"patience_days": 5, "patient_below": 0.2})
        self.root["dunning.score"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "as_of": DUE,
                "is_latest": True,
                "probability": 0.05,
                "band": "low",
            }
        )
        self._new_invoice()
        self._plan()
        self.assertFalse(self._actions())
        self._plan(REMINDER_AT + timedelta(days=7))
        self.assertEqual(self._actions().step_id, self.reminder)

    def test_a_step_tells_the_salesperson_when_its_message_has_left(self):
        self.reminder.hand_over = "salesperson"
        self.customer.user_id = self.controller
        self._new_invoice()
        self._plan()
        self._send()
        activity = self._case().activity_ids
        self.assertEqual(activity.user_id, self.controller)
        self.assertIn("Boulangerie Martin", activity.summary)
        self.assertIn("handed_over", self._case().event_ids.mapped("kind"))
