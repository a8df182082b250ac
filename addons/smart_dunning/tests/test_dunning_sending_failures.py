from __future__ import annotations

import smtplib
from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server, MailDeliveryException

from .common import DUE, FIRM_AT, REMINDER_AT, DunningCommon

MAIL_LOG = "odoo.addons.mail.models.mail_mail"
RENDER_LOG = "odoo.addons.mail.models.mail_render_mixin"
SENDER_LOG = "odoo.addons.smart_dunning.models.dunning_sender"


@tagged("post_install", "-at_install")
class TestDunningSendingFailures(DunningCommon):
    """Mail servers, channels and senders that break in the middle."""

    def test_a_server_that_hangs_up_gets_the_message_again_under_the_same_message_id(self):
        self._new_invoice()
        self._plan()
        with mute_logger(MAIL_LOG), self._failing(smtplib.SMTPServerDisconnected("gone")):
            self.root["dunning.sender"]._cron_send(REMINDER_AT)
        self.assertEqual(self._actions().state, "unknown")
        frozen = self._actions().message_ref
        self.assertFalse(self._send(REMINDER_AT + timedelta(minutes=30)))
        for _run in range(3):
            mails = self._send(REMINDER_AT + timedelta(hours=1))
            if mails:
                self.assertEqual([mail["message_id"] for mail in mails], [frozen])
        self.assertRecordValues(self._actions(), [{"state": "sent", "attempts": 2}])

    def test_killed_while_sending_it_is_sent_again_under_the_same_message_id(self):
        self._new_invoice()
        self._plan()
        frozen = self._killed_while_sending()
        with self.assertLogs(SENDER_LOG, "WARNING"):
            mails = self._send(REMINDER_AT + timedelta(hours=1))
        self.assertEqual([mail["message_id"] for mail in mails], [frozen])

    def test_killed_while_sending_and_paid_since_it_is_not_sent_again(self):
        invoice = self._new_invoice()
        self._plan()
        self._killed_while_sending()
        self._register_payment(invoice, payment_date=REMINDER_AT.date())
        with self.assertLogs(SENDER_LOG, "WARNING"):
            self.assertFalse(self._send(REMINDER_AT + timedelta(hours=1)))

    def test_a_formal_notice_killed_while_sending_waits_for_a_person(self):
        self.notice.unlink()
        self.reminder.tone = "formal"
        self._new_invoice()
        self._plan_reminded()
        self._actions().with_user(self.controller).action_approve()
        self._killed_while_sending()
        with self.assertLogs(SENDER_LOG, "WARNING"):
            for hours in (1, 2):
                self.assertFalse(self._send(REMINDER_AT + timedelta(hours=hours)))
        self.assertEqual(self._actions().state, "unknown")
        self._plan(FIRM_AT)
        self.assertEqual(self._case().waiting_reason, "in_flight")

    def _killed_while_sending(self):
        """The sender ends in the middle; returns the Message-Id that was frozen."""
        with (
            mute_logger(MAIL_LOG),
            suppress(KeyboardInterrupt),
            self._failing(KeyboardInterrupt()),
        ):
            self.root["dunning.sender"]._cron_send(REMINDER_AT)
        self.assertEqual(self._actions().state, "sending")
        return self._actions().message_ref

    def test_a_person_sends_an_unknown_message_again_under_the_same_message_id(self):
        self._new_invoice()
        self._plan()
        with mute_logger(MAIL_LOG), self._failing(smtplib.SMTPServerDisconnected("gone")):
            self.root["dunning.sender"]._cron_send(REMINDER_AT)
        frozen = self._actions().message_ref
        self._actions().with_user(self.controller).action_retry()
        mails = self._send(REMINDER_AT + timedelta(hours=1))
        self.assertEqual([mail["message_id"] for mail in mails], [frozen])

    def test_a_person_can_note_that_an_unknown_message_has_arrived(self):
        self._new_invoice()
        self._plan()
        with mute_logger(MAIL_LOG), self._failing(smtplib.SMTPServerDisconnected("gone")):
            self.root["dunning.sender"]._cron_send(REMINDER_AT)
        self._actions().with_user(self.controller).action_confirm_sent()
        self.assertEqual(self._actions().state, "sent")
        self.assertEqual(self._case().stage, "reminded")

    def test_a_refused_message_is_tried_again_three_times_at_most(self):
        self._new_invoice()
        self._plan()
        moment = REMINDER_AT
        with mute_logger(MAIL_LOG), self._failing(MailDeliveryException("refused")):
            for _attempt in range(5):
                self.root["dunning.sender"]._cron_send(moment)
                moment += timedelta(hours=1)
        self.assertRecordValues(self._actions(), [{"state": "failed", "attempts": 3}])
        self.assertIn("refused", self._actions().failure)

    def test_a_text_that_cannot_be_rendered_fails_alone(self):
        broken = self.firm.template_id.copy({"subject": "{{ object.no_such_field }}"})
        self.firm.template_id = broken
        self._new_invoice(due=DUE - timedelta(days=14))
        self._new_invoice(customer=self._new_customer("Librairie Durand"))
        self._plan()
        with self.assertLogs(SENDER_LOG, "WARNING"), mute_logger(RENDER_LOG):
            mails = self._send()
        self.assertEqual([m["email_to"][0].split("<")[-1] for m in mails], ["durand@example.com>"])
        self.assertEqual(self._actions().state, "failed")
        self.assertFalse(self._actions().sent_at)

    def test_a_row_that_cannot_even_be_judged_holds_up_nobody_else(self):
        sender = type(self.env["dunning.sender"])
        zone = sender._zone

        def no_such_zone(model, action):
            return "Nowhere/Land" if action.partner_id == self.customer else zone(model, action)

        self._new_invoice()
        self._new_invoice(customer=self._new_customer("Librairie Durand"))
        self._plan()
        with patch.object(sender, "_zone", no_such_zone), self.assertLogs(SENDER_LOG, "WARNING"):
            mails = self._send()
        self.assertEqual(len(mails), 1)
        self.assertIn("durand", mails[0]["email_to"][0])
        self.assertEqual(self._actions().state, "failed")
        self.assertIn("Nowhere/Land", self._actions().failure)

    def test_what_was_made_for_a_failed_attempt_is_not_left_behind(self):
        self.reminder.attach_statement = True
        rendered = patch.object(
            type(self.env["ir.actions.report"]), "_render_qweb_pdf", return_value=(b"%PDF", "pdf")
        )
        self._new_invoice()
        self._plan()
        with rendered, mute_logger(MAIL_LOG), self._failing(MailDeliveryException("refused")):
            self.root["dunning.sender"]._cron_send(REMINDER_AT)
        with rendered:
            self._send(REMINDER_AT + timedelta(hours=1))
        files = self.root["ir.attachment"].search(
            [("res_model", "=", "dunning.action"), ("res_id", "=", self._actions().id)]
        )
        self.assertEqual(self._actions().state, "sent")
        self.assertEqual(files.mapped("name").count("statement.pdf"), 1)

    def test_a_channel_that_breaks_holds_up_nobody_else(self):
        broken = type(self.env["dunning.channel.email"])
        whole = {method: getattr(broken, method) for method in ("_freeze", "_send")}
        customers = [self.customer, self._new_customer("Librairie Durand")]
        for method, state in (("_freeze", "failed"), ("_send", "unknown")):
            with self.subTest(method):
                invoices = [self._new_invoice(customer=customer) for customer in customers]
                self._plan()

                def fail(channel, action, method=method):
                    if action.partner_id == self.customer:
                        self.env.cr.execute("SELECT 1/0")
                    return whole[method](channel, action)

                with (
                    patch.object(broken, method, fail),
                    self.assertLogs(SENDER_LOG, "WARNING"),
                    mute_logger("odoo.sql_db"),
                ):
                    mails = self._send()
                self.assertEqual(len(mails), 1)
                self.assertIn("durand", mails[0]["email_to"][0])
                self.assertEqual(self._actions().sorted("id")[-1:].state, state)
                self.assertIn("division by zero", self._actions().sorted("id")[-1:].failure)
                for customer, invoice in zip(customers, invoices, strict=True):
                    self._actions(customer).case_id.action_ids.filtered(
                        lambda action: action.state == "unknown"
                    )._set_state("failed")
                    self._register_payment(invoice, payment_date=REMINDER_AT.date())
                self._plan()
                self._actions(customers[1]).claimed_at = REMINDER_AT - timedelta(days=40)

    def test_a_failed_send_leaves_no_message_in_the_chatter(self):
        self._new_invoice()
        self._plan()
        with mute_logger(MAIL_LOG), self._failing(MailDeliveryException("refused")):
            self.root["dunning.sender"]._cron_send(REMINDER_AT)
        refs = self._case().message_ids.mapped("message_id")
        self.assertNotIn(self._actions().message_ref, refs)

    def _failing(self, error):
        """A mail server that fails with ``error`` when it is handed a message."""
        return _FailingGateway(self, error)


class _FailingGateway:
    def __init__(self, test, error):
        self._gateway = test.mock_mail_gateway(mail_unlink_sent=True)
        self._patch = patch.object(IrMail_Server, "send_email", side_effect=error)

    def __enter__(self):
        self._gateway.__enter__()
        self._patch.start()

    def __exit__(self, *exc_info):
        self._patch.stop()
        return self._gateway.__exit__(*exc_info)
