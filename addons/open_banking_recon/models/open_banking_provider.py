import hashlib
import json
from datetime import datetime, timezone

from odoo import api, fields, models
from odoo.fields import Domain

from ..recon_core.connectors import registry
from ..recon_core.connectors.transport import Transport
from ..recon_core.connectors.webhooks import codes as webhook_codes
from ..recon_core.connectors.webhooks import webhook
from ..recon_core.connectors.webhooks.base import Sender
from ..recon_core.errors import FinalError

FIRST_CHOICE = "enable_banking"  # open to everybody; own accounts without a contract
# keys are read while the sender of a message waits, some for no longer than a second
PATIENCE_OF_SENDERS = {"connect_timeout_s": 2, "read_timeout_s": 3, "total_timeout_s": 4}


class OpenBankingProvider(models.Model):
    """Where an aggregator or a bank's API is, and who we are to it."""

    _name = "open.banking.provider"
    _inherit = "open.banking.circuit"
    _description = "Bank Data Provider"
    _order = "sequence, name"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Selection(
        selection="_selection_code",
        string="Protocol",
        required=True,
        default=FIRST_CHOICE,
        help="How this provider is spoken to.",
    )
    base_url = fields.Char(
        string="API address",
        required=True,
        compute="_compute_base_url",
        store=True,
        readonly=False,
        precompute=True,
        help="For example https://api.bank.example/psd2",
    )
    has_institutions = fields.Boolean(compute="_compute_kind")
    secret_is_key = fields.Boolean(compute="_compute_kind")
    takes_psu_id = fields.Boolean(compute="_compute_kind")
    has_messages = fields.Boolean(compute="_compute_kind")
    callback_url = fields.Char(
        string="Address of the way back",
        compute="_compute_kind",
        help="Where the bank sends people back to. Enter it at the provider, to the letter.",
    )
    webhook_url = fields.Char(
        string="Address for messages",
        compute="_compute_webhook_url",
        help="Where the provider may tell that there is something new. Give it this address.",
    )
    unattended_reads_per_day = fields.Integer(
        string="Reads a day",
        compute="_compute_unattended_reads_per_day",
        store=True,
        readonly=False,
        help="How often an account may be read in 24 hours while nobody has asked for it. The law"
        " allows four unless the bank agrees to more. 0: no limit.",
    )
    logo = fields.Image(max_width=256, max_height=256)

    @api.model
    def _selection_code(self):
        codes = sorted(registry.codes(), key=lambda code: (code != FIRST_CHOICE, code))
        return [(code, registry.connector_class(code).label) for code in codes]

    @api.depends("code")
    def _compute_base_url(self):
        """The address that all customers of a provider use; one of our own is left alone."""
        usual = {registry.connector_class(code).default_base_url for code in registry.codes()}
        for provider in self:
            if provider.code and (not provider.base_url or provider.base_url in usual):
                provider.base_url = registry.connector_class(provider.code).default_base_url

    @api.depends("code")
    def _compute_kind(self):
        for provider in self:
            connector = registry.connector_class(provider.code or FIRST_CHOICE)
            provider.has_institutions = connector.has_institutions
            provider.secret_is_key = connector.secret_is_key
            provider.takes_psu_id = connector.takes_psu_id
            provider.has_messages = provider.code in webhook_codes()
            provider.callback_url = f"{provider.get_base_url()}/open_banking/callback"

    @api.depends("code")
    def _compute_unattended_reads_per_day(self):
        for provider in self.filtered("code"):
            connector = registry.connector_class(provider.code)
            provider.unattended_reads_per_day = connector.unattended_reads_per_day or 0

    @api.depends("code")
    def _compute_webhook_url(self):
        for provider in self:
            provider.webhook_url = (
                f"{provider.get_base_url()}/open_banking/webhook/{provider.code}/{provider.id}"
                if provider.id and provider.code
                else False
            )

    # -- messages of the provider ---------------------------------------------

    def _receive_sudo(self, message):
        """Queue a message that the provider has signed; one that is known already is not queued
        again. Raises ReconError ``webhook_refused`` or ``webhook_unknown``, RetryableError when it
        cannot be checked at this moment.

        sudo: whoever proves to know the secret is the provider, and no user.
        """
        self.ensure_one()
        secret = self._secret_sudo("webhook_secret")
        if not secret:
            raise FinalError("webhook_refused", "no secret is set")
        sender = Sender(secret, self.base_url, Transport(**PATIENCE_OF_SENDERS))
        event_id = webhook(self.code).verify(message, sender, _now())
        digest = hashlib.sha256(event_id.encode()).hexdigest()
        self.env["open.banking.event"]._enqueue_sudo(
            "webhook",
            f"webhook:{self.id}:{digest}",
            payload=json.dumps({"body": message.body.decode("latin-1")}),
            provider_id=self.id,
        )

    def _announced(self, body, cause):
        """Fetch the accounts and look at the consents that a genuine message may mean.

        ``cause``: names the message, so that its second handling asks for nothing more.
        """
        announcement = webhook(self.code).announcement(body)
        in_force = [("provider_id", "=", self.id)]
        accounts = self.env["open.banking.account"].search(
            [
                *in_force,
                ("consent_state", "=", "valid"),
                ("journal_id", "!=", False),
                *_among("resource_ref", announcement.accounts),
            ]
        )
        accounts._fetch_announced_sudo()
        # sudo: the bank's reference of a consent is a system field
        consents = (
            self.env["open.banking.consent"]
            .sudo()
            .search(
                [
                    *in_force,
                    ("state", "=", "valid"),
                    *_among("consent_ref", announcement.consents, "authorisation_ref"),
                ]
            )
        )
        self.env["open.banking.event"]._enqueue_checks_sudo(consents, cause)


def _among(name, refs, *other_names):
    """A domain: one of ``refs``, or any where the message does not say which (None)."""
    if refs is None:
        return []
    return Domain.OR([(field, "in", sorted(refs))] for field in (name, *other_names))


def _now():
    return datetime.now(timezone.utc)
