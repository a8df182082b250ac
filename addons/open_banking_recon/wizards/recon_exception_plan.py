from odoo import api, fields, models
from odoo.exceptions import UserError


class ReconExceptionPlan(models.TransientModel):
    """Who decides on bank lines, or until when they are put off."""

    _name = "recon.exception.plan"
    _description = "Plan Work on Bank Lines"

    what = fields.Selection(
        [("owner", "Assign"), ("day", "Postpone")], required=True, readonly=True
    )
    exception_ids = fields.Many2many("recon.exception", string="Bank lines", readonly=True)
    company_ids = fields.Many2many("res.company", compute="_compute_company_ids")
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        domain="[('share', '=', False), ('company_ids', 'in', company_ids)]",
    )
    postponed_until = fields.Date()

    @api.depends("exception_ids")
    def _compute_company_ids(self):
        for plan in self:
            plan.company_ids = plan.exception_ids.company_id

    def action_apply(self):
        self.ensure_one()
        if self.what == "owner":
            if not self.user_id:
                raise UserError(self.env._("Choose who decides on the bank lines."))
            self.exception_ids._assign(self.user_id)
        else:
            if not self.postponed_until:
                raise UserError(self.env._("Choose a day after today."))
            self.exception_ids._postpone(self.postponed_until)
        return {"type": "ir.actions.act_window_close"}
