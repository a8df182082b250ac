from __future__ import annotations

from odoo.tests import tagged

from ..wizards.dunning_preview import _sms_parts
from .common import FIRM_AT, DunningCommon


@tagged("post_install", "-at_install")
class TestDunningTexts(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root["res.lang"]._activate_lang("fr_FR")
        module = cls.root["ir.module.module"].search([("name", "=", "smart_dunning")])
        module._update_translations(["fr_FR"])

    def test_each_customer_is_written_to_in_their_language(self):
        french = self._new_customer("Société Dupont", lang="fr_FR")
        self._new_invoice()
        self._new_invoice(customer=french)
        self._plan()
        bodies = {mail["email_to"][0].split("<")[-1]: mail for mail in self._send()}
        english_mail, french_mail = bodies["martin@example.com>"], bodies["dupont@example.com>"]
        self.assertIn("reminder of your open invoices", english_mail["subject"])
        self.assertIn("Total to pay", english_mail["body"])
        self.assertIn("rappel de vos factures", french_mail["subject"])
        self.assertIn("Total à payer", french_mail["body"])
        self.assertNotIn("Total to pay", french_mail["body"])

    def test_the_preview_shows_the_message_of_a_step(self):
        invoice = self._new_invoice()
        self._plan()
        action = self._case().with_user(self.controller).action_preview()
        preview = (
            self.env["dunning.preview"]
            .with_user(self.controller)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(preview.step_id.id, self.reminder.id)
        self.assertIn(invoice.name, preview.body_html)
        preview.step_id = self.firm
        self.assertIn("overdue", preview.subject)
        preview.channel = "letter"
        self.assertIn("Dear Sir or Madam", preview.body_html)
        preview.lang_id = self.env["res.lang"]._get_data(code="fr_FR").id
        self.assertNotIn("Dear Sir or Madam", preview.body_html)
        preview.channel = "sms"
        self.assertIn("/follow-up/", preview.body_text)
        self.assertGreaterEqual(preview.sms_parts, 1)
        preview.step_id = self.notice
        preview.channel = "call"
        self.assertTrue(preview.is_missing)

    def test_the_length_of_an_sms_is_counted_as_the_provider_counts_it(self):
        for text, parts in (
            ("", 0),
            ("a" * 160, 1),
            ("a" * 161, 2),
            ("€" * 80, 1),
            ("€" * 81, 2),
            ("ê" * 70, 1),
            ("ê" * 71, 2),
        ):
            self.assertEqual(_sms_parts(text), parts, text[:1])

    def test_the_pdf_of_a_printed_invoice_goes_along(self):
        invoice = self._new_invoice()
        pdf = self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": b"%PDF-1.4",
                "res_model": "account.move",
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        invoice.invalidate_recordset()
        self._plan(FIRM_AT)
        mails = self._send(FIRM_AT)
        self.assertEqual(self._actions().attachment_ids.ids, pdf.ids)
        self.assertEqual([name for name, *_rest in mails[0]["attachments"]], ["invoice.pdf"])
