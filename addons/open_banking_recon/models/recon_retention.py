from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL


class ReconRetention(models.AbstractModel):
    """What is kept no longer than a company wants."""

    _name = "recon.retention"
    _description = "Retention of Bank Data"

    @api.model
    def _cron_erase(self, today=None):
        """Erase what is older than each company keeps it. ``today``: the clock if None."""
        today = today or fields.Date.context_today(self)
        answers = self.env["open.banking.answer"]
        # sudo: a cron, of all companies
        with_answers = [company.id for (company,) in answers.sudo()._read_group([], ["company_id"])]
        limited = [
            *("|", "|", ("id", "in", with_answers)),
            *(("recon_keep_bank_texts", ">", 0), ("recon_keep_documents", ">", 0)),
        ]
        for company in self.env["res.company"].with_context(active_test=False).search(limited):
            counts = {"bank_answers": answers._erase_old_sudo(company)}
            if company.recon_keep_bank_texts:
                limit = today - relativedelta(months=company.recon_keep_bank_texts)
                counts["bank_texts"] = company._erase_old_bank_texts_sudo(limit)
            if company.recon_keep_documents:
                limit = today - relativedelta(months=company.recon_keep_documents)
                counts["documents"] = company._erase_old_documents_sudo(limit)
            if any(counts.values()):
                self.env["recon.audit.entry"]._record("erasure", company, counts, company)


class ResCompany(models.Model):
    _inherit = "res.company"

    recon_keep_bank_texts = fields.Integer(
        "Texts of bank lines",
        help="Months after which names, account numbers and texts of settled bank lines are emptied;"
        " dates and amounts stay. 0: as long as the books.",
    )
    recon_keep_documents = fields.Integer(
        "Read documents",
        default=24,
        help="Months after which files that came to no bill are deleted. 0: never.",
    )

    def _erase_old_bank_texts_sudo(self, limit):
        """Empty what banks wrote in lines before the day ``limit``; returns how many.

        The lines and their amounts stay. What is under Odoo's own hash of entries is not touched: a
        changed text would break it. sudo: a cron of the company's own retention.
        """
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """UPDATE account_bank_statement_line AS line
                      SET payment_ref = '-', partner_name = NULL, account_number = NULL,
                          transaction_details = NULL, mandate_id = NULL, end_to_end_id = NULL,
                          creditor_reference = NULL, entry_reference = NULL
                     FROM account_move AS move
                    WHERE move.id = line.move_id AND move.company_id = %s AND move.date < %s
                      AND move.inalterable_hash IS NULL AND line.is_reconciled
                      AND line.payment_ref IS DISTINCT FROM '-'
                RETURNING line.id, line.move_id""",
                self.id,
                limit,
            )
        )
        if rows:
            lines, moves = map(list, zip(*rows, strict=True))
            for statement in (
                SQL(
                    "UPDATE account_move SET ref = NULL, narration = NULL WHERE id = ANY(%s)", moves
                ),
                SQL(
                    "UPDATE account_move_line SET name = '-', ref = NULL"
                    " WHERE move_id = ANY(%s) AND display_type <> 'tax'",
                    moves,
                ),
                # the reasons of a match quote names and references
                SQL("UPDATE recon_proposal SET evidence = NULL WHERE st_line_id = ANY(%s)", lines),
            ):
                self.env.cr.execute(statement)
            self.env.invalidate_all()
        return len(rows)

    def _erase_old_documents_sudo(self, limit):
        """Delete documents from before ``limit`` that came to no bill; returns how many. sudo: as above."""
        self.ensure_one()
        old = (
            self.env["recon.document"]
            .sudo()
            .search(
                [("company_id", "=", self.id), ("move_id", "=", False), ("create_date", "<", limit)]
            )
        )
        count = len(old)
        old.unlink()
        return count
