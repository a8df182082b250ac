"""How records look on the workplace: each model says it of its own records."""

from odoo import models

from ..recon_core.matching.model import Evidence
from .recon_sentences import sentences


class ReconException(models.Model):
    _inherit = "recon.exception"

    def _holder(self):
        """Who else is working on the line now; an empty recordset when nobody is."""
        self.ensure_one()
        # sudo: the name of a colleague
        return self.worked_on_by_id.sudo() - self.env.user

    def _desk_rows(self):
        """The rows of the list: [{id, line_id, date, text, ...}]."""
        return [
            {
                "id": row.id,
                "line_id": row.st_line_id.id,
                "date": str(row.date),
                "text": row.payment_ref or "",
                "counterparty": row.counterparty_name or row.partner_id.name or "",
                "partner": {"id": row.partner_id.id, "name": row.partner_id.name}
                if row.partner_id
                else False,
                "amount": row.amount,
                "currency_id": row.currency_id.id,
                "reason": row.reason,
                "probability": row.probability,
                "documents": row.documents or "",
                "owner": row.user_id.name or "",
                "due": str(row.date_deadline or ""),
                "holder": row._holder().name or "",
                "waits_for_approval": bool(row.request_id),
                "postponed_until": str(row.postponed_until or ""),
            }
            for row in self
        ]


class ReconProposal(models.Model):
    _inherit = "recon.proposal"

    def _reason_rows(self):
        """[{speaks_for, text}], the weightiest first."""
        self.ensure_one()
        evidence = [
            Evidence(item["code"], item["weight"], item["params"]) for item in self.evidence or []
        ]
        return [
            {"speaks_for": speaks_for, "text": text}
            for speaks_for, text in sentences(self.env, evidence)
        ]


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _desk_document(self):
        """An open item: what is owed is > 0 for the company, < 0 by it."""
        self.ensure_one()
        move = self.move_id
        return {
            "id": self.id,
            "name": move.name or "",
            "reference": move.ref or move.payment_reference or "",
            "partner": {"id": self.partner_id.id, "name": self.partner_id.name}
            if self.partner_id
            else False,
            "date": str(move.invoice_date or self.date or ""),
            "due": str(self.date_maturity or ""),
            "residual": self.amount_residual_currency,
            "currency_id": self.currency_id.id,
        }


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def _desk_stamp(self):
        """Changes whenever somebody changes the line or its entry."""
        self.ensure_one()
        return f"{self.write_date}|{self.move_id.write_date}"
