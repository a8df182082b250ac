import base64
import hashlib
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..recon_core import documents
from ..recon_core.errors import FinalError, RetryableError
from .cron_trigger import trigger_sudo

_logger = logging.getLogger(__name__)

# name of a read field -> field of this model
SHOWN = {
    "number": "number",
    "issue_date": "issue_date",
    "due_date": "due_date",
    "net": "net",
    "tax": "tax",
    "total": "total",
}

SOURCES = [("xml", "Electronic invoice"), ("text", "Text of the PDF"), ("ocr", "Image (OCR)")]
# the names of recon_core.documents.model.ReadDocument
FIELD_NAMES = [
    ("number", "Number"),
    ("issue_date", "Issue date"),
    ("due_date", "Due date"),
    ("currency", "Currency"),
    ("net", "Net amount"),
    ("tax", "Tax amount"),
    ("total", "Total"),
    ("amount_due", "Amount due"),
    ("supplier_name", "Supplier"),
    ("supplier_vat", "VAT number of the supplier"),
    ("supplier_siren", "SIREN of the supplier"),
    ("buyer_vat", "VAT number of the buyer"),
    ("iban", "IBAN"),
    ("payment_reference", "Payment reference"),
    ("purchase_order", "Purchase order"),
    ("delivery_note", "Delivery note"),
]


