from dataclasses import replace

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.open_banking_sheet_labels import roles
from ..recon_core import statements
from ..recon_core.errors import FileFormatError
from ..recon_core.statements.sheet import read_sheet, read_tables
from ..recon_core.statements.sheet_mapping import SheetMapping, signature_of
from ..recon_core.statements.sheet_propose import propose
from ..recon_core.statements.sheet_table import from_json, to_json

SAMPLE_ROWS = 100  # that are kept for the preview
SHOWN = 8  # transactions in the preview


class LayoutQuestion(Exception):
    """A sheet whose columns nobody has told yet. ``saved``: the mapping of another journal."""

    def __init__(self, tables, saved):
        super().__init__()
        self.tables = tables
        self.saved = saved


class OpenBankingImportFile(models.TransientModel):
    """The layout of a sheet: known by its headers, else proposed and confirmed by a person."""

    _inherit = "open.banking.import.file"

    is_layout = fields.Boolean(help="The question is what the columns mean.", readonly=True)
    signature = fields.Char(readonly=True)
    is_inverted = fields.Boolean(
        "Signs the other way round", help="Money going out stands there without a minus."
    )
    is_confirmed = fields.Boolean(
        readonly=True, help="Each balance follows from the one before and the amount."
    )
    sample = fields.Json(readonly=True)
    column_ids = fields.One2many("open.banking.import.column", "file_id")
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    def _is_sheet(self):
        # OVERRIDES open.banking.import.file: a sheet
        return self.is_layout or statements.format_of(self._data()) == statements.SHEET

    def _statements(self):
        # EXTENDS open.banking.import.file: sheets
        if self.error_code or statements.format_of(self._data(), self.name) != statements.SHEET:
            return super()._statements()
        tables = read_tables(self._data())
        saved = self.env["open.banking.sheet.mapping"]._of_tables(tables)
        mapping = self._saved_for_journal(tables, saved)
        if not mapping:
            raise LayoutQuestion(tables, saved[:1])
        return read_sheet(tables, mapping._as_value())

    def _saved_for_journal(self, tables, saved):
        """The saved mapping of the journal of the sheet: the chosen one, or that of the account that
        the sheet names."""
        journal = self.journal_id or self.import_id.journal_id
        if not journal and saved:
            accounts = {one.iban for one in read_sheet(tables, saved[0]._as_value())}
            if len(accounts) == 1 and "" not in accounts:
                journal = self._journal_by_account(accounts.pop())
        return saved.filtered(lambda mapping: mapping.journal_id == journal)[:1]

    def _run(self):
        # EXTENDS open.banking.import.file: the question of a sheet
        try:
            return super()._run()
        except LayoutQuestion as question:
            return self._ask_layout(question.tables, question.saved)

    def _ask_layout(self, tables, saved):
        """Propose what the columns mean; a mapping of another journal is a proposal as well."""
        found = propose(tables)
        mapping = found.mapping
        if saved and saved.signature == mapping.signature:
            mapping = saved._as_value()
        table = max(tables, key=lambda one: len(one.rows))
        self.write(
            {
                "is_layout": True,
                "signature": mapping.signature,
                "journal_id": (self.journal_id or self.import_id.journal_id).id,
                "date_order": mapping.date_order,
                "decimal_sign": mapping.decimal_sign,
                "is_inverted": mapping.is_inverted,
                "is_confirmed": found.is_confirmed,
                "sample": to_json(table, (found.header_row or 0) + SAMPLE_ROWS),
                "column_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "number": number,
                                "header": column.header or self.env._("Column %s", number + 1),
                                "samples": " · ".join(column.samples),
                                "role": mapping.roles[number] or False,
                                "confidence": column.confidence,
                            }
                        )
                        for number, column in enumerate(found.columns)
                    ),
                ],
            }
        )
        self._ask(
            self.env._(
                "Sheets of this layout are new in this journal: confirm what the columns mean. It is"
                " kept for the next file."
            )
        )

    def _answer(self):
        # EXTENDS open.banking.import.file: a layout that can be read is kept
        if self.is_layout:
            journal = self.journal_id
            if not journal:
                raise UserError(self.env._("Choose the journal of the sheet."))
            mapping = self._mapping()
            try:
                read_sheet(read_tables(self._data()), mapping)
            except FileFormatError as error:
                raise UserError(
                    self.env["open.banking.import.messages"]._sentence(error)
                ) from error
            headers = ", ".join(self.column_ids.mapped("header"))
            self.env["open.banking.sheet.mapping"]._keep(journal, mapping, headers)
            # others with these headers may be answered now as well
            same = self.import_id.file_ids.filtered(
                lambda file: file.state == "question" and file.signature == self.signature
            )
            same.state = "waiting"
        return super()._answer()

    def _mapping(self):
        return SheetMapping(
            signature=self.signature or "",
            roles=tuple(column.role or "" for column in self.column_ids.sorted("number")),
            date_order=self.date_order or "",
            decimal_sign=self.decimal_sign or "",
            is_inverted=self.is_inverted,
        )

    # -- preview --------------------------------------------------------------

    @api.depends(
        "sample", "date_order", "decimal_sign", "is_inverted", "column_ids.role", "signature"
    )
    @api.depends_context("lang")
    def _compute_preview(self):
        for file in self:
            file.preview = file._previewed() if file.sample else False

    def _previewed(self):
        table, mapping = from_json(self.sample), self._mapping()
        if not mapping.signature.startswith("headers:"):  # it counts the columns of the whole sheet
            mapping = replace(mapping, signature=signature_of(table, None))
        try:
            found = read_sheet([table], mapping)
        except FileFormatError as error:
            told = self.env["open.banking.import.messages"]._told(error.code)
            return Markup('<div class="text-danger" role="alert">%s</div>') % told
        entries = [entry for one in found for entry in one.transactions][-SHOWN:]
        rows = Markup("").join(self._preview_row(entry) for entry in reversed(entries))
        return Markup('<table class="table table-sm mb-0"><tbody>%s</tbody></table>') % rows

    def _preview_row(self, entry):
        day = entry.booking_date
        cells = (
            fields.Date.to_string(day) if day else self.env._("pending"),
            entry.counterparty_name,
            entry.remittance_unstructured,
        )
        text = Markup("").join(Markup("<td>%s</td>") % cell for cell in cells)
        return Markup('<tr>%s<td class="text-end text-nowrap">%s %s</td></tr>') % (
            *(text, entry.amount, entry.currency),
        )


class OpenBankingImportColumn(models.TransientModel):
    """A column of a sheet, and what a person says it means."""

    _name = "open.banking.import.column"
    _description = "Column of a Statement Import"
    _order = "number"

    file_id = fields.Many2one("open.banking.import.file", required=True, ondelete="cascade")
    number = fields.Integer(required=True, readonly=True)
    header = fields.Char(readonly=True)
    samples = fields.Char(readonly=True)
    role = fields.Selection(selection=lambda self: roles(self.env), string="Meaning")
    confidence = fields.Float(readonly=True, help="How much speaks for the proposal, from 0 to 1.")
