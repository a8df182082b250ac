from __future__ import annotations

from lxml import html

from odoo.tests import tagged

from .common import DUE, DunningCommon

MARKUP = '<script>alert(1)</script><img src="https://evil.example/x.png" onerror="alert(1)">'
CODE = "{{ 7*7 }} ${object.env.cr} <t t-out='7*7'/> %(amount)s {0.__class__}"
NAMES = (
    "Martin\r\nBcc: everybody@evil.example",
    "everybody@evil.example",
    "Martin, everybody@evil.example",
    'Martin" <everybody@evil.example>, "Martin',
    "Martin <everybody@evil.example>",
    "(everybody@evil.example)",
    "Martin; everybody@evil.example;",
)
TONES = ("courtesy", "friendly", "firm", "formal")


@tagged("post_install", "-at_install")
class TestDunningHostileTexts(DunningCommon):
    """Names and references of customers, and what they write, are texts: no markup, no code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"name": f"{MARKUP} {CODE}", "email": "martin@example.com"})
        cls.invoice = cls._new_invoice(due=DUE, ref=f"{MARKUP} {CODE}")
        cls.invoice.payment_reference = f"{MARKUP} {CODE}"

    def setUp(self):
        super().setUp()
        self._plan()
        self.case = self._case()

    def assert_text_only(self, body):
        """``body`` does nothing of what the texts say; whether it shows them, as they are."""
        tree = html.fromstring(body)
        self.assertEqual(tree.xpath("//script | //img[contains(@src, 'evil')] | //*[@onerror]"), [])
        shown = " ".join(tree.text_content().split())
        self.assertNotIn("49", shown)
        if "alert(1)" not in shown:
            return False
        self.assertIn("<script>alert(1)</script><img src=", shown)
        self.assertIn(CODE, shown)
        return True

    def test_no_shipped_text_runs_what_a_name_says(self):
        shown = 0
        for kind in ("mail", "letter"):
            for tone in TONES:
                template = self.root.ref(f"smart_dunning.{kind}_template_{tone}")
                message = self.case._render_message(template)
                with self.subTest(kind=kind, tone=tone):
                    shown += self.assert_text_only(f"<div>{message['body_html']}</div>")
                    self.assertNotIn("49", message["subject"])
        self.assertGreaterEqual(shown, 2)

    def test_an_sms_is_a_text(self):
        for tone in TONES:
            text = self.case._render_sms(self.root.ref(f"smart_dunning.sms_template_{tone}"))
            with self.subTest(tone=tone):
                self.assertNotIn("49", text)

    def test_a_mail_goes_to_the_customer_only(self):
        for count, name in enumerate(NAMES):
            customer = self._new_customer("Martin", email=f"martin{count}@example.com")
            customer.name = name
            self._new_invoice(due=DUE, customer=customer)
        self._plan()
        self._send()
        self.assertEqual(len(self._mails), len(NAMES) + 1)
        for mail in self._mails:
            self.assert_mail_to_one(mail)

    def assert_mail_to_one(self, mail):
        (address,) = mail["email_to"]
        self.assertRegex(address, r"martin\d?@example\.com>?$")
        self.assertFalse(mail["email_cc"])
        self.assertNotIn("\n", mail["subject"])
        self.assertNotIn("Bcc", mail["headers"] or {})

    def test_what_a_customer_answers_is_a_text_for_the_controller(self):
        case = self.case.with_env(self.root)
        self.assertIsNone(
            case._customer_disputes_sudo(self.invoice.id, "other", f"{MARKUP} {CODE}")
        )
        notes = case.activity_ids.mapped("note") + case.message_ids.mapped("body")
        self.assertTrue(any("alert(1)" in note for note in notes))
        for note in notes:
            tree = html.fromstring(f"<div>{note}</div>")
            self.assertEqual(tree.xpath("//script | //img | //*[@onerror]"), [])
