import hashlib
import json
import logging
import secrets
from datetime import date, datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.http import request

from ..recon_core.connectors.base import PsuContext
from ..recon_core.errors import ConsentError, ReconError, RetryableError
from ..recon_core.types import ConsentRequest, Grant

_logger = logging.getLogger(__name__)

MAX_CONSENT_DAYS = 180  # Regulation (EU) 2022/2360, article 10a
REDIRECT_LIFETIME = timedelta(hours=1)
REMINDER_DAYS = (14, 7, 1)
ALLOWED_SOURCES = {
    "received": {"received"},
    # a renewal brings any ended consent back
    "valid": {"received", "rejected", "revoked", "expired", "terminated"},
    "rejected": {"received"},
    "revoked": {"received", "valid"},
    "expired": {"received", "valid"},
    "terminated": {"received", "valid", "expired", "revoked"},
}


class OpenBankingConsent(models.Model):
    """A payment service user's consent to read accounts, from the first request to its end."""

    _name = "open.banking.consent"
    _description = "Bank Consent"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    name = fields.Char(compute="_compute_name", store=True)
    provider_id = fields.Many2one(
        "open.banking.provider", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Given by",
        required=True,
        default=lambda self: self.env.user,
        help="Who authenticated at the bank, and is reminded to renew.",
    )
    state = fields.Selection(
        [
            ("received", "Waiting for the bank"),
            ("valid", "Valid"),
            ("rejected", "Refused"),
            ("revoked", "Withdrawn"),
            ("expired", "Expired"),
            ("terminated", "Ended"),
        ],
        default="received",
        required=True,
        readonly=True,
        tracking=True,
    )
    valid_until = fields.Date(readonly=True, tracking=True)
    days_left = fields.Integer(compute="_compute_days_left")
    account_ids = fields.One2many("open.banking.account", "consent_id", string="Accounts")
    account_count = fields.Integer(compute="_compute_account_count")
    error_message = fields.Text(compute="_compute_error_message")
    consent_ref = fields.Char(readonly=True, copy=False, groups="base.group_system")
    redirect_state_hash = fields.Char(copy=False, index=True, groups="base.group_system")
    redirect_expires_at = fields.Datetime(copy=False, groups="base.group_system")
    secrets_sealed = fields.Char(copy=False, groups="base.group_system")
    grant_sealed = fields.Char(copy=False, groups="base.group_system")

    @api.depends("provider_id.name", "company_id")
    def _compute_name(self):
        for consent in self:
            consent.name = consent.provider_id.name

    @api.depends("valid_until")
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for consent in self:
            consent.days_left = (consent.valid_until - today).days if consent.valid_until else 0

    @api.depends("account_ids")
    def _compute_account_count(self):
        for consent in self:
            consent.account_count = len(consent.account_ids)

    @api.depends("account_ids.error_code")
    @api.depends_context("lang")
    def _compute_error_message(self):
        for consent in self:
            troubled = consent.account_ids.filtered("error_code")
            consent.error_message = "\n".join(
                f"{account.name}: {account.error_message}" for account in troubled
            )

    # -- giving ---------------------------------------------------------------

    def action_authorise(self):
        """Ask the bank for a consent and send the browser there (also renews one that ended)."""
        self.ensure_one()
        self.check_access("write")
        state = secrets.token_urlsafe(32)
        psu = self._psu()
        request_values = ConsentRequest(
            redirect_uri=self._redirect_uri(),
            state=state,
            valid_until=fields.Date.context_today(self) + timedelta(days=MAX_CONSENT_DAYS),
            psu_ip_address=psu.ip_address,
            psu_user_agent=psu.user_agent,
            language=(self.env.lang or "en")[:2],
        )
        try:
            start = self.provider_id._connector_sudo().start_consent(request_values)
        except ReconError as error:
            raise self._user_error(error) from error
        # sudo: the redirect's secrets are nobody's to read, not even the accountant's
        self.sudo().write(
            {
                "user_id": self.env.uid,
                "consent_ref": start.consent_ref,
                "redirect_state_hash": _hashed(state),
                "redirect_expires_at": fields.Datetime.now() + REDIRECT_LIFETIME,
                "secrets_sealed": self.env["open.banking.vault"]._seal(
                    json.dumps(dict(start.secrets)), self._sealing_context("secrets")
                ),
            }
        )
        return {"type": "ir.actions.act_url", "url": start.redirect_url, "target": "self"}

    @api.model
    def _finish_redirect(self, parameters):
        """Complete the consent whose ``state`` the browser brought back; returns the consent.

        Raises AccessError when the state is unknown, used, too old or another user's.
        """
        state = parameters.get("state") or ""
        # sudo: the state's hash is a system field; who may go on is checked right below
        consent = self.sudo().search([("redirect_state_hash", "=", _hashed(state))], limit=1)
        if (
            not state
            or not consent
            or consent.user_id != self.env.user
            or consent.redirect_expires_at < fields.Datetime.now()
        ):
            raise AccessError(self.env._("This authorisation link is not valid (any more)."))
        sealed = consent.secrets_sealed
        consent.write({"redirect_state_hash": False, "secrets_sealed": False})
        redirect_secrets = json.loads(
            self.env["open.banking.vault"]._unseal(sealed, consent._sealing_context("secrets"))
        )
        consent = consent.sudo(False).with_company(consent.company_id)
        consent.check_access("write")
        consent._exchange(redirect_secrets, parameters)
        return consent

    def _exchange(self, redirect_secrets, parameters):
        connector = self.provider_id._connector_sudo()
        try:
            grant = connector.finish_consent(
                # sudo: the bank's reference of the consent is a system field
                self.sudo().consent_ref,
                redirect_secrets,
                parameters,
                self._redirect_uri(),
            )
            status, valid_until = connector.consent_status(grant)
            accounts = connector.accounts(grant, self._psu())
        except ReconError as error:
            # a refused renewal leaves the consent in force as it was, and a bank that cannot be
            # reached has refused nothing
            if self.state == "received" and not isinstance(error, RetryableError):
                self._set_state("rejected")
            raise self._user_error(error) from error
        self._store_grant(grant)
        self._set_state(status.value, valid_until=valid_until or grant.valid_until)
        self._upsert_accounts_sudo(accounts)

    def _upsert_accounts_sudo(self, bank_accounts):
        """Link the accounts by IBAN and currency, so that a renewal keeps journal and cursor.

        sudo: which accounts exist is the bank's word; users cannot create or relink them.
        """
        self.ensure_one()
        Account = self.env["open.banking.account"].sudo()
        known = {
            (account.iban, account.currency_id.name): account
            for account in Account.search([("company_id", "=", self.company_id.id)])
        }
        currencies = {
            currency.name: currency
            for currency in self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "in", [account.currency for account in bank_accounts])])
        }
        company_currency = self.company_id.currency_id
        to_create = []
        for bank_account in bank_accounts:
            values = {
                "consent_id": self.id,
                "resource_ref": bank_account.resource_ref,
                "name": bank_account.name or bank_account.owner_name or bank_account.iban[-4:],
                "next_sync_at": fields.Datetime.now(),
                "authenticated_at": fields.Datetime.now(),
                "error_code": False,
                "error_count": 0,
            }
            currency = currencies.get(bank_account.currency, company_currency)
            account = known.get((bank_account.iban, currency.name))
            if account:
                account.write(values)
                continue
            to_create.append(
                {
                    **values,
                    "iban": bank_account.iban,
                    "currency_id": currency.id,
                    "company_id": self.company_id.id,
                }
            )
        created = Account.create(to_create)
        created._suggest_journals()
        self.env["open.banking.event"]._enqueue_fetches_sudo(
            self.account_ids.filtered("journal_id")
        )

    # -- using ----------------------------------------------------------------

    def _open_sudo(self):
        """(connector, fresh grant) of a valid consent. sudo: tokens are the system's alone.

        A refresh token works once, and using it twice ends the consent at the bank: the row is
        locked while it is used, and what came back is committed before anything else can fail.
        Raises ConsentError when the consent is not in force, RetryableError("concurrent_fetch")
        when somebody else is renewing the tokens at this moment.
        """
        self.ensure_one()
        consent = self.sudo()
        if consent.state != "valid" or not consent.grant_sealed:
            raise ConsentError(
                "consent_expired" if consent.state == "expired" else "consent_invalid"
            )
        connector = consent.provider_id._connector_sudo()
        grant = consent._stored_grant()
        if connector.is_fresh(grant):
            return connector, grant
        try:
            consent.lock_for_update()
        except LockError as error:
            raise RetryableError("concurrent_fetch", "the tokens are being renewed") from error
        grant = connector.fresh_grant(grant)
        consent._store_grant(grant)
        self.env["ir.cron"]._commit_progress()
        return connector, grant

    def _store_grant(self, grant):
        values = {
            "consent_ref": grant.consent_ref,
            "access_token": grant.access_token,
            "access_expires_at": grant.access_expires_at.isoformat(),
            "refresh_token": grant.refresh_token,
            "valid_until": grant.valid_until.isoformat() if grant.valid_until else "",
        }
        # sudo: tokens are the system's alone
        self.sudo().grant_sealed = self.env["open.banking.vault"]._seal(
            json.dumps(values), self._sealing_context("grant")
        )

    def _stored_grant(self):
        values = json.loads(
            self.env["open.banking.vault"]._unseal(
                self.grant_sealed, self._sealing_context("grant")
            )
        )
        return Grant(
            consent_ref=values["consent_ref"],
            access_token=values["access_token"],
            access_expires_at=datetime.fromisoformat(values["access_expires_at"]),
            refresh_token=values["refresh_token"],
            valid_until=date.fromisoformat(values["valid_until"])
            if values["valid_until"]
            else None,
        )

    # -- ending ---------------------------------------------------------------

    def action_revoke(self):
        """Withdraw the consent at the bank and forget its tokens. What was booked stays."""
        for consent in self:
            consent.check_access("write")
            try:
                connector, grant = consent._open_sudo()
                connector.revoke_consent(grant)
            except ConsentError:
                _logger.info("consent %s had already ended at the bank", consent.id)
            except ReconError as error:
                raise consent._user_error(error) from error
            # sudo: see the fields' groups
            consent.sudo().grant_sealed = False
            consent._set_state("terminated")

    @api.model
    def _cron_watch(self):
        """Ask the banks about the consents in force, and remind 14, 7 and 1 days before the end."""
        today = fields.Date.context_today(self)
        for consent in self.search([("state", "=", "valid")]):
            try:
                connector, grant = consent._open_sudo()
                status, valid_until = connector.consent_status(grant)
            except ConsentError as error:
                consent._set_ended(error)
            except ReconError as error:
                _logger.info("consent %s could not be checked: %s", consent.id, error.code)
            else:
                consent._set_state(status.value, valid_until=valid_until)
            consent._remind(today)
            self.env["ir.cron"]._commit_progress(1)

    def _remind(self, today):
        if self.state != "valid" or not self.valid_until:
            return
        left = (self.valid_until - today).days
        due = [days for days in REMINDER_DAYS if left <= days]
        if not due:
            return
        summary = self.env._(
            "The consent for %(bank)s ends on %(date)s", bank=self.name, date=self.valid_until
        )
        deadline = self.valid_until - timedelta(days=min(due))
        xmlid = "open_banking_recon.mail_activity_consent_renewal"
        existing = self.activity_ids.filtered(lambda activity: activity.date_deadline == deadline)
        if not existing:
            self.activity_schedule(
                xmlid, date_deadline=deadline, summary=summary, user_id=self.user_id.id
            )

    def _set_ended(self, error):
        states = {"consent_expired": "expired", "consent_revoked": "revoked"}
        self._set_state(states.get(error.code, "expired"))

    def _set_state(self, state, valid_until=None):
        """Change the state; a repeat only brings the end date, a jump without sense is ignored."""
        for consent in self:
            values = {}
            if state != consent.state and consent.state in ALLOWED_SOURCES[state]:
                values["state"] = state
            if valid_until and valid_until != consent.valid_until:
                values["valid_until"] = valid_until
                consent.activity_unlink(["open_banking_recon.mail_activity_consent_renewal"])
            if values:
                # sudo: the state is the bank's word, whoever's click or cron brings it
                consent.sudo().write(values)

    # -- helpers --------------------------------------------------------------

    def _psu(self):
        """The person in front of the screen. Only called while there is one."""
        if not request:
            raise UserError(self.env._("A consent can only be given from a browser."))
        http = request.httprequest
        return PsuContext(http.remote_addr or "", http.user_agent.string)

    def _redirect_uri(self):
        return f"{self.get_base_url()}/open_banking/callback"

    def _sealing_context(self, field):
        return self.env["open.banking.vault"]._context(self, field)

    def _user_error(self, error):
        _logger.info("consent %s: %s", self.id, error.code)
        return UserError(
            self.env["open.banking.messages"]._error_sentence(error, self.provider_id.name)
        )


def _hashed(state):
    return hashlib.sha256(state.encode()).hexdigest()
