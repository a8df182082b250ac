from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    open_banking_todo_count = fields.Integer(compute="_compute_open_banking_todo_count")

    def _compute_open_banking_todo_count(self):
        # sudo: the card is also drawn for people who may not open the list; it shows a number
        counts = dict(
            self.env["recon.exception"]
            .sudo()
            ._read_group(
                [("journal_id", "in", self.ids), ("state", "=", "open")],
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

    def action_open_exceptions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "open_banking_recon.recon_exception_action"
        )
        return {**action, "domain": [("journal_id", "=", self.id)]}
