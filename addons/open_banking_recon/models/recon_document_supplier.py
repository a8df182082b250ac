from odoo import models


class ReconDocument(models.Model):
    """Who sent a document."""

    _inherit = "recon.document"

    def _find_supplier(self, read):
        """By VAT number, SIREN, IBAN, then exact name; empty when it cannot be told."""
        Partner = self.env["res.partner"]
        values = {name: str(field.value) for name, field in read.fields.items()}
        company = [("company_id", "in", (False, self.company_id.id))]
        for name, column in (("supplier_vat", "vat"), ("supplier_siren", "company_registry")):
            if values.get(name):
                found = Partner.search([(column, "=", values[name]), *company], limit=2)
                if len(found.commercial_partner_id) == 1:
                    return found.commercial_partner_id
        if values.get("iban"):
            partners = self.env["account.bank.statement.line"]._partners_by_iban(
                self.company_id, [values["iban"]]
            )
            if partners:
                return Partner.browse(next(iter(partners.values())))
        if values.get("supplier_name"):
            found = Partner.search([("name", "=ilike", values["supplier_name"]), *company], limit=2)
            if len(found) == 1:
                return found.commercial_partner_id
        return Partner
