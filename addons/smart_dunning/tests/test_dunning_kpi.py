from __future__ import annotations

from datetime import date

from odoo.tests import tagged
from odoo.tools import SQL

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestDunningKpi(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Issued on 2026-08-14: one paid on 2026-09-20, one open and due on 2026-09-14.
        paid = cls._new_invoice(300)
        cls._new_invoice(100)
        payment = cls.init_payment(300, post=True, date=date(2026, 9, 20), partner=cls.customer)
        lines = (payment.move_id + paid).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()

    def _snapshot(self, today):
        self.root["dunning.kpi.snapshot"]._refresh(self.company.with_env(self.root), today)
        return self.root["dunning.kpi.snapshot"].search(
            [("company_id", "=", self.company.id), ("as_of", "=", today)]
        )

    def test_the_books_are_read_as_of_the_day(self):
        august = self._snapshot(date(2026, 8, 31))
        self.assertRecordValues(august, [{"receivables": 400, "not_due": 400, "late_1_30": 0}])
        september = self._snapshot(date(2026, 9, 30))
        self.assertRecordValues(
            september,
            [{"receivables": 100, "not_due": 0, "late_1_30": 100, "overdue_share": 1}],
        )

    def test_a_past_month_end_is_the_same_seen_from_later(self):
        august = self._snapshot(date(2026, 8, 31)).receivables
        self._snapshot(date(2026, 10, 5))
        again = self.root["dunning.kpi.snapshot"].search(
            [("company_id", "=", self.company.id), ("as_of", "=", date(2026, 8, 31))]
        )
        self.assertEqual(again.receivables, august)

    def test_the_figures_follow_their_formulas(self):
        september = self._snapshot(date(2026, 9, 30))
        # 100 open, 400 sold in the 92 days from 2026-07-01 on.
        self.assertEqual(september.dso_simple, 23.0)
        # September sold nothing (31 days back to 2026-08-31), then 100 of 400 of 31 days.
        self.assertAlmostEqual(september.dso_countback, 31 + 100 / 400 * 31, 1)
        self.assertEqual(september.dso_best_possible, 0)
        # Of 400 owed a month before, 300 came in and all 100 left could have been collected.
        self.assertEqual(september.collection_effectiveness, 75)

    def test_refreshing_twice_keeps_thirteen_snapshots(self):
        self._snapshot(date(2026, 10, 4))
        self._snapshot(date(2026, 10, 5))
        self.assertEqual(
            self.root["dunning.kpi.snapshot"].search_count([("company_id", "=", self.company.id)]),
            13,
        )

    def test_the_share_of_promises_kept_equals_a_count_in_sql(self):
        self.env.company.dunning_policy_id = self.policy
        self._plan()
        dollars = self.setup_other_currency("USD", rates=[("2026-01-01", 2.0)])
        self._new_invoice(900, currency_id=dollars)
        self._plan()
        cases = self.root["dunning.case"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(len(cases), 2)
        numbers = (
            ("kept", 30, "2026-09-10", 0),
            ("broken", 70, "2026-09-15", 0),
            ("kept", 50, "2026-09-20", 1),
            ("kept", 1000, "2025-08-01", 0),  # more than a year before
            ("kept", 40, "2026-10-02", 1),  # not at its end yet
            ("cancelled", 500, "2026-09-12", 0),
        )
        for state, amount, last, index in numbers:
            promise = self.root["dunning.promise"].create(
                {"case_id": cases[index].id, "date": "2999-01-01", "amount": 1}
            )
            promise.write(
                {"state": state, "amount": amount, "last_date": last, "made_on": "2026-08-20"}
            )
        snapshot = self._snapshot(date(2026, 9, 30))
        self.env.flush_all()
        [(number, amount)] = self.env.execute_query(
            SQL(
                """
                SELECT avg((p.state = 'kept')::int),
                       sum(p.amount / rate.rate) FILTER (WHERE p.state = 'kept')
                       / sum(p.amount / rate.rate)
                  FROM dunning_promise p
                  JOIN dunning_case c ON c.id = p.case_id
                  JOIN LATERAL (
                      SELECT COALESCE((SELECT r.rate FROM res_currency_rate r
                                        WHERE r.currency_id = c.currency_id
                                          AND r.name <= p.made_on
                                        ORDER BY r.name DESC LIMIT 1), 1) AS rate) rate ON TRUE
                 WHERE c.company_id = %s AND p.state IN ('kept', 'broken')
                   AND p.last_date BETWEEN '2025-10-01' AND '2026-09-30'
                """,
                self.company.id,
            )
        )
        self.assertAlmostEqual(snapshot.promises_kept, float(number), 4)
        self.assertAlmostEqual(snapshot.promises_kept_amount, float(amount), 4)
        self.assertAlmostEqual(snapshot.promises_kept, 2 / 3, 4)
