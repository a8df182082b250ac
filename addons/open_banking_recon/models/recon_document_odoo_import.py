import logging

from odoo import api, models

from .open_banking_sync import CONFLICTS

_logger = logging.getLogger(__name__)

SUPPLIER = "recon_document_supplier"  # in the context of Odoo's import


class ReconDocument(models.Model):
    """Lines of electronic invoices are built by Odoo's own import."""

    _inherit = "recon.document"

    def _import_by_odoo(self, attachment):
        """Let Odoo's decoders fill the bill; nothing of it is left where they break.

        sudo: they note the supplier's bank account, untrusted, whoever enters the bill.
        """
        bill = self.move_id.sudo().with_context(**{SUPPLIER: self.supplier_id.id})
        files = bill._to_files_data(attachment)
        files += bill._unwrap_attachments(files)
        decoders = [(bill._get_edi_decoder(file, new=True) or {}, file) for file in files]
        info, file = max(decoders, key=lambda found: found[0].get("priority", 0))
        if not info.get("priority"):
            return
        try:
            with self.env.cr.savepoint():
                info["decoder"](bill, file, True)
                bill.invoice_line_ids.is_imported = True
                self.env.flush_all()
        except CONFLICTS:
            raise
        except Exception as error:  # noqa: BLE001 - it breaks in ways that nobody can list
            _logger.info("document %s: Odoo's import broke: %s", self.id, type(error).__name__)
        self.move_id.invalidate_recordset()


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _retrieve_partner(self, *args, **kwargs):
        # EXTENDS account: the supplier of a document has been found, or chosen by a person
        chosen = self.env.context.get(SUPPLIER)
        return self.browse(chosen) if chosen else super()._retrieve_partner(*args, **kwargs)
