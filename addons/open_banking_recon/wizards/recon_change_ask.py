import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.recon_change_request import OPERATIONS


class ReconChangeAsk(models.TransientModel):
    """Asking a second person for a change of a policy or rule, see recon.four.eyes."""

    _name = "recon.change.ask"
    _description = "Ask for a Change"
    _rec_name = "subject"

    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model")
    operation = fields.Selection(OPERATIONS, required=True, default="write")
    proposed = fields.Text(required=True, default="{}", help="The new values, as JSON.")
    subject = fields.Char(compute="_compute_words", string="What")
    change_table = fields.Html(compute="_compute_words", string="The change")
    reason = fields.Text(string="Why")

    @api.depends("res_model", "res_id", "operation", "proposed")
    def _compute_words(self):
        for ask in self:
            requests = self.env["recon.change.request"]
            records = requests._guarded(ask.res_model)
            record = records.browse(ask.res_id or ()).exists()
            record.check_access("read")
            name = self.env["ir.model"]._get(ask.res_model).name
            ask.subject = f"{name} {record.display_name or ''}".strip()
            rows = self.env["recon.change.words"]._rows(record, ask._values())
            ask.change_table = requests._as_table(rows)

    def action_ask(self):
        """Keep the change as a request, and open that."""
        self.ensure_one()
        request = self.env["recon.change.request"]._ask_for(
            self.res_model, self.res_id, self.operation, self._values(), self.reason
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change to approve"),
            "res_model": request._name,
            "res_id": request.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "main",
        }

    def _values(self):
        try:
            values = json.loads(self.proposed or "{}")
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise UserError(self.env._("The new values have to be a JSON object of fields."))
        return values
