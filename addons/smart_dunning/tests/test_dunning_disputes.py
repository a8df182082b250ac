from __future__ import annotations

from datetime import date, datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import REMINDER_AT, DunningCommon

LATER = datetime(2026, 9, 29, 10, 0)


@tagged("post_install", "-at_install")
class TestDunningDisputes(DunningCommon):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(REMINDER_AT))
        self.disputed, self.other = self._new_invoice(100), self._new_invoice(50)
        self._plan()

    def _items(self, *invoices):
        return self._case().item_ids.filtered(
            lambda item: item.move_id.id in [invoice.id for invoice in invoices]
        )

    def _dispute(self, *invoices, **values):
        return (
            self.env["dunning.dispute"]
            .with_user(self.controller)
            .create(
                {
                    "case_id": self._case().id,
                    "item_ids": [(6, 0, self._items(*invoices).ids)],
                    "reason": "quality",
                    "text": "<b>mouldy</b>",
                    **values,
                }
            )
        )

    def test_only_the_disputed_invoice_is_left_out_of_a_message_already_approved(self):
        self._dispute(self.disputed)
        self.assertEqual(len(self._send()), 1)
        sent = self._actions().filtered(lambda action: action.state == "sent")
        self.assertEqual(sent.amount, 50)
        self.assertEqual(sent.item_ids.move_id.id, self.other.id)

    def test_a_dispute_is_noted_in_its_window(self):
        action = self._case().action_dispute()
        disputes = self.env[action["res_model"]].with_user(self.controller)
        with Form(disputes.with_context(**action["context"])) as form:
            form.reason = "price"
            form.text = "too dear"
            form.item_ids.add(self._items(self.other))
        self.assertRecordValues(form.record, [{"amount": 50, "state": "open"}])

    def test_a_case_with_nothing_but_disputes_is_on_hold(self):
        self._dispute(self.disputed, self.other)
        self.assertFalse(self._send())
        self._plan()
        self.assertRecordValues(
            self._case(), [{"waiting_reason": "held", "waiting_hold": "dispute"}]
        )

    def test_a_disputed_invoice_stays_in_the_figures(self):
        self._dispute(self.disputed)
        self.assertEqual(self._case().amount_open, 150)

    def test_a_closed_dispute_brings_its_invoice_back(self):
        dispute = self._dispute(self.disputed, self.other)
        dispute.action_reject()
        self.assertRecordValues(dispute, [{"state": "rejected", "closed_on": date(2026, 9, 21)}])
        self.assertEqual(len(self._send()), 1)
        self.assertEqual(sum(self._actions().mapped("amount")), 150)
        kinds = set(self._case().event_ids.mapped("kind"))
        self.assertLessEqual({"dispute_opened", "dispute_closed"}, kinds)

    def test_a_dispute_with_an_end_brings_its_invoice_back_by_itself(self):
        self._dispute(self.disputed, self.other, date_to=date(2026, 9, 28))
        self.assertFalse(self._send(datetime(2026, 9, 28, 10, 0)))
        self._plan(LATER)
        self.assertEqual(len(self._send(LATER)), 1)

    def test_the_owner_is_told_in_plain_text(self):
        self._dispute(self.disputed)
        activity = self._case().activity_ids
        self.assertIn("Quality", activity.summary)
        self.assertIn(self.disputed.name, activity.summary)
        self.assertIn("&lt;b&gt;mouldy", activity.note)

    def test_a_dispute_is_closed_once(self):
        dispute = self._dispute(self.disputed)
        dispute.action_accept()
        dispute.action_accept()
        with self.assertRaises(UserError):
            dispute.action_reject()

    def test_the_state_is_not_written_by_hand(self):
        dispute = self._dispute(self.disputed, state="rejected")
        self.assertEqual(dispute.state, "open")
        with self.assertRaises(AccessError):
            dispute.write({"state": "accepted"})

    def test_an_invoice_of_another_customer_is_not_disputed_here(self):
        stranger = self._new_customer("Stranger")
        self._new_invoice(70, customer=stranger)
        self._plan()
        items = self._case(stranger).item_ids
        with self.assertRaises(ValidationError):
            self._dispute(self.disputed, item_ids=[(6, 0, items.ids)])
