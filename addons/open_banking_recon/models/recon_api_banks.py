"""Bank accounts and fetches, and whether all goes well, for other programs."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..recon_core.api import kinds
from ..recon_core.api.answers import (
    COUNT,
    DAY,
    ID,
    MOMENT,
    MONEY,
    TEXT,
    Shape,
    day_text,
    described,
    list_of,
    moment_text,
    nullable,
    one_of,
    page_of,
)
from ..recon_core.api.operation import Argument
from .recon_api import CHANGED_SINCE, COMPANY, listing
from .recon_api_operation import operation

CONSENT_STATES = ["received", "valid", "rejected", "revoked", "expired", "terminated"]
SYNC_STATES = ["running", "done", "failed"]

ACCOUNT = Shape(
    "Account",
    {
        "id": ID,
        "company_id": ID,
        "journal_id": described(nullable(ID), "Where its transactions are booked."),
        "name": TEXT,
        "iban": nullable(TEXT),
        "currency": TEXT,
        "consent_status": one_of(CONSENT_STATES),
        "consent_valid_until": nullable(DAY),
        "balance": described(nullable(MONEY), "Booked balance as the bank last told it."),
        "balance_date": nullable(DAY),
        "synced_until": described(nullable(DAY), "All up to this booking date is stored."),
        "last_sync_at": nullable(MOMENT),
        "next_sync_at": nullable(MOMENT),
        "error_code": nullable(TEXT),
        "error_message": nullable(TEXT),
        "changed_at": MOMENT,
    },
    "A payment account that a consent opens.",
)
SYNC = Shape(
    "Sync",
    {
        "id": ID,
        "company_id": ID,
        "account_id": ID,
        "state": one_of(SYNC_STATES),
        "started_at": MOMENT,
        "finished_at": nullable(MOMENT),
        "date_from": nullable(DAY),
        "date_to": nullable(DAY),
        "fetched": COUNT,
        "created": COUNT,
        "duplicate": COUNT,
        "error_code": nullable(TEXT),
    },
    "One fetch of one account.",
)
CHECK = Shape(
    "Check",
    {
        "name": one_of(["accounts", "consents", "queue", "lines"]),
        "status": one_of(["ok", "warning", "failed"]),
        "count": described(COUNT, "What is wrong, or waits."),
    },
)
HEALTH = Shape(
    "Health",
    {
        "status": described(one_of(["ok", "warning", "failed"]), "The worst of the checks."),
        "at": MOMENT,
        "last_sync_at": described(nullable(MOMENT), "Of the account that was read last."),
        "checks": list_of(CHECK.ref),
    },
    "`accounts`: that could not be read. `consents`: that end within 7 days, or have ended.\n"
    "`queue`: events that were given up, or wait for over an hour. `lines`: that wait for a person.",
)
SOON_DAYS = 7
WORST_LAST = ("ok", "warning", "failed")


class ReconApi(models.AbstractModel):
    _inherit = "recon.api"

    @operation("open_banking:read", HEALTH, {"company_id": COMPANY}, shapes=[CHECK])
    def health(self, company_id):
        """Whether feeds, queue and matching do their work.

        Counts only. `failed` needs a person.
        """
        accounts = self.env["open.banking.account"]
        where = self._where(company_id=company_id)
        fed = where & Domain("journal_id", "!=", False)
        synced = fed & Domain("last_sync_at", "!=", False)
        last = accounts.search(synced, order="last_sync_at desc", limit=1)
        soon = fields.Date.add(fields.Date.context_today(self), days=SOON_DAYS)
        ending = Domain("consent_id.state", "in", ("revoked", "expired", "terminated")) | Domain(
            "consent_id.valid_until", "<=", soon
        )
        waiting = where & self.env["recon.exception"]._open_domain()
        checks = [
            _check(
                "accounts", accounts.search_count(fed & Domain("error_code", "!=", False)), "failed"
            ),
            _check("consents", accounts.search_count(fed & ending), "warning"),
            _check("queue", self._late_events_sudo(company_id), "failed"),
            _check("lines", self.env["recon.exception"].search_count(waiting), "ok"),
        ]
        return {
            "status": max((check["status"] for check in checks), key=WORST_LAST.index),
            "at": moment_text(fields.Datetime.now()),
            "last_sync_at": moment_text(last.last_sync_at),
            "checks": checks,
        }

    def _late_events_sudo(self, company_id):
        """How many events of the caller's companies, or of none, were given up or wait for an hour.

        sudo: the queue is for managers; a monitor learns a number.
        """
        self.env["open.banking.event"].flush_model()
        companies = self.env.companies.ids if company_id is None else [company_id]
        late = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        [(count,)] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM open_banking_event WHERE (state = 'dead' OR state IN"
                " ('queued', 'failed') AND next_attempt_at < %s)"
                " AND (company_id IS NULL OR company_id = ANY(%s))",
                late,
                [company for company in companies if company in self.env.companies.ids],
            )
        )
        return count

    @operation(
        "open_banking:read",
        page_of(ACCOUNT),
        listing(
            journal_id=Argument(kinds.identity(), "The account that feeds this journal."),
            consent_status=Argument(kinds.choice(*CONSENT_STATES)),
            changed_since=CHANGED_SINCE,
        ),
        shapes=[ACCOUNT],
    )
    def accounts(self, journal_id, consent_status, changed_since, company_id, after, limit):
        """Bank accounts with their consent, balance and last fetch."""
        domain = self._changed(changed_since, "consent_id.") & self._where(
            **{
                "journal_id": journal_id,
                "consent_id.state": consent_status,
                "company_id": company_id,
            }
        )
        found, following = self._page("accounts", "open.banking.account", domain, after, limit)
        found._note_access()
        return {"items": [self._account(row) for row in found], "next": following}

    def _account(self, row):
        return {
            "id": row.id,
            "company_id": row.company_id.id,
            "journal_id": row.journal_id.id or None,
            "name": row.name,
            "iban": row.iban or None,
            "currency": row.currency_id.name,
            "consent_status": row.consent_id.state,
            "consent_valid_until": day_text(row.consent_id.valid_until),
            "balance": self._money(row.balance, row.currency_id) if row.balance_date else None,
            "balance_date": day_text(row.balance_date),
            "synced_until": day_text(row.synced_until),
            "last_sync_at": moment_text(row.last_sync_at),
            "next_sync_at": moment_text(row.next_sync_at),
            "error_code": row.error_code or None,
            "error_message": row.error_message or None,
            "changed_at": moment_text(max(row.write_date, row.consent_id.write_date)),
        }

    @operation(
        "open_banking:read",
        page_of(SYNC),
        listing(
            account_id=Argument(kinds.identity()),
            state=Argument(kinds.choice(*SYNC_STATES)),
            changed_since=CHANGED_SINCE,
        ),
        shapes=[SYNC],
    )
    def syncs(self, account_id, state, changed_since, company_id, after, limit):
        """Fetches of bank accounts: what was asked for, what came, what failed."""
        domain = self._changed(changed_since) & self._where(
            account_id=account_id, state=state, company_id=company_id
        )
        found, following = self._page("syncs", "open.banking.sync", domain, after, limit)
        return {"items": [_sync(row) for row in found], "next": following}


def _check(name, count, worst):
    return {"name": name, "status": worst if count else "ok", "count": count}


def _sync(row):
    return {
        "id": row.id,
        "company_id": row.company_id.id,
        "account_id": row.account_id.id,
        "state": row.state,
        "started_at": moment_text(row.started_at),
        "finished_at": moment_text(row.finished_at),
        "date_from": day_text(row.date_from),
        "date_to": day_text(row.date_to),
        "fetched": row.fetched,
        "created": row.created,
        "duplicate": row.duplicate,
        "error_code": row.error_code or None,
    }
