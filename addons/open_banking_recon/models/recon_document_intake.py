import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..recon_core.documents import MAX_BYTES
from ..recon_core.plain_text import file_name


class ReconDocument(models.Model):
    """How files come in: dropped on the list, or chosen on a bank line. Nothing is read here."""

    _inherit = "recon.document"
    _check_company_auto = True

    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank line",
        check_company=True,
        index="btree_not_null",
        help="The payment for which the file was handed in. It is matched again when its bill is"
        " posted.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name"):
                vals["name"] = file_name(vals["name"]) or self.env._("document")
        return super().create(vals_list)

    def _desk_rows(self):
        """What the workplace shows of the documents of a bank line."""
        return [
            {"id": document.id, "name": document.name, "state": document._state_label()}
            for document in self
        ]

    def create_document_from_attachment(self, attachment_ids):
        """Make documents of files that the browser sent; what Odoo's uploader calls when all are there.

        In the context: ``default_statement_line_id``, the bank line they belong to. A file that the
        company has handed in already is not taken again. Returns an action that shows the page anew,
        with a sentence for each file that was not taken.
        """
        self.check_access("create")
        line = self.env["account.bank.statement.line"].browse(
            self.env.context.get("default_statement_line_id")
        )
        line.check_access("read")
        attachments = self.env["ir.attachment"].browse(map(int, attachment_ids)).exists()
        attachments.check_access("read")
        if not attachments:
            raise UserError(self.env._("No file was handed in."))
        refused = self._take_in(attachments, line)
        # only what the browser has just sent: whatever belongs to a record stays there
        attachments.filtered(
            lambda file: not file.res_model and not file.res_id and file.create_uid == self.env.user
        ).unlink()
        return {
            "type": "ir.actions.client",
            "tag": "soft_reload",
            "context": {"notifications": refused},
        }

    def _take_in(self, attachments, line):
        """Make documents of the files that are new; returns {file name: why it was not taken}."""
        company = line.company_id or self.env.company
        sums = {file: hashlib.sha256(file.raw or b"").hexdigest() for file in attachments}
        known = {
            document.checksum: document
            for document in self.search(
                [("company_id", "=", company.id), ("checksum", "in", list(sums.values()))]
            )
        }
        refused, vals_list, taken = {}, [], set()
        for file, checksum in sums.items():
            reason = self._why_not(file, known.get(checksum), line)
            if reason:
                refused[file_name(file.name)] = reason
            elif checksum not in taken:
                taken.add(checksum)
                vals_list.append(
                    {
                        "name": file.name,
                        "file": base64.b64encode(file.raw),
                        "company_id": company.id,
                        "currency_id": company.currency_id.id,
                        "statement_line_id": line.id,
                    }
                )
        self.create(vals_list)
        return refused

    def _why_not(self, file, known, line):
        """Why ``file`` is no new document, False when it is one. A file that is there already is
        noted as that of ``line``."""
        if not file.raw:
            return self.env._("The file is empty.")
        if len(file.raw) > MAX_BYTES:
            return self.env._("The file is larger than 30 MB.")
        if not known:
            return False
        if line and not known.statement_line_id:
            known.statement_line_id = line
            return self.env._("The file was there already; it belongs to this bank line now.")
        return self.env._("The file was handed in already: %s", known.display_name)
