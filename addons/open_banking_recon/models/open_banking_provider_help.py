from odoo import api, fields, models


class OpenBankingProvider(models.Model):
    """What has to be done at a provider before its form can be filled in."""

    _inherit = "open.banking.provider"

    setup_help = fields.Text(compute="_compute_setup_help")

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_setup_help(self):
        texts = self._setup_texts()
        for provider in self:
            provider.setup_help = texts.get(provider.code, False)

    @api.model
    def _setup_texts(self):
        """{code of a connector: what to do, in the order of doing}."""
        return {
            "enable_banking": self.env._(
                "Open to everybody. 1. Sign up at enablebanking.com and register an application in"
                " its control panel; enter the address of the way back as redirect URL. 2. Paste the"
                " application id and the private key (.pem) here. 3. For your own accounts link them"
                " in the control panel: the application then works without a contract."
            ),
            "ponto": self.env._(
                "For companies that have Ponto. In the Ponto dashboard, under Integrations, make a"
                " custom integration and paste its client id and secret here. For messages, enter the"
                " application id as webhook secret."
            ),
            "qonto": self.env._(
                "For customers of Qonto. In Qonto, under Settings, Integrations, show the API key:"
                " its login is the client id, its secret key the client secret."
            ),
            "gocardless": self.env._(
                "For those who have an account at GoCardless Bank Account Data: it takes no new"
                " customers. In its portal make a user secret and paste its id and key here."
            ),
            "powens": self.env._(
                "With a contract with Powens. Paste the client id and secret of your application;"
                " the API address is https://<your domain>.biapi.pro/2.0."
            ),
            "bridge": self.env._(
                "With a contract with Bridge. Paste the client id and secret of your application."
            ),
            "berlin_group": self.env._(
                "For a bank addressed directly, or a gateway in front of banks. Addressing banks"
                " directly needs a registration as account information service provider."
            ),
        }
