"""The statement of account of a case: what is open, how old it is, what is to be taken off."""

from __future__ import annotations

from odoo import fields, models

from .dunning_ledger import local_date

_BUCKET_DAYS = (0, 30, 60, 90)  # last day of each age; what is older comes last


class DunningCase(models.Model):
    _inherit = "dunning.case"

    def _statement(self, today=None):
        """{items, ages, credit, total} on ``today``, by default that of the company.

        ``ages`` are the sums of what is not due, late up to 30, 60 and 90 days, and longer.
        """
        self.ensure_one()
        today = today or local_date(fields.Datetime.now(), self.company_id)
        items = self.item_ids.filtered("amount_residual").sorted("date_maturity")
        ages = [0.0] * (len(_BUCKET_DAYS) + 1)
        for item in items:
            days = (today - (item.date_maturity or today)).days
            ages[sum(days > last for last in _BUCKET_DAYS)] += item.amount_residual
        position = self.env["dunning.ledger"]._positions(self, today)[self]
        credit = float(position.credit)
        total = sum(items.mapped("amount_residual")) - credit
        return {"items": items, "ages": ages, "credit": credit, "total": total, "day": today}

    def action_print_statement(self):
        """The statement of account as a PDF."""
        return self.env.ref("smart_dunning.report_statement").report_action(self)


class DunningAction(models.Model):
    _inherit = "dunning.action"

    def _statement_file(self):
        """The statement of account as an attachment, where the step wants it along."""
        self.ensure_one()
        attachments = self.env["ir.attachment"]
        if not self.step_id.attach_statement:
            return attachments
        report = self.env["ir.actions.report"].with_context(lang=self.partner_id.lang)
        pdf, _kind = report._render_qweb_pdf("smart_dunning.report_statement", self.case_id.ids)
        return attachments.create(
            {
                "name": "statement.pdf",
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
