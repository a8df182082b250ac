from __future__ import annotations

from odoo.tests import tagged

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
