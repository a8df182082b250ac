"""What a case knows of promises, plans and disputes, and the reference of all that is open."""

from __future__ import annotations

from odoo import fields, models

from ..dunning_core.instalments import creditor_reference
from .dunning_agreement import owed


class DunningCase(models.Model):
    _inherit = "dunning.case"

    promise_ids = fields.One2many("dunning.promise", "case_id", string="Promises")
    plan_ids = fields.One2many("dunning.plan", "case_id", string="Payment Plans")
    dispute_ids = fields.One2many("dunning.dispute", "case_id", string="Disputes")

    def _payment_reference(self):
        """The RF reference (ISO 11649) by which a transfer for this case is known."""
        self.ensure_one()
        return creditor_reference(f"C{self.id:08d}")

    def _undisputed(self, position):
        """(ids of the open lines that are not disputed, what they owe net of all credits): what may
        be promised, paid in instalments or asked for."""
        live = self.dispute_ids.filtered(lambda dispute: dispute._is_live())
        refs = {debt.ref for debt in position.debts} - set(live.item_ids.move_line_id.ids)
        return refs, owed(position, refs)

    def _open_window(self, model, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id},
        }

    def action_promise(self):
        """Open the window in which a promise is noted."""
        return self._open_window("dunning.promise", self.env._("Promise to pay"))

    def action_payment_plan(self):
        """Open the window in which a payment plan is made."""
        return self._open_window("dunning.plan.wizard", self.env._("Payment plan"))

    def action_dispute(self):
        """Open the window in which a dispute is noted."""
        return self._open_window("dunning.dispute", self.env._("Dispute"))
