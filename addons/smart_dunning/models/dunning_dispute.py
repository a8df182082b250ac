"""What a customer disputes: its lines are silent, they stay in the figures."""

from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..dunning_core import disputes as kernel
from ..dunning_core.types import EventKind
from .dunning_promise import ORIGINS

DISPUTE_REASONS = [
    ("price", "Price"),
    ("quantity", "Quantity"),
    ("quality", "Quality"),
    ("not_delivered", "Not delivered"),
    ("not_ordered", "Not ordered"),
    ("already_paid", "Already paid"),
    ("duplicate", "Invoiced twice"),
    ("other", "Other"),
]


class DunningDispute(models.Model):
    _name = "dunning.dispute"
    _description = "Disputed Invoices"
    _order = "id desc"
    _rec_name = "reason"

    case_id = fields.Many2one("dunning.case", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, index=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    item_ids = fields.Many2many(
        "dunning.item",
        string="Receivables",
        required=True,
        domain="[('case_id', '=', case_id), ('amount_residual', '>', 0)]",
    )
    amount = fields.Monetary(compute="_compute_amount", string="Open Amount")
    reason = fields.Selection(DISPUTE_REASONS, required=True)
    text = fields.Text(string="What the Customer Says")
    attachment_ids = fields.Many2many("ir.attachment", string="Documents")
    origin = fields.Selection(ORIGINS, required=True, default="staff", readonly=True)
    user_id = fields.Many2one("res.users", string="Owner", help="Whoever clears it up.")
    date_from = fields.Date(string="Since", readonly=True)
    date_to = fields.Date(
        string="Silent Until",
        help="Last day on which the invoices are not asked for. Empty: until it is closed.",
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("accepted", "Customer was right"),
            ("rejected", "Customer was wrong"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="open",
        readonly=True,
        index=True,
    )
    closed_on = fields.Date(readonly=True)

    @api.depends("item_ids.amount_residual")
    def _compute_amount(self):
        for dispute in self:
            dispute.amount = sum(dispute.item_ids.mapped("amount_residual"))

    @api.constrains("item_ids", "case_id")
    def _check_items(self):
        for dispute in self:
            if not dispute.item_ids or dispute.item_ids.case_id - dispute.case_id:
                raise ValidationError(
                    self.env._("Choose the invoices of this case that are disputed.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS: a dispute starts open, today, and somebody is told
        cases = self.env["dunning.case"].browse([vals["case_id"] for vals in vals_list])
        agreement = self.env["dunning.agreement"]
        for case, vals in zip(cases, vals_list, strict=True):
            by_customer = self.env.su and vals.get("origin") == "customer"
            vals.update(
                state="open",
                origin="customer" if by_customer else "staff",
                date_from=agreement._today(case.company_id),
                closed_on=False,
            )
            vals.setdefault("user_id", agreement._responsible_sudo(case).id)
        disputes = super().create(vals_list)
        disputes._tell(EventKind.DISPUTE_OPENED)
        agreement._remind([(d.case_id, d._summary(), d.text) for d in disputes])
        return disputes

    def write(self, vals):
        # EXTENDS: states are set by the buttons, not by hand
        guarded = {"state", "case_id", "origin", "date_from", "closed_on"}
        if guarded & vals.keys() and not self.env.su:
            raise AccessError(self.env._("Close a dispute with its buttons."))
        return super().write(vals)

    def _summary(self):
        user = self.env["dunning.agreement"]._responsible_sudo(self.case_id)
        dispute = self.with_context(lang=user.lang or self.env.lang)
        reasons = dict(dispute._fields["reason"]._description_selection(dispute.env))
        return dispute.env._(
            "Dispute (%(reason)s): %(invoices)s",
            reason=reasons[dispute.reason],
            invoices=", ".join(dict.fromkeys(m.name for m in dispute.item_ids.move_id)),
        )

    def _tell(self, kind):
        self.env["dunning.case"]._register_sudo(
            [(d.case_id, kind, f"{d._name},{d.id}", "1") for d in self]
        )
        self.case_id._trigger_plan_sudo()

    def _to_kernel(self):
        self.ensure_one()
        return kernel.Dispute(
            frozenset(self.item_ids.move_line_id.ids), self.date_from, self.date_to or None
        )

    def _set_closed(self, state):
        """Close open disputes; repeats are ignored, another outcome is refused."""
        if self.filtered(lambda dispute: dispute.state not in ("open", state)):
            raise UserError(self.env._("This dispute is closed already."))
        closing = self.filtered(lambda dispute: dispute.state == "open")
        for company, disputes in closing.grouped("company_id").items():
            today = self.env["dunning.agreement"]._today(company)
            disputes.write({"state": state, "closed_on": today})
        closing._tell(EventKind.DISPUTE_CLOSED)

    def _is_live(self):
        """Whether the lines are silent today."""
        today = self.env["dunning.agreement"]._today(self.company_id)
        return self.state == "open" and self._to_kernel().is_live(today)

    def _attach_sudo(self, files):
        """Keep what the customer sent. ``files``: [(name, bytes)]. sudo: they have no login."""
        self.attachment_ids = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {"name": name, "raw": content, "res_model": self._name, "res_id": self.id}
                    for name, content in files
                ]
            )
        )

    def _close_by_button(self, state):
        self.check_access("write")
        self.sudo()._set_closed(state)  # sudo: as in write, the state changes here alone

    def action_accept(self):
        """The customer was right. The invoices are asked for again: correct or credit them."""
        self._close_by_button("accepted")

    def action_reject(self):
        """The customer was wrong: the invoices are followed up again."""
        self._close_by_button("rejected")

    def action_withdraw(self):
        """The customer takes it back: the invoices are followed up again."""
        self._close_by_button("withdrawn")
