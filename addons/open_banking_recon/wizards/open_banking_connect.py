from odoo import api, fields, models


class OpenBankingConnect(models.TransientModel):
    """First step of a connection: which bank. The rest happens at the bank."""

    _name = "open.banking.connect"
    _description = "Connect a Bank"

    provider_id = fields.Many2one(
        "open.banking.provider", string="Bank", required=True, default=lambda self: self._default()
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )

    @api.model
    def _default(self):
        providers = self.env["open.banking.provider"].search([], limit=2)
        return providers if len(providers) == 1 else False

    def action_connect(self):
        """Send the browser to the bank; a consent that waits or ended there is used again."""
        self.ensure_one()
        consent = self.env["open.banking.consent"].search(
            [
                ("provider_id", "=", self.provider_id.id),
                ("company_id", "=", self.company_id.id),
                ("user_id", "=", self.env.uid),
                ("state", "!=", "valid"),
            ],
            limit=1,
        ) or self.env["open.banking.consent"].create(
            {"provider_id": self.provider_id.id, "company_id": self.company_id.id}
        )
        return consent.action_authorise()
