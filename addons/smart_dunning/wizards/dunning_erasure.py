"""Erasing what follow-up knows of customers who ask for it."""

from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.dunning_retention import KINDS


class DunningErasure(models.TransientModel):
    _name = "dunning.erasure"
    _description = "Erasure of Personal Data"

    partner_ids = fields.Many2many(
        "res.partner", string="Customers", required=True, default=lambda self: self._chosen()
    )

    @api.model
    def _chosen(self):
        """The customers of the records that were selected."""
        model, ids = self.env.context.get("active_model"), self.env.context.get("active_ids", [])
        if model == "dunning.case":
            return self.env["dunning.case"].browse(ids).partner_id
        if model == "res.partner":
            return self.env["res.partner"].browse(ids).commercial_partner_id
        return self.env["res.partner"]

    def action_erase(self):
        """Erase all contents of the customers' cases in the companies of the user."""
        self.ensure_one()
        if not self.env.user.has_group("smart_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only a follow-up manager erases personal data."))
        customers = self.partner_ids.commercial_partner_id
        cases = self.env["dunning.case"].search([("partner_id", "in", customers.ids)])
        self._refuse_while_owed(customers)
        self._refuse_while_needed(cases)
        retention = self.env["dunning.retention"]
        reason = self.env._("on request, by %(user)s", user=self.env.user.name)
        retention._erase(cases, list(KINDS), reason, fields.Datetime.now())
        # sudo: scores are written and deleted by the machine alone
        scores = [("partner_id", "in", customers.ids), ("company_id", "in", self.env.companies.ids)]
        self.env["dunning.score"].sudo().search(scores).unlink()
        message = self.env._("The contents of %(count)s cases are erased.", count=len(cases))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _refuse_while_owed(self, customers):
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "in", self.env.companies.ids),
                ("partner_id", "child_of", customers.ids),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", ">", 0),
            ],
            limit=5,
        )
        if lines:
            raise UserError(
                self.env._(
                    "Money is still owed: %(documents)s. Erase the data when it is paid or written "
                    "off.",
                    documents=", ".join(lines.mapped("move_name")),
                )
            )

    def _refuse_while_needed(self, cases):
        if needed := self.env["dunning.retention"]._needed(cases):
            raise UserError(
                self.env._(
                    "The follow-up of %(customers)s is still going on: end promises, payment plans, "
                    "disputes, late charges and messages first.",
                    customers=", ".join(needed.partner_id.mapped("display_name")),
                )
            )
