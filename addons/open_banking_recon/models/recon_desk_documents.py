from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

PAGE = 40


class ReconDesk(models.AbstractModel):
    """Looking for other documents than those proposed."""

    _inherit = "recon.desk"

    @api.model
    def documents(self, exception_id, search="", partner_id=False, offset=0):
        """Open items that a person may choose, the nearest in amount first.

        ``search``: a number, a reference, a name or an amount. Returns {documents: [...],
        has_more}.
        """
        exception = self._one(exception_id)
        st_line = exception.st_line_id
        items = self.env["account.move.line"]
        domain = self._open_items(st_line)
        if partner_id:
            partner = self.env["res.partner"].browse(int(partner_id)).commercial_partner_id
            domain &= Domain("partner_id", "child_of", partner.id)
        for word in str(search or "").split() if self._typed_amount(search or "") is None else ():
            domain &= self._names(word)
        amount = self._typed_amount(search or "")
        if amount is not None:
            domain &= self._names(search.strip()) | self._costs(amount)
        total, _currency = self.env["recon.decision"]._total(st_line)
        items.flush_model(["amount_residual_currency", "date_maturity"])
        query = items._search(domain)
        query.order = SQL(
            """(sign(account_move_line.amount_residual_currency) = sign(%(total)s)) DESC,
               abs(abs(account_move_line.amount_residual_currency) - abs(%(total)s)),
               account_move_line.date_maturity, account_move_line.id""",
            total=total,
        )
        query.offset = max(int(offset), 0)
        query.limit = PAGE + 1
        found = items.browse(query)
        return {
            "documents": [item._desk_document() for item in found[:PAGE]],
            "has_more": len(found) > PAGE,
        }

    def _open_items(self, st_line):
        return Domain(
            [
                ("company_id", "=", st_line.company_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "!=", 0),
                ("account_id.reconcile", "=", True),
                ("account_id.account_type", "in", ("asset_receivable", "liability_payable")),
                ("move_id", "!=", st_line.move_id.id),
            ]
        ) | Domain(
            [
                # payments whose money is still outstanding
                ("company_id", "=", st_line.company_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "!=", 0),
                ("payment_id", "!=", False),
                ("account_id.reconcile", "=", True),
                ("account_id.account_type", "not in", ("asset_receivable", "liability_payable")),
            ]
        )

    def _names(self, word):
        return Domain.OR(
            [
                Domain("move_name", "ilike", word),
                Domain("ref", "ilike", word),
                Domain("move_id.payment_reference", "ilike", word),
                Domain("partner_id.name", "ilike", word),
                Domain("partner_id.ref", "=ilike", word),
            ]
        )

    def _costs(self, amount):
        return Domain("amount_residual_currency", "in", [amount, -amount])
