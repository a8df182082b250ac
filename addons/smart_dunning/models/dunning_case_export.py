"""A case as one PDF for the lawyer: parties, claim, all that was said and done, with the proof of it."""

from __future__ import annotations

import hashlib

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.pdf import merge_pdf

# A message that left, or may have.
_OUT = ("sent", "sending", "unknown")


class DunningAction(models.Model):
    _inherit = "dunning.action"

    content_hash = fields.Char(
        compute="_compute_content_hash",
        string="SHA-256",
        help="Of subject, text and attachments as they were frozen before the message left.",
    )

    def _compute_content_hash(self):
        for action in self:
            parts = [action.subject or "", action.body_html or "", action.body_text or ""]
            # sudo: a controller may not read each attachment, its checksum tells nothing
            parts += sorted(file.checksum or "" for file in action.sudo().attachment_ids)
            digest = hashlib.sha256("\n".join(map(str, parts)).encode())
            action.content_hash = digest.hexdigest() if action.message_ref else False


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
        pages = [pdf, *(file.raw for file in self._export_files_sudo())]
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
        self.message_post(body=self.env._("Exported for the lawyer."), attachment_ids=merged.ids)
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
