import base64
import hashlib

from odoo import api, fields, models
from odoo.tools.misc import clean_context

from ..recon_core.documents import MAX_BYTES

PICTURES = ("image/png", "image/jpeg", "image/tiff", "image/webp")
SMALLEST_PICTURE = 10_000  # bytes: what is smaller is a logo
INLINE = "recon_inline_pictures"  # ids, in the context


class AccountMove(models.Model):
    """Files that come to a draft bill, by mail or in its chatter, are read by the queue, which then
    fills in what the bill lacks. Odoo's own decoders come first."""

    _inherit = "account.move"

    document_ids = fields.One2many("recon.document", "move_id", string="Documents")

    def _extend_with_attachments(self, files_data, new=False):
        # EXTENDS account
        result = super()._extend_with_attachments(files_data, new)
        # behind Odoo's decoders, as those commit: no worker begins before they have ended
        self._queue_document_sudo(files_data)
        return result

    def _queue_document_sudo(self, files_data):
        """Have the best of these files read for this draft bill: XML, then PDF, then a picture.

        sudo: whoever sends a bill may have no rights on documents, and a mail comes from nobody.
        """
        if self.move_type not in ("in_invoice", "in_refund") or self.state != "draft":
            return
        ranked = sorted(filter(self._document_rank, files_data), key=self._document_rank)
        if not ranked:
            return
        file = ranked[-1]
        if len(file["raw"]) > MAX_BYTES:
            self.sudo().message_post(
                body=self.env._("%s is larger than 30 MB and was not read.", file["name"])
            )
            return
        self._queue_file_sudo(file["name"], file["raw"])

    def _queue_file_sudo(self, name, raw):
        """A document of the file, unless this bill has it already. sudo: as above."""
        documents = self.sudo().document_ids
        if hashlib.sha256(raw).hexdigest() in documents.mapped("checksum"):
            return
        # the defaults of whoever makes bills are none for documents
        documents.with_env(documents.env(context=clean_context(self.env.context))).create(
            {
                "name": name,
                "file": base64.b64encode(raw),
                "company_id": self.company_id.id,
                "currency_id": self.company_id.currency_id.id,
                "move_id": self.id,
            }
        )

    def _document_rank(self, file_data):
        """0 for a file that is not read; parts of other files are read with these."""
        attachment, kind = file_data["attachment"], file_data["mimetype"] or ""
        if not attachment or not file_data["raw"]:
            return 0
        if file_data["xml_tree"] is not None:
            return 3
        if file_data["import_file_type"] == "pdf":
            return 2
        return 1 if kind in PICTURES and self._is_picture_of_bill(attachment) else 0

    # -- pictures -------------------------------------------------------------

    def _message_post_after_hook(self, new_message, message_values):
        # EXTENDS account: pictures in the text of a mail are no bills
        body = str(new_message.body or "")
        inline = [
            attachment.id
            for attachment in new_message.attachment_ids
            if f"/web/image/{attachment.id}" in body
        ]
        return super(
            AccountMove, self.with_context(**{INLINE: inline}) if inline else self
        )._message_post_after_hook(new_message, message_values)

    def _is_picture_of_bill(self, attachment):
        return (
            attachment.mimetype in PICTURES
            and attachment.file_size >= SMALLEST_PICTURE
            and attachment.id not in self.env.context.get(INLINE, ())
        )

    def _should_attach_to_record(self, attachment):
        # EXTENDS account: a scan stays with its bill, as a PDF does
        return super()._should_attach_to_record(attachment) or (
            self.move_type in ("in_invoice", "in_refund")
            and not attachment.res_field
            and self._is_picture_of_bill(attachment)
        )

    @api.model
    def _get_import_file_type(self, file_data):
        # EXTENDS account: two pictures in a mail are two bills, as two PDFs are
        kind = super()._get_import_file_type(file_data)
        return kind or ("image" if (file_data["mimetype"] or "") in PICTURES else None)

    # -- what becomes of the bill ---------------------------------------------

    def _post(self, soft=True):
        # EXTENDS account: delivery notes wait for the invoices that name them
        posted = super()._post(soft)
        # bank lines are posted by the hundred, and have nothing to do with documents
        invoices = posted.filtered(lambda move: move.is_invoice())
        if invoices:
            self.env["recon.document"]._attach_waiting_sudo(invoices)
        return posted

    @api.ondelete(at_uninstall=False)
    def _give_documents_back_sudo(self):
        """A document whose draft was deleted waits again.

        sudo: who deletes a draft need not see documents.
        """
        documents = self.sudo().document_ids
        for state, rows in (("failed", documents.filtered("error_code")), ("read", documents)):
            rows.filtered(lambda document: document.state == "done")._set_state(state)
        documents.move_id = False
