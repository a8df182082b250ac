from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command


class ReconDocument(models.Model):
    """The draft bill of a read document."""

    _inherit = "recon.document"

    def action_create_bill(self):
        """A draft bill from what was read; refused when it is in the books already."""
        for document in self:
            document._create_bill()
        if len(self) == 1:
            return {
                "type": "ir.actions.act_window",
                "res_model": "account.move",
                "res_id": self.move_id.id,
                "view_mode": "form",
            }
        return True

    def _create_bill(self):
        self.ensure_one()
        if self.state != "read" or self.kind in ("delivery_note", "reminder"):
            raise UserError(self.env._("%s is not waiting for a bill.", self.name))
        if not self.supplier_id:
            raise UserError(self.env._("%s: choose the supplier first.", self.name))
        self._refuse_duplicate()
        tax = self._purchase_tax()
        line = {
            "name": self.env._("Bill %(number)s", number=self.number or self.name),
            "quantity": 1,
            "price_unit": self.net or (self.total - self.tax),
            "tax_ids": [Command.set(tax.ids)],
        }
        self.move_id = self.env["account.move"].create(
            {
                "move_type": "in_refund" if self.kind == "refund" else "in_invoice",
                "company_id": self.company_id.id,
                "partner_id": self.supplier_id.id,
                "ref": self.number,
                "invoice_date": self.issue_date,
                "date": self.issue_date,
                "invoice_date_due": self.due_date or self.issue_date,
                "invoice_payment_term_id": False,
                "currency_id": self.currency_id.id,
                "payment_reference": self._read_value("payment_reference"),
                "invoice_line_ids": [Command.create(line)],
            }
        )
        self.env["ir.attachment"].create(
            {
                "name": self.name,
                "res_model": "account.move",
                "res_id": self.move_id.id,
                "datas": self.with_context(bin_size=False).file,
            }
        )
        self._set_state("done")

    def _read_value(self, name):
        return self.field_ids.filtered(lambda field: field.name == name)[:1].value or False

    def _refuse_duplicate(self):
        same_number = self.number and self.env["account.move"].search_count(
            [
                ("move_type", "in", ("in_invoice", "in_refund")),
                ("company_id", "=", self.company_id.id),
                ("commercial_partner_id", "=", self.supplier_id.commercial_partner_id.id),
                ("ref", "=", self.number),
                ("state", "!=", "cancel"),
            ],
            limit=1,
        )
        same_file = self.search_count(
            [
                ("checksum", "=", self.checksum),
                ("company_id", "=", self.company_id.id),
                ("id", "!=", self.id),
                ("state", "=", "done"),
            ],
            limit=1,
        )
        if same_number or same_file:
            raise UserError(
                self.env._(
                    "The bill %(number)s of %(supplier)s is in the books already.",
                    number=self.number or self.name,
                    supplier=self.supplier_id.display_name,
                )
            )

    def _purchase_tax(self):
        """The company's purchase tax whose rate gives the tax that was read; empty when none."""
        net = self.net or (self.total - self.tax)
        if not self.tax or not net:
            return self.env["account.tax"]
        rate = round(100 * self.tax / net, 1)
        return self.env["account.tax"].search(
            [
                ("type_tax_use", "=", "purchase"),
                ("amount_type", "=", "percent"),
                ("amount", ">=", rate - 0.15),
                ("amount", "<=", rate + 0.15),
                ("company_id", "=", self.company_id.id),
                ("price_include_override", "!=", "tax_included"),
            ],
            order="sequence, id",
            limit=1,
        )