class ReconDocument(models.Model):
    """A vendor bill that is read instead of typed: e-invoice XML, text layer or scan."""

    _name = "recon.document"
    _description = "Read Document"
    _inherit = ["mail.thread"]
    _order = "id desc"

    name = fields.Char(string="File name", default=lambda self: self.env._("document"))
    file = fields.Binary(required=True, attachment=True)
    checksum = fields.Char(compute="_compute_checksum", store=True, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    state = fields.Selection(
        [
            ("queued", "To be read"),
            ("read", "Read"),
            ("done", "Bill created"),
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
    move_id = fields.Many2one("account.move", string="Bill", readonly=True)

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
            "pdf_encrypted": self.env._(
                "The PDF is protected by a password. Ask the supplier for an open one."
            ),
            "pdf_unreadable": self.env._("The PDF is damaged or cut off."),
            "image_unreadable": self.env._("The image is damaged or cut off."),
            "image_too_large": self.env._(
                "The image has too many pixels or pages to be read. Scan it at 300 dpi."
            ),
            "document_too_large": self.env._("The file is larger than 30 MB."),
            "document_unknown": self.env._("This is no PDF, image or electronic invoice."),
            "not_xml": self.env._("The file is no valid XML: it may be cut off."),
            "xml_doctype": self.env._("The file holds XML entities, which invoices never do."),
            "no_fields": self.env._("Nothing that looks like an invoice was found in the file."),
        }
        for document in self:
            code = document.error_code
            document.error_message = code and (
                sentences.get(code) or self.env._("The file cannot be read (%s).", code)
            )

    @api.model_create_multi
    def create(self, vals_list):
        documents_ = super().create(vals_list)
        trigger_sudo(self.env, "ir_cron_documents")
        return documents_

    def action_read_again(self):
        self.check_access("write")
        self._set_state("queued")
        trigger_sudo(self.env, "ir_cron_documents")

    @api.model
    def _cron_read(self):
        """Read what waits, outside the upload request. One bad file never stops the rest."""
        waiting = self.search([("state", "=", "queued")], order="id")
        for position, document in enumerate(waiting, 1):
            document.with_company(document.company_id)._read_file()
            left = self.env["ir.cron"]._commit_progress(1, remaining=len(waiting) - position)
            if left <= 0:
                break

    def _read_file(self):
        self.ensure_one()
        data = base64.b64decode(self.with_context(bin_size=False).file)
        try:
            read = documents.read_document(data, self.name or "")
            if "total" not in read.fields and "number" not in read.fields:
                raise FinalError("no_fields")
        except FinalError as error:
            _logger.info("document %s cannot be read: %s", self.id, error.code)
            self._set_state("failed")
            self.error_code = error.code
            return
        except RetryableError as error:
            _logger.info("document %s is read again later: %s", self.id, error.code)
            return
        self.write(self._vals_from_read(read))
        self._set_state("read")
        self.error_code = False

    def _vals_from_read(self, read):
        vals = {
            shown: read.fields[name].value for name, shown in SHOWN.items() if name in read.fields
        }
        for name in ("net", "tax", "total"):
            if name in vals:
                vals[name] = float(vals[name])
        currency = read.fields.get("currency")
        if currency:
            found = self.env["res.currency"].search([("name", "=", currency.value)], limit=1)
            vals["currency_id"] = (found or self.company_id.currency_id).id
        vals["kind"] = read.kind.value
        vals["source"] = next(iter(read.fields.values())).origin.value
        vals["supplier_id"] = self._find_supplier(read).id
        vals["field_ids"] = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "name": name,
                        "value": str(field.value),
                        "confidence": field.confidence,
                        "origin": field.origin.value,
                    }
                )
                for name, field in sorted(read.fields.items())
            ),
        ]
        return vals

    def _find_supplier(self, read):
        """By VAT number, SIREN, IBAN, then exact name; empty when it cannot be told."""
        Partner = self.env["res.partner"]
        values = {name: str(field.value) for name, field in read.fields.items()}
        company = [("company_id", "in", (False, self.company_id.id))]
        for name, column in (("supplier_vat", "vat"), ("supplier_siren", "company_registry")):
            if values.get(name):
                found = Partner.search([(column, "=", values[name]), *company], limit=2)
                if len(found.commercial_partner_id) == 1:
                    return found.commercial_partner_id
        if values.get("iban"):
            partners = self.env["account.bank.statement.line"]._partners_by_iban(
                self.company_id, [values["iban"]]
            )
            if partners:
                return Partner.browse(next(iter(partners.values())))
        if values.get("supplier_name"):
            found = Partner.search([("name", "=ilike", values["supplier_name"]), *company], limit=2)
            if len(found) == 1:
                return found.commercial_partner_id
        return Partner

    # -- the bill -------------------------------------------------------------

    def action_create_bill(self):
        """A draft bill from what was read; refused when it is in the books already."""
        for document in self:
            document._create_bill()
        if len(self) == 1:
            return {
                "type": "ir.actions.act_window",
                "res_model": "account.move",
                "res_id": self.move_id.id,
                "view_mode": "form",
            }
        return True

    def _create_bill(self):
        self.ensure_one()
        if self.state != "read" or self.kind in ("delivery_note", "reminder"):
            raise UserError(self.env._("%s is not waiting for a bill.", self.name))
        if not self.supplier_id:
            raise UserError(self.env._("%s: choose the supplier first.", self.name))
        self._refuse_duplicate()
        tax = self._purchase_tax()
        line = {
            "name": self.env._("Bill %(number)s", number=self.number or self.name),
            "quantity": 1,
            "price_unit": self.net or (self.total - self.tax),
            "tax_ids": [Command.set(tax.ids)],
        }
        self.move_id = self.env["account.move"].create(
            {
                "move_type": "in_refund" if self.kind == "refund" else "in_invoice",
                "company_id": self.company_id.id,
                "partner_id": self.supplier_id.id,
                "ref": self.number,
                "invoice_date": self.issue_date,
                "date": self.issue_date,
                "invoice_date_due": self.due_date or self.issue_date,
                "invoice_payment_term_id": False,
                "currency_id": self.currency_id.id,
                "payment_reference": self._read_value("payment_reference"),
                "invoice_line_ids": [Command.create(line)],
            }
        )
        self.env["ir.attachment"].create(
            {
                "name": self.name,
                "res_model": "account.move",
                "res_id": self.move_id.id,
                "datas": self.with_context(bin_size=False).file,
            }
        )
        self._set_state("done")

    def _read_value(self, name):
        return self.field_ids.filtered(lambda field: field.name == name)[:1].value or False

    def _refuse_duplicate(self):
        same_number = self.number and self.env["account.move"].search_count(
            [
                ("move_type", "in", ("in_invoice", "in_refund")),
                ("company_id", "=", self.company_id.id),
                ("commercial_partner_id", "=", self.supplier_id.commercial_partner_id.id),
                ("ref", "=", self.number),
                ("state", "!=", "cancel"),
            ],
            limit=1,
        )
        same_file = self.search_count(
            [
                ("checksum", "=", self.checksum),
                ("company_id", "=", self.company_id.id),
                ("id", "!=", self.id),
                ("state", "=", "done"),
            ],
            limit=1,
        )
        if same_number or same_file:
            raise UserError(
                self.env._(
                    "The bill %(number)s of %(supplier)s is in the books already.",
                    number=self.number or self.name,
                    supplier=self.supplier_id.display_name,
                )
            )

    def _purchase_tax(self):
        """The company's purchase tax whose rate gives the tax that was read; empty when none."""
        net = self.net or (self.total - self.tax)
        if not self.tax or not net:
            return self.env["account.tax"]
        rate = round(100 * self.tax / net, 1)
        return self.env["account.tax"].search(
            [
                ("type_tax_use", "=", "purchase"),
                ("amount_type", "=", "percent"),
                ("amount", ">=", rate - 0.15),
                ("amount", "<=", rate + 0.15),
                ("company_id", "=", self.company_id.id),
                ("price_include_override", "!=", "tax_included"),
            ],
            order="sequence, id",
            limit=1,
        )

    def _set_state(self, state):
        self.write({"state": state})


class ReconDocumentField(models.Model):
    """A value that was read, how sure it is, and where it stood."""

    _name = "recon.document.field"
    _description = "Read Field"
    _order = "name"

    document_id = fields.Many2one("recon.document", required=True, ondelete="cascade", index=True)
    name = fields.Selection(FIELD_NAMES, string="Field", required=True)
    value = fields.Char()
    confidence = fields.Float()
    origin = fields.Selection(SOURCES)
