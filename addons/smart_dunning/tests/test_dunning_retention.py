from __future__ import annotations

from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import REMINDER_AT, DunningCommon

PAID_AT = REMINDER_AT + timedelta(days=3)
PERSONAL = "boulangerie martin"
CONTENTS = ("recipient_id", "address", "subject", "body_html", "message_ref", "attachment_ids")


@tagged("post_install", "-at_install")
class TestDunningRetention(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "head", "smart_dunning.group_dunning_manager", company_id=cls.company.id
        )

    def _reminded(self):
        """An invoice of which the customer was reminded, and answered."""
        with freeze_time(REMINDER_AT):
            invoice = self._new_invoice()
            self._plan()
            self._send()
        case = self._case()
        case.message_post(body="I will pay, Martin", message_type="email")
        self.root["dunning.hold"].create(
            {
                "case_id": case.id,
                "note": "Mr Martin is ill",
                "date_from": REMINDER_AT.date(),
                "date_to": REMINDER_AT.date(),
            }
        )
        with freeze_time(REMINDER_AT):
            dispute = self.root["dunning.dispute"].create(
                {
                    "case_id": case.id,
                    "item_ids": [(6, 0, case.item_ids.ids)],
                    "reason": "price",
                    "text": "Martin says: too dear",
                }
            )
            dispute.action_withdraw()
        return invoice, case

    def _paid(self):
        invoice, case = self._reminded()
        with freeze_time(PAID_AT):
            payment = self.init_payment(
                invoice.amount_total, post=True, date=PAID_AT.date(), partner=self.customer
            )
            self._receivable(payment.move_id + invoice).reconcile()
        self.env.flush_all()
        # the database's clock writes when a fact was noted
        self.env.cr.execute(
            "UPDATE dunning_event SET create_date = %s WHERE case_id = %s", [PAID_AT, case.id]
        )
        self.env.invalidate_all()
        self.assertEqual(case.stage, "closed")
        return case

    def _cron(self, months, **delta):
        now = PAID_AT + relativedelta(months=months, **delta)
        self.root["dunning.retention"]._cron_erase(now)
        self.env.invalidate_all()

    def _erase(self, user=None, **context):
        wizard = self.env["dunning.erasure"].with_user(user or self.manager)
        wizard.with_context(
            active_model="res.partner", active_ids=self.customer.ids, **context
        ).create({}).action_erase()
        self.env.invalidate_all()

    def _texts(self, case):
        rows = case.action_ids.read([*CONTENTS, "body_text", "failure"])
        rows += case.message_ids.read(["body", "subject", "email_from", "reply_to"])
        rows += case.hold_ids.read(["note"])
        rows += case.dispute_ids.read(["text"])
        return " ".join(str(list(row.values())) for row in rows).lower()

    def test_messages_and_notes_are_kept_while_they_may_be_needed(self):
        case = self._paid()
        self._cron(12, days=-1)
        self.assertTrue(case.action_ids.body_html)
        self.assertIn("Mr Martin is ill", case.hold_ids.mapped("note"))

    def test_notes_are_forgotten_before_messages(self):
        case = self._paid()
        self._cron(12, days=1)
        self.assertFalse(any(case.hold_ids.mapped("note")))
        self.assertTrue(case.action_ids.body_html)

    def test_who_was_reminded_when_stays_and_what_was_said_goes(self):
        case = self._paid()
        action = case.action_ids
        facts = ["state", "channel", "step_id", "amount", "sent_at", "item_ids", "content_hash"]
        before, events = action.read(facts), case.event_ids
        self.assertIn(PERSONAL, self._texts(case))
        self._cron(36, days=1)
        self.assertEqual(action.read(facts), before)
        self.assertEqual(case.event_ids, events)
        self.assertFalse(any(action[name] for name in CONTENTS))
        self.assertNotIn("martin", self._texts(case))
        self.assertIn("messages, kept for 36 months", " ".join(case.message_ids.mapped("body")))
        files = self.env["ir.attachment"].sudo()
        self.assertFalse(
            files.search([("res_model", "=", "dunning.action"), ("res_id", "=", action.id)])
        )

    def test_a_second_run_changes_nothing(self):
        case = self._paid()
        self._cron(36, days=1)
        before = (case.messages_erased_at, case.message_ids, case.action_ids.mapped("write_date"))
        self._cron(48)
        after = (case.messages_erased_at, case.message_ids, case.action_ids.mapped("write_date"))
        self.assertEqual(after, before)

    def test_nothing_of_an_open_case_is_forgotten(self):
        _invoice, case = self._reminded()
        self._cron(60)
        self.assertTrue(case.action_ids.body_html)
        self.assertTrue(any(case.hold_ids.mapped("note")))

    def test_a_dispute_that_still_runs_keeps_all(self):
        case = self._paid()
        self.root["dunning.dispute"].create(
            {"case_id": case.id, "item_ids": [(6, 0, case.item_ids.ids)], "reason": "price"}
        )
        self._cron(60)
        self.assertTrue(case.action_ids.body_html)

    def test_with_nought_months_all_is_kept(self):
        case = self._paid()
        self.company.sudo().dunning_keep_messages = 0
        self._cron(240)
        self.assertTrue(case.action_ids.body_html)
        self.assertFalse(any(case.hold_ids.mapped("note")))

    def test_the_pdf_of_several_letters_is_forgotten_after_a_day(self):
        files = self.root["ir.attachment"]
        values = {"name": "Letters.pdf", "raw": b"%PDF", "res_model": "dunning.action"}
        printed = files.create(values)
        self.root["dunning.retention"]._cron_erase(printed.create_date + timedelta(hours=2))
        self.assertTrue(printed.exists())
        self.root["dunning.retention"]._cron_erase(printed.create_date + timedelta(days=2))
        self.assertFalse(printed.exists())

    def test_a_case_that_breaks_stops_no_other(self):
        case = self._paid()
        other = self._new_customer("Other")
        with freeze_time(REMINDER_AT):
            self._new_invoice(customer=other)
            self._plan()
        broken = self._case(other)
        retention = self.root["dunning.retention"]
        erase = type(retention)._erase_messages_sudo

        def breaks(model, cases):
            if broken in cases:
                raise ValueError("broken")
            erase(model, cases)

        self.patch(type(retention), "_erase_messages_sudo", breaks)
        with self.assertLogs("odoo.addons.smart_dunning.models.dunning_retention") as log:
            retention._erase_or_leave(case | broken, "messages", "test", PAID_AT)
        self.assertFalse(case.action_ids.body_html)
        self.assertEqual(len(log.output), 1)
        self.assertNotIn("Other", log.output[0])

    # -- on request ------------------------------------------------------------------------------

    def test_a_manager_erases_what_a_customer_asks_for(self):
        case = self._paid()
        self.root["dunning.score"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "as_of": PAID_AT.date(),
                "is_latest": True,
                "band": "low",
            }
        )
        self._erase()
        self.assertNotIn("martin", self._texts(case))
        self.assertFalse(self.root["dunning.score"].search([("partner_id", "=", self.customer.id)]))
        self.assertIn("on request", case.message_ids.body)
        self.assertEqual(case.action_ids.state, "sent")
        before = case.message_ids.ids
        self._erase()
        self.assertEqual(len(case.message_ids.ids), len(before))

    def test_nothing_is_erased_while_money_is_owed(self):
        _invoice, case = self._reminded()
        with self.assertRaisesRegex(UserError, "still owed"):
            self._erase()
        self.assertTrue(case.action_ids.body_html)

    def test_only_a_manager_erases(self):
        self._paid()
        with self.assertRaises(AccessError):
            self._erase(self.controller)

    def test_what_another_company_knows_stays(self):
        case = self._paid()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            "smart_dunning.group_dunning_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self._erase(stranger, allowed_company_ids=other.ids)
        self.assertTrue(case.action_ids.body_html)
        self.assertFalse(case.messages_erased_at)

    def test_what_a_case_gathers_after_it_was_opened_again_is_erased_later(self):
        case = self._paid()
        self._cron(36, days=1)
        self.env.cr.execute(
            "UPDATE dunning_event SET create_date = %s WHERE case_id = %s AND stage_after = 'closed'",
            [datetime(2030, 1, 1), case.id],
        )
        case.action_ids.sudo().body_html = "<p>Dear Mr Martin</p>"
        self.env.flush_all()
        self.root["dunning.retention"]._cron_erase(datetime(2032, 12, 1))
        self.env.invalidate_all()
        self.assertTrue(case.action_ids.body_html)
        self.root["dunning.retention"]._cron_erase(datetime(2033, 2, 1))
        self.env.invalidate_all()
        self.assertFalse(case.action_ids.body_html)
