from odoo import fields, models

from ..recon_core.documents.hint import Direction, Hint
from .recon_document_field import FIELD_NAMES


class ReconDocumentLayout(models.Model):
    """Where a supplier prints a value, learned from what people put right on its bills."""

    _name = "recon.document.layout"
    _description = "Learned Layout"
    _order = "partner_id, name, times_right desc, id"
    _rec_name = "label"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Supplier", required=True, index=True, ondelete="cascade"
    )
    name = fields.Selection(FIELD_NAMES, string="Field", required=True)
    label = fields.Char(
        help="The words beside or above the value. Empty when it stands alone on the page."
    )
    direction = fields.Selection(
        [
            ("right", "Beside its label"),
            ("below", "Below its label"),
            ("place", "At this place of the page"),
        ],
        string="Where",
        required=True,
    )
    left = fields.Float(digits=(5, 4), help="From the left edge, in parts of the page")
    top = fields.Float(digits=(5, 4), help="From the upper edge, in parts of the page")
    date_order = fields.Selection(
        [("day", "Day first"), ("month", "Month first")],
        help="How the supplier writes dates. Empty: as the page shows.",
    )
    times_right = fields.Integer(readonly=True)
    times_wrong = fields.Integer(readonly=True)

    _way_unique = models.UniqueIndex(
        "(company_id, partner_id, name, direction, label)", "This is known of the supplier already."
    )

    def _hints(self):
        """{hint of the kernel: its record}"""
        return {layout._hint(): layout for layout in self}

    def _hint(self):
        order = {"month": True, "day": False}.get(self.date_order)
        return Hint(
            self.name,
            self.label or "",
            Direction(self.direction),
            self.left,
            self.top,
            order,
            self.times_right,
            self.times_wrong,
        )

    def _learn(self, company, partner, hints):
        """Keep what these hints say of the supplier; what was known and failed gets a new start."""
        rows = self.search([("company_id", "=", company.id), ("partner_id", "=", partner.id)])
        known = {(row.name, row.direction, row.label): row for row in rows}
        new = []
        for hint in hints:
            row = known.get((hint.field, hint.direction.value, hint.label))
            if row:
                row.write({**_place(hint), "times_right": 0, "times_wrong": 0})
            else:
                new.append(
                    {
                        "company_id": company.id,
                        "partner_id": partner.id,
                        "name": hint.field,
                        "direction": hint.direction.value,
                        "label": hint.label,
                        **_place(hint),
                    }
                )
        self.create(new)


def _place(hint):
    order = {True: "month", False: "day", None: False}[hint.month_first]
    return {"left": hint.left, "top": hint.top, "date_order": order}
