from datetime import timedelta

from psycopg2 import errors as pg_errors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import plaintext2html

from ..recon_core.connectors import registry
from ..recon_core.connectors.base import PsuContext
from ..recon_core.errors import RetryableError
from ..recon_core.sync import window
from ..recon_core.sync.reads import PERIOD
from .advisory_lock import SYNC_ACCOUNT, exclusive

SYNC_INTERVAL = timedelta(hours=6)  # RTS (EU) 2018/389 art. 36(5): four unattended reads a day
BACKOFF = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), SYNC_INTERVAL)

ANNOUNCEMENT_GAP = timedelta(minutes=5)
# how long after strong authentication banks give the long history; those that do not any more
# refuse it, and are asked for less
AUTHENTICATED_FOR = timedelta(hours=1)


class OpenBankingAccount(models.Model):
    """A payment account that a consent opens, and the journal its transactions go to."""

    _name = "open.banking.account"
    _description = "Bank Feed Account"
    _order = "company_id, name, id"

    name = fields.Char(required=True)
    consent_id = fields.Many2one("open.banking.consent", required=True, index=True, readonly=True)
    provider_id = fields.Many2one(related="consent_id.provider_id")
    consent_state = fields.Selection(related="consent_id.state", string="Consent status")
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    iban = fields.Char(string="IBAN", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    resource_ref = fields.Char(readonly=True, copy=False, groups="base.group_system")
    stable_ref = fields.Char(readonly=True, copy=False, groups="base.group_system")
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', '=', 'bank'), ('company_id', '=', company_id)]",
        check_company=True,
        help="Transactions are booked here. Leave empty to ignore this account.",
    )
    history_days = fields.Integer(
        help="How far back the first fetch goes. 0: as far as the bank allows right after you have"
        " authenticated there; later, most banks give 90 days.",
    )
    bank_history_days = fields.Integer(
        readonly=True, copy=False, help="How far back the bank was found to go, where it told."
    )
    authenticated_at = fields.Datetime(
        readonly=True, copy=False, help="When a person last authenticated at the bank."
    )
    synced_until = fields.Date(
        readonly=True, help="All transactions up to this booking date have been stored."
    )
    last_sync_at = fields.Datetime("Last fetch", readonly=True)
    next_sync_at = fields.Datetime("Next fetch", readonly=True, index=True)
    error_code = fields.Char(readonly=True)
    error_detail = fields.Char(readonly=True)
    error_count = fields.Integer(readonly=True)
    error_message = fields.Char(compute="_compute_error_message")
    balance = fields.Monetary(readonly=True, help="Booked balance as the bank last told it.")
    balance_date = fields.Date(readonly=True)
    sync_ids = fields.One2many("open.banking.sync", "account_id")
    pending_count = fields.Integer(compute="_compute_pending_count")

    _journal_unique = models.UniqueIndex(
        "(journal_id) WHERE journal_id IS NOT NULL",
        "Another bank account already feeds this journal.",
    )

    @api.depends("error_code")
    @api.depends_context("lang")
    def _compute_error_message(self):
        messages = self.env["open.banking.messages"]
        for account in self:
            account.error_message = (
                messages._sentence(
                    account.error_code,
                    bank=account.consent_id.name,
                    detail=account.error_detail or "",
                )
                if account.error_code
                else False
            )

    def _compute_pending_count(self):
        counts = dict(
            self.env["open.banking.pending"]._read_group(
                [("account_id", "in", self.ids)], ["account_id"], ["__count"]
            )
        )
        for account in self:
            account.pending_count = counts.get(account, 0)

    # -- fetching -------------------------------------------------------------

    def action_sync_now(self):
        """Have the transactions fetched as soon as a worker is free."""
        self.check_access("write")
        without = self.filtered(lambda account: not account.journal_id)
        if without:
            raise UserError(self.env["open.banking.messages"]._sentence("no_journal"))
        Event = self.env["open.banking.event"]
        # sudo: next_sync_at is readonly
        (self - Event._fetching_sudo(self)).sudo().write({"next_sync_at": fields.Datetime.now()})
        Event._enqueue_fetches_sudo(self, self._person())
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("The transactions are being fetched."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model
    def _person(self):
        """The person in front of the screen: whose browser's session this request belongs to. None
        for crons and for programs, whatever user they are."""
        if not request or request.session.uid != self.env.uid:
            return None
        http = request.httprequest
        return PsuContext(http.remote_addr or "", http.user_agent.string)

    def _fetch_announced_sudo(self):
        """Fetch what a provider says is new: at once, but not more often than every few minutes.

        One that waits after a failure goes on waiting: the bank has said how long. sudo:
        next_sync_at is readonly.
        """
        now = fields.Datetime.now()
        Event = self.env["open.banking.event"]
        idle = self.sudo() - Event._fetching_sudo(self)
        for account in idle.filtered(lambda account: not account.error_code):
            earliest = account.last_sync_at and account.last_sync_at + ANNOUNCEMENT_GAP
            account.next_sync_at = min(account.next_sync_at or now, max(now, earliest or now))
        Event._enqueue_fetches_sudo(self, again_after=ANNOUNCEMENT_GAP)

    @api.model
    def _cron_sync(self):
        """Queue a fetch of every account that is due, each in a transaction of its own: a worker
        that takes one at this moment costs the others nothing, and has it in hand already."""
        due = self.search(
            [
                ("journal_id", "!=", False),
                ("consent_id.state", "=", "valid"),
                ("next_sync_at", "<=", fields.Datetime.now()),
            ],
            order="next_sync_at",
        )
        for account in due:
            try:
                self.env["open.banking.event"]._enqueue_fetches_sudo(account)
                self.env["ir.cron"]._commit_progress(1)
            except pg_errors.SerializationFailure:
                self.env.cr.rollback()

    def _fetch_if_due(self, psu=None, asked_at=None):
        """Fetch, unless there is nothing to do (any more); returns None or why it failed.

        ``psu``: the person in front of the screen, if there is one. ``asked_at``: what was there at
        that moment is to be seen, whatever the calendar says. A fetch of the same account that runs
        at this moment is a RetryableError.
        """
        self.ensure_one()
        with exclusive(self.env, SYNC_ACCOUNT, self.id) as acquired:
            if not acquired:
                return RetryableError("concurrent_fetch")
            due = self.next_sync_at and (
                self.next_sync_at <= fields.Datetime.now() or self._has_not_seen(asked_at)
            )
            if not due or not self.journal_id or self.consent_state != "valid":
                return None
            return self.env["open.banking.sync"]._run(self, psu)

    def _has_not_seen(self, moment):
        """Whether the last fetch began before ``moment``, so that it may have missed something."""
        if not moment:
            return False
        last = self.env["open.banking.sync"].search([("account_id", "=", self.id)], limit=1)
        return not last or last.started_at <= moment

    def _put_off(self):
        """Whether the reads of a day are used up; then the account waits until one is free again.
        That is no error."""
        self.ensure_one()
        at = self.env["open.banking.read"]._allowed_at(self, "transactions")
        if at <= fields.Datetime.now():
            return False
        self.next_sync_at = at
        return True

    def _window_start(self, today):
        """The first day that a fetch asks for now."""
        self.ensure_one()
        connector = registry.connector_class(self.provider_id.code)
        reach = window.reach_days(
            self._is_just_authenticated(),
            self.bank_history_days or connector.history_days,
            self.history_days,
        )
        return window.first_day(today, self.synced_until or None, reach)

    def _is_just_authenticated(self):
        """Whether nothing was fetched since a person authenticated at the bank a moment ago."""
        since = self.authenticated_at
        if not since or since < fields.Datetime.now() - AUTHENTICATED_FOR:
            return False
        return not self.last_sync_at or self.last_sync_at < since

    def _sync_interval(self):
        """The pause between two fetches that keeps within the reads of a day."""
        limit = self.provider_id.unattended_reads_per_day
        return max(SYNC_INTERVAL, PERIOD / limit) if limit else SYNC_INTERVAL

    def _sync_failed(self, error_code, error_detail=False, retry_after_s=None):
        """Remember the error and when to try again; tell the consent's owner once."""
        self.ensure_one()
        count = self.error_count + 1
        pause = BACKOFF[min(count, len(BACKOFF)) - 1]
        if retry_after_s:
            pause = max(pause, timedelta(seconds=retry_after_s))
        self.write(
            {
                "error_code": error_code,
                "error_detail": error_detail,
                "error_count": count,
                "next_sync_at": fields.Datetime.now() + pause,
            }
        )
        if count == len(BACKOFF):
            self.consent_id.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("%(account)s: no transactions received", account=self.name),
                # the sentence may quote what a bank wrote
                note=plaintext2html(self.error_message),
                user_id=self.consent_id.user_id.id,
            )

    def _sync_succeeded(self, synced_until):
        self.ensure_one()
        now = fields.Datetime.now()
        self.write(
            {
                "synced_until": synced_until,
                "last_sync_at": now,
                "next_sync_at": now + self._sync_interval(),
                "error_code": False,
                "error_detail": False,
                "error_count": 0,
            }
        )
