from odoo import api, fields, models

from ..recon_core.statements.sheet_mapping import SheetMapping, signatures_of
from .open_banking_sheet_labels import DATE_ORDERS, DECIMAL_SIGNS, roles


class OpenBankingSheetMapping(models.Model):
    """What the columns of a bank's sheet mean, as a person confirmed it for a journal.

    A file with the same headers is read by it without a question. Delete it to be asked again.
    """

    _name = "open.banking.sheet.mapping"
    _description = "Layout of a Bank's Sheet"
    _order = "id desc"

    journal_id = fields.Many2one(
        "account.journal", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="journal_id.company_id", store=True, index=True)
    signature = fields.Char(required=True, readonly=True)
    headers = fields.Char(readonly=True, help="What stands above the columns, from the left.")
    column_roles = fields.Char(required=True, readonly=True)
    meaning = fields.Char("Read as", compute="_compute_meaning")
    date_order = fields.Selection(DATE_ORDERS, "Dates", required=True, readonly=True)
    decimal_sign = fields.Selection(DECIMAL_SIGNS, required=True, readonly=True)
    is_inverted = fields.Boolean(
        "Signs the other way round",
        readonly=True,
        help="Money going out stands there without a minus.",
    )

    _layout = models.UniqueIndex("(journal_id, signature)")

    @api.depends("column_roles")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for mapping in self:
            mapping.display_name = mapping.headers or mapping.meaning

    @api.depends("column_roles")
    @api.depends_context("lang")
    def _compute_meaning(self):
        labels = dict(roles(self.env))
        for mapping in self:
            mapping.meaning = ", ".join(
                labels.get(role, "-") for role in mapping.column_roles.split(",")
            )

    @api.model
    def _of_tables(self, tables):
        """The mappings of all journals that have the headers of one of ``tables``, in one query."""
        signatures = {signature for table in tables for signature in signatures_of(table)}
        return self.search([("signature", "in", list(signatures))])

    def _as_value(self):
        """The kernel's SheetMapping."""
        self.ensure_one()
        return SheetMapping(
            signature=self.signature,
            roles=tuple(self.column_roles.split(",")),
            date_order=self.date_order,
            decimal_sign=self.decimal_sign,
            is_inverted=self.is_inverted,
        )

    @api.model
    def _keep(self, journal, value, headers):
        """Save a confirmed SheetMapping, in the place of the one that the layout had."""
        known = self.search(
            [("journal_id", "=", journal.id), ("signature", "=", value.signature)], limit=1
        )
        vals = {
            "headers": headers,
            "column_roles": ",".join(value.roles),
            "date_order": value.date_order,
            "decimal_sign": value.decimal_sign,
            "is_inverted": value.is_inverted,
        }
        if known:
            known.write(vals)
            return known
        return self.create({"journal_id": journal.id, "signature": value.signature, **vals})
