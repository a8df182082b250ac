from odoo import fields, models
from odoo.exceptions import UserError


class ReconRefusal(models.TransientModel):
    """Why something that was asked for is refused."""

    _name = "recon.refusal"
    _description = "Refusal of a Request"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    answer = fields.Text(string="Why", required=True)

    def action_refuse(self):
        self.ensure_one()
        model = self.env.get(self.res_model)
        if not isinstance(model, self.env.registry["recon.second.person"]) or model._abstract:
            raise UserError(self.env._("There is nothing to refuse."))
        model.browse(self.res_id).exists()._refuse(self.answer)
        return {"type": "ir.actions.act_window_close"}
