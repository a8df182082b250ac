import json
import logging
from datetime import date, datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from ..recon_core.errors import ConsentError, ReconError, RetryableError
from ..recon_core.types import Grant

_logger = logging.getLogger(__name__)

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

ENDS = {"consent_revoked": "revoked", "consent_terminated": "terminated"}


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
    institution_id = fields.Many2one(
        "open.banking.institution", string="Bank", readonly=True, ondelete="restrict"
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
    error_code = fields.Char(readonly=True, copy=False, help="Why the last authorisation failed.")
    error_message = fields.Text(compute="_compute_error_message")
    consent_ref = fields.Char(readonly=True, copy=False, groups="base.group_system")
    redirect_state_hash = fields.Char(copy=False, index=True, groups="base.group_system")
    redirect_expires_at = fields.Datetime(copy=False, groups="base.group_system")
    secrets_sealed = fields.Char(copy=False, groups="base.group_system")
    grant_sealed = fields.Char(copy=False, groups="base.group_system")

    @api.depends("provider_id.name", "institution_id.name")
    def _compute_name(self):
        for consent in self:
            consent.name = consent.institution_id.name or consent.provider_id.name

    @api.depends("valid_until")
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for consent in self:
            consent.days_left = (consent.valid_until - today).days if consent.valid_until else 0

    @api.depends("account_ids")
    def _compute_account_count(self):
        for consent in self:
            consent.account_count = len(consent.account_ids)

    @api.depends("account_ids.error_code", "error_code")
    @api.depends_context("lang")
    def _compute_error_message(self):
        messages = self.env["open.banking.messages"]
        for consent in self:
            sentences = [
                f"{account.name}: {account.error_message}"
                for account in consent.account_ids.filtered("error_code")
            ]
            if consent.error_code:
                sentences.insert(0, messages._sentence(consent.error_code, bank=consent.name))
            consent.error_message = "\n".join(sentences)

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

    def _store_grant(self, grant, name="grant"):
        """Keep ``grant`` sealed in ``<name>_sealed``. sudo: tokens are the system's alone."""
        values = {
            "consent_ref": grant.consent_ref,
            "access_token": grant.access_token,
            "access_expires_at": grant.access_expires_at.isoformat(),
            "refresh_token": grant.refresh_token,
            "valid_until": grant.valid_until.isoformat() if grant.valid_until else "",
            "metadata_url": grant.metadata_url,
        }
        self.sudo()[f"{name}_sealed"] = self._sealed(name, values)

    def _stored_grant(self, name="grant"):
        values = self._unsealed(name)
        return Grant(
            consent_ref=values["consent_ref"],
            access_token=values["access_token"],
            access_expires_at=datetime.fromisoformat(values["access_expires_at"]),
            refresh_token=values["refresh_token"],
            valid_until=date.fromisoformat(values["valid_until"])
            if values["valid_until"]
            else None,
            metadata_url=values.get("metadata_url", ""),  # older grants have none
        )

    # -- ending ---------------------------------------------------------------

    def action_revoke(self):
        """Stop receiving at once, tell the bank, and forget the tokens. What was booked stays.

        A bank that cannot be told now is told by the queue; until then the tokens stay, sealed, for
        that alone.
        """
        for consent in self:
            consent.check_access("write")
            error = consent._revoke_at_bank_sudo()
            consent._set_state("terminated")
            if isinstance(error, RetryableError):
                self.env["open.banking.event"]._enqueue_revocation_sudo(consent)
            elif error is not None:
                consent.message_post(
                    body=self.env._(
                        "The bank could not be told that this consent was withdrawn: %(reason)s"
                        " Withdraw it at the bank as well.",
                        reason=self._sentence(error),
                    )
                )

    def _revoke_at_bank_sudo(self):
        """Tell the bank; returns the ReconError that prevented it, or None when it knows.

        The tokens are gone afterwards unless it is worth another try. sudo: see their fields.
        """
        self.ensure_one()
        consent = self.sudo()
        error = None
        try:
            if consent.grant_sealed:
                connector = consent.provider_id._connector_sudo()
                grant = connector.fresh_grant(consent._stored_grant())
                # a refresh token works once: should the next call fail, the new one is needed
                consent._store_grant(grant)
                connector.revoke_consent(grant)
        except ConsentError:
            _logger.info("consent %s had already ended at the bank", consent.id)
        except ReconError as reason:
            error = reason
        if not isinstance(error, RetryableError):
            consent.grant_sealed = False
        return error

    @api.model
    def _cron_watch(self):
        """Ask the banks about the consents in force, and remind 14, 7 and 1 days before the end."""
        today = fields.Date.context_today(self)
        for consent in self.search([("state", "=", "valid")]):
            consent._check()
            consent._remind(today)
            self.env["ir.cron"]._commit_progress(1)

    def _check(self):
        """Ask the bank about this consent and keep its word; returns None or why it could not be
        asked."""
        try:
            connector, grant = self._open_sudo()
            status, valid_until = connector.consent_status(grant)
        except ConsentError as error:
            self._set_ended(error)
        except ReconError as error:
            _logger.info("consent %s could not be checked: %s", self.id, error.code)
            return error
        else:
            self._set_state(status.value, valid_until=valid_until)
        return None

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
        self._set_state(ENDS.get(error.code, "expired"))

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
                facts = {"from": consent.state, "to": values.get("state", consent.state)}
                self.env["recon.audit.entry"]._record("consent", consent, facts)
                # sudo: the state is the bank's word, whoever's click or cron brings it
                consent.sudo().write(values)
            if values.get("state", "valid") != "valid":
                # what the bank announced can no longer be followed up
                self.env["open.banking.pending"]._forget_sudo(consent.account_ids)
                self.env["open.banking.answer"]._forget_sudo(consent.account_ids)

    # -- helpers --------------------------------------------------------------

    def _sealed(self, name, values):
        vault = self.env["open.banking.vault"]
        return vault._seal(json.dumps(values), vault._context(self, name))

    def _unsealed(self, name):
        vault = self.env["open.banking.vault"]
        # sudo: sealed fields are the system's alone
        return json.loads(vault._unseal(self.sudo()[f"{name}_sealed"], vault._context(self, name)))

    def _user_error(self, error):
        _logger.info("consent %s: %s", self.id, error)
        return UserError(self._sentence(error))

    def _sentence(self, error):
        return self.env["open.banking.messages"]._error_sentence(error, self.name)
