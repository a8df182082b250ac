from datetime import datetime

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import get_lang

from .recon_masking import shown

PAGE = 40


class ReconDesk(models.AbstractModel):
    """Looking for other documents than those proposed."""

    _inherit = "recon.desk"

    @api.model
    @shown
    def documents(self, exception_id, search="", partner_id=False, offset=0):
        """Open items that a person may choose, the nearest in amount first.

        ``search``: words of a number, a reference or a name, an amount, or days as the user writes
        them (of the document, or when it is due). Returns {documents: [...], has_more}.
        """
        exception = self._one(exception_id)
        st_line = exception.st_line_id
        items = self.env["account.move.line"]
        domain = self._open_items(st_line) & self._searched(str(search or "").strip())
        if partner_id:
            partner = self.env["res.partner"].browse(int(partner_id)).commercial_partner_id
            domain &= Domain("partner_id", "child_of", partner.id)
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
        owed = Domain("account_type", "in", ("asset_receivable", "liability_payable"))
        # or the outstanding side of a payment whose money has not been seen yet
        on_its_way = Domain("payment_id", "!=", False) & ~owed
        return (owed | on_its_way) & Domain(
            [
                ("company_id", "=", st_line.company_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "!=", 0),
                ("account_id.reconcile", "=", True),
                ("move_id", "!=", st_line.move_id.id),
            ]
        )

    def _searched(self, text):
        amount = self._typed_amount(text)
        if amount is not None:
            return self._names(text) | Domain("amount_residual_currency", "in", [amount, -amount])
        return Domain.AND([self._names(word) | self._on_day(word) for word in text.split()])

    def _on_day(self, word):
        """The documents of the day ``word``, ISO or as the user's language writes days; else none."""
        for written in ("%Y-%m-%d", get_lang(self.env).date_format):
            try:
                day = datetime.strptime(word, written).date()  # noqa: DTZ007 - a calendar day
            except ValueError:
                continue
            return Domain("invoice_date", "=", day) | Domain("date_maturity", "=", day)
        return Domain.FALSE

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
