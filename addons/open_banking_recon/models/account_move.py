from odoo import api, models


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.ondelete(at_uninstall=False)
    def _remember_deleted_bank_lines(self):
        """The database deletes a bank line with its entry, without asking the line."""
        self.env["open.banking.identity"]._remember_deleted_sudo(self.statement_line_ids)
