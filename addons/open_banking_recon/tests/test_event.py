from datetime import timedelta
from unittest.mock import patch

import psycopg2.errors

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..models.advisory_lock import EVENT, exclusive
from ..models.open_banking_event import OpenBankingEvent
from ..recon_core.errors import FinalError, RetryableError
from ..recon_core.queue.backoff import MAX_ATTEMPTS
from ..recon_core.queue.circuit import THRESHOLD
from .queue_case import NOW, Killed, QueueCase

EVENT_LOGGER = "odoo.addons.open_banking_recon.models.open_banking_event"


@tagged("post_install", "-at_install")
class TestEvent(QueueCase):
    def test_an_event_is_handled_once_and_its_payload_forgotten(self):
        event = self.event(payload="secret of a customer")
        self.assertNotIn("customer", event.payload_sealed)
        self.work()
        self.work()
        self.assertEqual(self.handled, ["a"])
        self.assertEqual((event.state, event.attempts), ("done", 1))
        self.assertFalse(event.payload_sealed)

    def test_the_same_key_is_queued_once(self):
        self.event()
        self.assertFalse(self.event())
        self.work()
        self.assertFalse(self.event(), "not even after it is done")
        self.work()
        self.assertEqual(self.handled, ["a"])

    def test_a_failure_that_may_pass_is_tried_again_later(self):
        event = self.event()
        self.outcomes["a"] = RetryableError("bad_response")
        self.work()
        self.assertEqual((event.state, event.error_code), ("failed", "bad_response"))
        self.assertGreaterEqual(event.next_attempt_at, NOW + timedelta(seconds=15))
        self.work()
        self.assertEqual(len(self.handled), 1, "not before its time")
        self.outcomes.clear()
        self.pass_time(seconds=31)
        self.work()
        self.assertEqual((event.state, event.attempts), ("done", 2))
        self.assertFalse(event.error_code)

    def test_the_provider_says_how_long_to_wait(self):
        event = self.event()
        self.outcomes["a"] = RetryableError("rate_limited", retry_after_s=7200)
        self.work()
        self.assertEqual(event.next_attempt_at, NOW + timedelta(hours=2))

    def test_a_final_failure_is_given_up_at_once_and_told_in_words(self):
        event = self.event(payload="{}")
        self.outcomes["a"] = FinalError("tls_failed")
        self.work()
        self.assertEqual((event.state, event.attempts), ("dead", 1))
        self.assertIn("Test Bank", event.error_message)
        self.assertTrue(event.payload_sealed, "it is needed to replay it")

    def test_what_fails_again_and_again_is_given_up(self):
        event = self.event()
        self.outcomes["a"] = RetryableError("bad_response")
        for _attempt in range(MAX_ATTEMPTS):
            self.work()
            self.pass_time(hours=7)
        self.work()
        self.assertEqual((event.state, event.attempts), ("dead", MAX_ATTEMPTS))
        self.assertEqual(len(self.handled), MAX_ATTEMPTS)

    def test_what_was_given_up_is_replayed_by_a_manager(self):
        event = self.event()
        self.outcomes["a"] = FinalError("tls_failed")
        self.work()
        self.outcomes.clear()
        manager = self.manager()
        event.with_user(manager).action_replay()
        self.assertEqual((event.state, event.attempts), ("queued", 0))
        self.env.flush_all()
        self.work()
        self.assertEqual(event.state, "done")

    def test_what_is_done_is_not_replayed(self):
        event = self.event()
        self.work()
        event.with_user(self.manager()).action_replay()
        self.assertEqual(event.state, "done")

    def test_a_fault_in_a_handler_is_logged_and_does_not_stop_the_others(self):
        broken, sound = self.event("a"), self.event("b")
        self.outcomes["a"] = ZeroDivisionError("of ours")
        with self.assertLogs(EVENT_LOGGER, "ERROR") as logs:
            self.work()
        self.assertIn("ZeroDivisionError", logs.output[0])
        self.assertEqual((broken.state, broken.error_code), ("failed", "internal_error"))
        self.assertEqual(sound.state, "done")

    def test_a_failed_handler_leaves_nothing_behind(self):
        self.event()

        def handle(event):
            event.env["res.partner"].create({"name": "Half done"})
            event.env.flush_all()
            raise RetryableError("timeout")

        self.handle_as_method = lambda: handle
        self.work()
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Half done")]))

    def test_an_event_whose_worker_was_killed_is_taken_again(self):
        event = self.event()
        self.outcomes["a"] = Killed()
        self.work_and_die()
        self.assertEqual((event.state, event.attempts), ("running", 1))
        self.outcomes.clear()
        self.work()
        self.assertEqual((event.state, event.attempts), ("done", 2))

    def test_an_event_that_kills_its_workers_is_given_up(self):
        event = self.event()
        self.outcomes["a"] = Killed()
        for _attempt in range(MAX_ATTEMPTS):
            self.work_and_die()
        self.work()
        self.assertEqual((event.state, event.error_code), ("dead", "worker_lost"))
        self.assertEqual(len(self.handled), MAX_ATTEMPTS)

    @mute_logger("odoo.sql_db", EVENT_LOGGER)
    def test_a_handler_that_breaks_its_transaction_is_tried_again_and_holds_no_lock(self):
        event = self.event()

        def handle(event):
            event.env.cr.execute("SELECT no_such_column")

        self.handle_as_method = lambda: handle
        self.work()
        self.assertEqual((event.state, event.error_code), ("failed", "internal_error"))
        self.assertFalse(self.locks_held())

    def locks_held(self):
        [(held,)] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                EVENT,
            )
        )
        return held

    @mute_logger("odoo.sql_db")
    def test_a_lock_does_not_outlive_a_broken_transaction(self):
        with self.commits_allowed() as env:
            try:
                with exclusive(env, EVENT, 7):
                    self.assertEqual(self.locks_held(), 1)
                    env.cr.execute("SELECT no_such_column")
            except psycopg2.errors.UndefinedColumn:
                self.assertFalse(self.locks_held())
                return
        self.fail("the query did not break")

    def test_an_event_whose_worker_is_alive_is_left_to_it(self):
        event = self.event()
        event.write({"state": "running", "attempts": 1})
        with exclusive(self.env, EVENT, event.id) as acquired:
            self.assertTrue(acquired)
            self.work()
        self.assertEqual((event.state, self.handled), ("running", []))

    def test_done_events_are_forgotten_after_a_month_and_others_never(self):
        done, dead = self.event("a"), self.event("b")
        self.outcomes["b"] = FinalError("tls_failed")
        self.work()
        self.pass_time(days=29)
        self.env["open.banking.event"]._gc_done()
        self.assertTrue(done.exists())
        self.pass_time(days=2)
        self.env["open.banking.event"]._gc_done()
        self.assertFalse(done.exists())
        self.assertTrue(dead.exists())

    def manager(self):
        return new_test_user(
            self.env,
            "maud",
            groups="base.group_user,open_banking_recon.group_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_only_bank_managers_see_the_queue_and_nobody_its_payloads(self):
        event = self.event(payload="{}")
        with self.assertRaises(AccessError):
            event.with_user(self.accountant).read(["state"])
        with self.assertRaises(AccessError):
            event.with_user(self.accountant).action_replay()
        manager = event.with_user(self.manager())
        self.assertEqual(manager.read(["state"])[0]["state"], "queued")
        for call in (
            lambda: manager.read(["payload_sealed"]),
            lambda: manager.write({"state": "done"}),
            manager.unlink,
        ):
            with self.assertRaises(AccessError):
                call()


@tagged("post_install", "-at_install")
class TestWorkers(QueueCase):
    def triggers(self):
        return self.env["ir.cron.trigger"].search(
            [("cron_id.model_id.model", "=", "open.banking.event")]
        )

    def test_each_cron_of_the_queue_is_woken(self):
        cron = self.env.ref("open_banking_recon.ir_cron_work")
        copies = cron + cron.copy()
        self.triggers().unlink()
        self.event()
        self.assertEqual(self.triggers().cron_id, copies)

    def test_a_cron_is_woken_when_a_retry_is_due(self):
        event = self.event()
        self.outcomes["a"] = RetryableError("bad_response", retry_after_s=3600)
        self.work()
        self.assertIn(event.next_attempt_at, self.triggers().mapped("call_at"))

    def test_where_queue_job_is_installed_a_job_is_made_for_each_event(self):
        """``queue_job`` is stood in for by what we use of it."""
        jobs = []

        class Delayed:
            def __init__(self, event, **options):
                self.event, self.options = event, options

            def _job_work(self):
                jobs.append((self.event, self.options))

        model = type(self.env["open.banking.event"])
        self.triggers().unlink()
        with (
            patch.object(model, "_has_queue_job", lambda event: True),
            patch.object(model, "_ensure_job_function_sudo", lambda event: None),
            patch.object(model, "with_delay", lambda *a, **o: Delayed(*a, **o), create=True),
        ):
            event = self.as_accountant("open.banking.event")._enqueue_sudo("webhook", "a")
        options = {
            "eta": NOW,
            "identity_key": f"open.banking.event:{event.id}:2026-03-31T12:00:00",
            "description": "a",
        }
        self.assertEqual(jobs, [(event, options)])
        self.assertEqual(jobs[0][0].env.uid, SUPERUSER_ID, "not who brought it")
        self.assertFalse(self.triggers())

    def test_a_job_does_its_own_event_and_no_other(self):
        mine, other = self.event("a"), self.event("b")
        self.env.flush_all()
        handler = patch.object(OpenBankingEvent, "_handle_webhook", self.handle_as_method())
        with handler, self.commits_allowed() as env:
            env["open.banking.event"].browse(mine.id)._job_work()
            env["open.banking.event"].browse(mine.id)._job_work()
        self.env.invalidate_all()
        self.assertEqual((mine.state, other.state, self.handled), ("done", "queued", ["a"]))


@tagged("post_install", "-at_install")
class TestCircuit(QueueCase):
    def fail_together(self):
        events = [self.event(f"e{number}") for number in range(THRESHOLD + 3)]
        for event in events:
            self.outcomes[event.key] = RetryableError("unavailable")
        self.work()
        return events

    def test_a_provider_that_does_not_answer_is_left_alone(self):
        events = self.fail_together()
        self.assertEqual(len(self.handled), THRESHOLD)
        self.assertEqual([event.state for event in events[THRESHOLD:]], ["queued"] * 3)
        self.assertEqual(self.provider.circuit_open_until, NOW + timedelta(minutes=1))

    def test_other_providers_go_on(self):
        self.fail_together()
        other = self.provider.copy()
        event = self.event("other", provider=other)
        self.work()
        self.assertEqual(event.state, "done")

    def test_one_attempt_shows_that_the_provider_is_back_and_the_others_follow(self):
        events = self.fail_together()
        self.outcomes.clear()
        self.pass_time(minutes=5)
        self.work()
        self.assertEqual([event.state for event in events], ["done"] * len(events))
        self.assertFalse(self.provider.circuit_open_until)

    def test_one_attempt_is_enough_to_learn_that_it_is_still_away(self):
        self.fail_together()
        self.handled.clear()
        self.pass_time(minutes=1)
        self.work()
        self.assertEqual(len(self.handled), 1)
        self.assertEqual(self.provider.circuit_open_until, NOW + timedelta(minutes=3))

    def test_a_refusal_of_one_account_is_no_outage(self):
        for number in range(THRESHOLD + 2):
            self.outcomes[self.event(f"e{number}").key] = RetryableError("rate_limited")
        self.work()
        self.assertEqual(len(self.handled), THRESHOLD + 2)
        self.assertFalse(self.provider.circuit_open_until)
