import logging
from datetime import timedelta

from psycopg2 import errors as pg_errors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..recon_core.errors import ConsentError, FinalError, ReconError, RetryableError
from ..recon_core.normalisers.identity import told_once
from ..recon_core.sync.window import UNAUTHENTICATED_DAYS
from ..recon_core.types import TransactionStatus
from .cron_trigger import trigger_sudo

_logger = logging.getLogger(__name__)

CHUNK = 250
STORE_TRIES = 3
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
    journal_id = fields.Many2one("account.journal", index="btree_not_null", ondelete="set null")
    is_attended = fields.Boolean(
        "By hand", help="A person asked for it, and the bank was told who is there."
    )
    started_at = fields.Datetime(required=True)
    finished_at = fields.Datetime()
    date_from = fields.Date()
    date_to = fields.Date()
    fetched = fields.Integer(help="Transactions the bank sent, booked and pending.")
    created = fields.Integer(help="New bank lines.")
    duplicate = fields.Integer(help="Transactions that were already there.")
    changed = fields.Integer(help="Bank lines that the bank tells in other words than before.")
    missing = fields.Integer(help="Bank lines of these days that the bank does not tell any more.")
    undated = fields.Integer(help="Booked transactions without any date: held back.")
    foreign = fields.Integer(
        "In another currency",
        help="Booked transactions in another currency than the account's: held back.",
    )
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
                    bank=sync.account_id.consent_id.name,
                    detail=sync.error_detail or "",
                )
                if sync.error_code
                else False
            )

    @api.model
    def _run(self, account, psu=None):
        """Fetch ``account``; the cursor moves only when everything of the window is stored.

        ``psu``: the person in front of the screen, else the reads of a day count, and a fetch that
        would be one too many is put off. Returns None, or the error that is written down on the
        account.
        """
        if psu is None and account._put_off():
            return None
        today = fields.Date.context_today(self)
        date_from = account._window_start(today)
        run = self.with_company(account.company_id).create(
            {
                "account_id": account.id,
                "journal_id": account.journal_id.id,
                "is_attended": psu is not None,
                "started_at": fields.Datetime.now(),
                "date_from": date_from,
                "date_to": today,
            }
        )
        # what follows may be undone, the trace that it was tried may not
        self.env["ir.cron"]._commit_progress()
        try:
            run._fetch(date_from, today, psu)
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

    def _fetch(self, date_from, date_to, psu=None):
        account = self.account_id
        # not read again: a person may choose another journal while we work
        journal = self.journal_id
        if (journal.currency_id or journal.company_id.currency_id) != account.currency_id:
            raise FinalError("currency_mismatch")
        connector, grant = account.consent_id._open_sudo()
        transactions = self._read_transactions(connector, grant, date_from, date_to, psu)
        self.env["ir.cron"]._commit_progress()  # that the bank was read, whatever comes
        self._store_in_peace(lambda: self._store_read(journal, transactions, connector, date_to))
        _logger.info(
            "account %s: %s fetched, %s new, %s known, %s changed, %s missing",
            *(account.id, self.fetched, self.created, self.duplicate),
            *(self.changed, self.missing),
        )
        self._fetch_balance(connector, grant, psu)

    def _store_in_peace(self, store):
        """Do ``store``; again with what was read where somebody wrote the same rows in that moment:
        to read the bank once more costs one read of the few a day."""
        for left in reversed(range(STORE_TRIES)):
            try:
                store()
            except CONFLICTS:
                if not left:
                    raise
                self.env.cr.rollback()
            else:
                return

    def _store_read(self, journal, transactions, connector, date_to):
        """Store a complete read, move the cursor and commit."""
        account = self.account_id
        booked = [entry for entry in transactions if entry.status is TransactionStatus.BOOKED]
        pending = [entry for entry in transactions if entry.status is TransactionStatus.PENDING]
        dated = [entry for entry in booked if entry.booking_date]
        own = [entry for entry in dated if entry.currency.upper() in ("", account.currency_id.name)]
        self.write(
            {
                "fetched": len(transactions),
                "undated": len(booked) - len(dated),
                "foreign": len(dated) - len(own),
            }
        )
        refusal = self._store_window(journal, own, connector.identity_version)
        self.env["open.banking.pending"]._replace(account, pending)
        if refusal:
            raise FinalError("booking_refused", str(refusal))
        self.write({"finished_at": fields.Datetime.now(), "state": "done"})
        facts = {"did": "done", "fetched": self.fetched, "created": self.created}
        self.env["recon.audit.entry"]._record("sync", self.account_id, facts)
        account._sync_succeeded(date_to)
        self.env["open.banking.event"]._fetched_sudo(account)
        # the cursor moves with the lines; what comes then may fail or take its time
        self.env["ir.cron"]._commit_progress()

    def _read_transactions(self, connector, grant, date_from, date_to, psu):
        """What the bank tells, each entry once. A bank that gives no longer history is asked again
        for what it has to give to everybody."""
        usual = date_to - timedelta(days=UNAUTHENTICATED_DAYS)
        try:
            return self._read_window(connector, grant, date_from, date_to, psu)
        except FinalError as error:
            if error.code != "period_invalid" or date_from >= usual:
                raise
        self.account_id.bank_history_days = UNAUTHENTICATED_DAYS
        self.date_from = usual
        return self._read_window(connector, grant, usual, date_to, psu)

    def _read_window(self, connector, grant, date_from, date_to, psu):
        account = self.account_id
        read = self.env["open.banking.read"]._begin(account, "transactions", psu is not None)
        transactions = []
        # sudo: the provider's handle of the account is a system field
        wanted = (grant, account.sudo().resource_ref, date_from, date_to, psu)
        listener = self.env["open.banking.answer"]._listener_sudo(account)
        try:
            with connector.transport.heard_by(listener):
                for page in connector.transactions(*wanted):
                    transactions.extend(page.transactions)
        except ReconError as error:
            read._end(error.code, has_given=bool(transactions))
            raise
        read._end()
        return told_once(transactions)

    def _fetch_balance(self, connector, grant, psu):
        """A balance call that fails, or that is not allowed today, does not undo the transactions."""
        account = self.account_id
        Read = self.env["open.banking.read"]
        if psu is None and Read._allowed_at(account, "balances") > fields.Datetime.now():
            return
        read = Read._begin(account, "balances", psu is not None)
        try:
            # sudo: the provider's handle of the account is a system field
            balances = connector.balances(grant, account.sudo().resource_ref, psu)
        except ReconError as error:
            _logger.info("account %s: no balance, %s", account.id, error.code)
            read._end(error.code)
            return
        read._end()
        own = [balance for balance in balances if balance.currency == account.currency_id.name]
        if own:
            account.write(
                {
                    "balance": float(own[0].amount),
                    "balance_date": own[0].reference_date or self.date_to,
                }
            )
            account._check_balance(own, self.date_to)

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
        facts = {"did": "failed", "code": error.code}
        self.env["recon.audit.entry"]._record("sync", self.account_id, facts)
        self.account_id._sync_failed(error.code, self.error_detail, retry_after_s)

    # -- storing --------------------------------------------------------------

    def _store_window(self, journal, transactions, version):
        """Book what is new of a complete read, and teach lines what the bank says of them now.

        Committed in chunks: a worker that dies keeps what is stored, and the next fetch of the same
        window skips it. Returns None, or why Odoo refused some lines; all others are stored.
        """
        Identity = self.env["open.banking.identity"]
        # lines in a journal that the account fed before are not booked again in the present one
        fed = [("account_id", "=", self.account_id.id), ("journal_id", "!=", False)]
        former = [found for (found,) in self._read_group(fed, ["journal_id"])]
        journals = journal.union(*former)
        window = (self.date_from, self.date_to)
        found = Identity._recognise(journals, transactions, window, version)
        Identity._learn_sudo(found.changed, version)
        self.write(
            {
                # without those of a first try, see _store_in_peace
                "duplicate": found.known + len(found.changed) - self.created,
                "changed": len(found.changed),
                "missing": found.missing,
            }
        )
        refusal = None
        for chunk in split_every(CHUNK, found.fresh):
            created, refused = self._store_accepted(journal, chunk)
            self.created += created
            refusal = refusal or refused
            self.env["ir.cron"]._commit_progress()
        if self.created:
            trigger_sudo(self.env, "ir_cron_match")
        return refusal

    @api.model
    def _store(self, journal, transactions, window=None, is_proved=False):
        """Book the ``transactions`` of a statement file that are new in ``journal``, all or none.

        ``window``: (first day, last day) of a file that tells whole days. A line of these days that it
        tells in other words, as one that a feed brought, is known as well; it learns the file's words
        and keeps its own. ``is_proved``: the balances of the file prove that it lacks nothing.
        Returns the ``Recognised`` of the file.
        """
        Identity = self.env["open.banking.identity"]
        found = Identity._recognise_file(journal, transactions, window, is_proved)
        Identity._name_sudo(found.changed)
        for chunk in split_every(CHUNK, found.fresh):
            self._store_chunk(journal, chunk)
        if found.fresh:
            trigger_sudo(self.env, "ir_cron_match")
        return found

    @api.model
    def _store_accepted(self, journal, chunk):
        """(how many were stored, why another one was refused): a bad line stops only itself."""
        try:
            with self.env.cr.savepoint():
                self._store_chunk(journal, chunk)
            return len(chunk), None
        except UserError as error:
            if len(chunk) == 1:
                return 0, error
        middle = len(chunk) // 2
        halves = [self._store_accepted(journal, part) for part in (chunk[:middle], chunk[middle:])]
        stored = sum(created for created, _refused in halves)
        return stored, next((refused for _created, refused in halves if refused), None)

    @api.model
    def _store_chunk(self, journal, chunk):
        """Create the lines of ``chunk``, [(key, BankTransaction)].

        Should another worker store the same lines at the same moment, the unique index stops the
        second one with a UniqueViolation: its transaction is undone and the next fetch looks again.
        """
        self.env["account.bank.statement.line"]._create_from_transactions(journal, chunk)
