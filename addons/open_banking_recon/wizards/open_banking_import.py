import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..recon_core import statements
from ..recon_core.errors import FileFormatError

MAX_BYTES = 20 * 1024 * 1024


class OpenBankingImport(models.TransientModel):
    """A statement file as a second way in: the same lines, the same guard against duplicates."""

    _name = "open.banking.import"
    _description = "Import a Bank Statement File"

    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', '=', 'bank')]",
        help="Empty: the bank journal that has the account number of the file.",
    )
    file = fields.Binary(required=True, attachment=False)
    filename = fields.Char()

    def action_import(self):
        """Book the statements of the file; all of them or, with a clear error, none."""
        self.ensure_one()
        data = base64.b64decode(self.file)
        if len(data) > MAX_BYTES:
            raise UserError(self.env._("The file is larger than 20 MB: split it."))
        try:
            read = statements.read_statement(data, self.filename or "")
        except FileFormatError as error:
            raise UserError(self._sentence(error)) from error
        lines = []
        for statement in read:
            journal = self._journal_of(statement)
            lines.append((statement, *self._store(journal, statement)))
        return self._report(lines)

    def _store(self, journal, statement):
        booked = [entry for entry in statement.transactions if entry.booking_date]
        self._check_currency(journal, statement)
        self._check_sum(statement, booked)
        return self.env["open.banking.sync"]._store(journal, booked)

    def _check_currency(self, journal, statement):
        currency = journal.currency_id or journal.company_id.currency_id
        if statement.currency and statement.currency != currency.name:
            raise UserError(
                self.env._(
                    "The statement is in %(file)s, the journal %(journal)s in %(own)s. Nothing was"
                    " imported.",
                    file=statement.currency,
                    journal=journal.name,
                    own=currency.name,
                )
            )

    def _check_sum(self, statement, booked):
        """Opening balance and lines have to give the closing balance, else nothing is booked."""
        if not statement.opening or not statement.closing:
            return
        gap = (
            statement.closing.amount
            - statement.opening.amount
            - sum(entry.amount for entry in booked)
        )
        if gap:
            raise UserError(
                self.env._(
                    "The statement %(reference)s does not add up: opening balance and"
                    " transactions differ from the closing balance by %(gap)s %(currency)s."
                    " Nothing was imported.",
                    reference=statement.reference,
                    gap=gap,
                    currency=statement.currency,
                )
            )

    def _journal_of(self, statement):
        journals = self.env["account.journal"].search(
            [
                ("type", "=", "bank"),
                ("company_id", "in", self.env.companies.ids),
                ("bank_account_id.sanitized_acc_number", "=", statement.iban),
            ]
        )
        if self.journal_id:
            own = self.journal_id.bank_account_id.sanitized_acc_number
            if own and statement.iban and own != statement.iban:
                raise UserError(
                    self.env._(
                        "The file is about the account that ends in %(file)s, the journal"
                        " %(journal)s belongs to the one that ends in %(own)s. Nothing was"
                        " imported.",
                        file=statement.iban[-4:],
                        journal=self.journal_id.name,
                        own=own[-4:],
                    )
                )
            return self.journal_id
        if len(journals) != 1:
            raise UserError(
                self.env._(
                    "No bank journal has the account that ends in %s. Choose the journal, or"
                    " enter the account number on it.",
                    statement.iban[-4:],
                )
            )
        return journals

    def _sentence(self, error):
        sentences = {
            "empty_file": self.env._("The file is empty."),
            "unknown_format": self.env._(
                "This is no bank statement in a format that is known (camt.052, 053, 054,"
                " CFONB 120, MT940, OFX)."
            ),
            "not_xml": self.env._("The file is no valid XML: it may be cut off."),
            "xml_doctype": self.env._("The file holds XML entities, which bank files never do."),
            "bad_date": self.env._("The file holds a date that does not exist."),
            "bad_amount": self.env._("The file holds an amount that is no number."),
            "camt_wrong_root": self.env._(
                "The XML file is no bank statement (camt.052, 053 or 054)."
            ),
            "camt_no_account": self.env._("The statement names no account."),
            "cfonb_no_opening": self.env._("A CFONB statement starts without its opening balance."),
            "cfonb_no_closing": self.env._("A CFONB statement ends without its closing balance."),
        }
        text = sentences.get(error.code) or self.env._("The file cannot be read (%s).", error.code)
        where = " " + self.env._("Line %s.", error.line) if error.line else ""
        return f"{text}{where} " + self.env._("Nothing was imported.")

    @api.model
    def _report(self, lines):
        created = sum(new for _statement, new, _known in lines)
        known = sum(known for _statement, _new, known in lines)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("Statement imported"),
                "message": self.env._(
                    "%(created)s new bank lines, %(known)s already there.",
                    created=created,
                    known=known,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
