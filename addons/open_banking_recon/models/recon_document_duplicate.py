from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..recon_core.bill_number import same_bill_number

BILLS = ("in_invoice", "in_refund", "in_receipt")


class ReconDocument(models.Model):
    """Each bill is in the books once: by the number of its supplier, and by its file."""

    _inherit = "recon.document"

    duplicate_move_id = fields.Many2one(
        "account.move",
        string="In the books already as",
        compute="_compute_duplicate_move_id",
    )

    @api.depends("number", "supplier_id", "checksum", "state", "move_id", "kind")
    def _compute_duplicate_move_id(self):
        for document in self:
            is_bill = document.kind in ("invoice", "refund")
            is_open = document.state in ("read", "failed")
            document.duplicate_move_id = is_bill and is_open and document._in_the_books()[:1]

    def _in_the_books(self):
        """Bills of the company with this number of this supplier, or with this file, by whomever they
        were entered; not cancelled ones, nor the document's own."""
        self.ensure_one()
        return (self._bills_with_number() | self._bills_with_file()) - self.move_id

    def _bills_with_number(self):
        Move = self.env["account.move"]
        if not self.number or not self.supplier_id:
            return Move
        numbered = Move.search_fetch(
            [
                ("move_type", "in", BILLS),
                ("company_id", "=", self.company_id.id),
                ("commercial_partner_id", "=", self.supplier_id.commercial_partner_id.id),
                ("ref", "!=", False),
                ("state", "!=", "cancel"),
            ],
            ["ref"],
        )
        return numbered.filtered(lambda move: same_bill_number(move.ref, self.number))

    def _bills_with_file(self):
        """Bills to which the very same file is attached, or that were made of it. Of several drafts
        that came with one file, the one that is filled in first: the others wait for theirs."""
        self.env["ir.attachment"].flush_model()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT move.id FROM account_move move WHERE move.company_id = %(company)s"
                " AND move.move_type IN %(types)s AND move.state != 'cancel' AND move.id IN ("
                "  SELECT other.res_id FROM ir_attachment own JOIN ir_attachment other"
                "   ON other.checksum = own.checksum AND other.res_model = 'account.move'"
                "   WHERE own.res_model = %(model)s AND own.res_field = 'file'"
                "   AND own.res_id = %(id)s"
                "  UNION SELECT move_id FROM recon_document WHERE checksum = %(checksum)s"
                "   AND company_id = %(company)s AND id != %(id)s AND move_id IS NOT NULL)"
                " AND (move.state != 'draft' OR NOT EXISTS (SELECT FROM recon_document waiting"
                "  WHERE waiting.move_id = move.id AND waiting.checksum = %(checksum)s"
                "  AND waiting.state != 'done'))",
                company=self.company_id.id,
                types=BILLS,
                model=self._name,
                id=self._origin.id or 0,
                checksum=self.checksum or "",
            )
        )
        return self.env["account.move"].browse([move_id for (move_id,) in rows])

    def _refuse_duplicate(self):
        if found := self._in_the_books()[:1]:
            raise UserError(
                self.env._(
                    "The bill %(number)s of %(supplier)s is in the books already: %(bill)s.",
                    number=self.number or self.name,
                    supplier=self.supplier_id.display_name or found.partner_id.display_name,
                    bill=found.display_name,
                )
            )

    def _lock_against_duplicates(self):
        """Of two transactions that make a bill of one supplier or one file, the second is refused by
        the database and tried again: then it sees the bill of the first.

        A lock alone would not do, as the second goes on seeing what was there when it began.
        """
        self.flush_recordset()
        queries = [
            SQL(
                "UPDATE recon_document SET checksum = checksum"
                " WHERE company_id = %s AND checksum = %s",
                self.company_id.id,
                self.checksum,
            )
        ]
        if self.supplier_id:
            queries.append(
                SQL(
                    "UPDATE res_partner SET commercial_partner_id = commercial_partner_id"
                    " WHERE id = %s",
                    self.supplier_id.commercial_partner_id.id,
                )
            )
        for query in queries:
            # a conflict is no error for the log
            self.env.cr.execute(query, log_exceptions=False)
