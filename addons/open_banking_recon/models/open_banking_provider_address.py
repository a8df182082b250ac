from urllib.parse import urlsplit

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

from ..recon_core.connectors.transport import require_safe_url
from ..recon_core.errors import FinalError
from .open_banking_provider_credentials import SECRETS

ADDRESSES = ("base_url", "authorize_url", "token_url")


class OpenBankingProvider(models.Model):
    """Where a provider is: its secrets go there, and so do requests from inside the network."""

    _inherit = "open.banking.provider"

    def write(self, vals):
        # EXTENDS base: a secret is sent to the address for which it was entered
        leads = [vals[name] for name in ("code", "base_url") if name in vals]
        if leads and not self._is_administrator():
            self._refuse_other_place_for_secrets(vals)
        return super().write(vals)

    def _is_administrator(self):
        """Of the user, also where Odoo checks constraints with all rights."""
        return self.env.user.has_group("base.group_system")

    def _refuse_other_place_for_secrets(self, vals):
        for provider in self:
            # sudo: whether there is a secret, nothing of it
            has_secret = any(provider.sudo()[f"{name}_sealed"] for name in SECRETS)
            same = all(
                provider[name] == vals[name] for name in ("code", "base_url") if name in vals
            )
            if has_secret and not same:
                raise AccessError(
                    self.env._(
                        "%s has secrets, which would be sent to the new address. Ask an administrator"
                        " to change it.",
                        provider.name,
                    )
                )

    @api.constrains(*ADDRESSES)
    def _check_addresses(self):
        # sudo: two of them are the administrator's alone
        for provider in self.sudo():
            for name in ADDRESSES:
                if provider[name]:
                    self._check_address(provider[name])

    def _check_address(self, address):
        try:
            require_safe_url(address)
        except FinalError as error:
            raise ValidationError(
                self.env._(
                    "%s is no address that begins with https:// and names a server.", address
                )
            ) from error
        if urlsplit(address).scheme == "http" and not self._is_administrator():
            raise AccessError(
                self.env._("Only an administrator may enter an address of the server itself.")
            )
