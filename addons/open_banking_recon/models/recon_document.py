import base64
import hashlib
import logging
import os

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..recon_core.documents.bounded import read_bounded
from ..recon_core.documents.located import located
from ..recon_core.errors import FinalError, ReconError
from .recon_document_field import SOURCES

_logger = logging.getLogger(__name__)

# state: those from which it may be reached
STEPS = {
    "queued": ("reading", "read", "failed"),
    "reading": ("queued",),
    "read": ("queued", "reading", "done", "failed"),
    "done": ("read", "failed"),
    "failed": ("queued", "reading", "done"),
}


class ReconDocument(models.Model):
    """A vendor bill that is read instead of typed: e-invoice XML, text layer or scan."""

    _name = "recon.document"
    _description = "Read Document"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _sealed_files = ("file",)

    name = fields.Char(string="File name", default=lambda self: self.env._("document"))
    file = fields.Binary(required=True, attachment=True)
    checksum = fields.Char(compute="_compute_checksum", store=True, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    state = fields.Selection(
        [
            ("queued", "To be read"),
            ("reading", "Being read"),
            ("read", "Read"),
            ("done", "Done"),
            ("failed", "Not readable"),
        ],
        default="queued",
        required=True,
        readonly=True,
        index=True,
    )
    error_code = fields.Char(readonly=True)
    error_message = fields.Char(compute="_compute_error_message")
    source = fields.Selection(
        SOURCES,
        readonly=True,
        help="The surest source the file has.",
    )
    kind = fields.Selection(
        [
            ("invoice", "Bill"),
            ("refund", "Credit note"),
            ("delivery_note", "Delivery note"),
            ("reminder", "Payment reminder"),
        ],
        default="invoice",
        required=True,
    )
    supplier_id = fields.Many2one("res.partner")
    currency_id = fields.Many2one("res.currency", default=lambda self: self.env.company.currency_id)
    number = fields.Char()
    issue_date = fields.Date()
    due_date = fields.Date()
    net = fields.Monetary()
    tax = fields.Monetary()
    total = fields.Monetary()
    field_ids = fields.One2many("recon.document.field", "document_id", string="Read fields")
    move_id = fields.Many2one("account.move", string="Bill", readonly=True, index="btree_not_null")

    @api.depends("file")
    def _compute_checksum(self):
        for document in self.with_context(bin_size=False):
            document.checksum = (
                hashlib.sha256(base64.b64decode(document.file)).hexdigest()
                if document.file
                else False
            )

    @api.depends("error_code")
    @api.depends_context("lang")
    def _compute_error_message(self):
        sentences = {
            "ocr_unavailable": self.env._(
                "This is an image, and Tesseract is not installed on the server. Ask your"
                " administrator to install it, or send the electronic invoice."
            ),
            "ocr_no_language": self.env._(
                "Tesseract is installed without a language that bills are read in. Ask your"
                " administrator for its packages of French, English or German."
            ),
            "pdf_encrypted": self.env._(
                "The PDF is protected by a password. Ask the supplier for an open one."
            ),
            "pdf_unreadable": self.env._("The PDF is damaged or cut off."),
            "image_unreadable": self.env._("The image is damaged or cut off."),
            "image_too_large": self.env._(
                "The image has too many pixels to be read. Scan it at 300 dpi."
            ),
            "document_too_large": self.env._("The file is larger than 30 MB."),
            "document_too_slow": self.env._(
                "Reading took too long and was stopped. Send the electronic invoice, or only the"
                " pages of the bill."
            ),
            "document_too_heavy": self.env._(
                "Reading needed too much memory and was stopped. Send the electronic invoice, or a"
                " scan at 300 dpi."
            ),
            "document_crashed": self.env._(
                "The file is so odd or damaged that the reader gave up. Ask the supplier for another"
                " copy, or enter the bill by hand."
            ),
            "document_unknown": self.env._("This is no PDF, image or electronic invoice."),
            "not_xml": self.env._("The file is no valid XML: it may be cut off."),
            "xml_doctype": self.env._("The file holds XML entities, which invoices never do."),
            "no_fields": self.env._("Nothing that looks like an invoice was found in the file."),
        }
        for document in self:
            code = document.error_code
            if code and code.startswith("vault_"):
                document.error_message = self.env["open.banking.messages"]._file_sentence(code)
                continue
            document.error_message = code and (
                sentences.get(code) or self.env._("The file cannot be read (%s).", code)
            )

    @api.model_create_multi
    def create(self, vals_list):
        documents_ = super().create(vals_list)
        documents_._queue_reading()
        return documents_

    def action_read_again(self):
        self.check_access("write")
        again = self.filtered(lambda document: document.state in ("read", "failed"))
        again._set_state("queued")
        again._queue_reading()

    def _read_file(self):
        self.ensure_one()
        try:
            data = self._file_bytes()
            read = located(read_bounded(data, self.name or "", environment=os.environ))
            self._keep_pages(read)
            hinted = self._with_layouts(read)
            if "total" not in hinted.read.fields and "number" not in hinted.read.fields:
                raise FinalError("no_fields")
        except FinalError as error:
            _logger.info("document %s cannot be read: %s", self.id, error.code)
            self._set_failed(error.code)
            return
        self.write(self._vals_from_read(hinted.read))
        self._remember_layouts(hinted.used)
        self._set_state("read")
        self.error_code = False

    def _file_bytes(self):
        """The file. Raises ReconError, with a code that starts with ``vault_``, for one that is sealed
        and does not open."""
        try:
            return base64.b64decode(self.with_context(bin_size=False).file or b"")
        except UserError as error:
            if isinstance(error.__cause__, ReconError):
                raise error.__cause__ from error
            raise

    def _set_failed(self, code):
        self._set_state("failed")
        self.error_code = code

    def _set_state(self, state):
        """Take the step to ``state``; one that was taken already is no step. Raises UserError for
        one that does not lead there."""
        moved = self.filtered(lambda document: document.state != state)
        for document in moved:
            if document.state not in STEPS[state]:
                raise UserError(
                    self.env._(
                        "%(document)s cannot do that any more. Its status is: %(state)s.",
                        document=document.name,
                        state=document._state_label(),
                    )
                )
        moved.write({"state": state})

    def _state_label(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]
