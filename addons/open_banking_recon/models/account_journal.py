from odoo import fields, models
from odoo.fields import Domain


class AccountJournal(models.Model):
    """The card of a bank journal says how its feed is doing, and has the button that mends it."""

    _inherit = "account.journal"

    open_banking_todo_count = fields.Integer(compute="_compute_open_banking_todo_count")

    def _compute_open_banking_todo_count(self):
        # sudo: the card is also drawn for people who may not open the list; it shows a number
        counts = dict(
            self.env["recon.exception"]
            .sudo()
            ._read_group(
                self.env["recon.exception"]._open_domain() & Domain("journal_id", "in", self.ids),
                ["journal_id"],
                ["__count"],
            )
        )
        for journal in self:
            journal.open_banking_todo_count = counts.get(journal, 0)

    def _get_bank_statements_available_sources(self):
        # EXTENDS account
        sources = super()._get_bank_statements_available_sources()
        return [*sources, ("open_banking", self.env._("Open Banking"))]

    def _fill_bank_cash_dashboard_data(self, dashboard_data):
        # EXTENDS account
        super()._fill_bank_cash_dashboard_data(dashboard_data)
        if not self.env.user.has_group("open_banking_recon.group_reader"):
            return
        for account in self._open_banking_accounts():
            dashboard_data[account.journal_id.id]["open_banking"] = account._card()

    def _open_banking_accounts(self):
        self.check_access("read")
        return self.env["open.banking.account"].search([("journal_id", "in", self.ids)])

    def action_open_exceptions(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("open_banking_recon.recon_desk_action")
        return {**action, "params": {"journal_id": self.id}}

    def action_open_banking_import(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "open_banking_recon.open_banking_import_action"
        )
        return {**action, "context": {"default_journal_id": self.id}}

    def action_open_banking_fetch(self):
        return self._open_banking_accounts().action_sync_now()

    def action_open_banking_renew(self):
        return self._open_banking_accounts().consent_id.action_authorise()

    def action_open_banking_provider(self):
        return self._open_banking_accounts().provider_id._get_records_action()

    def action_open_banking_consent(self):
        return self._open_banking_accounts().consent_id._get_records_action()

    def action_open_banking_account(self):
        return self._open_banking_accounts()._get_records_action()
