from odoo import api, models
from odoo.tools import SQL

SURE = 0.9


class ReconDocument(models.Model):
    """What read documents tell the matching beside the bills that were made of them."""

    _inherit = "recon.document"

    @api.model
    def _ibans_of_partners(self, partner_ids):
        """{commercial partner id: IBANs} that stand, surely read, on posted bills of these suppliers.

        They tell whom a payment went to. Nobody is paid on them: they are no bank account of the
        partner. One query and no records.
        """
        self.flush_model(["supplier_id", "move_id"])
        self.env["recon.document.field"].flush_model(["name", "value", "confidence"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT move.commercial_partner_id, field.value
                     FROM recon_document document
                     JOIN recon_document_field field ON field.document_id = document.id
                     JOIN account_move move ON move.id = document.move_id
                    WHERE field.name = 'iban' AND field.confidence >= %s AND field.value <> ''
                      AND move.state = 'posted' AND move.move_type IN ('in_invoice', 'in_refund')
                      AND move.commercial_partner_id = ANY(%s)""",
                SURE,
                list(partner_ids),
            )
        )
        found = {}
        for partner_id, iban in rows:
            found.setdefault(partner_id, []).append(iban)
        return found
