from odoo import fields, models

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
    """A value that was read, how sure it is, and where it stood."""

    _name = "recon.document.field"
    _description = "Read Field"
    _order = "name"

    document_id = fields.Many2one("recon.document", required=True, ondelete="cascade", index=True)
    name = fields.Selection(FIELD_NAMES, string="Field", required=True)
    value = fields.Char()
    confidence = fields.Float()
    origin = fields.Selection(SOURCES)
