import json
from dataclasses import asdict
from datetime import datetime, timedelta

from odoo import api, fields, models

from ..recon_core.connectors.base import PsuContext
from ..recon_core.errors import RetryableError

PSU_LIFETIME = timedelta(minutes=5)  # how long somebody who clicked counts as being there


class OpenBankingEvent(models.Model):
    """Fetches of accounts as work of the queue, and the person who waits for one."""

    _inherit = "open.banking.event"

    @api.model
    def _enqueue_fetches_sudo(self, accounts, psu=None, again_after=timedelta(0)):
        """Have ``accounts`` fetched when their ``next_sync_at`` comes.

        An account has one event for ever: at most one worker is at it, and what is asked for twice
        is done once. What is asked for while that worker is reading may be about something it has
        not seen: a second event looks again ``again_after`` from now. ``psu``: the person at the
        screen who asks for it; the bank is told so while it is true.

        sudo: the queue is the system's.
        """
        keys = [_fetch_key(account, again) for account in accounts for again in (False, True)]
        known = {event.key: event for event in self.sudo().search([("key", "in", keys)])}
        now = fields.Datetime.now()
        for account in accounts:
            key, at = _fetch_key(account), max(now, account.next_sync_at or now)
            if key in known and known[key].state == "running":
                key, at = _fetch_key(account, again=True), now + again_after
            if key not in known:
                known[key] = self._enqueue_sudo(
                    "sync_account",
                    key,
                    account_id=account.id,
                    provider_id=account.provider_id.id,
                    company_id=account.company_id.id,
                    next_attempt_at=at,
                )
            elif known[key]._may_be_sooner(at):
                known[key]._queue(at)
            if psu is not None:
                known[key].filtered(lambda event: event.state != "running")._accompany(psu)

    @api.model
    def _fetching_sudo(self, accounts):
        """Those of ``accounts`` that a worker is fetching: their rows are its to write.

        sudo: the queue is the system's.
        """
        keys = [_fetch_key(account, again) for account in accounts for again in (False, True)]
        return self.sudo().search([("key", "in", keys), ("state", "=", "running")]).account_id

    @api.model
    def _fetched_sudo(self, account):
        """``account`` was read: what was given up before, as its consent had ended, has been made up
        for.

        sudo: the queue is the system's.
        """
        self.sudo().search([("account_id", "=", account.id), ("state", "=", "dead")]).write(
            {
                "state": "done",
                "finished_at": fields.Datetime.now(),
                "error_code": False,
                "error_detail": False,
            }
        )

    def _accompany(self, psu):
        """Somebody waits for these events at a screen; true for a few minutes."""
        vault = self.env["open.banking.vault"]
        until = fields.Datetime.now() + PSU_LIFETIME
        payload = {**asdict(psu), "until": until.isoformat()}
        for event in self:
            context = vault._context(event, "payload")
            event.payload_sealed = vault._seal(json.dumps(payload), context)

    def _psu(self):
        """The person who still waits at the screen, or None."""
        payload = self._payload_sudo()
        if not payload or datetime.fromisoformat(payload.pop("until")) < fields.Datetime.now():
            return None
        return PsuContext(**payload)

    def _handle_sync_account(self):
        """Fetch the account, unless somebody has done so since the event was made.

        The account keeps its own calendar of fetches: the event is tried again when it says so.
        """
        account = self.account_id
        is_again = self.key == _fetch_key(account, again=True)
        error = account._fetch_if_due(self._psu(), self.asked_at if is_again else None)
        if isinstance(error, RetryableError) and error.code != "concurrent_fetch":
            wait = account.next_sync_at - fields.Datetime.now()
            seconds = max(int(wait.total_seconds()) + 1, 0)
            raise RetryableError(error.code, error.detail, retry_after_s=seconds) from error
        if error is not None:
            raise error


def _fetch_key(account, again=False):
    """The key of the event that fetches ``account``, or of the one that looks again after it."""
    return f"sync_account:{account.id}" + (":again" if again else "")
