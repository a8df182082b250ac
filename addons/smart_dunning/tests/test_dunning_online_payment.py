from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime

from odoo.tests import tagged
from odoo.tests.common import JsonRpcException

from odoo.addons.account_payment.tests.common import AccountPaymentCommon

from .test_dunning_portal import PortalCase


@tagged("post_install", "-at_install")
class TestDunningOnlinePayment(AccountPaymentCommon, PortalCase):
    """With the provider that Odoo's own payment tests use."""

    def _pay(self, link=None, **values):
        params = {
            "provider_id": self.provider.id,
            "payment_method_id": self.payment_method_id,
            "token_id": None,
            "amount": 400,
            "flow": "redirect",
            "tokenization_requested": False,
            "landing_route": "https://evil.example.com",
            "is_validation": False,
            "access_token": "",
            "csrf_token": "",
            **values,
        }
        return self.make_jsonrpc_request(f"{link or self.link}/pay", params)

    @contextmanager
    def _refused(self):
        """The server says no, in its log as well."""
        with self.assertRaises(JsonRpcException), self.assertLogs("odoo.http", "WARNING"):
            yield

    def _transactions(self):
        return self.root["payment.transaction"].search([("partner_id", "=", self.customer.id)])

    def test_the_page_offers_to_pay_what_is_open_now(self):
        self.assertIn('data-amount="400.0"', self._get().text)
        self._register_payment(self.older)
        self.assertIn('data-amount="300.0"', self._get().text)

    def test_a_payment_settles_all_invoices_and_credit_notes_and_closes_the_case(self):
        refund = self._new_invoice(50, move_type="out_refund")
        self._pay(amount=350)
        transaction = self._transactions()
        self.assertRecordValues(
            transaction,
            [{"amount": 350, "landing_route": f"{self.link}?done=payment", "tokenize": False}],
        )
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(
            (self.older | self.newer | refund).mapped("amount_residual"), [0.0, 0.0, 0.0]
        )
        self.assertEqual(self.case.stage, "closed")
        self.assertIn("Thank you for your payment", self._get("?done=payment").text)

    def test_a_payment_on_its_way_is_a_hold_until_it_is_booked(self):
        self._pay()
        transaction = self._transactions()
        transaction._set_pending()
        self.assertFalse(self._send())
        self.assertIn("on its way to us", self._get().text)
        self.assertIn("payment_pending", self._kinds())
        with self._refused():
            self._pay()
        transaction._set_done()
        self.assertFalse(self._send())
        self.assertEqual(self._kinds().count("payment_pending"), 1)

    def test_a_payment_that_never_came_silences_a_week_at_most(self):
        self._pay()
        self._transactions()._set_pending()
        self.assertFalse(self._send(datetime(2026, 9, 28, 10, 0)))
        self.assertEqual(len(self._send(datetime(2026, 9, 29, 10, 0))), 1)

    def test_a_payment_that_failed_is_a_fact_and_no_hold(self):
        self._pay()
        self._transactions()._set_error("refused")
        self.assertIn("payment_failed", self._kinds())
        self.assertEqual(len(self._send()), 1)

    def test_the_amount_is_that_of_this_moment(self):
        self._register_payment(self.older)
        for amount in (400, 1, 0, None, "x"):
            with self._refused():
                self._pay(amount=amount)
        self.assertFalse(self._transactions())

    def test_only_what_the_page_offers_can_be_used(self):
        self.provider.is_published = False
        with self._refused():
            self._pay()
        self.provider.is_published = True
        for values in (
            {"flow": "token"},
            {"provider_id": 0},
            {"payment_method_id": None},
            {"partner_id": self.partner.id},
            {"link": "/follow-up/forged"},
        ):
            with self._refused():
                self._pay(**values)
        self.assertFalse(self._transactions())

    def test_payments_that_are_begun_and_left_have_an_end(self):
        for _number in range(10):
            self._pay()
        with self._refused():
            self._pay()
        self.assertEqual(len(self._transactions()), 10)

    def test_with_a_plan_the_next_instalment_is_paid(self):
        self._post("plan", count="4", total="400.00")
        self.assertIn('data-amount="100.0"', self._get().text)
        self._pay(amount=100)
        transaction = self._transactions()
        transaction._set_done()
        transaction._post_process()
        self.assertEqual((self.older.amount_residual, self.newer.amount_residual), (0, 300))
        self.assertEqual(self.case.plan_ids.state, "active")
