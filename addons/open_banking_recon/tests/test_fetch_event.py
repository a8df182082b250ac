import json
from datetime import timedelta
from unittest.mock import patch

from psycopg2 import errors as pg_errors

from odoo import fields
from odoo.tests import tagged

from ..models.open_banking_event_fetch import OpenBankingEvent
from ..recon_core.errors import FinalError, RetryableError
from .common import TODAY, transaction
from .queue_case import NOW, QueueCase


@tagged("post_install", "-at_install")
class TestFetchEvent(QueueCase):
    def sync_event(self, account):
        return self.env["open.banking.event"].search([("account_id", "=", account.id)])

    def cron(self):
        with self.commits_allowed() as env:
            env["open.banking.account"]._cron_sync()
            env["open.banking.event"]._cron_work()
        self.env.invalidate_all()

    def test_an_account_has_one_event_however_often_it_is_asked_for(self):
        account = self.account()
        for _click in range(3):
            account.with_user(self.accountant).action_sync_now()
        self.cron()
        self.assertEqual(len(self.sync_event(account)), 1)
        self.assertEqual(len(account.sync_ids), 1)
        self.pass_time(hours=6)
        self.cron()
        self.assertEqual(len(self.sync_event(account)), 1)
        self.assertEqual(len(account.sync_ids), 2)

    def test_a_failed_fetch_is_tried_again_when_the_account_says(self):
        account = self.account()
        self.bank.error = RetryableError("bad_response")
        self.cron()
        event = self.sync_event(account)
        self.assertEqual((event.state, event.error_code), ("failed", "bad_response"))
        self.assertGreaterEqual(event.next_attempt_at, account.next_sync_at)
        self.assertLess(event.next_attempt_at, account.next_sync_at + timedelta(minutes=1))
        self.bank.error = None
        self.pass_time(minutes=6)
        with self.commits_allowed() as env:
            env["open.banking.event"]._cron_work()
        self.env.invalidate_all()
        self.assertEqual((event.state, account.error_code), ("done", False))
        self.assertEqual(account.sync_ids.mapped("state"), ["done", "failed"])

    def test_a_fetch_that_was_given_up_starts_again_with_the_accounts_next_turn(self):
        account = self.account()
        self.bank.error = FinalError("tls_failed")
        self.cron()
        self.assertEqual(self.sync_event(account).state, "dead")
        self.bank.error = None
        self.pass_time(hours=6)
        self.cron()
        self.assertEqual(self.sync_event(account).state, "done")

    def test_a_fetch_that_somebody_else_has_done_is_not_repeated(self):
        account = self.account()
        self.env["open.banking.event"]._enqueue_fetches_sudo(account)
        account.next_sync_at = fields.Datetime.now() + timedelta(hours=6)
        self.env.flush_all()
        self.cron()
        self.assertEqual(self.sync_event(account).state, "done")
        self.assertFalse(account.sync_ids)

    def test_accounts_that_wait_already_cost_no_query_each(self):
        accounts = self.account()
        for number in range(4):
            journal = self.journal.copy({"name": f"Bank {number}", "code": f"BK{number}"})
            accounts += self.account(iban=f"FR{number}", journal_id=journal.id)
        event = self.env["open.banking.event"]
        event._enqueue_fetches_sudo(accounts)
        self.env.flush_all()

        def queries(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            event._enqueue_fetches_sudo(some)
            return self.env.cr.sql_log_count - before

        self.assertEqual(queries(accounts), queries(accounts[0]))

    def announce(self, account):
        event = self.env["open.banking.event"]._enqueue_sudo(
            "webhook",
            f"webhook:{fields.Datetime.now()}",
            payload=json.dumps({"body": "{}"}),
            provider_id=account.provider_id.id,
        )
        self.env.flush_all()
        with self.commits_allowed() as env:
            env["open.banking.event"]._cron_work()
        self.env.invalidate_all()
        return event

    def test_a_message_of_the_provider_has_its_accounts_fetched(self):
        account = self.account(next_sync_at=NOW + timedelta(hours=3))
        self.bank.transactions = [transaction(10.0, "new", TODAY)]
        event = self.announce(account)
        self.assertEqual(event.state, "done")
        self.assertEqual(account.sync_ids.mapped("created"), [1])

    def test_many_messages_do_not_make_many_fetches(self):
        account = self.account()
        for _second in range(10):
            self.announce(account)
            self.pass_time(seconds=1)
        self.assertEqual(len(account.sync_ids), 1)
        self.assertEqual(account.next_sync_at, NOW + timedelta(minutes=5))
        self.pass_time(minutes=5)
        with self.commits_allowed() as env:
            env["open.banking.event"]._cron_work()
        self.env.invalidate_all()
        self.assertEqual(len(account.sync_ids), 2, "what was told in between is not lost")

    def test_a_message_does_not_shorten_the_wait_that_the_bank_asked_for(self):
        account = self.account()
        self.bank.error = RetryableError("rate_limited", retry_after_s=7200)
        self.cron()
        self.announce(account)
        self.assertEqual(len(account.sync_ids), 1)
        self.assertGreaterEqual(account.next_sync_at, NOW + timedelta(hours=2))

    def test_a_message_that_cannot_be_opened_is_given_up_and_told(self):
        account = self.account()
        event = self.env["open.banking.event"]._enqueue_sudo(
            "webhook", "w", payload="{}", provider_id=account.provider_id.id
        )
        event.payload_sealed = event.payload_sealed[:-8] + "AAAAAAA="
        self.env.flush_all()
        with self.commits_allowed() as env:
            env["open.banking.event"]._cron_work()
        self.env.invalidate_all()
        self.assertEqual((event.state, event.error_code), ("dead", "vault_key_mismatch"))

    def while_it_runs(self, account):
        """The account's event as if a worker were reading at this moment."""
        self.cron()
        event = self.sync_event(account)
        event.state = "running"
        return event

    def again(self, account):
        return self.sync_event(account).filtered(lambda event: event.key.endswith(":again"))

    def test_what_is_asked_for_during_a_fetch_is_looked_at_after_it(self):
        account = self.account()
        running = self.while_it_runs(account)
        planned = account.next_sync_at
        account.with_user(self.accountant).action_sync_now()
        # the row is the worker's: to write it would break the fetch that runs
        self.assertEqual(account.next_sync_at, planned)
        self.assertEqual(self.again(account).state, "queued")

        running.state = "done"
        self.bank.transactions = [transaction(10, "came while the pages were read")]
        self.pass_time(seconds=5)
        with self.commits_allowed() as env:
            env["open.banking.event"]._cron_work()
        self.env.invalidate_all()
        self.assertEqual(account.sync_ids.mapped("created"), [1, 0])
        self.assertEqual(self.again(account).state, "done")

    def test_what_is_asked_for_while_it_is_looked_at_again_leaves_the_account_to_its_worker(self):
        account = self.account()
        running = self.while_it_runs(account)
        account.with_user(self.accountant).action_sync_now()
        running.state = "done"
        self.again(account).state = "running"
        planned = account.next_sync_at
        self.pass_time(seconds=5)
        account.with_user(self.accountant).action_sync_now()
        self.assertEqual(account.next_sync_at, planned)

    def test_what_was_given_up_is_settled_by_the_next_fetch_that_succeeds(self):
        account = self.account()
        running = self.while_it_runs(account)
        account.with_user(self.accountant).action_sync_now()
        running.state = "done"
        self.again(account).write({"state": "dead", "error_code": "token_invalid"})
        self.pass_time(hours=6)
        self.cron()
        self.assertEqual(
            (self.again(account).state, self.again(account).error_code), ("done", False)
        )

    def test_a_fetch_that_began_later_has_seen_it(self):
        account = self.account()
        running = self.while_it_runs(account)
        account.with_user(self.accountant).action_sync_now()
        running.state = "done"
        self.pass_time(seconds=5)
        account.sync_ids[0].copy({"started_at": fields.Datetime.now(), "state": "done"})
        with self.commits_allowed() as env:
            env["open.banking.event"]._cron_work()
        self.env.invalidate_all()
        self.assertEqual(len(account.sync_ids), 2)

    def test_messages_during_a_fetch_are_followed_up_after_a_few_minutes(self):
        account = self.account()
        self.while_it_runs(account)
        account._fetch_announced_sudo()
        account._fetch_announced_sudo()
        again = self.again(account)
        self.assertEqual(len(again), 1)
        self.assertEqual(again.next_attempt_at, NOW + timedelta(minutes=5))

    def test_an_account_that_a_worker_takes_at_this_moment_keeps_no_other_from_being_queued(self):
        first = self.account()
        second = self.account(iban="FR1420041010050500013M02606", journal_id=False)
        self.env["account.journal"].create({"name": "Second", "type": "bank", "code": "BNKX"})
        second.journal_id = self.env["account.journal"].search([("code", "=", "BNKX")])
        self.env["open.banking.event"].search([]).unlink()
        self.env.flush_all()
        enqueue = OpenBankingEvent._enqueue_fetches_sudo

        def taken(events, accounts, *arguments):
            if accounts == first.with_env(events.env):
                raise pg_errors.SerializationFailure
            return enqueue(events, accounts, *arguments)

        with (
            patch.object(OpenBankingEvent, "_enqueue_fetches_sudo", taken),
            self.commits_allowed() as env,
        ):
            env["open.banking.account"]._cron_sync()
        self.env.invalidate_all()
        self.assertFalse(self.sync_event(first))
        self.assertTrue(self.sync_event(second))
