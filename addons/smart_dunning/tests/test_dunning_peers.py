from __future__ import annotations

from datetime import date

from odoo.tests import tagged

from .common import ISSUED, REMINDER_AT, DunningCommon


@tagged("post_install", "-at_install")
class TestDunningPeers(DunningCommon):
    """What other follow-up modules were seen to get wrong."""

    def test_an_invoice_paid_between_the_run_and_the_sending_is_not_reminded(self):
        invoice = self._new_invoice(500)
        self._plan()
        self.assertEqual(self._actions().state, "approved")
        self._register_payment(invoice, payment_date=REMINDER_AT.date())
        self.assertFalse(self._send())

    def test_a_customer_whose_credit_note_equals_the_debt_is_not_reminded(self):
        self._new_invoice(300)
        self._new_invoice(300, move_type="out_refund")
        self._plan()
        self.assertFalse(self._actions())
        self.assertEqual(self._case().waiting_reason, "covered")

    def test_a_customer_with_a_promise_is_not_reminded(self):
        self._new_invoice()
        self._plan(REMINDER_AT.replace(day=1))
        self.root["dunning.hold"].create(
            {
                "case_id": self._case().id,
                "reason": "promise",
                "date_from": REMINDER_AT.date(),
                "date_to": date(2026, 9, 25),
            }
        )
        self._plan()
        self.assertFalse(self._actions())

    def test_an_invoice_that_wants_no_follow_up_is_not_reminded(self):
        self._new_invoice().no_followup = True
        self._plan()
        self.assertFalse(self._case().action_ids)

    def test_the_minimum_is_converted_into_the_currency_of_the_debt(self):
        """10 in the company's currency: 900 yen are less, 30 Kuwaiti dinars are more."""
        self.policy.minimum_amount = 10
        yen = self._new_currency_debt("JPY", 160.0, 900)
        dinar = self._new_currency_debt("KWD", 0.33, 30)
        self._plan()
        self.assertEqual(self._case(yen).waiting_reason, "below_minimum")
        self.assertFalse(self._actions(yen))
        self.assertRecordValues(self._actions(dinar), [{"state": "approved", "amount": 30.0}])

    def _new_currency_debt(self, code, units_for_one, amount):
        currency = self.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", code)])
        currency.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": ISSUED.replace(month=1),
                "rate": units_for_one,
            }
        )
        customer = self._new_customer(f"Client {code}")
        self._new_invoice(amount, customer=customer, currency_id=currency.id)
        return customer
