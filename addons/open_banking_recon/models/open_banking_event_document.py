from odoo import api, fields, models


class OpenBankingEvent(models.Model):
    """Documents that are read as work of the queue.

    A document has one event for ever: at most one worker reads it. Its state follows that of the
    event, in the same transactions: who looks at the document sees whether it waits or is read.
    """

    _inherit = "open.banking.event"

    kind = fields.Selection(
        selection_add=[("read_document", "Reading of a document")],
        ondelete={"read_document": "cascade"},
    )
    document_id = fields.Many2one(
        "recon.document", readonly=True, index="btree_not_null", ondelete="cascade"
    )

    @api.depends("document_id.error_message")
    def _compute_error_message(self):
        result = super()._compute_error_message()
        for event in self.filtered("document_id"):
            event.error_message = event.document_id.error_message
        return result

    @api.model
    def _enqueue_readings_sudo(self, documents):
        """Have ``documents`` read, each once however often it is asked for.

        sudo: the queue is the system's.
        """
        keys = {f"read_document:{document.id}": document for document in documents}
        known = {event.key: event for event in self.sudo().search([("key", "in", list(keys))])}
        for key, document in keys.items():
            if key in known:
                known[key].filtered(lambda event: event.state != "running")._queue()
            else:
                self._enqueue_sudo(
                    "read_document",
                    key,
                    document_id=document.id,
                    company_id=document.company_id.id,
                )

    @api.model
    def _to_be_read_sudo(self, documents):
        """Those of ``documents`` whose event is not over.

        sudo: the queue is the system's.
        """
        waiting = [("document_id", "in", documents.ids), ("state", "not in", ("done", "dead"))]
        return self.sudo().search(waiting).document_id

    @api.model
    def _take_next(self, ids):
        event = super()._take_next(ids)
        if event.document_id.state == "queued":
            event.document_id._set_state("reading")
            self.env.flush_all()
        return event

    def _handle_read_document(self):
        """Read the document. One that cannot be read is an answer, not a failure of the event."""
        document = self.document_id
        document.with_company(document.company_id)._read_queued()

    def _finish(self, error):
        super()._finish(error)
        document = self.document_id
        if error is None or document.state not in ("queued", "reading"):
            return
        if self.state == "dead":
            document._set_failed(error.code)
        else:
            document._set_state("queued")
            document.error_code = error.code
