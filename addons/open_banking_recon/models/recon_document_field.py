from odoo import fields, models

from ..recon_core.documents.kinds import kind_of, typed

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
    ("supplier_name", "Name of the supplier"),
    ("supplier_vat", "VAT number of the supplier"),
    ("supplier_siren", "SIREN of the supplier"),
    ("supplier_siret", "SIRET of the supplier"),
    ("buyer_vat", "VAT number of the buyer"),
    ("iban", "IBAN"),
    ("payment_reference", "Payment reference"),
    ("mandate", "Direct debit mandate"),
    ("purchase_order", "Purchase order"),
    ("delivery_note", "Delivery note"),
    ("delivery_date", "Delivery date"),
]


class ReconDocumentField(models.Model):
    """A value that was read, how sure it is, where it stood, and what a person made of it."""

    _name = "recon.document.field"
    _description = "Read Field"
    _order = "name"

    document_id = fields.Many2one("recon.document", required=True, ondelete="cascade", index=True)
    name = fields.Selection(FIELD_NAMES, string="Field", required=True)
    value = fields.Char()
    read_value = fields.Char(readonly=True, help="What was read, before a person put it right")
    corrected = fields.Boolean(readonly=True, help="A person put the value right")
    confidence = fields.Float()
    origin = fields.Selection(SOURCES)
    page = fields.Integer(help="Number of the page on which the value stands; 0 for none")
    box = fields.Json(help="Left, top, right and bottom edge in parts of the page")
    layout_id = fields.Many2one(
        "recon.document.layout",
        ondelete="set null",
        readonly=True,
        help="What was known of the supplier and led to this value",
    )

    def _typed_value(self):
        """The value as the kernel has it: Decimal, date or text; None when it is empty."""
        return typed(kind_of(self.name), self.value or "")

    def _place(self):
        """(page, box) where the value stands, None when that is not known."""
        return (self.page, tuple(self.box)) if self.page and self.box else None
