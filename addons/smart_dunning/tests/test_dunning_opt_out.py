from __future__ import annotations

from odoo.tests import HttpCase, tagged

from .common import REMINDER_AT, DunningCommon


@tagged("post_install", "-at_install")
class TestDunningOptOut(DunningCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.customer.with_env(cls.root).with_company(cls.company)

    def _link(self):
        return f"/follow-up/{self._case()._portal_url_sudo().rsplit('/', 1)[1]}/opt-out"

    def test_looking_at_the_link_changes_nothing(self):
        self._new_invoice()
        self._plan()
        page = self.url_open(self._link())
        self.assertEqual(page.status_code, 200)
        self.assertIn("No more e-mail", page.text)
        self.assertFalse(self.customer.dunning_no_email)

    def test_one_click_ends_the_emails_and_letters_follow(self):
        self._new_invoice()
        self._plan()
        for _click in range(2):
            answer = self.url_open(self._link(), data={"List-Unsubscribe": "One-Click"})
            self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        customer = self.customer
        self.assertTrue(customer.dunning_no_email)
        self.assertEqual(customer.dunning_channel, "letter")
        events = self._case().event_ids.filtered(lambda event: event.kind == "opted_out")
        self.assertEqual(len(events), 1)
        customer.write({"street": "1 rue du Four", "zip": "75006", "city": "Paris"})
        self.assertFalse(self._send())
        self._plan()
        self.assertEqual(
            self._actions().filtered(lambda a: a.state != "cancelled").channel, "letter"
        )

    def test_a_customer_who_opted_out_and_has_no_address_gets_no_email_either(self):
        self._new_invoice()
        self._plan()
        self._case()._opt_out_sudo()
        self._plan()
        self.assertFalse(self._send(REMINDER_AT))
        self.assertEqual(self._case().waiting_hold, "missing_contact")

    def test_a_forged_link_opens_nothing(self):
        for method in ({}, {"data": {"x": "1"}}):
            self.assertEqual(self.url_open("/follow-up/abc/opt-out", **method).status_code, 404)
