import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..recon_core.errors import RetryableError
from .open_banking_sync import CONFLICTS

_logger = logging.getLogger(__name__)

GO_ON_TRIES = 20


class ReconDocument(models.Model):
    """Reading outside of any request: one document a transaction, by whichever worker is free."""

    _inherit = "recon.document"

    queued_at = fields.Datetime(readonly=True, copy=False)

    _waiting = models.Index("(queued_at) WHERE state IN ('queued', 'reading')")
    _queued_at = models.Index("(company_id, queued_at)")

    @api.depends("error_code")
    @api.depends_context("lang")
    def _compute_error_message(self):
        result = super()._compute_error_message()
        sentences = {
            "ocr_timeout": self.env._(
                "The picture took too long to be recognised, several times. Scan it again, one page"
                " at a time, or enter the bill by hand."
            ),
            "worker_lost": self.env._(
                "Reading this file ended several times without a trace: it may take too much memory."
                " Enter the bill by hand, and tell your administrator."
            ),
            "internal_error": self.env._(
                "Something went wrong that nobody foresaw. Ask your administrator to look at the"
                " log of the server; the bill can be entered by hand."
            ),
            "concurrent_fetch": self.env._(
                "Somebody changed the document while it was read. It is read again."
            ),
        }
        for document in self:
            if document.error_code in sentences:
                document.error_message = sentences[document.error_code]
        return result

    def _queue_reading(self):
        """Have the documents read by the queue."""
        self.write({"queued_at": fields.Datetime.now()})
        self.env["open.banking.event"]._enqueue_readings_sudo(self)

    @api.model
    def _cron_read(self):
        """A safety net: what waits and has no event gets one, for example after a restore."""
        Event = self.env["open.banking.event"]
        waiting = self.search([("state", "in", ("queued", "reading"))])
        Event._enqueue_readings_sudo(waiting - Event._to_be_read_sudo(waiting))

    def _read_queued(self):
        """Read the file, then do what needs no person; what a worker of the queue runs.

        What was read is committed first: nobody reads it again because somebody else was writing
        the same bill. Raises RetryableError, after which the queue comes again.
        """
        self.ensure_one()
        if self.state in ("queued", "reading"):
            self._read_file()
            self.env["ir.cron"]._commit_progress()
        for _try in range(GO_ON_TRIES):
            try:
                self._go_on_or_wait()
                self.env["ir.cron"]._commit_progress()
                return
            except CONFLICTS:
                self.env.cr.rollback()
        raise RetryableError("concurrent_fetch")

    def _go_on_or_wait(self):
        """Go on without a person as far as Odoo lets it; the document says why not farther."""
        try:
            with self.env.cr.savepoint():
                self._go_on()
        except UserError as error:
            _logger.info("document %s waits for a person: %s", self.id, type(error).__name__)
            self.message_post(body=str(error))

    def _go_on(self):
        """What is done with a document that was read, or could not be, without a person."""

    @api.model
    def reading_progress(self):
        """{"waiting", "read", "total"} of what was handed in together with what still waits.

        Counts what was queued since the oldest document that waits for its first try; zeros when
        none does. The companies are those that are chosen.
        """
        self.check_access("read")
        self.flush_model(["state", "queued_at", "error_code", "company_id"])
        [(waiting, total)] = self.env.execute_query(
            SQL(
                "SELECT count(*) FILTER (WHERE state IN ('queued', 'reading')), count(*)"
                " FROM recon_document WHERE company_id = ANY(%(companies)s) AND queued_at >="
                " (SELECT min(queued_at) FROM recon_document WHERE company_id = ANY(%(companies)s)"
                "  AND state IN ('queued', 'reading') AND error_code IS NULL)",
                companies=self.env.companies.ids,
            )
        )
        return {"waiting": waiting, "read": total - waiting, "total": total}
