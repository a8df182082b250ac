from odoo import models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _get_bank_statements_available_sources(self):
        # EXTENDS account
        sources = super()._get_bank_statements_available_sources()
        return [*sources, ("open_banking", self.env._("Open Banking"))]
