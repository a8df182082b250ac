import hashlib
import logging
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from ..recon_core.connectors.base import PsuContext
from ..recon_core.errors import ReconError, RetryableError
from ..recon_core.types import ConsentRequest, ConsentStatus
from .cron_trigger import trigger_sudo

_logger = logging.getLogger(__name__)

MAX_CONSENT_DAYS = 180  # Regulation (EU) 2022/2360, article 10a
REDIRECT_LIFETIME = timedelta(hours=1)
# the PSU confirms in an app within minutes; a second signatory may be on holiday
APP_LIFETIME = timedelta(minutes=15)
SIGNATORY_LIFETIME = timedelta(days=30)
APP_INTERVAL = timedelta(seconds=5)
SIGNATORY_INTERVAL = timedelta(hours=1)


class OpenBankingConsent(models.Model):
    """How a consent is given: the PSU authenticates at the bank, on its page (redirect) or in its
    app (decoupled); where several people have to sign, the bank is asked until they have."""

    _inherit = "open.banking.consent"

    psu_id = fields.Char(
        string="User name at the bank",
        copy=False,
        groups="base.group_system",
        help="Only for banks that ask for a confirmation in their app.",
    )
    authorisation_ref = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="What the provider calls whoever authenticated; messages about the access name it.",
    )
    psu_message = fields.Char(readonly=True, copy=False, help="What the bank asks the user to do.")
    waiting_sealed = fields.Char(
        copy=False, groups="base.group_system", help="Access that further people have to sign."
    )
    poll_until = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The bank is asked until then whether the consent was confirmed.",
    )

    # -- starting -------------------------------------------------------------

    @api.model
    def _connect(self, provider, company, institution=None, psu_id=False):
        """Start a consent; one of this user that waits or has ended at that bank is used again."""
        key = {
            "provider_id": provider.id,
            "company_id": company.id,
            "user_id": self.env.uid,
            "institution_id": institution.id if institution else False,
        }
        ended = [("state", "!=", "valid"), *((name, "=", value) for name, value in key.items())]
        consent = self.search(ended, limit=1) or self.create(key)
        # sudo: who somebody is at a bank is shown to nobody
        consent.sudo().psu_id = psu_id
        return consent.action_authorise()

    def action_authorise(self):
        """Ask the bank for a consent and send the browser there (also renews one that ended)."""
        self.ensure_one()
        self.check_access("write")
        state = secrets.token_urlsafe(32)
        try:
            start = self.provider_id._connector_sudo().start_consent(self._consent_request(state))
        except ReconError as error:
            raise self._user_error(error) from error
        redirected = bool(start.redirect_url)
        now = fields.Datetime.now()
        # sudo: the redirect's secrets are nobody's to read, not even the accountant's
        self.sudo().write(
            {
                "user_id": self.env.uid,
                "redirect_state_hash": redirected and _hashed(state),
                "redirect_expires_at": redirected and now + REDIRECT_LIFETIME,
                "secrets_sealed": self._sealed(
                    "secrets", {"consent_ref": start.consent_ref, "secrets": dict(start.secrets)}
                ),
                "waiting_sealed": False,
                "poll_until": not redirected and now + APP_LIFETIME,
                "psu_message": start.psu_message,
                "error_code": False,
            }
        )
        if redirected:
            return {"type": "ir.actions.act_url", "url": start.redirect_url, "target": "self"}
        trigger_sudo(self.env, "ir_cron_poll", now + APP_INTERVAL)
        return self._get_records_action()

    def _consent_request(self, state):
        psu = self._psu()
        return ConsentRequest(
            redirect_uri=self._redirect_uri(),
            state=state,
            valid_until=fields.Date.context_today(self) + timedelta(days=MAX_CONSENT_DAYS),
            psu_ip_address=psu.ip_address,
            psu_user_agent=psu.user_agent,
            institution_ref=self.institution_id.ref or "",
            language=(self.env.lang or "en")[:2],
            # sudo: who somebody is at a bank is shown to nobody
            psu_id=self.sudo().psu_id or "",
            psu_email=self.env.user.email or "",
            renewed=self._renewed_grant_sudo(),
        )

    def _renewed_grant_sudo(self):
        """The grant that is to be renewed, None for a first one or when it cannot be opened (any
        more): a renewal is how lost keys are mended. sudo: tokens are the system's alone."""
        try:
            return self.sudo().grant_sealed and self.sudo()._stored_grant() or None
        except ReconError as error:
            _logger.info("consent %s: its old access cannot be opened, %s", self.id, error.code)
            return None

    # -- coming back from the bank's page ---------------------------------------

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
        started = consent._unsealed("secrets")
        consent.write({"redirect_state_hash": False, "secrets_sealed": False})
        consent = consent.sudo(False).with_company(consent.company_id)
        consent.check_access("write")
        consent._exchange(started, parameters)
        return consent

    def _exchange(self, started, parameters):
        try:
            connector = self.provider_id._connector_sudo()
            grant = connector.finish_consent(
                started["consent_ref"], started["secrets"], parameters, self._redirect_uri()
            )
            self._settle(connector, grant, started["consent_ref"])
        except ReconError as error:
            self._refused(error)
            raise self._user_error(error) from error

    def _settle(self, connector, grant, started_ref):
        """Take ``grant`` into use, or go on asking while others still have to sign.

        ``started_ref``: the provider's name for what was started.
        """
        status, valid_until = connector.consent_status(grant)
        if status is ConsentStatus.RECEIVED:
            self._store_grant(grant, "waiting")
            # sudo: readonly for everybody
            self.sudo().write(
                {
                    "poll_until": fields.Datetime.now() + SIGNATORY_LIFETIME,
                    "secrets_sealed": self._sealed("secrets", {"consent_ref": started_ref}),
                }
            )
            return
        accounts = connector.accounts(grant, self._psu() if request else None)
        self._store_grant(grant)
        # sudo: the bank's references are system fields; those of a renewal count once it is given
        self.sudo().write({"consent_ref": grant.consent_ref, "authorisation_ref": started_ref})
        self._stop_polling_sudo()
        self._set_state(status.value, valid_until=valid_until or grant.valid_until)
        self.env["open.banking.account"]._link_sudo(self, accounts)

    def _refused(self, error):
        """A refused renewal leaves the consent in force as it was, and a bank that cannot be reached
        has refused nothing."""
        if self.state == "received" and not isinstance(error, RetryableError):
            self._set_state("rejected")

    # -- waiting for a confirmation elsewhere -------------------------------------

    def action_poll(self):
        """Ask the bank now whether the consent was confirmed."""
        self.ensure_one()
        self.check_access("write")
        self._poll()

    @api.model
    def _cron_poll(self):
        """Ask the banks about the consents that somebody confirms in an app or has to sign."""
        waiting = self.search([("poll_until", "!=", False)])
        for consent in waiting:
            consent._poll()
            self.env["ir.cron"]._commit_progress(1)
        still = waiting.exists().filtered("poll_until")
        if still:
            # sudo: tokens are the system's alone
            in_app = not all(still.sudo().mapped("waiting_sealed"))
            pause = APP_INTERVAL if in_app else SIGNATORY_INTERVAL
            trigger_sudo(self.env, "ir_cron_poll", fields.Datetime.now() + pause)

    def _poll(self):
        if not self.poll_until:
            return
        consent = self.sudo()  # sudo: tokens are the system's alone
        try:
            connector = self.provider_id._connector_sudo()
            started = consent._unsealed("secrets")
            if consent.waiting_sealed:
                grant = connector.fresh_grant(consent._stored_grant("waiting"))
                # a refresh token works once: should the next call fail, the new one is needed
                consent._store_grant(grant, "waiting")
            else:
                grant = connector.poll_consent(started["consent_ref"], started["secrets"])
            if grant is not None:
                self._settle(connector, grant, started["consent_ref"])
        except RetryableError as error:
            _logger.info("consent %s could not be checked: %s", self.id, error.code)
        except ReconError as error:
            _logger.info("consent %s was not confirmed: %s", self.id, error)
            self._give_up_sudo(error, error.code)
        if self.poll_until and self.poll_until <= fields.Datetime.now():
            self._give_up_sudo(None, "consent_unconfirmed")

    def _give_up_sudo(self, error, code):
        """Nobody confirmed, or somebody said no. sudo: the fields are readonly for everybody."""
        self._stop_polling_sudo()
        self.sudo().error_code = code
        self._refused(error)

    def _stop_polling_sudo(self):
        """sudo: the fields are readonly for everybody."""
        self.sudo().write(
            {
                "poll_until": False,
                "psu_message": False,
                "waiting_sealed": False,
                "secrets_sealed": False,
                "error_code": False,
            }
        )

    # -- helpers --------------------------------------------------------------

    def _psu(self):
        """The person in front of the screen. Only called while there is one."""
        if not request:
            raise UserError(self.env._("A consent can only be given from a browser."))
        http = request.httprequest
        return PsuContext(http.remote_addr or "", http.user_agent.string)

    def _redirect_uri(self):
        return f"{self.get_base_url()}/open_banking/callback"


def _hashed(state):
    return hashlib.sha256(state.encode()).hexdigest()
