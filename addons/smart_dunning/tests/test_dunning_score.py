from __future__ import annotations

from datetime import date, datetime, timedelta
from unittest.mock import patch

from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo.tests import tagged

from .common import DUE, DunningCommon

NOW = datetime(2026, 10, 20, 6, 0)


@tagged("post_install", "-at_install")
class TestDunningScore(DunningCommon):
    def _pay(self, invoice, days_late):
        payment = self.init_payment(
            invoice.amount_total,
            post=True,
            date=invoice.invoice_date_due + timedelta(days=days_late),
            partner=invoice.partner_id,
        )
        (self._receivable(payment.move_id) + self._receivable(invoice)).reconcile()

    def _score(self, customers):
        self.root["dunning.score"]._score_company(self.company.with_env(self.root), NOW.date())
        return self.root["dunning.score"].search(
            [("partner_id", "in", customers.ids), ("is_latest", "=", True)]
        )

    def test_a_late_payer_is_riskier_than_a_punctual_one_and_the_reasons_say_why(self):
        punctual = self._new_customer("Punctual")
        for _number in range(3):
            self._pay(self._new_invoice(), days_late=12)
            self._pay(self._new_invoice(customer=punctual), days_late=0)
        scores = self._score(self.customer + punctual).grouped("partner_id")
        late, good = scores[self.customer], scores[punctual]
        # Company: 3 late of 6, rule of succession (3 + 1) / (6 + 2) = 0.5; k = 5.
        self.assertEqual(late.probability, 0.6875)
        self.assertEqual(good.probability, 0.3125)
        self.assertEqual((late.band, good.band), ("high", "low"))
        self.assertEqual(
            late.reason_text,
            "Late invoices: 3 of 3. Last payment: late by 12 day(s).",
        )

    def test_the_partner_shows_the_newest_score(self):
        self._pay(self._new_invoice(), days_late=12)
        self._score(self.customer)
        partner = self.customer.with_user(self.controller)
        self.assertEqual(partner.dunning_probability, self._score(self.customer).probability)
        self.assertIn("late by 12 day(s)", partner.dunning_reasons)

    def test_an_open_overdue_invoice_counts_as_late_already(self):
        self._new_invoice()
        score = self._score(self.customer)
        self.assertEqual(score.observed, 1)
        self.assertIn("Overdue now: 1", score.reason_text)

    def test_scoring_that_meets_a_payment_is_done_again(self):
        self._new_invoice()
        self.company.dunning_policy_id = self.env.ref("smart_dunning.policy_default")
        Score = type(self.root["dunning.score"])
        score_company, collisions = Score._score_company, [DeadlockDetected()]

        def collide_once(score, *args):
            if collisions:
                raise collisions.pop()
            return score_company(score, *args)

        with (
            patch.object(Score, "_score_company", collide_once),
            patch.object(self.env.cr, "rollback") as rollback,
        ):
            self.root["dunning.score"]._cron_score(NOW)
        rollback.assert_called_once()
        self.assertTrue(self.root["dunning.score"].search([("partner_id", "=", self.customer.id)]))

    def test_scoring_that_is_never_left_in_peace_comes_again_later(self):
        self.company.dunning_policy_id = self.env.ref("smart_dunning.policy_default")
        action = self.env.ref("smart_dunning.ir_cron_score")
        self.root["ir.cron.trigger"].search([("cron_id", "=", action.id)]).unlink()
        Score = type(self.root["dunning.score"])
        with (
            patch.object(Score, "_score_company", side_effect=SerializationFailure()) as tried,
            patch.object(self.env.cr, "rollback"),
        ):
            self.root["dunning.score"]._cron_score(NOW)
        self.assertGreater(tried.call_count, 1)
        again = self.root["ir.cron.trigger"].search([("cron_id", "=", action.id)])
        self.assertEqual(len(again), 1)

    def test_natural_persons_are_not_scored_unless_the_company_asks(self):
        person = self._new_customer("Jeanne Petit", is_company=False)
        self._pay(self._new_invoice(customer=person), days_late=3)
        self.assertFalse(self._score(person))
        self.company.sudo().dunning_score_persons = True
        self.assertTrue(self._score(person))

    def test_scoring_twice_a_day_keeps_one_score(self):
        self._pay(self._new_invoice(), days_late=1)
        self._score(self.customer)
        self._score(self.customer)
        self.assertEqual(
            self.root["dunning.score"].search_count([("partner_id", "=", self.customer.id)]), 1
        )

    def test_a_step_for_risky_customers_skips_the_punctual(self):
        self.notice.min_risk = 0.5
        punctual = self._new_customer("Punctual")
        for _number in range(3):
            self._pay(self._new_invoice(due=date(2026, 8, 31)), days_late=12)
            self._pay(self._new_invoice(due=date(2026, 8, 31), customer=punctual), days_late=0)
        self.root["dunning.score"]._score_company(self.company.with_env(self.root), NOW.date())
        self._new_invoice(due=DUE)
        self._new_invoice(due=DUE, customer=punctual)
        self._plan(datetime(2026, 9, 9, 10, 0))
        self.assertEqual(self._actions().step_id, self.notice)
        self.assertFalse(self._actions(punctual))

    def test_scoring_twenty_customers_takes_as_many_queries_as_scoring_one(self):
        self._pay(self._new_invoice(), days_late=1)
        self._score(self.customer)  # so that both counts replace scores of an earlier run
        single = self._count_queries()
        for number in range(20):
            self._pay(self._new_invoice(customer=self._new_customer(f"C n{number}")), days_late=1)
        self.assertLessEqual(self._count_queries(), single)

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.root["dunning.score"]._score_company(self.company.with_env(self.root), NOW.date())
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_the_model_and_its_back_test_are_stored_once_a_day(self):
        self._pay(self._new_invoice(), days_late=1)
        self._score(self.customer)
        self._score(self.customer)
        model = self.root["dunning.risk.model"].search([("company_id", "=", self.company.id)])
        self.assertRecordValues(
            model, [{"as_of": NOW.date(), "champion": "rate", "invoices": 1, "predicted": 0}]
        )

    def test_later_is_rarer(self):
        self._pay(self._new_invoice(), days_late=12)
        score = self._score(self.customer)
        self.assertGreaterEqual(score.probability, score.probability_7)
        self.assertGreaterEqual(score.probability_7, score.probability_30)

    def test_an_invoice_that_a_credit_note_took_back_was_not_paid_late(self):
        invoice = self._new_invoice()
        refund = self._new_invoice(move_type="out_refund")
        refund.line_ids.write({"date": date(2026, 10, 10)})
        self._receivable(invoice + refund).reconcile()
        self.assertFalse(self._score(self.customer))

    def test_an_overdue_invoice_is_expected_on_a_day_that_is_still_to_come_and_says_why(self):
        for _number in range(3):
            self._pay(self._new_invoice(due=date(2026, 8, 20)), days_late=50)
        self._new_invoice()
        self._plan(NOW)
        self._score(self.customer)
        item = self._case().item_ids.filtered("amount_residual")
        # 36 days late today, the others took 50: Tuesday 2026-11-03
        self.assertRecordValues(
            item, [{"expected_date": date(2026, 11, 3), "expected_reason": "still_unpaid"}]
        )

    def test_what_a_private_person_owes_is_dated_without_looking_at_the_person(self):
        person = self._new_customer("Jeanne Petit", is_company=False)
        for _number in range(3):
            self._pay(self._new_invoice(due=date(2026, 8, 20), customer=person), days_late=50)
        self._new_invoice(customer=person, due=date(2026, 10, 26))
        self._plan(NOW)
        self._score(person)
        item = self._case(person).item_ids.filtered("amount_residual")
        # Company: (3 + 1) / (3 + 2) = 0.8; France: its three invoices of one customer are worth half
        # of one, (0.5 + 5 x 0.8) / (0.5 + 5). Whoever is known for 3 of 3 late has more.
        self.assertEqual(item.late_probability, 0.8182)
