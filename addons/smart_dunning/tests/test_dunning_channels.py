from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from unittest.mock import patch

from freezegun import freeze_time
from pypdf import PdfReader, PdfWriter

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.iap.tools.iap_tools import InsufficientCreditError
from odoo.addons.sms.tools.sms_api import SmsApi

from .common import REMINDER_AT, DunningCommon

FORMAL_AT = REMINDER_AT + timedelta(days=36)  # past 30 business days after the due date
SENDER_LOG = "odoo.addons.smart_dunning.models.dunning_sender"
SMS_LOG = "odoo.addons.sms.models.sms_sms"
STREET = {"street": "1 rue du Four", "zip": "75006", "city": "Paris"}
PHONE = {"phone": "+33 6 12 34 56 78"}


class _Provider:
    """The SMS provider: answers ``state``, or breaks the line with ``error``; keeps what it got."""

    def __init__(self, state="success", error=None):
        self.state, self.error, self.texts = state, error, []

    def __call__(self, _api, _endpoint, params, **_kwargs):
        numbers = [
            (number["number"], message["content"], number["uuid"])
            for message in params["messages"]
            for number in message["numbers"]
        ]
        self.texts += numbers
        if self.error:
            raise self.error
        return [{"uuid": uuid, "state": self.state, "credit": 1} for *_rest, uuid in numbers]


def _page():
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


