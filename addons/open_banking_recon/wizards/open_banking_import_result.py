from odoo import fields, models


class OpenBankingImportResult(models.TransientModel):
    """One row of the report: what a statement of a file gave, or why a file was refused."""

    _name = "open.banking.import.result"
    _description = "Result of a Statement Import"
    _order = "id"

    import_id = fields.Many2one("open.banking.import", required=True, ondelete="cascade")
    name = fields.Char("File", readonly=True)
    reference = fields.Char("Statement", readonly=True)
    journal_id = fields.Many2one("account.journal", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date_from = fields.Date("From", readonly=True)
    date_to = fields.Date("To", readonly=True)
    read_count = fields.Integer("Read", readonly=True)
    new_count = fields.Integer("New", readonly=True)
    known_count = fields.Integer("Already there", readonly=True)
    pending_count = fields.Integer(
        "Pending", readonly=True, help="Not booked at the bank yet: left out."
    )
    has_opening = fields.Boolean(readonly=True)
    has_closing = fields.Boolean(readonly=True)
    opening = fields.Monetary("Opening balance", readonly=True)
    closing = fields.Monetary("Closing balance", readonly=True)
    is_refused = fields.Boolean(readonly=True)
    message = fields.Char(readonly=True)

    def action_open_lines(self):
        """The bank lines of the days of the statement, new ones and those that were there."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "open_banking_recon.account_bank_statement_line_action"
        )
        return {
            **action,
            "domain": [
                ("journal_id", "=", self.journal_id.id),
                ("booking_date", ">=", self.date_from),
                ("booking_date", "<=", self.date_to),
            ],
        }
