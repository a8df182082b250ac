from __future__ import annotations

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import REMINDER_AT, DunningCommon


@tagged("post_install", "-at_install")
class TestDunningAccess(DunningCommon):
    def setUp(self):
        super().setUp()
        self._new_invoice()
        self._plan()

    def test_a_controller_reads_the_case_with_all_that_hangs_on_it(self):
        case = self._case().with_user(self.controller)
        values = case.read()[0]
        self.assertEqual(values["amount_open"], 100)
        self.assertTrue(case.item_ids.read() and case.action_ids.read() and case.event_ids.read())

    def test_a_controller_puts_a_case_on_hold_and_takes_it_off(self):
        holds = self.env["dunning.hold"].with_user(self.controller)
        hold = holds.create(
            {
                "case_id": self._case().id,
                "reason": "dispute",
                "date_from": REMINDER_AT.date(),
            }
        )
        self.assertFalse(self._send())
        hold.unlink()
        self.assertEqual(len(self._send()), 1)

    def test_a_controller_cannot_write_into_the_outbox(self):
        with self.assertRaises(AccessError):
            self._actions().with_user(self.controller).write({"state": "sent"})

    def test_an_invoicing_user_sees_no_case_and_decides_nothing(self):
        user = new_test_user(
            self.env, "biller", groups="account.group_account_invoice", company_id=self.company.id
        )
        with self.assertRaises(AccessError):
            self._case().with_user(user).read(["stage"])
        with self.assertRaises(AccessError):
            self._actions().with_user(user).action_approve()

    def test_an_invoicing_user_still_registers_the_payment_that_closes_a_case(self):
        user = new_test_user(
            self.env, "biller", groups="account.group_account_invoice", company_id=self.company.id
        )
        self._register_payment(self._case().item_ids.move_id.with_user(user))
        self.assertEqual(self._case().stage, "closed")

    def test_a_controller_of_another_company_sees_nothing(self):
        other = self._create_company(name="Other company")
        user = new_test_user(
            self.env,
            "stranger",
            groups="smart_dunning.group_credit_controller",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        case = self._case()
        self.root["dunning.promise"].create({"case_id": case.id, "date": "2999-01-01"})
        self.root["dunning.plan"]._propose_sudo(case, 1)
        self.root["dunning.dispute"].create(
            {"case_id": case.id, "item_ids": [(6, 0, case.item_ids.ids)], "reason": "price"}
        )
        for model in (
            *("case", "item", "event", "action", "hold", "score", "risk.model"),
            *("todo", "timeline", "ageing", "expected.payment", "step.result"),
            *("promise", "plan", "plan.line", "dispute"),
        ):
            self.assertFalse(self.env[f"dunning.{model}"].with_user(user).search([]))

    def test_debts_and_credits_of_another_company_do_not_mix(self):
        other = self._create_company(name="Other company", country_id=self.company.country_id.id)
        other.dunning_policy_id = self.policy
        data = self.collect_company_accounting_data(other)
        self.env["account.move"].with_company(other).create(
            {
                "move_type": "out_refund",
                "partner_id": self.customer.id,
                "invoice_date": "2026-09-01",
                "journal_id": data["default_journal_sale"].id,
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Refund",
                            "price_unit": 500,
                            "tax_ids": [],
                            "account_id": data["default_account_revenue"].id,
                        },
                    )
                ],
            }
        ).action_post()
        self.root["dunning.planner"]._cron_plan(REMINDER_AT)
        self.assertEqual(self._actions().amount, 100)
        self.assertEqual(len(self._send()), 1)

    def test_an_event_can_be_neither_changed_nor_deleted(self):
        event = self._case().event_ids[:1]
        with self.assertRaises(UserError):
            event.write({"kind": "paid"})
        with self.assertRaises(UserError):
            event.unlink()

    def test_a_simulating_policy_lets_nobody_approve(self):
        self._actions()._cancel("manual")
        self.policy.autonomy = "simulate"
        self._plan()
        planned = self._actions().filtered(lambda a: a.state == "planned")
        self.assertTrue(planned)
        with self.assertRaises(UserError):
            planned.with_user(self.controller).action_approve()
