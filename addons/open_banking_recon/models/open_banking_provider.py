from datetime import datetime, timezone

from odoo import api, fields, models

from ..recon_core.connectors import registry
from ..recon_core.connectors.base import ProviderSettings
from ..recon_core.connectors.transport import Transport


class OpenBankingProvider(models.Model):
    """Where an aggregator or a bank's API is, and who we are to it."""

    _name = "open.banking.provider"
    _description = "Bank Data Provider"
    _order = "sequence, name"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Selection(
        selection="_selection_code",
        string="Protocol",
        required=True,
        help="How this provider is spoken to.",
    )
    base_url = fields.Char(
        string="API address", required=True, help="For example https://api.bank.example/psd2"
    )
    authorize_url = fields.Char(
        string="Authorisation address",
        groups="base.group_system",
        help="Only when the bank does not publish it itself.",
    )
    token_url = fields.Char(
        string="Token address",
        groups="base.group_system",
        help="Only when the bank does not publish it itself.",
    )
    client_id = fields.Char(groups="base.group_system", copy=False)
    client_secret_sealed = fields.Char(groups="base.group_system", copy=False)
    client_secret = fields.Char(
        compute="_compute_client_secret",
        inverse="_inverse_client_secret",
        groups="base.group_system",
        copy=False,
        help="Write-only: it is stored encrypted and never shown again.",
    )
    logo = fields.Image(max_width=256, max_height=256)

    @api.model
    def _selection_code(self):
        return [(code, registry.connector_class(code).label) for code in registry.codes()]

    @api.depends("client_secret_sealed")
    def _compute_client_secret(self):
        for provider in self:
            provider.client_secret = "********" if provider.client_secret_sealed else False

    def _inverse_client_secret(self):
        vault = self.env["open.banking.vault"]
        for provider in self:
            provider.client_secret_sealed = (
                vault._seal(provider.client_secret, provider._secret_context())
                if provider.client_secret
                else False
            )

    def _secret_context(self):
        return self.env["open.banking.vault"]._context(self, "client_secret")

    def _connector_sudo(self):
        """The connector of this provider. sudo: the credentials are the administrator's alone."""
        self.ensure_one()
        provider = self.sudo()
        secret = ""
        if provider.client_secret_sealed:
            secret = self.env["open.banking.vault"]._unseal(
                provider.client_secret_sealed, provider._secret_context()
            )
        settings = ProviderSettings(
            base_url=provider.base_url,
            client_id=provider.client_id or "",
            client_secret=secret,
            authorize_url=provider.authorize_url or "",
            token_url=provider.token_url or "",
        )
        return registry.connector_class(provider.code)(settings, Transport(), _now)


def _now():
    return datetime.now(timezone.utc)
