from odoo import models

from ..recon_core.documents.hinted import Hinted, with_hints
from ..recon_core.documents.layout import fold
from ..recon_core.documents.learning import hints_for

_SHORTEST_NAME = 5  # letters of a name that may be looked for among the words of a page


class ReconDocument(models.Model):
    """What people put right teaches how a supplier's papers look.

    Learned is what became of a document in the end, when a person has its bill created.
    """

    _inherit = "recon.document"

    def _set_state(self, state):
        moved = self.filtered(lambda document: document.state != state)
        result = super()._set_state(state)
        # what a worker does by itself proves nothing
        if state == "done" and not self.env.su:
            for document in moved.filtered("supplier_id"):
                document._learn()
        return result

    def _with_layouts(self, read):
        """What was read, put right by what is known of its supplier."""
        supplier = self._supplier_of(read)
        if not supplier or not read.pages:
            return Hinted(read)
        layouts = self.env["recon.document.layout"].search(
            [("company_id", "=", self.company_id.id), ("partner_id", "=", supplier.id)]
        )
        return with_hints(read, layouts._hints())

    def _remember_layouts(self, used):
        """Which of the values come from a layout, for the day on which they turn out right or
        wrong. ``used`` is that of the kernel: {name of the field: hint}."""
        layouts = self.env["recon.document.layout"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.supplier_id.id),
                ("name", "in", list(used)),
            ]
        )
        known = layouts._hints()
        for field in self.field_ids.filtered(lambda field: field.name in used):
            field.layout_id = known.get(used[field.name])

    def _find_supplier(self, read):
        # EXTENDS open_banking_recon: the page names a supplier whose layout was learned
        found = super()._find_supplier(read)
        if found.get("supplier_id") or self.supplier_id:
            return found
        known = self._supplier_among_words(read)
        return {"supplier_id": known.id, "supplier_found_by": "layout"} if known else found

    def _supplier_of(self, read):
        found = self._find_supplier(read).get("supplier_id")
        return self.env["res.partner"].browse(found) if found else self.supplier_id

    def _supplier_among_words(self, read):
        """The only supplier with learned layouts whose VAT number or name stands on the pages."""
        groups = self.env["recon.document.layout"]._read_group(
            [("company_id", "=", self.company_id.id)], ["partner_id"]
        )
        words = f" {' '.join(_plain(read.text).split())} "
        joined = words.replace(" ", "")
        found = [
            partner
            for (partner,) in groups
            if (partner.vat and _plain(partner.vat).replace(" ", "") in joined)
            or (
                len(_plain(partner.name or "")) >= _SHORTEST_NAME
                and f" {_plain(partner.name)} " in words
            )
        ]
        return found[0] if len(found) == 1 else self.env["res.partner"]

    def _learn(self):
        """Count what the layouts of the supplier proposed, and learn from what was put right."""
        supplier = self.supplier_id.commercial_partner_id
        pages = self.page_ids._read_pages()
        hints = []
        for field in self.field_ids:
            own = field.layout_id.filtered(lambda layout: layout.partner_id == supplier)
            if field.corrected:
                own.times_wrong += 1
                value = field._typed_value()
                if value is not None:
                    hints += hints_for(pages, field.name, value, field._place())
            else:
                own.times_right += 1
        self.env["recon.document.layout"]._learn(self.company_id, supplier, hints)


def _plain(text):
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())
