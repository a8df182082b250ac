from dataclasses import replace

from psycopg2 import errors as pg_errors

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.open_banking_sheet_labels import DATE_ORDERS, DECIMAL_SIGNS
from ..recon_core import statements
from ..recon_core.errors import FileFormatError
from ..recon_core.statements.written import Reading

QUESTIONS = frozenset({"ambiguous_dates", "ambiguous_amounts"})


class OpenBankingImportFile(models.TransientModel):
    """One file of an import: booked as a whole, refused, or waiting for an answer."""

    _name = "open.banking.import.file"
    _description = "File of a Statement Import"

    import_id = fields.Many2one("open.banking.import", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    attachment_id = fields.Many2one("ir.attachment", ondelete="set null")
    error_code = fields.Char(help="Why the file is not even looked at.")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("question", "Question"),
            ("imported", "Imported"),
            ("refused", "Refused"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    question = fields.Char(readonly=True)
    journal_id = fields.Many2one("account.journal", domain="[('type', '=', 'bank')]")
    date_order = fields.Selection(DATE_ORDERS, "Dates")
    decimal_sign = fields.Selection(DECIMAL_SIGNS)

    # -- one file -------------------------------------------------------------

    def _run(self):
        """Book the file, or say why not. Its savepoint leaves no trace of a file that is refused."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._book(self._statements())
        except FileFormatError as error:
            self._failed(error)
        except UserError as error:
            self._refuse(str(error))
        except pg_errors.UniqueViolation:
            self._refuse(
                self.env._(
                    "A fetch booked the same transactions at this moment. Nothing was imported:"
                    " import the file again."
                )
            )

    def _failed(self, error):
        if error.code in QUESTIONS and not self._is_sheet():
            self._ask(self.env["open.banking.import.messages"]._told(error.code))
        else:
            self._refuse(self.env["open.banking.import.messages"]._sentence(error))

    def _ask(self, question):
        self.write({"state": "question", "question": question})

    def _refuse(self, reason):
        self.state = "refused"
        self.env["open.banking.import.result"].create(
            {
                "import_id": self.import_id.id,
                "name": self.name,
                "is_refused": True,
                "message": reason,
            }
        )

    def action_answer(self):
        """Take what the person said, and go on with the files."""
        self.ensure_one()
        self._answer()
        return self.import_id._go_on()

    def action_skip(self):
        """Leave the file out, and go on with the others."""
        self.ensure_one()
        self._refuse(self.env._("Left out. Nothing was imported."))
        return self.import_id._go_on()

    def _answer(self):
        """The fields hold what the person said: look again."""
        self.state = "waiting"

    def _data(self):
        return self.attachment_id.raw or b""

    def _is_sheet(self):
        return False

    # -- reading --------------------------------------------------------------

    def _statements(self):
        """[StatementFile] of the file. Raises FileFormatError."""
        if self.error_code:
            raise FileFormatError(self.error_code)
        reading = Reading(self.date_order or "", self.decimal_sign or "")
        return statements.read_statement(self._data(), self.name, reading)

    # -- booking --------------------------------------------------------------

    def _book(self, read):
        """Store the statements of the file and report each; those of one journal together, since
        equal entries are told apart by counting all of a day."""
        by_journal = {}
        # a statement that is in the file twice is the same one
        for statement in dict.fromkeys(read):
            journal = self._journal_of(statement)
            whole = self._in_journal(journal, statement)
            by_journal.setdefault(journal, []).append(whole)
        for journal, found in by_journal.items():
            self._book_in(journal, found)
        self.state = "imported"

    def _book_in(self, journal, found):
        booked = [entry for one in found for entry in one.transactions if entry.booking_date]
        days = [entry.booking_date for entry in booked]
        is_whole = bool(days) and not any(one.is_partial for one in found)
        recognised = self.env["open.banking.sync"]._store(
            journal,
            booked,
            window=(min(days), max(days)) if is_whole else None,
            is_proved=all(one.opening and one.closing for one in found),
        )
        fresh = {id(entry) for _key, entry in recognised.fresh}
        self.env["open.banking.import.result"].create(
            [self._result(journal, one, fresh) for one in found]
        )

    def _result(self, journal, statement, fresh):
        """What the report says of a statement. ``fresh``: id() of the entries that are new."""
        booked = [entry for entry in statement.transactions if entry.booking_date]
        days = [entry.booking_date for entry in booked]
        new = sum(id(entry) in fresh for entry in booked)
        return {
            "import_id": self.import_id.id,
            "name": self.name,
            "reference": statement.reference,
            "journal_id": journal.id,
            "currency_id": (journal.currency_id or journal.company_id.currency_id).id,
            "date_from": min(days, default=False),
            "date_to": max(days, default=False),
            "read_count": len(statement.transactions),
            "new_count": new,
            "known_count": len(booked) - new,
            "pending_count": len(statement.transactions) - len(booked),
            "has_opening": bool(statement.opening),
            "has_closing": bool(statement.closing),
            "opening": float(statement.opening.amount) if statement.opening else 0,
            "closing": float(statement.closing.amount) if statement.closing else 0,
        }

    def _in_journal(self, journal, statement):
        """The statement in the currency of the journal, where the file names none. Raises UserError
        for another currency, and when its balances and entries do not add up."""
        currency = journal.currency_id or journal.company_id.currency_id
        told = {statement.currency, *(entry.currency for entry in statement.transactions)}
        foreign = sorted(name for name in told if name and name != currency.name)
        if foreign:
            raise UserError(
                self.env._(
                    "The statement is in %(file)s, the journal %(journal)s in %(own)s. Nothing was"
                    " imported.",
                    file=foreign[0],
                    journal=journal.name,
                    own=currency.name,
                )
            )
        entries = tuple(
            entry if entry.currency else replace(entry, currency=currency.name)
            for entry in statement.transactions
        )
        self._check_sum(statement, entries, currency)
        return replace(statement, currency=currency.name, transactions=entries)

    def _check_sum(self, statement, entries, currency):
        """Opening balance and lines have to give the closing balance, else nothing is booked."""
        if not statement.opening or not statement.closing:
            return
        booked = sum(entry.amount for entry in entries if entry.booking_date)
        gap = statement.closing.amount - statement.opening.amount - booked
        if gap:
            raise UserError(
                self.env._(
                    "The statement %(reference)s does not add up: opening balance and"
                    " transactions differ from the closing balance by %(gap)s %(currency)s."
                    " Nothing was imported.",
                    reference=statement.reference,
                    gap=gap,
                    currency=currency.name,
                )
            )

    # -- whose statement it is ------------------------------------------------

    def _journal_of(self, statement):
        """The chosen journal, when the file is not about another account, else the one that has it.
        Raises UserError."""
        chosen = self.journal_id or self.import_id.journal_id
        if not chosen:
            return self._journal_by_account(statement.iban)
        own = chosen.bank_account_id.sanitized_acc_number
        if own and statement.iban and not _is_same_account(own, statement.iban):
            raise UserError(
                self.env._(
                    "The file is about the account that ends in %(file)s, the journal"
                    " %(journal)s belongs to the one that ends in %(own)s. Nothing was"
                    " imported.",
                    file=statement.iban[-4:],
                    journal=chosen.name,
                    own=own[-4:],
                )
            )
        return chosen

    def _journal_by_account(self, account):
        if not account:
            raise UserError(
                self.env._(
                    "The file names no account. Nothing was imported: choose the journal and import"
                    " it again."
                )
            )
        journals = self.env["account.journal"].search(
            [
                ("type", "=", "bank"),
                ("company_id", "in", self.env.companies.ids),
                ("bank_account_id", "!=", False),
            ]
        )
        found = journals.filtered(
            lambda journal: _is_same_account(journal.bank_account_id.sanitized_acc_number, account)
        )
        if len(found) != 1:
            raise UserError(
                self.env._(
                    "No bank journal has the account that ends in %s. Choose the journal, or"
                    " enter the account number on it. Nothing was imported.",
                    account[-4:],
                )
            )
        return found


SHORTEST_NUMBER = 6  # characters of an account number that may be a part of an IBAN


def _is_same_account(own, told):
    """Equal numbers, or a national number that is a part of the IBAN."""
    own, told = (
        ("".join(char for char in number if char.isalnum())).upper() for number in (own, told)
    )
    shorter, longer = sorted((own, told), key=len)
    return own == told or (
        len(shorter) >= SHORTEST_NUMBER and shorter in longer[4:] and not _is_iban(shorter)
    )


def _is_iban(number):
    return number[:2].isalpha() and number[2:4].isdigit()
