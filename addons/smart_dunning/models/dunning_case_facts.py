"""Facts that reach a case from outside: part payments, answers, messages that came back."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from ..dunning_core.types import EventKind

# Long enough for somebody to read the answer of a customer, short enough to be forgotten.
ANSWER_DAYS = 5


class DunningCase(models.Model):
    _inherit = "dunning.case"

    @api.model
    def _tell_sudo(self, company, partner, kind, source_ref, summary=None):
        """A fact about a customer for their open cases; with a ``summary`` the responsible gets an
        activity, once.

        sudo: whoever books or fetches needs no rights on follow-up.
        """
        cases = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("stage", "!=", "closed"),
            ]
        )
        events = cases._register_sudo([(case, kind, source_ref, str(case.id)) for case in cases])
        cases._trigger_plan_sudo()
        if summary:
            handover = cases.env["dunning.handover"]
            for case in events.case_id:
                handover._tell(case, handover._person(case), summary)
        return events

    @api.model
    def _on_part_payment_sudo(self, partials):
        """``partials`` pay part of followed-up lines. sudo: as in _tell_sudo."""
        by_line = defaultdict(lambda: self.env["account.partial.reconcile"])
        for partial in partials:
            by_line[partial.debit_move_id] |= partial
        lines = self.env["account.move.line"].union(*by_line)
        items = self.env["dunning.item"].sudo().search([("move_line_id", "in", lines.ids)])
        self._register_sudo(
            [
                (
                    item.case_id,
                    EventKind.PARTIALLY_PAID,
                    f"account.partial.reconcile,{partial.id}",
                    "1",
                )
                for item in items
                for partial in by_line[item.move_line_id]
            ]
        )
        items.case_id._trigger_plan_sudo()

    def _message_post_after_hook(self, message, msg_values):
        # EXTENDS mail: nobody who has answered is written to before the answer was read.
        res = super()._message_post_after_hook(message, msg_values)
        if message.message_type == "email":
            self._on_answer_sudo(message)
        return res

    def _on_answer_sudo(self, message):
        """The customer answered by e-mail. sudo: the mail gateway has no rights on follow-up."""
        cases = self.sudo()
        events = cases._register_sudo(
            [(case, EventKind.REPLIED, f"mail.message,{message.id}", "1") for case in cases]
        )
        today = fields.Date.context_today(cases)
        handover = cases.env["dunning.handover"]
        for case in events.case_id:
            person = handover._person(case)
            handover._tell(case, person, self.env._("The customer answered: read it and decide"))
            case.hold_ids.create(
                {
                    "case_id": case.id,
                    "reason": "manual",
                    "date_to": today + timedelta(days=ANSWER_DAYS),
                    "user_id": person.id,
                    "note": self.env._("The customer answered."),
                }
            )
        cases._trigger_plan_sudo()
