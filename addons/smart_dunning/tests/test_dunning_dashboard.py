"""The figures of the follow-up on the page of value, beside queries of their own."""

from __future__ import annotations

from datetime import date, timedelta

from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL

from .common import REMINDER_AT, DunningCommon

TODAY = date(2026, 10, 30)


@tagged("post_install", "-at_install")
class TestDunningDashboard(DunningCommon):
    def _page(self, user=None):
        self.env.flush_all()
        with freeze_time(TODAY):
            page = self.env["recon.dashboard"].with_user(user or self.controller).get_page("year")
        return {
            figure["key"]: figure for section in page["sections"] for figure in section["figures"]
        }

    def _records(self, key, part=""):
        with freeze_time(TODAY):
            action = (
                self.env["recon.dashboard"]
                .with_user(self.controller)
                .open_records(key, part, "year")
            )
            return self.env[action["res_model"]].with_user(self.controller).search(action["domain"])

    def _pay(self, invoice, amount, days):
        payment = self.init_payment(
            amount,
            post=True,
            date=REMINDER_AT.date() + timedelta(days),
            partner=invoice.partner_id,
        )
        self._receivable(payment.move_id + invoice).reconcile()

    def test_what_was_paid_after_the_messages_of_a_step(self):
        first, second = self._new_invoice(200), self._new_invoice(300)
        self._plan()
        self.assertTrue(self._send())
        for invoice, amount, days in ((first, 50, 0), (first, 60, 7), (second, 90, 14)):
            self._pay(invoice, amount, days)
        self._pay(second, 30, 15)
        self.env.flush_all()
        [(asked, paid)] = self.env.execute_query(
            SQL(
                """WITH part AS (
                       SELECT line.id, p.amount, p.max_date - action.sent_at::date AS wait
                         FROM dunning_action action
                         JOIN dunning_action_dunning_item_rel rel
                           ON rel.dunning_action_id = action.id
                         JOIN dunning_item item ON item.id = rel.dunning_item_id
                         JOIN account_move_line line ON line.id = item.move_line_id
                    LEFT JOIN account_partial_reconcile p ON p.debit_move_id = line.id
                        WHERE action.state = 'sent' AND action.company_id = %s)
                   SELECT 500 - sum(amount) FILTER (WHERE wait < 1),
                          sum(amount) FILTER (WHERE wait BETWEEN 1 AND 14) FROM part""",
                self.company.id,
            )
        )
        figure = self._page()["dunning_steps"]
        self.assertEqual((float(asked), float(paid)), (450, 150))
        self.assertAlmostEqual(figure["value"], float(paid / asked), 4)
        [row] = figure["table"]["rows"]
        self.assertEqual(row["values"], [1, 450, 60, 150, 0.3333])
        self.assertEqual(len(self._records("dunning_steps", row["part"])), 2)

    def test_promises_that_were_kept(self):
        self._new_invoice(100)
        self._plan()
        case = self._case()
        for state, last in (
            ("kept", "2026-10-01"),
            ("kept", "2026-10-30"),
            ("broken", "2025-10-31"),
            ("broken", "2025-10-30"),
            ("open", "2026-10-01"),
        ):
            promise = self.root["dunning.promise"].create(
                {"case_id": case.id, "date": "2999-01-01", "amount": 10}
            )
            promise.write({"state": state, "last_date": last})
        self.assertAlmostEqual(self._page()["dunning_promises"]["value"], 2 / 3, 4)
        self.assertEqual(len(self._records("dunning_promises", "kept")), 2)
        self.assertEqual(len(self._records("dunning_promises")), 3)

    def test_who_has_no_part_in_the_follow_up_sees_the_other_figures(self):
        reader = new_test_user(
            self.env,
            "rita",
            groups="open_banking_recon.group_reader",
            company_id=self.company.id,
        )
        figures = self._page(reader)
        self.assertIn("dso", figures)
        self.assertNotIn("dunning_steps", figures)
