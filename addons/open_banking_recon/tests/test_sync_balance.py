from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from ..recon_core.types import Balance
from .common import TODAY, transaction
from .queue_case import QueueCase


@tagged("post_install", "-at_install")
class TestSyncBalance(QueueCase):
    def setUp(self):
        super().setUp()
        self.bank_account = self.account()
        self.day = TODAY

    def told(self, amount, kind="interimBooked", day=None):
        self.bank.balance = Balance(Decimal(str(amount)), "EUR", kind, day or self.day)

    def book(self, amount, text, day=None):
        self.bank.transactions.append(transaction(amount, text, day or self.day))

    def fetch(self):
        self.sync_again(self.bank_account)

    def next_day(self):
        self.pass_time(days=1)
        self.day += timedelta(days=1)

    def activities(self):
        return self.bank_account.consent_id.activity_ids

    def test_the_first_fetch_fixes_what_was_there_before(self):
        self.book(30, "a")
        self.told(1030)
        self.fetch()
        self.assertEqual(self.bank_account.balance_anchor, 1000)
        self.assertFalse(self.bank_account.balance_gap_since)

    def test_lines_that_add_up_leave_no_gap(self):
        self.told(1000)
        self.fetch()
        self.book("30.10", "a")
        self.book("-0.30", "b")
        self.told("1029.80")
        self.next_day()
        self.fetch()
        self.assertFalse(self.bank_account.balance_gap_since)

    def test_a_gap_that_lasts_is_told_once_and_forgotten_when_it_closes(self):
        self.told(1000)
        self.fetch()
        self.told(950)
        self.fetch()
        account = self.bank_account
        self.assertEqual((account.balance_gap, account.balance_gap_since), (-50, TODAY))
        self.assertFalse(self.activities(), "it may be booked between the two calls")
        for _day in range(2):
            self.next_day()
            self.told(950)
            self.fetch()
        self.assertEqual(len(self.activities()), 1)
        self.assertEqual(self.activities().user_id, self.accountant)
        self.assertIn("Main account", account.balance_gap_message)
        self.assertIn("50.00", account.balance_gap_message)
        self.book(-50, "late", TODAY)
        self.next_day()
        self.told(950)
        self.fetch()
        self.assertFalse(account.balance_gap_since)
        self.assertFalse(account.balance_gap_message)
        self.assertFalse(self.activities())

    def test_a_deleted_line_is_a_gap(self):
        self.book(30, "a")
        self.told(1030)
        self.fetch()
        self.feed_lines().unlink()
        self.fetch()
        self.assertEqual(self.bank_account.balance_gap, 30)

    def test_the_accountant_may_take_the_lines_as_right(self):
        self.told(1000)
        self.fetch()
        self.told(950)
        self.fetch()
        self.bank_account.with_user(self.accountant).action_accept_balance_gap()
        self.fetch()
        self.assertFalse(self.bank_account.balance_gap_since)
        self.assertEqual(self.bank_account.balance_anchor, 950)

    def test_a_closed_day_is_compared_with_its_own_lines(self):
        self.told(1000)
        self.fetch()
        self.next_day()
        self.book(30, "yesterday", self.day - timedelta(days=1))
        self.book(7, "today", self.day)
        self.told(1030, "closingBooked", self.day - timedelta(days=1))
        self.fetch()
        self.assertFalse(self.bank_account.balance_gap_since)

    def test_a_balance_that_cannot_be_compared_says_nothing(self):
        self.told(1000)
        self.fetch()
        self.told(5, "expected")
        self.fetch()
        self.assertFalse(self.bank_account.balance_gap_since)

    def test_older_lines_of_a_statement_file_change_nothing(self):
        self.told(1000)
        self.fetch()
        old = transaction(500, "before the feed", TODAY - timedelta(days=300))
        self.env["open.banking.sync"]._store(self.journal, [old])
        self.fetch()
        self.assertFalse(self.bank_account.balance_gap_since)

    def test_another_journal_has_an_anchor_of_its_own(self):
        self.book(30, "a")
        self.told(1030)
        self.fetch()
        self.bank_account.journal_id = self.journal.copy({"name": "Second", "code": "BNK9"})
        self.fetch()
        self.assertEqual(self.bank_account.balance_anchor, 1030)
        self.assertFalse(self.bank_account.balance_gap_since)
