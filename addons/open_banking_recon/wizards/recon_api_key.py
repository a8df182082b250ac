from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.base.models.res_users import check_identity


class ReconApiKey(models.TransientModel):
    """A key of the user for other programs, which opens our API alone and of it what is ticked."""

    _name = "recon.api.key"
    _inherit = "res.users.apikeys.description"
    _description = "API Key for Other Programs"

    may_open_banking_read = fields.Boolean(
        "Read bank data",
        default=True,
        help="Accounts, fetches, bank lines, proposals, exceptions, and whether all goes well.",
    )
    may_open_banking_write = fields.Boolean(
        "Decide on bank lines",
        help="Accept and reject proposals, undo matches, ask for fetches: as far as your role may.",
    )
    may_kpi_read = fields.Boolean("Read figures")

    @api.model
    def _scope_fields(self):
        """{scope: the field that says whether the key has it}."""
        return {
            scope: f"may_{scope.replace(':', '_')}" for scope in self.env["recon.api"]._scopes()
        }

    @check_identity
    def make_key(self):
        # OVERRIDES base: with the scopes that were chosen, instead of all that the user may
        self.check_access_make_key()
        self.ensure_one()
        scopes = [scope for scope, name in self._scope_fields().items() if self[name]]
        if not scopes:
            raise ValidationError(self.env._("Tick what the key may do."))
        key = self.env["res.users.apikeys"]._generate_recon_api(
            scopes, self.name, self.expiration_date
        )
        self.unlink()
        return self.env["recon.secret.show"]._show(self.env._("API key ready"), key)

    def check_access_make_key(self):
        # EXTENDS base: a key for bank data is for those who may see some
        res = super().check_access_make_key()
        if not self.env.user.has_group("open_banking_recon.group_reader"):
            raise AccessError(self.env._("Only who sees bank data makes keys for them."))
        return res
