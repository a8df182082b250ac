import time

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..recon_core.errors import FileFormatError
from ..recon_core.statements.archive import files_of, is_archive

BUDGET_S = 40  # of one request for several files; Odoo stops a request after 120 seconds
MAX_BYTES = 20 * 1024 * 1024


class OpenBankingImport(models.TransientModel):
    """Statement files as a second way in: the same lines, the same guard against duplicates.

    Each file is booked as a whole or not at all, whatever becomes of the others. What a file leaves
    open is asked, then the report says what each statement gave.
    """

    _name = "open.banking.import"
    _description = "Import Bank Statement Files"

    state = fields.Selection(
        [("files", "Files"), ("running", "Running"), ("done", "Report")],
        default="files",
        required=True,
        readonly=True,
    )
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', '=', 'bank')]",
        help="Empty: the bank journal that has the account number of the file.",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Choose files")
    file_ids = fields.One2many("open.banking.import.file", "import_id", readonly=True)
    result_ids = fields.One2many("open.banking.import.result", "import_id", readonly=True)
    booked_ids = fields.One2many(
        "open.banking.import.result",
        "import_id",
        domain=[("is_refused", "=", False)],
        readonly=True,
    )
    refused_ids = fields.One2many(
        "open.banking.import.result", "import_id", domain=[("is_refused", "=", True)], readonly=True
    )
    summary = fields.Char(compute="_compute_summary")
    progress = fields.Char(compute="_compute_progress")

    @api.depends("result_ids")
    @api.depends_context("lang")
    def _compute_summary(self):
        for wizard in self:
            results = wizard.result_ids
            refused = len(results.filtered("is_refused"))
            parts = [
                self.env._(
                    "%(created)s new bank lines, %(known)s already there.",
                    created=sum(results.mapped("new_count")),
                    known=sum(results.mapped("known_count")),
                )
            ]
            if refused:
                parts.append(self.env._("Files refused: %s.", refused))
            wizard.summary = " ".join(parts)

    @api.depends("file_ids.state")
    @api.depends_context("lang")
    def _compute_progress(self):
        for wizard in self:
            waiting = wizard.file_ids.filtered(lambda file: file.state == "waiting")
            wizard.progress = self.env._(
                "%(done)s of %(all)s files are done. What is done stays.",
                done=len(wizard.file_ids - waiting),
                all=len(wizard.file_ids),
            )

    @api.model_create_multi
    def create(self, vals_list):
        """The files belong to the wizard, and go with it."""
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard.attachment_ids.write({"res_model": self._name, "res_id": wizard.id})
        return wizards

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            for wizard in self:
                wizard.attachment_ids.write({"res_model": self._name, "res_id": wizard.id})
        return result

    def action_import(self):
        """Book what can be booked and show the first question, or the report."""
        self.ensure_one()
        if not self.attachment_ids:
            raise UserError(self.env._("Choose the files, or drop them here."))
        self._unpack()
        return self._go_on()

    def _unpack(self):
        """A file row for each file and for each one in an archive."""
        known = self.file_ids.attachment_id
        rows = []
        for attachment in self.attachment_ids - known:
            rows.extend(self._rows_of(attachment))
        self.file_ids = [Command.create(row) for row in rows]

    def _rows_of(self, attachment):
        data = attachment.raw or b""
        row = {"name": attachment.name, "attachment_id": attachment.id}
        if len(data) > MAX_BYTES:
            return [{**row, "error_code": "file_too_large"}]
        if not is_archive(data):
            return [row]
        try:
            files = files_of(data)
        except FileFormatError as error:
            return [{**row, "error_code": error.code}]
        parts = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, content in files
            ]
        )
        return [
            {
                "name": f"{attachment.name}/{part.name}",
                "attachment_id": part.id,
                "error_code": "file_too_large" if part.file_size > MAX_BYTES else False,
            }
            for part in parts
        ]

    def action_go_on(self):
        """Book the files that are left."""
        self.ensure_one()
        return self._go_on()

    def _go_on(self):
        """Run what waits; the first question, else the report. Many files take several requests: one
        that takes too long is stopped by Odoo, and nothing of it would stay."""
        started = time.monotonic()
        for file in self.file_ids.filtered(lambda file: file.state == "waiting"):
            if time.monotonic() - started > BUDGET_S:
                self.state = "running"
                return self._dialog(self)
            file._run()
        asked = self.file_ids.filtered(lambda file: file.state == "question")[:1]
        if asked:
            return self._dialog(asked)
        self.state = "done"
        # nobody needs the bank's data twice
        (self.file_ids.attachment_id | self.attachment_ids).unlink()
        return self._dialog(self)

    def _dialog(self, record):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import statement files"),
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }
