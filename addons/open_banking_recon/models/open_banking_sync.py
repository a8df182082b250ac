import logging
from datetime import timedelta

from psycopg2 import errors as pg_errors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..recon_core.errors import ConsentError, FinalError, ReconError, RetryableError
from ..recon_core.normalisers import identity
from ..recon_core.types import TransactionStatus
from .cron_trigger import trigger_sudo

_logger = logging.getLogger(__name__)

OVERLAP = timedelta(days=10)  # banks book late: every fetch goes back over what is known
CHUNK = 250
# Somebody else wrote the same rows first: undo this transaction and come back later.
CONFLICTS = (pg_errors.SerializationFailure, pg_errors.UniqueViolation, pg_errors.DeadlockDetected)


class OpenBankingSync(models.Model):
    """One fetch of one account: what was asked, what came, what was stored."""

    _name = "open.banking.sync"
    _description = "Bank Fetch"
    _order = "id desc"

    account_id = fields.Many2one(
        "open.banking.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    started_at = fields.Datetime(required=True)
    finished_at = fields.Datetime()
    date_from = fields.Date()
    date_to = fields.Date()
    fetched = fields.Integer(help="Transactions the bank sent, booked and pending.")
    created = fields.Integer(help="New bank lines.")
    duplicate = fields.Integer(help="Transactions that were already there.")
    undated = fields.Integer(help="Booked transactions without any date: held back.")
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("failed", "Failed")],
        default="running",
        required=True,
    )
    error_code = fields.Char()
    error_detail = fields.Char()
    error_message = fields.Char(compute="_compute_error_message")

    @api.depends("error_code")
    @api.depends_context("lang")
    def _compute_error_message(self):
        messages = self.env["open.banking.messages"]
        for sync in self:
            sync.error_message = (
                messages._sentence(
                    sync.error_code,
                    bank=sync.account_id.provider_id.name,
                    detail=sync.error_detail or "",
                )
                if sync.error_code
                else False
            )

    @api.model
    def _run(self, account):
        """Fetch ``account``; the cursor moves only when everything of the window is stored.

        Returns None, or the error that is written down on the account.
        """
        today = fields.Date.context_today(self)
        date_from = self._window_start(account, today)
        run = self.create(
            {
                "account_id": account.id,
                "started_at": fields.Datetime.now(),
                "date_from": date_from,
                "date_to": today,
            }
        )
        # what follows may be undone, the trace that it was tried may not
        self.env["ir.cron"]._commit_progress()
        try:
            run._fetch(date_from, today)
            return None
        except ReconError as error:
            failure = error
        except UserError as error:
            self.env.cr.rollback()
            failure = FinalError("booking_refused", str(error))
        except CONFLICTS:
            self.env.cr.rollback()
            failure = RetryableError("concurrent_fetch")
        if isinstance(failure, ConsentError):
            account.consent_id._set_ended(failure)
        run._failed(failure)
        self.env["ir.cron"]._commit_progress()
        return failure

    @api.model
    def _window_start(self, account, today):
        first = today - timedelta(days=account.history_days)
        if not account.synced_until:
            return first
        return max(account.synced_until - OVERLAP, first)

    def _fetch(self, date_from, date_to):
        account = self.account_id
        connector, grant = account.consent_id._open_sudo()
        transactions = []
        for page in connector.transactions(
            # sudo: the provider's handle of the account is a system field
            grant,
            account.sudo().resource_ref,
            date_from,
            date_to,
        ):
            transactions.extend(page.transactions)
        booked = [entry for entry in transactions if entry.status is TransactionStatus.BOOKED]
        pending = [entry for entry in transactions if entry.status is TransactionStatus.PENDING]
        dated = [entry for entry in booked if entry.booking_date]
        created, duplicate = self._store(account.journal_id, dated)
        self.env["open.banking.pending"]._replace(account, pending)
        self.write(
            {
                "fetched": len(transactions),
                "created": created,
                "duplicate": duplicate,
                "undated": len(booked) - len(dated),
                "finished_at": fields.Datetime.now(),
                "state": "done",
            }
        )
        account._sync_succeeded(date_to)
        self._fetch_balance(connector, grant)
        _logger.info(
            "account %s: %s fetched, %s new, %s known",
            *(account.id, len(transactions), created, duplicate),
        )

    def _fetch_balance(self, connector, grant):
        """A balance call that fails does not undo the transactions."""
        account = self.account_id
        try:
            # sudo: the provider's handle of the account is a system field
            balances = connector.balances(grant, account.sudo().resource_ref)
        except ReconError as error:
            _logger.info("account %s: no balance, %s", account.id, error.code)
            return
        for balance in balances:
            if balance.currency == account.currency_id.name:
                account.write(
                    {
                        "balance": float(balance.amount),
                        "balance_date": balance.reference_date or self.date_to,
                    }
                )
                return

    def _failed(self, error):
        retry_after_s = error.retry_after_s if isinstance(error, RetryableError) else None
        _logger.info("account %s: fetch failed, %s", self.account_id.id, error.code)
        self.write(
            {
                "state": "failed",
                "error_code": error.code,
                "error_detail": self.env["open.banking.messages"]._told_detail(error),
                "finished_at": fields.Datetime.now(),
            }
        )
        self.account_id._sync_failed(error.code, self.error_detail, retry_after_s)

    @api.model
    def _store(self, journal, transactions, commit=True):
        """Book ``transactions`` in ``journal``: each exactly once, however often they come.

        Returns (created, duplicate). With ``commit``, committed in chunks: a worker that dies keeps
        what is stored, and the next fetch of the same window skips it.
        """
        created = duplicate = 0
        keyed = identity.keyed(transactions)
        for chunk in split_every(CHUNK, keyed):
            new = self._store_chunk(journal, chunk)
            created += new
            duplicate += len(chunk) - new
            if commit:
                self.env["ir.cron"]._commit_progress()
        if created:
            trigger_sudo(self.env, "ir_cron_match")
        return created, duplicate

    @api.model
    def _store_chunk(self, journal, chunk):
        """Create the lines of ``chunk`` that are new; returns how many.

        Should another worker store the same lines at the same moment, the unique index stops the
        second one with a UniqueViolation: its transaction is undone and the next fetch looks again.
        """
        Line = self.env["account.bank.statement.line"]
        known = self.env["open.banking.account"]._known_refs(
            journal, [key for key, _transaction in chunk]
        )
        fresh = [(key, entry) for key, entry in chunk if key not in known]
        if fresh:
            Line._create_from_transactions(journal, fresh)
        return len(fresh)
