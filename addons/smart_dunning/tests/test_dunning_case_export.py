from __future__ import annotations

import io
from unittest.mock import patch

from pypdf import PdfReader, PdfWriter

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import REMINDER_AT, DunningCommon


@tagged("post_install", "-at_install")
class TestDunningCaseExport(DunningCommon):
    """A case as one PDF for the lawyer."""

    def setUp(self):
        super().setUp()
        self.invoice = self._new_invoice(500)
        self._plan()
        self._send()
        self.case = self._case().with_user(self.controller)

    def _html(self):
        report = self.env["ir.actions.report"].with_user(self.controller)
        html, _kind = report._render_qweb_html("smart_dunning.report_case_export", self.case.ids)
        return html.decode()

    def _export(self):
        """The attachment that the button makes, with a page for whatever has to be printed."""
        page = io.BytesIO()
        writer = PdfWriter()
        writer.add_blank_page(200, 200)
        writer.write(page)
        rendered = (page.getvalue(), "pdf")
        with patch.object(
            type(self.env["ir.actions.report"]), "_render_qweb_pdf", return_value=rendered
        ):
            action = self.case.action_export()
        return self.env["ir.attachment"].browse(int(action["url"].split("/")[3].split("?")[0]))

    def test_it_holds_the_parties_the_claim_and_each_message_with_its_proof(self):
        action = self._actions()
        html = self._html()
        for part in (
            self.company.name,
            self.customer.name,
            self.invoice.name,
            action.subject,
            action.message_ref,
            action.content_hash,
            "We have not yet received payment",
        ):
            self.assertIn(part.replace("<", "&lt;").replace(">", "&gt;"), html)

    def test_what_the_customer_says_is_text_and_no_html(self):
        self.root["dunning.dispute"].create(
            {
                "case_id": self.case.id,
                "item_ids": [(6, 0, self.case.item_ids.ids)],
                "reason": "quality",
                "text": "<script>alert(1)</script>",
            }
        )
        html = self._html()
        self.assertIn("&lt;script&gt;alert(1)", html)
        self.assertNotIn("<script>alert(1)", html)

    def test_the_invoices_are_in_the_file_and_the_export_stands_in_the_chatter(self):
        page = io.BytesIO()
        writer = PdfWriter()
        writer.add_blank_page(200, 200)
        writer.write(page)
        self.root["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": page.getvalue(),
                "mimetype": "application/pdf",
                "res_model": "account.move",
                "res_id": self.invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        self.invoice.invalidate_recordset()
        exported = self._export()
        self.assertEqual(len(PdfReader(io.BytesIO(exported.raw)).pages), 2)
        note = self.case.message_ids[0]
        self.assertIn("Exported", note.body)
        self.assertEqual(note.author_id, self.controller.partner_id)

    def test_a_case_without_a_message_is_exported_too(self):
        self._new_invoice(customer=self._new_customer("Librairie Durand"), due=REMINDER_AT.date())
        self._plan()
        self.case = self._case(
            self.env["res.partner"].search([("name", "=", "Librairie Durand")])
        ).with_user(self.controller)
        self.assertIn("No message has left", self._html())

    def test_who_is_no_credit_controller_exports_nothing(self):
        clerk = new_test_user(self.env, "clerk", groups="account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.case.with_user(clerk).action_export()

    def test_the_proof_stays_what_it_was_when_the_message_left(self):
        action = self._actions()
        before = action.content_hash
        self.assertEqual(before, action._digest())
        self.assertEqual(len(before), 64)
        action.body_html = "something else"
        self.assertEqual(action.content_hash, before)
        self.assertNotEqual(action._digest(), before)

    def test_an_invoice_that_cannot_be_read_is_named_and_stops_nothing(self):
        self.root["ir.attachment"].create(
            {
                "name": "broken.pdf",
                "raw": b"%PDF-1.4 not really",
                "mimetype": "application/pdf",
                "res_model": "account.move",
                "res_id": self.invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        self.invoice.invalidate_recordset()
        with mute_logger("pypdf._reader"):
            exported = self._export()
        self.assertEqual(len(PdfReader(io.BytesIO(exported.raw)).pages), 1)
        self.assertIn("broken.pdf", self.case.message_ids[0].body)
