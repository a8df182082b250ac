from __future__ import annotations

import re
from datetime import timedelta

from odoo.tests import tagged

from .common import DUE, REMINDER_AT, DunningCommon

TONES = ("courtesy", "friendly", "firm", "formal")
CHANNELS = {"mail_template": "body_html", "letter_template": "body_html", "sms_template": "body"}
# Left over when a text cannot be rendered, or shown for what is missing.
BROKEN = re.compile(r"\{\{|\}\}|t-out|t-call|None|False")
FEES = re.compile(r"\b40([.,]00)?\b|indemn|flat |forfait|L441|D441|interest from", re.IGNORECASE)


@tagged("post_install", "-at_install")
class TestDunningTemplates(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root["res.lang"]._activate_lang("fr_FR")
        module = cls.root["ir.module.module"].search([("name", "=", "smart_dunning")])
        module._update_translations(["fr_FR"])
        cls.env["res.partner.bank"].create(
            {"acc_number": "FR7630006000011234567890189", "partner_id": cls.company.partner_id.id}
        )

    def _texts(self, **values):
        """{(prefix, tone): text} of all shipped texts for a customer with ``values``."""
        self.customer.write(values)
        self._new_invoice()
        self._plan()
        case = self._case()
        texts = {}
        for prefix, field in CHANNELS.items():
            for tone in TONES:
                template = self.root.ref(f"smart_dunning.{prefix}_{tone}")
                if field == "body":
                    texts[prefix, tone] = case._render_sms(template)
                else:
                    message = case._render_message(template)
                    texts[prefix, tone] = f"{message['subject']}\n{message['body_html']}"
        return texts

    def test_each_text_renders_in_english_with_nothing_missing(self):
        for key, text in self._texts().items():
            self.assertTrue(len(text) > 60, key)
            self.assertNotRegex(text, BROKEN, key)
            self.assertIn("100.00", text, key)

    def test_each_text_renders_in_french_with_nothing_missing(self):
        english = self._texts()
        for key, text in self._texts(lang="fr_FR").items():
            self.assertNotRegex(text, BROKEN, key)
            self.assertNotEqual(text, english[key], key)
            self.assertNotRegex(text, r"Kind regards|Total to pay|By transfer|Please", key)

    def test_what_a_message_lists_is_looked_up_once(self):
        self._new_invoice()
        self._plan()
        case = self._case()
        asked = []
        looked_up = type(case)._late_terms
        self.patch(type(case), "_late_terms", lambda c: asked.append(c) or looked_up(c))
        case._render_message(self.root.ref("smart_dunning.mail_template_firm"))
        self.assertEqual(len(asked), 1)

    def test_no_text_asks_a_consumer_for_a_fee(self):
        for lang in ("en_US", "fr_FR"):
            for key, text in self._texts(is_company=False, lang=lang).items():
                self.assertNotRegex(text, FEES, (lang, key))

    def test_firm_and_formal_texts_tell_a_business_of_the_flat_cost(self):
        texts = self._texts()
        for (prefix, tone), text in texts.items():
            found = "40.00" in text
            wanted = prefix != "sms_template" and tone in ("firm", "formal")
            self.assertEqual(found, wanted, (prefix, tone))

    def test_a_formal_notice_cites_the_law_of_france_for_french_companies_only(self):
        template = self.root.ref("smart_dunning.letter_template_formal")
        self._new_invoice()
        self._plan()
        self.assertIn("1344", self._case()._render_message(template)["body_html"])
        self.company.account_fiscal_country_id = self.env.ref("base.de")
        self.assertNotIn("1344", self._case()._render_message(template)["body_html"])

    def test_the_qr_code_asks_for_the_net_amount_in_euros_only(self):
        self._new_invoice()
        self._new_invoice(30, move_type="out_refund")
        self._plan()
        case = self._case()
        code = case._for_message(case.item_ids, 70.0)._payment_qr()
        self.assertTrue(code.startswith("data:image/png;base64,"))
        self.assertFalse(case._for_message(case.item_ids, 0.0)._payment_qr())

    def test_an_email_names_account_reference_page_and_opt_out(self):
        self._new_invoice()
        self._plan()
        [mail] = self._send()
        self.assertIn("FR7630006000011234567890189", mail["body"].replace(" ", ""))
        self.assertIn(self._case()._payment_reference(), mail["body"])
        self.assertIn("/follow-up/", mail["body"])
        self.assertRegex(mail["headers"]["List-Unsubscribe"], r"^<http.*/follow-up/.*/opt-out>$")
        self.assertEqual(mail["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        self.assertEqual([name for name, *_rest in mail["attachments"]], ["payment-qr.png"])

    def test_the_page_of_a_letter_holds_address_items_and_qr_code(self):
        self.customer.with_env(self.root).with_company(self.company).write(
            {
                "name": "<b>Martin</b>",
                "dunning_channel": "letter",
                "street": "1 rue du Four",
                "zip": "75006",
                "city": "Paris",
            }
        )
        invoice = self._new_invoice()
        self._plan()
        self._send()
        html, _kind = self.root["ir.actions.report"]._render_qweb_html(
            "smart_dunning.report_letter", self._actions().ids
        )
        page = html.decode()
        self.assertIn("1 rue du Four", page)
        self.assertIn(invoice.name, page)
        self.assertIn("data:image/png;base64,", page)
        self.assertIn("&lt;b&gt;Martin", page)
        self.assertNotIn("<b>Martin", page)

    def test_the_statement_lists_ages_and_takes_credits_off(self):
        invoice = self._new_invoice()
        self._new_invoice(50, DUE + timedelta(days=60))
        self._new_invoice(30, move_type="out_refund")
        self._plan()
        statement = self._case()._statement(REMINDER_AT.date())
        self.assertEqual(statement["ages"], [50, 100, 0, 0, 0])
        self.assertEqual((statement["credit"], statement["total"]), (30, 120))
        html, _kind = self.root["ir.actions.report"]._render_qweb_html(
            "smart_dunning.report_statement", self._case().ids
        )
        self.assertIn(invoice.name, html.decode())
        self.assertIn("120.00", html.decode())

    def test_a_statement_goes_along_where_the_step_wants_it(self):
        self.reminder.attach_statement = True
        self._new_invoice()
        self._plan()
        [mail] = self._send()
        self.assertIn("statement.pdf", [name for name, *_rest in mail["attachments"]])
