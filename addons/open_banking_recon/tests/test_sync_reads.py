from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..models import open_banking_account
from ..recon_core.connectors.base import PsuContext
from ..recon_core.errors import RetryableError
from .common import TODAY, transaction
from .queue_case import NOW, QueueCase

PERSON = PsuContext("192.0.2.7", "Firefox")


@tagged("post_install", "-at_install")
class TestSyncReads(QueueCase):
    def reads(self, endpoint="transactions"):
        return [(day, psu) for kind, day, psu in self.bank.reads if kind == endpoint]

    def make_due(self, account):
        account.next_sync_at = fields.Datetime.now()
        self.env.flush_all()

    def click(self, account, person=PERSON):
        """Fetch now, from the browser of the accountant or from a program without one."""
        session = SimpleNamespace(uid=self.accountant.id if person else None)
        http = SimpleNamespace(
            remote_addr="192.0.2.7", user_agent=SimpleNamespace(string="Firefox")
        )
        request = SimpleNamespace(session=session, httprequest=http)
        with patch.object(open_banking_account, "request", request):
            account.with_user(self.accountant).action_sync_now()
        self.env.flush_all()

    def work_off(self):
        with self.commits_allowed() as env:
            env["open.banking.event"]._cron_work()
        self.env.invalidate_all()

    # -- how often ------------------------------------------------------------

    def test_a_fifth_unattended_read_in_a_day_is_put_off_and_is_no_error(self):
        account = self.account()
        for _round in range(6):
            self.make_due(account)
            self.sync()
            self.pass_time(hours=1)
        self.assertEqual(len(self.reads()), 4)
        self.assertEqual(len(self.reads("balances")), 4)
        self.assertEqual(account.next_sync_at, NOW + timedelta(hours=24))
        self.assertFalse(account.error_code)
        self.assertEqual(len(account.sync_ids), 4)
        self.pass_time(hours=18)
        self.sync()
        self.assertEqual(len(self.reads()), 5)

    def test_the_limit_is_the_providers_setting(self):
        self.assertEqual(self.provider.unattended_reads_per_day, 4)
        account = self.account()
        for limit, reads in ((1, 1), (0, 8)):
            self.provider.unattended_reads_per_day = limit
            self.env["open.banking.read"].search([]).unlink()
            self.bank.reads.clear()
            for _round in range(8):
                self.make_due(account)
                self.sync()
            self.assertEqual(len(self.reads()), reads)

    def test_fetches_are_planned_within_the_limit(self):
        self.provider.unattended_reads_per_day = 2
        account = self.account()
        self.sync()
        self.assertEqual(account.next_sync_at, NOW + timedelta(hours=12))

    def test_each_read_is_counted_for_its_endpoint_and_kept(self):
        account = self.account()
        self.bank.transactions = [transaction(1 + number, f"a{number}") for number in range(250)]
        self.bank.balance_error = RetryableError("timeout")
        self.sync()
        reads = self.env["open.banking.read"].search([("account_id", "=", account.id)])
        self.assertEqual(
            reads.sorted("id").mapped(lambda read: (read.endpoint, read.outcome, read.is_served)),
            [("transactions", "ok", True), ("balances", "timeout", True)],
        )
        reads[0].at = NOW - timedelta(days=366)
        reads._gc_old()
        self.assertEqual(len(reads.exists()), 1)

    def test_the_list_of_accounts_is_a_read_of_each(self):
        account = self.account(stable_ref="S1")
        self.env["open.banking.account"]._link_sudo(account.consent_id, self.bank.accounts)
        reads = self.env["open.banking.read"].search([("account_id", "=", account.id)])
        self.assertEqual(reads.mapped("endpoint"), ["accounts"])
        self.assertEqual(account.authenticated_at, NOW)

    def test_a_bank_that_cannot_be_reached_takes_nothing_of_the_right(self):
        account = self.account()
        self.bank.error = RetryableError("unavailable")
        for _round in range(6):
            self.make_due(account)
            self.sync()
            self.pass_time(hours=1)
        self.assertEqual(len(self.reads()), 6)

    def test_used_up_balances_do_not_stop_the_transactions(self):
        account = self.account()
        for _read in range(4):
            self.env["open.banking.read"].create(
                {"account_id": account.id, "endpoint": "balances", "at": NOW}
            )
        self.sync()
        self.assertEqual((len(self.reads()), len(self.reads("balances"))), (1, 0))
        self.assertEqual(account.sync_ids.state, "done")

    # -- by whom --------------------------------------------------------------

    def test_a_person_at_the_screen_is_told_to_the_bank_and_not_counted(self):
        account = self.account()
        for _click in range(6):
            self.click(account)
            self.work_off()
        self.assertEqual([psu for _day, psu in self.reads()], [PERSON] * 6)
        self.assertEqual([psu for _day, psu in self.reads("balances")], [PERSON] * 6)
        self.assertEqual(account.sync_ids.mapped("is_attended"), [True] * 6)
        self.make_due(account)
        self.sync()
        self.assertEqual(self.reads()[-1][1], None, "the next one is the cron's again")

    def test_crons_messages_and_programs_have_nobody_at_the_screen(self):
        account = self.account()
        self.sync()
        self.pass_time(hours=6)
        account._fetch_announced_sudo()
        self.work_off()
        self.pass_time(hours=6)
        self.click(account, person=None)
        self.work_off()
        self.assertEqual([psu for _day, psu in self.reads()], [None] * 3)

    def test_a_person_who_has_waited_too_long_is_gone(self):
        account = self.account()
        self.click(account)
        self.pass_time(minutes=6)
        self.work_off()
        self.assertEqual([psu for _day, psu in self.reads()], [None])

    def test_who_was_there_is_forgotten_with_the_fetch(self):
        account = self.account()
        event = self.env["open.banking.event"]
        for error in (None, RetryableError("timeout")):
            self.bank.error = error
            self.click(account)
            found = event.search([("account_id", "=", account.id)])
            self.assertNotIn("192.0.2.7", found.payload_sealed)
            self.work_off()
            self.assertFalse(found.payload_sealed)

    # -- how far back ---------------------------------------------------------

    def first_days(self):
        today = fields.Date.context_today(self.env["open.banking.account"])
        return [(today - day).days for day, _psu in self.reads()]

    def test_the_whole_history_is_asked_for_right_after_authentication(self):
        self.account(authenticated_at=NOW)
        self.sync()
        self.assertEqual(self.first_days(), [730])

    def test_later_the_first_fetch_asks_for_what_everybody_gets(self):
        self.account(authenticated_at=NOW - timedelta(hours=2))
        self.sync()
        self.assertEqual(self.first_days(), [89])

    def test_a_bank_that_gives_less_is_asked_again_in_the_same_run(self):
        account = self.account(authenticated_at=NOW)
        self.bank.oldest = TODAY - timedelta(days=90)
        self.bank.transactions = [transaction(5, "old", TODAY - timedelta(days=80))]
        self.sync()
        self.assertEqual(self.first_days(), [730, 89])
        self.assertEqual(len(self.feed_lines()), 1)
        self.assertEqual((account.error_code, account.bank_history_days), (False, 89))
        self.assertEqual(account.sync_ids.date_from, TODAY - timedelta(days=89))

    def test_the_account_may_want_less(self):
        self.account(authenticated_at=NOW, history_days=30)
        self.sync()
        self.assertEqual(self.first_days(), [30])

    def test_later_fetches_overlap_ten_days_and_never_reach_too_far(self):
        account = self.account(synced_until=TODAY - timedelta(days=1))
        self.sync()
        account.synced_until = TODAY - timedelta(days=200)
        self.sync_again(account)
        self.assertEqual(self.first_days(), [11, 89])

    def test_after_a_renewal_the_gap_is_asked_for(self):
        self.account(
            synced_until=TODAY - timedelta(days=200),
            last_sync_at=NOW - timedelta(days=200),
            authenticated_at=NOW,
        )
        self.sync()
        self.assertEqual(self.first_days(), [210])
