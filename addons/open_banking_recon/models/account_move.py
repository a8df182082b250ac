from datetime import timedelta

from odoo import api, fields, models

from .cron_trigger import trigger_sudo
from .recon_loader import INVOICE_TYPES

SOON = timedelta(minutes=5)  # documents are posted in bunches, and lines judged once for each


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        # EXTENDS account: lines that wait for a document may wait for one of these
        posted = super()._post(soft)
        if any(move.move_type in INVOICE_TYPES for move in posted):
            posted._have_lines_matched_sudo()
        return posted

    def _have_lines_matched_sudo(self):
        """Have waiting lines judged again at the next full five minutes. sudo: see trigger_sudo."""
        if not self._lines_wait_sudo():
            return
        now = fields.Datetime.now()
        at = now - timedelta(minutes=now.minute % 5, seconds=now.second) + SOON
        cron = self.env.ref("open_banking_recon.ir_cron_match")
        known = [("cron_id", "=", cron.id), ("call_at", "=", at)]
        if not self.env["ir.cron.trigger"].sudo().search_count(known, limit=1):
            trigger_sudo(self.env, "ir_cron_match", at)

    def _lines_wait_sudo(self):
        """sudo: who posts a document need not know of the bank."""
        waiting = self.env["recon.matcher"]._todo_domain()
        domain = [("company_id", "in", self.company_id.ids), *waiting]
        return bool(self.env["account.bank.statement.line"].sudo().search_count(domain, limit=1))

    @api.ondelete(at_uninstall=False)
    def _remember_deleted_bank_lines(self):
        """The database deletes a bank line with its entry, without asking the line."""
        self.env["open.banking.identity"]._remember_deleted_sudo(self.statement_line_ids)
