from odoo import api, fields, models
from odoo.exceptions import UserError

from ..recon_core.references import compact
from .recon_document_supplier import SURE

# by what the supplier was found: the read field that has to be sure for it
FOUND_BY_FIELD = {
    "vat": "supplier_vat",
    "siren": "supplier_siren",
    "iban": "iban",
    "name": "supplier_name",
}


class ReconDocument(models.Model):
    """The draft bill of a read document."""

    _inherit = "recon.document"

    total_difference = fields.Monetary(
        compute="_compute_total_difference",
        help="How much more the file says than its bill comes to.",
    )

    @api.depends("total", "currency_id", "move_id.amount_total", "move_id.currency_id")
    def _compute_total_difference(self):
        for document in self:
            bill = document.move_id
            comparable = bill and document.total and bill.currency_id == document.currency_id
            document.total_difference = comparable and document.currency_id.round(
                document.total - bill.amount_total
            )

    def action_create_bill(self):
        """A draft bill from what was read; refused when it is in the books already."""
        for document in self:
            document._create_bill()
        return self._open_bill() if len(self) == 1 else True

    def action_enter_by_hand(self):
        """An empty draft bill beside the file, for what could not be read."""
        self.ensure_one()
        if self.state not in ("read", "failed"):
            raise UserError(self.env._("%s is not waiting for a bill.", self.name))
        self._lock_against_duplicates()
        self._refuse_duplicate()
        if not self.move_id:
            self._new_bill()
        self._set_state("done")
        return self._open_bill()

    def action_set_aside(self):
        """Nothing is to be done with these: copies, reminders, what is no bill at all."""
        self.check_access("write")
        self.filtered(lambda document: document.state in ("read", "failed"))._set_state("done")

    def _open_bill(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _create_bill(self):
        """Make the draft bill, or complete the one to which the file was sent."""
        self.ensure_one()
        is_bill = self.kind in ("invoice", "refund")
        if self.state != "read" or not is_bill or self.move_id.state not in (False, "draft"):
            raise UserError(self.env._("%s is not waiting for a bill.", self.name))
        if not self.supplier_id:
            raise UserError(self.env._("%s: choose the supplier first.", self.name))
        self._lock_against_duplicates()
        self._refuse_duplicate()
        if not self.move_id:
            attachment = self._new_bill()
            if self.source == "xml":
                self._import_by_odoo(attachment)
        self._complete_bill()
        self._set_state("done")

    def _new_bill(self):
        """An empty draft bill with the file; returns its attachment."""
        self.move_id = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "in_refund" if self.kind == "refund" else "in_invoice",
                    "company_id": self.company_id.id,
                    "partner_id": self.supplier_id.id,
                    "currency_id": self.currency_id.id,
                }
            )
        )
        attachment = self.env["ir.attachment"].create(
            {
                "name": self.name,
                "res_model": "account.move",
                "res_id": self.move_id.id,
                "datas": self.with_context(bin_size=False).file,
            }
        )
        attachment.register_as_main_attachment(force=False)
        return attachment

    def _read_value(self, name):
        return self.field_ids.filtered(lambda field: field.name == name)[:1].value or False

    # -- without a person ---------------------------------------------------------

    def _go_on(self):
        result = super()._go_on()
        if self.state == "read" and not self.move_id and self._may_be_billed():
            self._create_bill()
        return result

    def _may_be_billed(self):
        """Whether the company lets bills be made by themselves, and this one is sure."""
        policy = self.env["recon.policy"]._for_company(self.company_id)
        return policy.bills == "sure" and self._is_sure() and not self._in_the_books()

    def _is_sure(self):
        """Whether nothing that a bill needs has to be asked: all values sure, the supplier known by
        a sure value, the currency known, and the bill made out to this company."""
        read = {field.name: field for field in self.field_ids}
        sure = {name for name, field in read.items() if field.confidence >= SURE}
        core = {"number", "issue_date", "total", FOUND_BY_FIELD.get(self.supplier_found_by)}
        core |= {"net", "tax", "currency", "buyer_vat"} & set(read)
        is_ours = _same(self.company_id.vat, self._read_value("buyer_vat"))
        is_known = _same(self.currency_id.name, self._read_value("currency"))
        return self.kind in ("invoice", "refund") and core <= sure and is_ours and is_known


def _same(own, read):
    """Whether what was read does not contradict ``own``."""
    return not own or not read or compact(own) == compact(read)