@tagged("post_install", "-at_install")
class TestDunningChannels(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.customer.with_env(cls.root).with_company(cls.company)

    def _want(self, channel, **values):
        self.customer.write({"dunning_channel": channel, **values})
        self._new_invoice()
        self._plan()

    def _send_sms(self, provider, now=REMINDER_AT):
        with patch.object(
            SmsApi, "_contact_iap", lambda *args, **kwargs: provider(*args, **kwargs)
        ):
            return self._send(now)

    def _print(self, actions):
        render = "odoo.addons.base.models.ir_actions_report.IrActionsReport._render_qweb_pdf"
        with freeze_time(REMINDER_AT), patch(render, return_value=(_page(), "pdf")):
            return actions.with_user(self.controller).action_print()

    # -- choice ----------------------------------------------------------------------------------

    def test_a_customer_without_email_is_written_to_by_the_next_channel_of_the_step(self):
        self.reminder.fallback_channel = "letter"
        self.customer.write({"email": False, **STREET})
        self._new_invoice()
        self._plan()
        self.assertEqual(self._actions().channel, "letter")

    def test_a_blocked_address_is_not_written_to(self):
        self.env["mail.blacklist"].create({"email": self.customer.email})
        self._new_invoice()
        self._plan()
        self.assertFalse(self._send())
        self.assertEqual(self._case().waiting_hold, "missing_contact")

    def test_an_address_blocked_after_the_planning_stops_the_message(self):
        self._new_invoice()
        self._plan()
        self.env["mail.blacklist"].create({"email": self.customer.email})
        self.assertFalse(self._send())
        self.assertEqual(self._actions().state, "approved")
        self.assertEqual(self._case().waiting_hold, "missing_contact")

    def test_a_customer_who_wants_no_contact_gets_nothing(self):
        self._want("none")
        self.assertFalse(self._send())
        self.assertEqual(self._case().waiting_reason, "excluded")

    def test_a_wish_that_changes_after_the_planning_replaces_the_message(self):
        self._new_invoice()
        self._plan()
        self.customer.write({"dunning_channel": "letter", **STREET})
        self.assertFalse(self._send())
        self.assertEqual(self._actions().cancel_reason, "superseded")
        self._plan()
        self.assertFalse(self._send())
        self.assertEqual(self._case().action_ids[:1].state, "to_print")

    def test_a_step_without_a_text_for_its_channel_is_refused(self):
        with self.assertRaises(ValidationError):
            self.reminder.write({"channel": "sms", "sms_template_id": False})

    # -- SMS -------------------------------------------------------------------------------------

    def test_an_sms_goes_to_the_number_in_international_form(self):
        self._want("sms", phone="+33 6 12-34 56 78")
        provider = _Provider()
        self.assertFalse(self._send_sms(provider))
        [(number, text, uuid)] = provider.texts
        self.assertEqual(number, "+33612345678")
        self.assertIn("100.00", text)
        self.assertIn("/follow-up/", text)
        self.assertRecordValues(
            self._actions(), [{"state": "sent", "address": number, "message_ref": uuid}]
        )
        self.assertEqual(self._case().stage, "reminded")

    def test_a_number_that_is_none_or_is_blocked_gets_no_sms(self):
        self._want("sms", phone="+12")
        self.assertEqual(self._actions().channel, "email")
        self.env["phone.blacklist"].create({"number": "+33612345678"})
        self.customer.phone = "+33612345678"
        self._plan()
        self.assertEqual(self._actions().channel, "email")

    def test_an_sms_that_the_provider_refuses_waits_for_a_person(self):
        self._want("sms", **PHONE)
        provider = _Provider("insufficient_credit")
        self._send_sms(provider)
        self.assertEqual(self._actions().state, "failed")
        self._send_sms(provider, REMINDER_AT + timedelta(hours=2))
        self.assertEqual(len(provider.texts), 1)

    def test_an_sms_without_credit_has_not_left(self):
        self._want("sms", **PHONE)
        with mute_logger(SMS_LOG):
            self._send_sms(_Provider(error=InsufficientCreditError("no credit")))
        self.assertRecordValues(
            self._actions(),
            [{"state": "failed", "failure": "There is no credit left to send SMS."}],
        )

    def test_an_sms_whose_line_broke_is_unknown_and_leaves_nothing_in_a_queue(self):
        self._want("sms", **PHONE)
        provider = _Provider(error=AccessError("timeout"))
        with mute_logger(SMS_LOG):
            self._send_sms(provider)
        self.assertEqual(self._actions().state, "unknown")
        self.assertFalse(self.env["sms.sms"].search([("number", "=", "+33612345678")]))
        self._send_sms(provider, REMINDER_AT + timedelta(hours=2))
        self.assertEqual(len(provider.texts), 1)

    def test_an_sms_killed_while_sending_never_leaves_twice(self):
        self._want("sms", **PHONE)
        provider = _Provider(error=KeyboardInterrupt())
        with suppress(KeyboardInterrupt):
            self._send_sms(provider)
        self.assertEqual(self._actions().state, "sending")
        provider.error = None
        with self.assertLogs(SENDER_LOG, "WARNING"):
            self._send_sms(provider, REMINDER_AT + timedelta(hours=1))
        self.assertEqual(self._actions().state, "unknown")
        self.assertEqual(len(provider.texts), 1)

    # -- letters ---------------------------------------------------------------------------------

    def test_a_letter_waits_to_be_printed_and_is_sent_when_it_is(self):
        self._want("letter", **STREET)
        self.assertFalse(self._send())
        self.assertEqual(self._actions().state, "to_print")
        self.assertEqual(self._case().stage, "due")
        result = self._print(self._actions())
        self.assertEqual(result["type"], "ir.actions.act_url")
        self.assertEqual(self._actions().state, "sent")
        self.assertEqual(self._case().stage, "reminded")
        with self.assertRaises(UserError):
            self._print(self._actions())

    def test_planning_again_leaves_a_waiting_letter_as_it_is(self):
        self._want("letter", **STREET)
        self._send()
        self._plan()
        self._send()
        self.assertRecordValues(self._actions(), [{"state": "to_print"}])

    def test_a_letter_paid_since_is_taken_out_and_said_in_words(self):
        self._want("letter", **STREET)
        self._send()
        self._new_invoice(move_type="out_refund")
        result = self._print(self._actions())
        self.assertIn("Covered by credits", result["params"]["message"])
        self.assertIn(self.customer.name, result["params"]["message"])
        self.assertEqual(self._actions().cancel_reason, "covered")

    def test_a_letter_asks_for_what_is_owed_when_it_is_printed(self):
        self._want("letter", **STREET)
        self._send()
        self._new_invoice(30, move_type="out_refund")
        self._print(self._actions())
        self.assertEqual(self._actions().amount, 70)
        self.assertIn("70.00", self._actions().body_html)

    def test_a_letter_whose_printing_fails_still_waits(self):
        self._want("letter", **STREET)
        self._send()
        render = "odoo.addons.base.models.ir_actions_report.IrActionsReport._render_qweb_pdf"
        with (
            freeze_time(REMINDER_AT),
            self.assertRaisesRegex(UserError, "wkhtmltopdf"),
            self.env.cr.savepoint(),
            patch(render, side_effect=UserError("no wkhtmltopdf")),
        ):
            self._actions().with_user(self.controller).action_print()
        self.assertEqual(self._actions().state, "to_print")

    def test_letters_of_several_customers_are_one_file(self):
        self._want("letter", **STREET)
        other = self._new_customer("Librairie Durand", **STREET)
        other.with_env(self.root).with_company(self.company).dunning_channel = "letter"
        self._new_invoice(customer=other)
        self._plan()
        self._send()
        result = self._print(self._actions() + self._actions(other))
        file_id = int(result["url"].split("/")[-1].split("?")[0])
        merged = self.env["ir.attachment"].browse(file_id).raw
        self.assertEqual(len(PdfReader(BytesIO(merged)).pages), 2)

    def test_a_formal_notice_is_a_letter_even_for_a_customer_who_likes_email(self):
        self._new_invoice()
        self.customer.write({"dunning_channel": "email", **STREET})
        self._plan_reminded(FORMAL_AT)
        formal = self._actions().filtered(lambda action: action.state == "planned")
        self.assertEqual(formal.channel, "letter")
        formal.with_user(self.controller).action_approve()
        self._send(FORMAL_AT)
        self.assertEqual(formal.state, "to_print")
        self.assertEqual(len(formal.content_hash), 64)

    # -- calls and the customer's page -----------------------------------------------------------

    def test_a_call_is_an_activity_with_the_number_and_what_to_say(self):
        self._want("call", **PHONE)
        self._case().user_id = self.controller
        for mail in self._send():  # Odoo tells the one who is to call
            self.assertNotIn("martin@example.com", str(mail["email_to"]))
        [activity] = self._case().activity_ids
        self.assertEqual(activity.user_id, self.controller)
        self.assertIn("+33 6 12 34 56 78", activity.note)
        self.assertIn("propose instalments", activity.note)
        self.assertEqual(self._actions().state, "sent")
        activity.with_user(self.controller).action_feedback("Will pay on Friday")
        self.assertIn("Will pay on Friday", self._case().message_ids[0].body)

    def test_a_message_on_the_customers_page_is_mailed_to_nobody(self):
        self.reminder.channel = "portal"
        self.customer.email = False
        self._new_invoice()
        self._plan()
        self.assertFalse(self._send())
        self.assertRecordValues(self._actions(), [{"state": "sent", "channel": "portal"}])
        self.assertIn("100.00", self._actions().body_html)

    # -- hostile names ---------------------------------------------------------------------------

    def test_html_in_a_name_is_text_in_every_channel(self):
        self.customer.write({"name": "<img src=x onerror=alert(1)>", **STREET, **PHONE})
        self._want("call")
        self._send()
        self.assertIn("&lt;img", self._case().activity_ids.note)
        self.assertNotIn("<img src=x", self._case().activity_ids.note)
        for channel in ("email", "letter"):
            body = self.root["dunning.channel"]._of(channel)._freeze(self._actions())["body_html"]
            self.assertNotIn("<img src=x", body, channel)

    def test_a_mail_to_a_hostile_name_shows_the_name_as_text(self):
        self.customer.name = "<img src=x onerror=alert(1)>"
        self._new_invoice()
        self._plan()
        [mail] = self._send()
        self.assertIn("&lt;img src=x", mail["body"])
        self.assertNotIn("<img src=x", mail["body"])
