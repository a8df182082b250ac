from odoo import models
from odoo.fields import Command

# name of a read field -> field of this model
SHOWN = {
    "number": "number",
    "issue_date": "issue_date",
    "due_date": "due_date",
    "net": "net",
    "tax": "tax",
    "total": "total",
}


class ReconDocument(models.Model):
    """What was read, as values of the document."""

    _inherit = "recon.document"

    def _vals_from_read(self, read):
        vals = {
            shown: read.fields[name].value for name, shown in SHOWN.items() if name in read.fields
        }
        for name in ("net", "tax", "total"):
            if name in vals:
                vals[name] = float(vals[name])
        currency = read.fields.get("currency")
        if currency:
            found = self.env["res.currency"].search([("name", "=", currency.value)], limit=1)
            vals["currency_id"] = (found or self.company_id.currency_id).id
        vals["kind"] = read.kind.value
        vals["source"] = next(iter(read.fields.values())).origin.value
        vals.update(self._find_supplier(read))
        vals["field_ids"] = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "name": name,
                        "value": str(field.value),
                        "read_value": str(field.value),
                        "confidence": field.confidence,
                        "origin": field.origin.value,
                        "page": field.page,
                        "box": field.box,
                    }
                )
                for name, field in sorted(read.fields.items())
            ),
        ]
        return vals
