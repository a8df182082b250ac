from __future__ import annotations

import random
from datetime import date, timedelta

from odoo.tests import tagged

from .common import REMINDER_AT, DunningCommon

DAYS = [date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30)]
TODAY = date(2026, 10, 7)


@tagged("post_install", "-at_install")
class TestDunningFigures(DunningCommon):
    """The figures of a generated book against computations that are made in another way: open
    amounts from the general ledger and both sides of each reconciliation, sales from the journal
    items of invoices, all in SQL."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.usd = cls.setup_other_currency(
            "USD", rates=[("2025-01-01", 1.1), ("2026-06-01", 1.25), ("2026-08-01", 1.05)]
        )
        cls.chance = random.Random(7)  # noqa: S311 - a seeded book, no secret
        cls.customers = [cls._new_customer(f"Customer c{n}") for n in range(6)]
        cls.instalments = cls.env["account.payment.term"].create(
            {
                "name": "Two instalments",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 40, "nb_days": 15}),
                    (0, 0, {"value": "percent", "value_amount": 60, "nb_days": 45}),
                ],
            }
        )
        for number in range(45):
            cls._one_sale(number)

    @classmethod
    def _one_sale(cls, number):
        """An invoice that is paid, paid in part, credited, reversed, un-paid again or left open."""
        chance = cls.chance
        issued = date(2025, 10, 1) + timedelta(chance.randrange(360))
        currency = cls.usd if number % 4 == 0 else cls.company.currency_id
        terms = {"invoice_payment_term_id": cls.instalments.id}
        if number % 3:
            terms = {
                "invoice_payment_term_id": False,
                "invoice_date_due": issued + timedelta(chance.choice((0, 14, 30, 60))),
            }
        customer = chance.choice(cls.customers)
        invoice = cls._create_invoice_one_line(
            price_unit=round(chance.uniform(10, 900), 2),
            tax_ids=cls.env["account.tax"],
            name="Bread",
            partner_id=customer,
            move_type="out_invoice",
            invoice_date=issued,
            currency_id=currency.id,
            post=True,
            **terms,
        )
        fate = number % 6
        later = issued + timedelta(chance.randrange(3, 70))
        if fate in (0, 1, 2):
            share = 1 if fate == 0 else round(chance.uniform(0.2, 0.9), 2)
            cls._settle(invoice, currency.round(invoice.amount_total * share), later)
            if number % 5 == 0:  # the payment is taken back
                invoice.line_ids.remove_move_reconcile()
        elif fate == 3:
            cls._credit(invoice, round(invoice.amount_total * chance.uniform(0.2, 0.8), 2), later)
        elif fate == 4:
            refund = cls._reverse_invoice(invoice, date=later)
            refund.action_post()
            cls._reconcile(invoice, refund)

    @classmethod
    def _settle(cls, invoice, amount, day):
        payment = cls.init_payment(
            amount,
            post=True,
            date=day,
            partner=invoice.partner_id,
            currency=invoice.currency_id,
        )
        cls._reconcile(invoice, payment.move_id)

    @classmethod
    def _credit(cls, invoice, amount, day):
        refund = cls._create_invoice_one_line(
            price_unit=amount,
            tax_ids=cls.env["account.tax"],
            name="Bread",
            partner_id=invoice.partner_id,
            move_type="out_refund",
            invoice_date=day,
            currency_id=invoice.currency_id.id,
            invoice_payment_term_id=False,
            post=True,
        )
        cls._reconcile(invoice, refund)

    @classmethod
    def _reconcile(cls, invoice, other):
        (invoice + other).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()

    def setUp(self):
        super().setUp()
        self.root["dunning.kpi.snapshot"]._refresh(self.company.with_env(self.root), TODAY)
        self.env.flush_all()
        self.snapshots = {
            snapshot.as_of: snapshot
            for snapshot in self.root["dunning.kpi.snapshot"].search(
                [("company_id", "=", self.company.id)]
            )
        }

    def _sql(self, query, **values):
        self.env.cr.execute(query, {"company": self.company.id, **values})
        return self.env.cr.fetchone()

    def _ledger(self, day):
        """What customers owe by the general ledger: nothing is read of reconciliations."""
        (balance,) = self._sql(
            """SELECT COALESCE(sum(l.balance), 0) FROM account_move_line l
                 JOIN account_account a ON a.id = l.account_id
                WHERE l.company_id = %(company)s AND l.parent_state = 'posted'
                  AND a.account_type = 'asset_receivable' AND l.date <= %(day)s""",
            day=day,
        )
        return float(balance)

    def _sales(self, after, until):
        (sales,) = self._sql(
            """SELECT COALESCE(sum(l.balance), 0) FROM account_move_line l
                 JOIN account_move m ON m.id = l.move_id
                WHERE l.company_id = %(company)s AND m.state = 'posted'
                  AND m.move_type IN ('out_invoice', 'out_refund')
                  AND l.display_type = 'payment_term'
                  AND m.invoice_date > %(after)s AND m.invoice_date <= %(until)s""",
            after=after,
            until=until,
        )
        return float(sales)

    def _back(self, day, months):
        (found,) = self._sql(
            "SELECT (%(day)s::date - make_interval(months => %(months)s))::date",
            day=day,
            months=months,
        )
        return found

    def _each(self, name, computed, places=2):
        for day in DAYS:
            with self.subTest(day=day):
                # a figure of one digit may be half of it off, an amount of money less than a cent
                allowed = 0.5001 * 10**-places
                self.assertAlmostEqual(self.snapshots[day][name], computed(day), delta=allowed)
        self.assertGreater(len({self.snapshots[day][name] for day in DAYS}), 1)

    def test_the_book_holds_all_that_makes_figures_wrong(self):
        lines = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id), ("account_type", "=", "asset_receivable")]
        )
        self.assertTrue(lines.filtered(lambda line: line.currency_id == self.usd))
        self.assertTrue(lines.filtered(lambda line: line.move_id.move_type == "out_refund"))
        self.assertTrue(
            lines.filtered(lambda line: not line.reconciled and line.matched_credit_ids), "partials"
        )
        self.assertTrue(self.env["account.full.reconcile"].search_count([]))

    def test_receivables_are_those_of_the_general_ledger(self):
        self._each("receivables", self._ledger)

    def test_the_ageing_counts_both_sides_of_each_reconciliation(self):
        ends = {
            "not_due": (-9999, 0),
            "late_1_30": (1, 30),
            "late_31_60": (31, 60),
            "late_61_90": (61, 90),
            "late_over_90": (91, 99999),
        }
        for day in [*DAYS, TODAY]:
            for name, (least, most) in ends.items():
                (amount,) = self._sql(
                    """WITH moved AS (
                         SELECT id AS line, balance AS amount FROM account_move_line
                          WHERE date <= %(day)s AND parent_state = 'posted'
                            AND company_id = %(company)s
                          UNION ALL
                         SELECT debit_move_id, -amount FROM account_partial_reconcile
                          WHERE max_date <= %(day)s
                          UNION ALL
                         SELECT credit_move_id, amount FROM account_partial_reconcile
                          WHERE max_date <= %(day)s)
                       SELECT COALESCE(sum(moved.amount), 0) FROM moved
                         JOIN account_move_line l ON l.id = moved.line
                         JOIN account_account a ON a.id = l.account_id
                        WHERE l.company_id = %(company)s AND a.account_type = 'asset_receivable'
                          AND %(day)s - COALESCE(l.date_maturity, l.date)
                              BETWEEN %(least)s AND %(most)s""",
                    day=day,
                    least=least,
                    most=most,
                )
                with self.subTest(day=day, bucket=name):
                    self.assertAlmostEqual(self.snapshots[day][name], float(amount), 2)

    def test_simple_average_and_best_possible_dso(self):
        def sales(day):
            return self._sales(self._back(day, 3), day)

        def days(day):
            return (day - self._back(day, 3)).days

        self._each("dso_simple", lambda d: self._ledger(d) / sales(d) * days(d), 1)
        self._each(
            "dso_average",
            lambda d: (self._ledger(d) + self._ledger(self._back(d, 3))) / 2 / sales(d) * days(d),
            1,
        )
        self._each(
            "days_delinquent",
            lambda d: (self._ledger(d) - self.snapshots[d].not_due) / sales(d) * days(d),
            1,
        )

    def test_countback_dso(self):
        """Month by month in one statement with a running total."""

        def countback(day):
            (found,) = self._sql(
                """WITH month AS (
                     SELECT n, (%(day)s::date - make_interval(months => n + 1))::date AS after,
                            (%(day)s::date - make_interval(months => n))::date AS until
                       FROM generate_series(0, 11) n),
                   sold AS (
                     SELECT month.n, until - after AS days,
                            greatest(COALESCE(sum(m.amount_total_signed), 0), 0) AS sales
                       FROM month
                  LEFT JOIN account_move m ON m.invoice_date > after AND m.invoice_date <= until
                        AND m.company_id = %(company)s AND m.state = 'posted'
                        AND m.move_type IN ('out_invoice', 'out_refund')
                   GROUP BY month.n, until - after),
                   running AS (
                     SELECT *, sum(sales) OVER (ORDER BY n) - sales AS earlier FROM sold)
                   SELECT sum(days * CASE WHEN earlier >= %(owed)s THEN 0
                                          WHEN sales = 0 THEN 1
                                          ELSE least(1, (%(owed)s - earlier) / sales) END)
                     FROM running""",
                day=day,
                owed=self._ledger(day),
            )
            return float(found)

        self._each("dso_countback", countback, 1)

    def test_collection_effectiveness(self):
        def effectiveness(day):
            begin = self._back(day, 1)
            owed, sold = self._ledger(begin), self._sales(begin, day)
            current = self.snapshots[day].not_due
            return (owed + sold - self._ledger(day)) / (owed + sold - current) * 100

        self._each("collection_effectiveness", effectiveness, 1)

    def test_days_to_pay_and_days_late_weigh_the_money_that_came_in(self):
        """From the side of the payments: what each journal item of a payment settled."""

        def weighted(day, days):
            (found,) = self._sql(
                f"""SELECT sum(p.amount * {days}) / sum(p.amount)
                      FROM account_payment pay
                      JOIN account_move_line c ON c.move_id = pay.move_id
                      JOIN account_partial_reconcile p ON p.credit_move_id = c.id
                      JOIN account_move_line l ON l.id = p.debit_move_id
                      JOIN account_move m ON m.id = l.move_id AND m.move_type = 'out_invoice'
                     WHERE greatest(c.date, l.date) > %(after)s
                       AND greatest(c.date, l.date) <= %(day)s
                       AND m.company_id = %(company)s""",  # noqa: S608 - texts of this file
                day=day,
                after=self._back(day, 3),
            )
            return float(found)

        self._each("dso_true", lambda d: weighted(d, "(greatest(c.date, l.date) - m.date)"), 1)
        self._each(
            "days_late",
            lambda d: weighted(d, "greatest(greatest(c.date, l.date) - l.date_maturity, 0)"),
            1,
        )


@tagged("post_install", "-at_install")
class TestDunningStepResult(DunningCommon):
    def _sent(self, **values):
        invoice = self._new_invoice(200, **values)
        self._plan()
        self.assertTrue(self._send())
        action = self._actions().filtered(lambda a: a.state == "sent")
        self.assertEqual(action.sent_at.date(), REMINDER_AT.date())
        return invoice

    def _pay(self, invoice, amount, days):
        payment = self.init_payment(
            amount,
            post=True,
            date=REMINDER_AT.date() + timedelta(days),
            partner=invoice.partner_id,
        )
        self._receivable(payment.move_id + invoice).reconcile()

    def _result(self):
        self.env.flush_all()
        return self.env["dunning.step.result"].with_user(self.controller).search([])

    def test_what_comes_within_a_week_and_within_two_is_told_apart(self):
        invoice = self._new_invoice(200)
        self._pay(invoice, 100, -3)
        self._plan()
        self._send()
        for amount, days in ((20, 7), (30, 14), (10, 15)):
            self._pay(invoice, amount, days)
        self.assertRecordValues(
            self._result(),
            [{"asked": 100, "paid_7": 20, "paid_14": 50, "share_7": 0.2, "share_14": 0.5}],
        )

    def test_what_came_on_the_day_of_the_message_was_not_its_work(self):
        invoice = self._sent()
        self._pay(invoice, 50, 0)
        self.assertRecordValues(self._result(), [{"asked": 150, "paid_7": 0, "paid_14": 0}])

    def test_a_credit_note_is_no_money(self):
        invoice = self._sent()
        refund = self._create_invoice_one_line(
            price_unit=80,
            tax_ids=self.env["account.tax"],
            name="Bread",
            partner_id=self.customer,
            move_type="out_refund",
            invoice_date=REMINDER_AT.date() + timedelta(2),
            invoice_payment_term_id=False,
            post=True,
        )
        self._receivable(invoice + refund).reconcile()
        self.assertRecordValues(self._result(), [{"asked": 200, "paid_14": 0}])
