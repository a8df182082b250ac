from datetime import datetime, timezone

from odoo import api, fields, models

from ..recon_core.connectors import registry
from ..recon_core.connectors.base import ProviderSettings

MASK = "********"
SECRETS = ("client_secret", "webhook_secret", "assertion_key", "client_key", "seal_key")


def _sealed():
    return fields.Char(groups="base.group_system", copy=False)


def _secret(**attributes):
    """A field that can be replaced and never read: what is typed is stored sealed beside it."""
    return fields.Char(
        compute="_compute_secrets",
        inverse="_inverse_secrets",
        groups="base.group_system",
        copy=False,
        **attributes,
    )


class OpenBankingProvider(models.Model):
    """Who we are to a provider. Secrets are stored sealed and are the administrator's alone."""

    _inherit = "open.banking.provider"

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
    client_secret_sealed = _sealed()
    client_secret = _secret(help="Write-only: it is stored encrypted and never shown again.")
    webhook_secret_sealed = _sealed()
    webhook_secret = _secret(
        help="Proves that messages come from the provider; for Ponto, the id of the application that"
        " they are for. Without it they are refused. Write-only: it is stored encrypted and never"
        " shown again."
    )
    assertion_key_sealed = _sealed()
    assertion_key = _secret(
        string="Key of the client assertion",
        help="PEM, in place of a client secret (private_key_jwt). Write-only: it is stored encrypted"
        " and never shown again.",
    )
    assertion_key_id = fields.Char(
        string="The bank's name for that key", groups="base.group_system", copy=False
    )
    oauth_scope = fields.Char(
        string="OAuth scope",
        groups="base.group_system",
        help="Words of the OAuth scope beside the consent. With openid the identity token is checked.",
    )
    client_certificate = fields.Text(
        string="Certificate (QWAC)",
        groups="base.group_system",
        copy=False,
        help="PEM, with the certificates up to its authority. For banks that are addressed directly"
        " by a registered third party.",
    )
    client_key_sealed = _sealed()
    client_key = _secret(
        string="Key of the certificate",
        help="PEM without a password. Write-only: it is stored encrypted and never shown again.",
    )
    seal_certificate = fields.Text(
        string="Seal (QSEAL)",
        groups="base.group_system",
        copy=False,
        help="PEM. For banks that want each request signed.",
    )
    seal_key_sealed = _sealed()
    seal_key = _secret(
        string="Key of the seal",
        help="PEM, RSA, without a password. Write-only: it is stored encrypted and never shown"
        " again.",
    )

    @api.depends(*(f"{name}_sealed" for name in SECRETS))
    def _compute_secrets(self):
        for provider in self:
            for name in SECRETS:
                provider[name] = MASK if provider[f"{name}_sealed"] else False

    def _inverse_secrets(self):
        """Seal what was typed; the mask stands for what is stored already."""
        vault = self.env["open.banking.vault"]
        for provider in self:
            for name in SECRETS:
                secret = provider[name]
                if secret == MASK or not (secret or provider[f"{name}_sealed"]):
                    continue
                provider[f"{name}_sealed"] = secret and vault._seal(
                    secret, vault._context(provider, name)
                )

    def _secret_sudo(self, name):
        """The secret ``name`` in clear, "" without one. sudo: it is the administrator's alone."""
        sealed = self.sudo()[f"{name}_sealed"]
        if not sealed:
            return ""
        vault = self.env["open.banking.vault"]
        return vault._unseal(sealed, vault._context(self, name))

    def _connector_sudo(self):
        """The connector of this provider. sudo: the credentials are the administrator's alone."""
        self.ensure_one()
        provider = self.sudo()
        settings = ProviderSettings(
            base_url=provider.base_url,
            client_id=provider.client_id or "",
            client_secret=provider._secret_sudo("client_secret"),
            authorize_url=provider.authorize_url or "",
            token_url=provider.token_url or "",
            assertion_key=provider._secret_sudo("assertion_key"),
            assertion_key_id=provider.assertion_key_id or "",
            oauth_scope=provider.oauth_scope or "",
            client_certificate=provider.client_certificate or "",
            client_key=provider._secret_sudo("client_key"),
            seal_certificate=provider.seal_certificate or "",
            seal_key=provider._secret_sudo("seal_key"),
        )
        return registry.open_connector(provider.code, settings, _now)


def _now():
    return datetime.now(timezone.utc)
