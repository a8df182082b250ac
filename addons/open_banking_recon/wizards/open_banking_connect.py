from odoo import api, fields, models
from odoo.exceptions import UserError


class OpenBankingConnect(models.TransientModel):
    """First steps of a connection: which provider, which bank. The rest happens at the bank."""

    _name = "open.banking.connect"
    _description = "Connect a Bank"

    provider_id = fields.Many2one(
        "open.banking.provider", string="Connect through", default=lambda self: self._default()
    )
    has_institutions = fields.Boolean(related="provider_id.has_institutions")
    takes_psu_id = fields.Boolean(related="provider_id.takes_psu_id")
    country_id = fields.Many2one(
        "res.country",
        string="Country of the bank",
        default=lambda self: self.env.company.account_fiscal_country_id,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    psu_id = fields.Char(
        string="User name at the bank",
        help="Only when your bank asks you to confirm in its app instead of on its page. Never a"
        " password.",
    )

    @api.model
    def _default(self):
        return self.env["open.banking.provider"].search([], limit=1)

    def action_choose_bank(self):
        """Show the banks of the country, to search and choose from."""
        self.ensure_one()
        if not self.country_id:
            raise UserError(self.env._("Choose the country of the bank first."))
        self.env["open.banking.institution"]._refresh_sudo(self.provider_id, self.country_id)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "open_banking_recon.open_banking_institution_action"
        )
        return {
            **action,
            "domain": [
                ("provider_id", "=", self.provider_id.id),
                ("country_id", "=", self.country_id.id),
            ],
            "context": {"open_banking_company_id": self.company_id.id},
        }

    def action_connect(self):
        """Send the browser to the bank."""
        self.ensure_one()
        if not self.provider_id:
            raise UserError(self.env._("Choose what to connect through first."))
        return self.env["open.banking.consent"]._connect(
            self.provider_id, self.company_id, psu_id=self.psu_id
        )

    def action_new_provider(self):
        """To the form of a first provider."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "open.banking.provider",
            "views": [(False, "form")],
        }
