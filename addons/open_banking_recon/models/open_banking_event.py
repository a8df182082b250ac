import json
import logging
import random
from datetime import timedelta

from psycopg2 import errors as pg_errors

from odoo import api, fields, models
from odoo.tools import SQL

from ..recon_core.errors import FinalError, ReconError, RetryableError
from ..recon_core.queue import backoff
from .advisory_lock import EVENT, exclusive
from .open_banking_sync import CONFLICTS

_logger = logging.getLogger(__name__)

KEEP_DONE = timedelta(days=30)  # a repeated message is known that long
TAKE_TRIES = 20


class OpenBankingEvent(models.Model):
    """Work that waits for a worker: at least once, and its handler makes a second time harmless.

    Handlers of other add-ons: extend the selection of ``kind`` and add ``_handle_<kind>``.
    """

    _name = "open.banking.event"
    _description = "Bank Event"
    _order = "id desc"
    _rec_name = "key"

    key = fields.Char(required=True, readonly=True, help="The same event has the same key.")
    kind = fields.Selection(
        [
            ("sync_account", "Fetch of an account"),
            ("webhook", "Message of a provider"),
        ],
        required=True,
        readonly=True,
    )
    provider_id = fields.Many2one(
        "open.banking.provider", readonly=True, index=True, ondelete="cascade"
    )
    account_id = fields.Many2one(
        "open.banking.account", readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    payload_sealed = fields.Text(readonly=True, copy=False, groups="base.group_system")
    state = fields.Selection(
        [
            ("queued", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed, tried again"),
            ("dead", "Given up"),
        ],
        default="queued",
        required=True,
        readonly=True,
    )
    attempts = fields.Integer(readonly=True)
    next_attempt_at = fields.Datetime("Next attempt", required=True, readonly=True)
    asked_at = fields.Datetime("Asked for", readonly=True)
    started_at = fields.Datetime("Started", readonly=True)
    finished_at = fields.Datetime("Finished", readonly=True)
    error_code = fields.Char(readonly=True)
    error_detail = fields.Char(readonly=True)
    error_message = fields.Char(compute="_compute_error_message")

    _key_unique = models.UniqueIndex("(key)", "This event is already known.")
    _due = models.Index("(next_attempt_at) WHERE state IN ('queued', 'running', 'failed')")

    @api.depends("error_code", "error_detail")
    @api.depends_context("lang")
    def _compute_error_message(self):
        messages = self.env["open.banking.messages"]
        for event in self:
            event.error_message = event.error_code and messages._sentence(
                event.error_code,
                **({"bank": event.provider_id.name} if event.provider_id else {}),
                detail=event.error_detail or "",
            )

    # -- filling --------------------------------------------------------------

    @api.model
    def _enqueue_sudo(self, kind, key, payload=None, **values):
        """The new event, or none when ``key`` is known already. Wakes a worker.

        ``payload``: a text, kept sealed until the event is done. sudo: the queue is the system's,
        whoever's action or message gives it work.
        """
        now = fields.Datetime.now()
        columns = {
            "kind": kind,
            "key": key,
            "state": "queued",
            "attempts": 0,
            "next_attempt_at": now,
            "asked_at": now,
            "create_uid": self.env.uid,
            "create_date": now,
            **values,
        }
        created = self.env.execute_query(
            SQL(
                "INSERT INTO open_banking_event (%s) VALUES %s"
                " ON CONFLICT (key) DO NOTHING RETURNING id",
                SQL(", ").join(map(SQL.identifier, columns)),
                tuple(columns.values()),
            )
        )
        # sudo: the queue is the system's
        event = self.sudo().browse([identifier for (identifier,) in created])
        if not event:
            return event
        if payload is not None:
            vault = self.env["open.banking.vault"]
            event.payload_sealed = vault._seal(payload, vault._context(event, "payload"))
        event._wake_sudo(event.next_attempt_at)
        return event

    def _payload_sudo(self):
        """What was handed over with the event, None without. sudo: it is a system field."""
        sealed = self.sudo().payload_sealed
        if not sealed:
            return None
        vault = self.env["open.banking.vault"]
        return json.loads(vault._unseal(sealed, vault._context(self, "payload")))

    def _may_be_sooner(self, at):
        """Not while it runs; and a minute is not worth a quarrel with the worker that takes it."""
        if self.state in ("done", "dead"):
            return True
        return self.state != "running" and self.next_attempt_at - at > timedelta(minutes=1)

    def _queue(self, at=None):
        """Again from the start, now or ``at``."""
        at = at or fields.Datetime.now()
        self.write(
            {
                "state": "queued",
                "attempts": 0,
                "next_attempt_at": at,
                "asked_at": fields.Datetime.now(),
                "error_code": False,
                "error_detail": False,
                "finished_at": False,
            }
        )
        self._wake_sudo(at)

    def action_replay(self):
        """Try again what was given up or waits after a failure."""
        self.check_access("read")
        # sudo: nobody writes events; this button does, for those who may see them
        self.sudo().filtered(lambda event: event.state in ("failed", "dead"))._queue()

    # -- working --------------------------------------------------------------

    @api.model
    def _cron_work(self):
        """Work off what is due."""
        self._work_off()

    @api.model
    def _work_off(self, ids=None):
        """Work off what is due, of ``ids`` where they are given, one event a transaction.

        Any number of workers may do so at once.
        """
        while event := self._take(ids):
            with exclusive(self.env, EVENT, event.id) as acquired:
                # the lock lives as long as this worker: whoever finds a running event without it
                # knows that its worker has died. No second worker can hold it: the row is ours.
                self.env["ir.cron"]._commit_progress()
                if acquired:
                    event._work()
            if self.env["ir.cron"]._commit_progress(1, remaining=self._due_count()) <= 0:
                break

    @api.model
    def _take(self, ids=None):
        """The next event that is due, marked as running; not committed."""
        for _try in range(TAKE_TRIES):
            try:
                return self._take_next(ids)
            except pg_errors.SerializationFailure:
                # another worker took it between our snapshot and our lock
                self.env.cr.rollback()
        return self.browse()

    @api.model
    def _take_next(self, ids):
        self.flush_model()
        now = fields.Datetime.now()
        query = SQL(
            "SELECT event.id FROM %s WHERE %s AND %s ORDER BY event.next_attempt_at, event.id"
            " LIMIT 1 FOR UPDATE OF event SKIP LOCKED",
            self._from_clause(),
            self._is_due(now),
            SQL("TRUE") if ids is None else SQL("event.id = ANY(%s)", list(ids)),
        )
        # not execute_query: a conflict with another worker is no error for the log
        self.env.cr.execute(query, log_exceptions=False)
        event = self.browse([identifier for (identifier,) in self.env.cr.fetchall()])
        if event:
            event.write({"state": "running", "attempts": event.attempts + 1, "started_at": now})
            event._asked_party()._circuit_asked_sudo(now)
            self.env.flush_all()
        return event

    @api.model
    def _from_clause(self):
        return SQL(
            "open_banking_event event"
            " LEFT JOIN open_banking_provider provider ON provider.id = event.provider_id"
        )

    @api.model
    def _is_due(self, now):
        """Waiting ones whose time has come and whose provider answers, and orphans."""
        return SQL(
            "(provider.circuit_open_until IS NULL OR provider.circuit_open_until <= %(now)s)"
            " AND (event.state IN ('queued', 'failed') AND event.next_attempt_at <= %(now)s"
            " OR event.state = 'running' AND NOT EXISTS (SELECT FROM pg_locks lock"
            "   WHERE lock.locktype = 'advisory' AND lock.objsubid = 2 AND lock.granted"
            "   AND lock.database ="
            "     (SELECT oid FROM pg_database WHERE datname = current_database())"
            "   AND lock.classid = %(space)s::oid AND lock.objid = event.id::oid))",
            now=now,
            space=EVENT,
        )

    @api.model
    def _due_count(self):
        [(count,)] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM %s WHERE %s",
                self._from_clause(),
                self._is_due(fields.Datetime.now()),
            )
        )
        return count

    def _work(self):
        """Handle this event and write down how it went."""
        self.ensure_one()
        error = self._handle()
        if error is not None:
            # what the handler did not commit itself is undone
            self.env.cr.rollback()
        try:
            self._finish(error)
            self.env["ir.cron"]._commit_progress()
            # apart from the event: a conflict here costs one count and no event
            self._note_result_sudo(error, fields.Datetime.now())
            self.env["ir.cron"]._commit_progress()
        except pg_errors.SerializationFailure:
            self.env.cr.rollback()

    def _asked_party(self):
        """Who is asked, and left alone when there is no answer: an ``open.banking.circuit``."""
        return self.provider_id

    def _note_result_sudo(self, error, now):
        """What ``error``, or None, says of whom was asked."""
        self._asked_party()._circuit_result_sudo(error, now)

    def _most_attempts(self):
        """After how many attempts the event is given up."""
        return backoff.MAX_ATTEMPTS

    def _handle(self):
        """None, or the ReconError that says why not and whether to try again."""
        if self.attempts > self._most_attempts():
            return FinalError("worker_lost")
        try:
            getattr(self, f"_handle_{self.kind}")()
            self.env.flush_all()
        except ReconError as error:
            return error
        except CONFLICTS:
            return RetryableError("concurrent_fetch")
        except Exception:
            # a fault of ours in one event must not stop the others, nor be lost
            _logger.exception("event %s (%s) broke its handler", self.id, self.kind)
            return RetryableError("internal_error")
        return None

    def _finish(self, error):
        now = fields.Datetime.now()
        values = {"state": "done", "finished_at": now, "error_code": False, "error_detail": False}
        if error is None or self.kind == "sync_account":
            # nobody waits at the screen until the next try
            values["payload_sealed"] = False
        if error is not None:
            _logger.info("event %s (%s) failed: %s", self.id, self.kind, error.code)
            values.update(
                state="dead",
                error_code=error.code,
                error_detail=self.env["open.banking.messages"]._told_detail(error),
            )
            if isinstance(error, RetryableError) and self.attempts < self._most_attempts():
                # the spread of retries is no secret
                jitter = random.random()  # noqa: S311 - guards nothing  # nosec B311
                at = now + backoff.delay(self.attempts, jitter, error.retry_after_s)
                values.update(state="failed", finished_at=False, next_attempt_at=at)
                self._wake_sudo(at)
        self.sudo().write(values)  # sudo: the payload is a system field

    # -- handlers -------------------------------------------------------------

    def _handle_webhook(self):
        """What a provider says is only a hint: the accounts it may mean are fetched, and the bank is
        asked about the consents."""
        self.provider_id._announced(self._payload_sudo()["body"].encode("latin-1"), self.id)

    @api.autovacuum
    def _gc_done(self):
        self.search(
            [("state", "=", "done"), ("finished_at", "<", fields.Datetime.now() - KEEP_DONE)]
        ).unlink()
