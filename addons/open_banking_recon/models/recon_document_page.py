from odoo import api, fields, models
from odoo.fields import Command

from ..recon_core.documents.serial import page_from_dict, page_to_dict


class ReconDocumentPage(models.Model):
    """A page of a read document: its picture and its words, for a person to check."""

    _name = "recon.document.page"
    _description = "Page of a Document"
    _order = "document_id, number"
    _rec_name = "number"
    _sealed_files = ("picture",)

    document_id = fields.Many2one("recon.document", required=True, ondelete="cascade", index=True)
    number = fields.Integer(required=True)
    picture = fields.Binary(attachment=True)
    content = fields.Json(help="Words and their places, as recon_core.documents.serial writes them")

    def _read_pages(self):
        """The pages for the kernel, without their pictures."""
        return [page_from_dict(page.content) for page in self if page.content]


class ReconDocument(models.Model):
    """The pages of a document live as long as it does."""

    _inherit = "recon.document"

    page_ids = fields.One2many("recon.document.page", "document_id", string="Pages")

    @api.ondelete(at_uninstall=False)
    def _unlink_pages(self):
        self.page_ids.unlink()  # with their pictures, which the database alone would leave

    def _keep_pages(self, read):
        self.ensure_one()
        self.write(
            {"page_ids": [Command.clear(), *(Command.create(_vals(page)) for page in read.pages)]}
        )


def _vals(page):
    content = page_to_dict(page)
    picture = content["picture"]
    return {
        "number": page.number,
        "content": {**content, "picture": ""},
        "picture": picture or False,
    }
