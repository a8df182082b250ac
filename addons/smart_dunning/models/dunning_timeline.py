"""All that happened to a case in one list: facts, messages, holds and payments."""

from __future__ import annotations

from odoo import api, fields, models
from odoo.tools import SQL, format_date

# Messages stand in the list themselves, with their text.
_TOLD_BY_MESSAGES = ("notice_sent", "reminder_sent", "firm_sent", "formal_sent")


class DunningTimeline(models.Model):
    _name = "dunning.timeline"
    _description = "Follow-up Time Line"
    _auto = False
    _order = "moment desc, id desc"
    _rec_name = "kind"
    _depends = {
        "dunning.event": ["case_id", "company_id", "kind"],
        "dunning.action": ["case_id", "company_id", "sent_at", "amount"],
        "dunning.hold": ["case_id", "company_id"],
        "dunning.item": ["case_id", "company_id", "move_line_id"],
        "account.partial.reconcile": ["debit_move_id", "credit_move_id", "max_date"],
        "account.move.line": ["move_id"],
    }

    case_id = fields.Many2one("dunning.case", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    moment = fields.Datetime(readonly=True, string="When")
    kind = fields.Selection(
        [("fact", "Fact"), ("message", "Message"), ("hold", "Hold"), ("payment", "Payment")],
        readonly=True,
    )
    amount = fields.Monetary(readonly=True)
    event_id = fields.Many2one("dunning.event", readonly=True)
    action_id = fields.Many2one("dunning.action", readonly=True)
    hold_id = fields.Many2one("dunning.hold", readonly=True)
    move_id = fields.Many2one("account.move", readonly=True, string="Invoice")
    payment_move_id = fields.Many2one("account.move", readonly=True, string="Paid By")
    what = fields.Char(compute="_compute_what")

    @property
    def _table_query(self):
        # ids stay the same from one query to the next: four kinds share the numbers
        return SQL(
            """
            SELECT event.id * 4 AS id, event.case_id, event.company_id, event.create_date AS moment,
                   'fact' AS kind, NULL::numeric AS amount, event.id AS event_id,
                   NULL::int AS action_id, NULL::int AS hold_id, NULL::int AS move_id,
                   NULL::int AS payment_move_id
              FROM dunning_event event
             WHERE event.kind NOT IN %(told)s
         UNION ALL
            SELECT action.id * 4 + 1, action.case_id, action.company_id, action.sent_at,
                   'message', action.amount, NULL, action.id, NULL, NULL, NULL
              FROM dunning_action action
             WHERE action.sent_at IS NOT NULL
         UNION ALL
            SELECT hold.id * 4 + 2, hold.case_id, hold.company_id, hold.create_date,
                   'hold', NULL, NULL, NULL, hold.id, NULL, NULL
              FROM dunning_hold hold
         UNION ALL
            SELECT partial.id * 4 + 3, item.case_id, item.company_id, partial.max_date::timestamp,
                   'payment', partial.debit_amount_currency, NULL, NULL, NULL, item.move_id,
                   credit.move_id
              FROM dunning_item item
              JOIN account_partial_reconcile partial ON partial.debit_move_id = item.move_line_id
              JOIN account_move_line credit ON credit.id = partial.credit_move_id
            """,
            told=_TOLD_BY_MESSAGES,
        )

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_what(self):
        for entry in self:
            entry.what = getattr(entry, f"_tell_{entry.kind}")()

    def _tell_fact(self):
        return _label(self.event_id, "kind")

    def _tell_message(self):
        return self.action_id.step_id.display_name

    def _tell_hold(self):
        hold = self.hold_id
        told = _label(hold, "reason")
        if hold.date_to:
            told = self.env._(
                "%(reason)s until %(day)s", reason=told, day=format_date(self.env, hold.date_to)
            )
        return f"{told}: {hold.note}" if hold.note else told

    def _tell_payment(self):
        return self.env._(
            "%(invoice)s by %(payment)s",
            invoice=self.move_id.name,
            payment=self.payment_move_id.name,
        )


def _label(record, name):
    """The value of a selection in the words of the reader."""
    return dict(record._fields[name]._description_selection(record.env))[record[name]]
