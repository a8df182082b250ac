from __future__ import annotations

from datetime import date, datetime, timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import bulk
from .common import DUE, FIRM_AT, NIGHT, REMINDER_AT, DunningCommon

MAIL_LOG = "odoo.addons.mail.models.mail_mail"
RENDER_LOG = "odoo.addons.mail.models.mail_render_mixin"
SENDER_LOG = "odoo.addons.smart_dunning.models.dunning_sender"


@tagged("post_install", "-at_install")
class TestDunningSending(DunningCommon):
    def test_one_email_lists_all_overdue_invoices(self):
        first, second = self._new_invoice(100), self._new_invoice(50)
        self._plan()
        mails = self._send()
        self.assertEqual(len(mails), 1)
        self.assertIn("martin@example.com", mails[0]["email_to"][0])
        for invoice in (first, second):
            self.assertIn(invoice.name, mails[0]["body"])
        self.assertIn("150.00", mails[0]["body"])
        self.assertEqual(mails[0]["headers"]["Auto-Submitted"], "auto-generated")
        self.assertRecordValues(self._actions(), [{"state": "sent", "sent_at": REMINDER_AT}])
        self.assertEqual(self._case().stage, "reminded")

    def test_the_message_stands_in_the_chatter_of_the_case_under_its_message_id(self):
        self._new_invoice()
        self._plan()
        mails = self._send()
        action = self._actions()
        message = self._case().message_ids.filtered(lambda m: m.message_id == action.message_ref)
        self.assertEqual(message.subject, action.subject)
        self.assertEqual(mails[0]["message_id"], action.message_ref)

    def test_sending_twice_sends_one_message(self):
        self._new_invoice()
        self._plan()
        self.assertEqual(len(self._send()), 1)
        self._plan()
        self.assertFalse(self._send())
        self.assertEqual(len(self._actions()), 1)

    def test_a_payment_between_planning_and_sending_stops_the_message(self):
        invoice = self._new_invoice()
        self._plan()
        payment = self.init_payment(100, post=True, date=date(2026, 9, 21), partner=self.customer)
        lines = self._receivable(payment.move_id) + self._receivable(invoice)
        # The hook that cancels at once is left out: the check before sending must be enough.
        with patch.object(type(self.env["dunning.case"]), "_on_paid_sudo", lambda *_args: None):
            lines.reconcile()
        self.assertFalse(self._send())
        self.assertEqual(self._actions().cancel_reason, "paid")

    def test_a_payment_not_yet_allocated_stops_the_message(self):
        self._new_invoice()
        self._plan()
        self.init_payment(100, post=True, date=date(2026, 9, 21), partner=self.customer)
        self.assertFalse(self._send())
        self.assertEqual(self._actions().cancel_reason, "covered")

    def test_money_in_suspense_from_the_customer_stops_the_message(self):
        self._new_invoice()
        self._plan()
        self._new_bank_line(100, self.customer)
        self.assertFalse(self._send())
        self.assertEqual(self._actions().cancel_reason, "covered")

    def test_a_credit_note_that_covers_the_debt_stops_the_message(self):
        self._new_invoice()
        self._plan()
        self._new_invoice(move_type="out_refund")
        self.assertFalse(self._send())
        self.assertEqual(self._actions().cancel_reason, "covered")

    def test_a_smaller_credit_is_taken_off_what_is_asked_for(self):
        self._new_invoice(100)
        self._plan()
        self._new_invoice(30, move_type="out_refund")
        mails = self._send()
        self.assertIn("70.00", mails[0]["body"])
        self.assertEqual(self._actions().amount, 70)

    def test_an_invoice_marked_no_follow_up_is_left_alone(self):
        invoice = self._new_invoice()
        self._plan()
        invoice.no_followup = True
        self.assertFalse(self._send())
        self.assertEqual(self._actions().cancel_reason, "excluded")

    def test_a_blocked_invoice_is_left_alone(self):
        invoice = self._new_invoice()
        self._plan()
        invoice.action_toggle_block_payment()
        self.assertFalse(self._send())
        self.assertEqual(self._actions().cancel_reason, "excluded")

    def test_a_pending_bank_payment_of_the_customer_holds_the_message(self):
        self._new_invoice()
        self._plan()
        pending = self._new_pending_payment(REMINDER_AT.date())
        self.assertFalse(self._send())
        self.assertEqual(self._actions().state, "approved")
        self.assertEqual(self._case().waiting_hold, "payment_pending")
        pending.unlink()
        self.assertEqual(len(self._send(REMINDER_AT + timedelta(hours=1))), 1)

    def test_a_pending_payment_that_never_came_holds_for_a_week_only(self):
        self._new_invoice()
        self._plan()
        self._new_pending_payment(REMINDER_AT.date() - timedelta(days=8))
        self.assertEqual(len(self._send()), 1)

    def test_a_hold_of_a_person_silences_until_its_last_day(self):
        self._new_invoice()
        self._plan()
        self.root["dunning.hold"].create(
            {
                "case_id": self._case().id,
                "reason": "promise",
                "date_from": REMINDER_AT.date(),
                "date_to": REMINDER_AT.date(),
            }
        )
        self.assertFalse(self._send())
        self.assertEqual(len(self._send(REMINDER_AT + timedelta(days=1))), 1)

    def test_nothing_leaves_at_night_and_the_message_waits_for_the_morning(self):
        self._new_invoice()
        self._plan()
        self.assertFalse(self._send(NIGHT))
        self.assertEqual(self._actions().not_before, datetime(2026, 9, 22, 7, 0))
        self.assertEqual(len(self._send(datetime(2026, 9, 22, 7, 0))), 1)

    def test_a_customer_gets_one_message_in_seven_days(self):
        self._new_invoice()
        self._plan()
        self._send()
        self._new_invoice(50, DUE + timedelta(days=1))
        self._plan(REMINDER_AT + timedelta(days=1))
        self.assertRecordValues(
            self._case(),
            [{"waiting_reason": "contact_limit", "waiting_until": date(2026, 9, 27)}],
        )
        self._plan(REMINDER_AT + timedelta(days=7))
        self.assertEqual(len(self._send(REMINDER_AT + timedelta(days=7))), 1)

    def test_two_cases_of_one_customer_share_the_contact_limit(self):
        other = self.setup_other_currency("USD", rates=[("2026-01-01", 1.2)])
        self._new_invoice()
        self._new_invoice(50, currency_id=other)
        self._plan()
        self.assertEqual(len(self._send()), 1)
        self.assertFalse(self._send(REMINDER_AT + timedelta(hours=1)))

    def test_an_outage_between_planning_and_sending_sends_the_newest_step_only(self):
        self._new_invoice()
        self._plan()
        self.assertFalse(self._send(FIRM_AT))
        self._plan(FIRM_AT)
        self.assertEqual(len(self._send(FIRM_AT)), 1)
        sent = self._actions().filtered(lambda a: a.state == "sent")
        self.assertEqual(sent.step_id, self.firm)

    def test_a_first_message_never_speaks_of_an_earlier_one(self):
        self._new_invoice()
        self._plan(FIRM_AT)
        [first] = self._send(FIRM_AT)
        self.assertNotIn("Despite our reminder", first["body"])
        self.assertIn("past their due date", first["body"])

    def test_a_firm_message_after_a_reminder_says_so(self):
        self._new_invoice()
        self._plan()
        self._send()
        self._plan(FIRM_AT)
        [second] = self._send(FIRM_AT)
        self.assertIn("Despite our reminder", second["body"])

    def test_a_claim_that_meets_a_payment_leaves_the_message_to_the_next_run(self):
        self._new_invoice()
        self._plan()
        with (
            patch.object(
                type(self.root["dunning.sender"]), "_claim", side_effect=SerializationFailure()
            ),
            patch.object(self.env.cr, "rollback"),
        ):
            self.assertFalse(self._send())
        self.assertEqual(self._actions().state, "approved")
        self.assertEqual(len(self._send()), 1)

    def test_what_the_result_is_written_to_is_kept_before_the_message_leaves(self):
        """A conflict after the sending would lose the word of the server: the message left twice."""
        self._new_invoice()
        self._plan()
        collisions, story = [SerializationFailure()], []
        channel = type(self.root["dunning.channel.email"])
        send = channel._send

        def lock(records):
            if collisions:
                raise collisions.pop()
            story.append(records._name)

        def noted(model, action):
            story.append("sent")
            return send(model, action)

        with (
            patch.object(bulk, "lock_rows", lock),
            patch.object(channel, "_send", noted),
            patch.object(self.env.cr, "rollback") as rollback,
        ):
            self.assertEqual(len(self._send()), 1)
        rollback.assert_called_once()
        self.assertEqual(story, ["dunning.case", "dunning.item", "sent"])

    def test_killed_before_sending_is_sent_by_the_next_run(self):
        self._new_invoice()
        self._plan()
        self.root["dunning.sender"]._claim(self._actions(), REMINDER_AT)
        self.assertEqual(self._actions().state, "claimed")
        self.assertEqual(len(self._send(REMINDER_AT + timedelta(hours=1))), 1)

    def test_an_invoice_that_came_since_the_planning_is_listed_as_well(self):
        first = self._new_invoice(100)
        self._plan()
        second = self._new_invoice(50)
        self._send()
        self.assertRecordValues(self._actions(), [{"state": "sent", "amount": 150.0}])
        self.assertEqual(self._actions().item_ids.move_id, first + second)

    def test_a_policy_that_became_stricter_stops_what_no_person_approved(self):
        self._new_invoice()
        self._plan()
        self.policy.autonomy = "suggest"
        self.assertFalse(self._send())
        self.assertEqual(self._actions().state, "planned")
        self._actions().with_user(self.controller).action_approve()
        self.policy.autonomy = "simulate"
        self.assertFalse(self._send())
        self.assertEqual(self._actions().state, "planned")

    def test_a_message_that_bounces_holds_the_case_until_there_is_a_better_address(self):
        self._new_invoice()
        self._plan()
        self._send()
        case = self._case()
        for _bounce in range(2):
            case._message_receive_bounce(self.customer.email, self.customer)
        self.assertEqual(case.hold_ids.mapped("reason"), ["missing_contact"])
        case.hold_ids.date_from = DUE
        self._plan(FIRM_AT)
        self.assertEqual(case.waiting_hold, "missing_contact")

    def test_a_sent_message_cannot_be_cancelled(self):
        self._new_invoice()
        self._plan()
        self._send()
        with self.assertRaises(UserError):
            self._actions().with_user(self.controller).action_cancel()
