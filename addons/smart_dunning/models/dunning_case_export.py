"""A case as one PDF for the lawyer: parties, claim, all that was said and done, with the proof of it."""

from __future__ import annotations

import hashlib
import logging

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.pdf import merge_pdf

_logger = logging.getLogger(__name__)

# A message that left, or may have.
_OUT = ("sent", "sending", "unknown")


class DunningAction(models.Model):
    _inherit = "dunning.action"

    content_hash = fields.Char(
        string="SHA-256",
        readonly=True,
        help="Of subject, text and attachments, written when the message was frozen and when it "
        "left, and never changed afterwards.",
    )

    def _digest(self):
        """SHA-256 of what the customer gets."""
        self.ensure_one()
        parts = [self.subject or "", self.body_html or "", self.body_text or ""]
        parts += sorted(file.checksum or "" for file in self.attachment_ids)
        return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()

    def _forget_files(self):
        """Remove what was made for an earlier attempt; invoices belong to others."""
        self.attachment_ids.filtered(
            lambda file: file.res_model == self._name and file.res_id == self.id
        ).unlink()


class DunningCase(models.Model):
    _inherit = "dunning.case"

    def action_export(self):
        """Download the case as one PDF; that it was exported stands in the chatter."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("smart_dunning.group_credit_controller"):
            raise AccessError(self.env._("Only a credit controller exports a case."))
        report = self.env["ir.actions.report"]
        pdf, _kind = report._render_qweb_pdf("smart_dunning.report_case_export", self.ids)
        files = self._export_files_sudo()
        readable = files.filtered(lambda file: _is_readable(file.raw))
        pages = [pdf, *(file.raw for file in readable)]
        name = self.env._(
            "Case %(customer)s %(day)s.pdf",
            customer=self.partner_id.name,
            day=fields.Date.context_today(self),
        )
        merged = self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": merge_pdf(pages),
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        note = self.env._("Exported for the lawyer.")
        if left_out := files - readable:
            note += " " + self.env._(
                "Not in the file, because they cannot be read: %(files)s.",
                files=", ".join(left_out.mapped("name")),
            )
        self.message_post(body=note, attachment_ids=merged.ids)
        url = f"/web/content/{merged.id}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def _export_files_sudo(self):
        """The PDFs of the invoices that exist and of the letters that were printed. sudo: they
        belong to the case, which the caller may read."""
        case = self.sudo()
        letters = case._export_messages().filtered(lambda action: action.channel == "letter")
        files = case.item_ids.move_id.invoice_pdf_report_id | letters.attachment_ids
        return files.filtered(lambda file: file.mimetype == "application/pdf" and file.raw)

    def _export_messages(self):
        """The messages that left, oldest first."""
        out = self.action_ids.filtered(lambda action: action.state in _OUT)
        return out.sorted(lambda action: (action.sent_at or action.claimed_at, action.id))

    def _export_charges(self):
        """({line: LateCharges} until today, why there is none or "")."""
        lines = self.item_ids.move_line_id
        try:
            found = self.env["dunning.interest"]._late_charges(
                lines, fields.Date.context_today(self)
            )
        except UserError as error:
            return {}, str(error)
        due = {line: charge for line, charge in found.items() if charge.interest.amount}
        return due, "" if due else self.env._("No law or agreement gives interest so far.")

    def _export_answers(self):
        """What the customer wrote, oldest first."""
        return self.message_ids.filtered(lambda m: m.message_type == "email").sorted("id")


def _is_readable(content):
    """Whether the PDF can be put into another one: broken and encrypted ones cannot."""
    try:
        return bool(merge_pdf([content]))
    except Exception:  # pypdf has many names for a broken file
        _logger.info("a PDF of a case cannot be read", exc_info=True)
        return False
