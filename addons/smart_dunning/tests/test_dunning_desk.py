from __future__ import annotations

from ast import literal_eval
from datetime import date, datetime, timedelta

from lxml import etree

from odoo.fields import Domain
from odoo.tests import freeze_time, new_test_user, tagged

from ..dunning_core.types import EventKind
from ..models.dunning_sender import MAX_ATTEMPTS
from .common import DUE, REMINDER_AT, DunningCommon

TODAY = REMINDER_AT.date()


@tagged("post_install", "-at_install")
class TestDunningDesk(DunningCommon):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(REMINDER_AT))
        self.invoice = self._new_invoice()

    def _found(self, case):
        """``case`` as the controller sees it after what has happened."""
        self.env.flush_all()
        self.env.invalidate_all()
        return case.with_user(self.controller)

    def _next(self, customer=None):
        return self._found(self._case(customer)).next_thing

    def _desk(self, model):
        self.env.flush_all()
        return self.env[f"dunning.{model}"].with_user(self.controller)

    def _hold(self, reason, **values):
        return self._desk("hold").create(
            {"case_id": self._case().id, "reason": reason, "date_from": TODAY, **values}
        )

    def test_a_message_to_approve_waits_for_a_person_until_it_is_approved(self):
        self.reminder.needs_approval = True
        self._plan()
        self.assertEqual(self._next(), "approve")
        self._actions().with_user(self.controller).action_approve()
        self.assertFalse(self._next())

    def test_a_policy_that_only_simulates_gives_nobody_work(self):
        self.policy.autonomy = "simulate"
        self._plan()
        self.assertEqual(self._actions().state, "planned")
        self.assertFalse(self._next())

    def test_a_message_of_unknown_fate_comes_before_a_dispute_and_that_before_an_activity(self):
        self._plan()
        case = self._case()
        case.activity_schedule("mail.mail_activity_data_call", date_deadline=TODAY)
        self.assertEqual(self._next(), "activity")
        self._hold("dispute")
        self.assertEqual(self._next(), "dispute")
        self._actions().write({"state": "unknown", "attempts": MAX_ATTEMPTS})
        self.assertEqual(self._next(), "trouble")
        self.assertEqual(
            self._found(case).todo_ids.mapped("kind"), ["trouble", "dispute", "activity"]
        )

    def test_what_is_tried_again_by_itself_waits_for_nobody(self):
        self._plan()
        message = self._actions()
        for state in ("unknown", "failed"):
            message.write({"state": state, "attempts": MAX_ATTEMPTS - 1})
            self.assertFalse(self._next())
            message.attempts = MAX_ATTEMPTS
            self.assertEqual(self._next(), "trouble")

    def test_a_letter_and_a_formal_notice_of_unknown_fate_wait_at_once(self):
        self._plan()
        message = self._actions()
        message.write({"state": "unknown", "attempts": 1, "channel": "letter"})
        self.assertEqual(self._next(), "trouble")
        message.channel = "email"
        self.assertFalse(self._next())
        message.step_id.tone = "formal"
        self.assertEqual(self._next(), "trouble")

    def test_the_screen_of_things_to_do_opens_without_who_waits_for_nothing(self):
        other = self._new_customer("Other")
        self._new_invoice(customer=other)
        self._plan()
        self._hold("dispute")
        action = self.env.ref("smart_dunning.dunning_case_action_todo").sudo()
        # filters that stand together without a separator widen each other
        chosen = [name for name in literal_eval(action.context) if "search_default" in name]
        arch = self.env["dunning.case"].with_user(self.controller).get_view(view_type="search")
        domains = [
            Domain(literal_eval(node.get("domain")))
            for node in etree.fromstring(arch["arch"]).iter("filter")
            if f"search_default_{node.get('name')}" in chosen
        ]
        self.assertEqual(len(domains), len(chosen))
        found = self._desk("case").search(Domain.OR(domains))
        self.assertEqual(found.partner_id, self.customer)

    def test_the_aged_balance_begins_with_who_is_most_overdue(self):
        self._new_invoice(50, TODAY + timedelta(10), customer=self._new_customer("In time"))
        self._new_invoice(900, TODAY - timedelta(40), customer=self._new_customer("Worst"))
        rows = self._desk("ageing").search([])
        self.assertEqual(rows.partner_id.mapped("name")[:2], ["Worst", self.customer.name])
        self.assertEqual(rows.partner_id.mapped("name")[-1], "In time")

    def test_a_dispute_that_is_over_and_a_call_of_tomorrow_wait_for_nobody(self):
        self._plan()
        self._hold("dispute", date_from=TODAY - timedelta(9), date_to=TODAY - timedelta(1))
        self._case().activity_schedule(
            "mail.mail_activity_data_call", date_deadline=TODAY + timedelta(1)
        )
        self.assertFalse(self._next())

    def test_a_dispute_of_the_customer_wants_an_answer_and_a_letter_wants_to_be_printed(self):
        self._plan()
        case = self._case()
        dispute = self.root["dunning.dispute"].create(
            {"case_id": case.id, "item_ids": [(6, 0, case.item_ids.ids)], "reason": "price"}
        )
        case.activity_ids.unlink()
        self.assertEqual(self._next(), "dispute")
        dispute.action_reject()
        case.action_ids.write({"state": "to_print"})
        self.assertEqual(self._next(), "letter")

    def test_a_broken_promise_wants_a_call_until_the_next_one_is_made(self):
        self._plan()
        case = self._case()
        case._register_sudo([(case, EventKind.PROMISE_BROKEN, "test,1", "1")])
        self.assertEqual(self._next(), "promise_broken")
        case._register_sudo([(case, EventKind.PROMISE_MADE, "test,2", "1")])
        self.assertFalse(self._next())

    def test_a_customer_without_an_address_wants_one(self):
        self.customer.email = False
        self._plan()
        self.assertEqual(self._next(), "contact")

    def test_the_list_of_things_to_do_leaves_out_who_waits_for_nothing(self):
        other = self._new_customer("Other")
        self._new_invoice(customer=other)
        self._plan()
        self._hold("dispute")
        cases = self._desk("case")
        self.assertEqual(cases.search([("todo_ids", "!=", False)]).partner_id, self.customer)
        self.assertEqual(
            cases.search([("todo_ids.kind", "=", "dispute")]).partner_id, self.customer
        )

    def test_a_controller_of_another_company_has_none_of_this_work(self):
        self._plan()
        self._hold("dispute")
        other = self._create_company(name="Other company")
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="smart_dunning.group_credit_controller",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.env.flush_all()
        for model in ("todo", "timeline", "ageing", "expected.payment"):
            self.assertFalse(self.env[f"dunning.{model}"].with_user(stranger).search([]))

    def test_the_gain_follows_the_settings_of_the_company(self):
        self.company.sudo().write(
            {
                "dunning_capital_rate": 7.3,
                "dunning_contact_effect": 50,
                "dunning_contact_cost": 0.10,
            }
        )
        self._plan()
        case = self._case()
        case.item_ids.expected_date = TODAY + timedelta(107)
        self._plan()
        # 100 x 100 days (107 - 7) x 0.5 x 0.02 % a day - 0.10
        self.assertAlmostEqual(case.expected_gain, 0.90)

    def test_the_one_from_whom_more_is_to_be_gained_comes_first(self):
        big = self._new_customer("Big")
        self._new_invoice(9000, customer=big)
        self._plan()
        for case in self._case() | self._case(big):
            case.item_ids.expected_date = TODAY + timedelta(60)
        self._plan()
        ordered = self.root["dunning.case"].search([], order="expected_gain desc", limit=2)
        self.assertEqual(ordered.partner_id.ids, [big.id, self.customer.id])

    def test_the_time_line_tells_facts_messages_holds_and_payments_newest_first(self):
        self._plan()
        self._send()
        self._hold("promise", note="by phone", date_to=date(2026, 9, 30))
        payment = self.init_payment(40, post=True, date=date(2026, 9, 25), partner=self.customer)
        self._receivable(payment.move_id + self.invoice).reconcile()
        line = self._found(self._case()).timeline_ids
        self.assertEqual(line, line.sorted(lambda entry: (entry.moment, entry.id), reverse=True))
        paid = line.filtered(lambda entry: entry.kind == "payment")
        self.assertEqual((paid.moment, paid.amount), (datetime(2026, 9, 25), 40))
        self.assertEqual(paid.what, f"{self.invoice.name} by {payment.move_id.name}")
        told = {entry.kind: entry.what for entry in line if entry.kind != "fact"}
        self.assertEqual(told["message"], self.reminder.display_name)
        self.assertIn("by phone", told["hold"])
        facts = line.filtered(lambda entry: entry.kind == "fact").mapped("what")
        self.assertIn("Became due", facts)
        self.assertNotIn("Reminder sent", facts)

    def test_the_aged_balance_sorts_by_days_past_due_and_nets_credits(self):
        self._new_invoice(1000, due=TODAY)
        self._new_invoice(31, due=TODAY - timedelta(31))
        self._new_invoice(20, due=DUE, move_type="out_refund")
        row = self._desk("ageing").search([("partner_id", "=", self.customer.id)])
        self.assertRecordValues(
            row,
            [
                {
                    "not_due": 1000,
                    "late_1_30": 80,
                    "late_31_60": 31,
                    "late_over_90": 0,
                    "overdue": 111,
                    "total": 1111,
                }
            ],
        )
        self.assertEqual(
            row.action_open_cases()["domain"][1], ("partner_id", "in", row.partner_id.ids)
        )

    def test_expected_payments_list_what_is_open(self):
        self._new_invoice(50, due=TODAY + timedelta(21))
        self._plan()
        rows = self._desk("expected.payment").search([("company_id", "=", self.company.id)])
        self.assertEqual(sorted(rows.mapped("amount")), [50, 100])

    def test_the_desk_takes_as_many_queries_for_thirty_cases_as_for_one(self):
        self._plan()
        single = self._count_queries()
        for number in range(30):
            self._new_invoice(customer=self._new_customer(f"C n{number}"))
        self._plan()
        self.assertLessEqual(self._count_queries(), single)

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        user = self.env(user=self.controller.id)
        before = self.env.cr.sql_log_count
        cases = user["dunning.case"].search([])
        cases.read(["partner_id", "next_thing", "expected_gain", "stage"])
        cases.timeline_ids.read(["moment", "kind", "what", "amount"])
        user["dunning.ageing"].search([]).read()
        user["dunning.expected.payment"].search([]).read()
        user["recon.cash.flow"].search([]).read()
        cases.sudo()._store_gain(TODAY)
        return self.env.cr.sql_log_count - before
