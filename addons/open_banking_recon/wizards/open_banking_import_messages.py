from odoo import models


class OpenBankingImportMessages(models.AbstractModel):
    """One table that turns an error code of a statement file into a sentence for the user."""

    _name = "open.banking.import.messages"
    _description = "Messages of the Statement Import"

    def _sentence(self, error):
        """What is wrong with the file, where, and what that means."""
        text = self._told(error.code)
        where = " " + self.env._("Line %s.", error.line) if error.line else ""
        return f"{text}{where} " + self.env._("Nothing was imported.")

    def _told(self, code):
        sentences = {**self._of_files(), **self._of_formats(), **self._of_sheets()}
        return sentences.get(code) or self.env._("The file cannot be read (%s).", code)

    def _of_files(self):
        return {
            "empty_file": self.env._("The file is empty."),
            "unknown_format": self.env._(
                "This is no bank statement in a format that is known (camt.052, 053, 054,"
                " CFONB 120, MT940, OFX, QIF, CSV, XLSX, XLS)."
            ),
            "not_text": self.env._("The file holds characters that no text has."),
            "too_many_entries": self.env._(
                "The file holds more than 50,000 transactions: export shorter periods."
            ),
            "file_too_large": self.env._("The file is larger than 20 MB: export shorter periods."),
            "archive_unreadable": self.env._(
                "The ZIP archive is broken or protected by a password."
            ),
            "archive_too_large": self.env._("The ZIP archive unpacks to more than is taken."),
            "archive_empty": self.env._("The ZIP archive holds no file."),
            "bad_date": self.env._("The file holds a date that does not exist."),
            "bad_amount": self.env._("The file holds an amount that is no number."),
            "ambiguous_dates": self.env._(
                "The file does not tell whether its dates begin with the day or the month."
            ),
            "ambiguous_amounts": self.env._(
                "The file does not tell whether 1,234 is a thousand or has three decimals."
            ),
        }

    def _of_formats(self):
        return {
            "not_xml": self.env._("The file is no valid XML: it may be cut off."),
            "xml_doctype": self.env._("The file holds XML entities, which bank files never do."),
            "xml_too_large": self.env._(
                "The XML file has too many elements: export shorter periods."
            ),
            "camt_wrong_root": self.env._(
                "The XML file is no bank statement (camt.052, 053 or 054)."
            ),
            "camt_no_statement": self.env._("The file holds no statement."),
            "camt_no_account": self.env._("The statement names no account."),
            "camt_no_date": self.env._(
                "The entry that begins there is booked and has no date: enter it by hand, or import"
                " the statement (camt.053) of the day."
            ),
            "camt_bad_sign": self.env._("The file does not tell debits from credits."),
            "cfonb_unknown_record": self.env._("The file holds a record that CFONB 120 has not."),
            "cfonb_no_opening": self.env._("A CFONB statement starts without its opening balance."),
            "cfonb_no_closing": self.env._("A CFONB statement ends without its closing balance."),
            "cfonb_no_movement": self.env._("A CFONB complement stands behind no movement."),
            "mt940_unreadable": self.env._("The MT940 statement that begins there cannot be read."),
            "mt940_no_account": self.env._(
                "The MT940 statement that begins there names no account."
            ),
            "mt940_no_closing": self.env._(
                "The MT940 statement that begins there has no closing balance: it may be cut off."
            ),
            "ofx_no_statement": self.env._("The OFX file holds no statement of a bank account."),
            "ofx_unended": self.env._("The OFX file is cut off or broken."),
            "ofx_no_account": self.env._("The OFX statement names no account."),
            "qif_no_statement": self.env._("The QIF file holds no bank, card or cash account."),
            "qif_unended": self.env._(
                "The QIF record that begins there has no end: it may be cut off."
            ),
        }

    def _of_sheets(self):
        return {
            "sheet_unreadable": self.env._("The sheet is broken."),
            "sheet_empty": self.env._("The sheet is empty."),
            "sheet_too_long": self.env._(
                "The sheet has more than 50,000 rows: export shorter periods."
            ),
            "sheet_too_wide": self.env._("The sheet has more than 200 columns."),
            "sheet_too_large": self.env._("The workbook unpacks to more than is taken."),
            "sheet_other_layout": self.env._("The sheet has other columns than the saved layout."),
            "sheet_no_entry": self.env._("The sheet holds no transaction."),
            "sheet_no_date": self.env._("Choose the column of the booking date."),
            "sheet_no_amount": self.env._(
                "Choose the column of the amount, or those of money in and money out."
            ),
            "sheet_two_amounts": self.env._(
                "Choose either the column of the amount, or those of money in and money out."
            ),
            "sheet_role_twice": self.env._("Two columns have the same meaning."),
            "sheet_bad_sign": self.env._("The column debit or credit holds another word."),
            "sheet_bad_status": self.env._(
                "The column booked or pending holds a word that is not known."
            ),
        }
