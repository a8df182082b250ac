from __future__ import annotations

from odoo import models

from ..dunning_core.types import EventKind

_EVENTS = {
    "pending": EventKind.PAYMENT_PENDING,
    "authorized": EventKind.PAYMENT_PENDING,
    "done": EventKind.PAYMENT_PENDING,
    "cancel": EventKind.PAYMENT_FAILED,
    "error": EventKind.PAYMENT_FAILED,
}


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _update_state(self, allowed_states, target_state, state_message):
        # EXTENDS payment: the customer's case hears of a payment on its way, or of a failed one.
        changed = super()._update_state(allowed_states, target_state, state_message)
        if kind := _EVENTS.get(target_state):
            changed._tell_cases_sudo(kind)
        return changed

    def _tell_cases_sudo(self, kind):
        """Write ``kind`` down for the cases of the invoices. sudo: a payment provider has no rights
        on follow-up."""
        items = self._dunning_items_sudo()
        facts = {
            (item.case_id, kind, f"{self._name},{transaction.id}", "1"): None
            for transaction in self
            for item in items.filtered(
                lambda item, invoices=transaction.invoice_ids: item.move_id in invoices
            )
        }
        if facts:
            self.env["dunning.case"]._register_sudo(list(facts))
            items.case_id._trigger_plan_sudo()

    def _dunning_items_sudo(self):
        """The open items of the invoices that these transactions pay. sudo: as above."""
        invoices = self.sudo().invoice_ids
        if not invoices:
            return self.env["dunning.item"]
        return (
            self.env["dunning.item"]
            .sudo()
            .search([("move_id", "in", invoices.ids), ("case_id.stage", "!=", "closed")])
        )
