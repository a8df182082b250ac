"""What waits for a person, case by case, as of this moment: nothing is stored, so nothing is stale."""

from __future__ import annotations

from odoo import fields, models
from odoo.tools import SQL

from ..dunning_core.types import Tone
from .dunning_sender import MAX_ATTEMPTS

# In the order in which a person should take them up.
KINDS = [
    ("trouble", "Message failed or unknown: decide"),
    ("promise_broken", "Promise broken: call"),
    ("dispute", "Dispute: answer it"),
    ("approve", "Message: approve it"),
    ("letter", "Letter: print it"),
    ("contact", "No address: find one"),
    ("activity", "Activity due: do it"),
]


class DunningTodo(models.Model):
    _name = "dunning.todo"
    _description = "Follow-up Thing To Do"
    _auto = False
    _order = "sequence, id"
    _rec_name = "kind"
    _depends = {
        "dunning.action": ["attempts", "case_id", "channel", "state", "step_id"],
        "dunning.case": ["stage", "company_id", "waiting_hold"],
        "dunning.dispute": ["case_id", "state"],
        "dunning.event": ["case_id", "kind"],
        "dunning.hold": ["case_id", "reason", "date_from", "date_to"],
        "dunning.policy": ["autonomy"],
        "dunning.policy.step": ["policy_id", "tone"],
        "mail.activity": ["res_model", "res_id", "date_deadline", "active"],
    }

    case_id = fields.Many2one("dunning.case", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(KINDS, readonly=True)

    def _sources(self):
        """{kind: SQL of the ids of cases (column case_id) that wait for it}. What will be tried again
        by itself waits for nobody."""
        today = fields.Date.context_today(self)
        return {
            "trouble": SQL(
                """
                SELECT action.case_id
                  FROM dunning_action action
                  JOIN dunning_policy_step step ON step.id = action.step_id
                 WHERE action.state IN ('failed', 'unknown')
                   AND NOT (action.channel = ANY(%(retried)s) AND step.tone != %(formal)s
                            AND COALESCE(action.attempts, 0) < %(attempts)s)
                """,
                retried=self.env["dunning.channel"]._retried(),
                formal=Tone.FORMAL.value,
                attempts=MAX_ATTEMPTS,
            ),
            "promise_broken": SQL(
                """
                SELECT broken.case_id
                  FROM dunning_event broken
                 WHERE broken.kind = 'promise_broken'
                   AND NOT EXISTS (
                       SELECT FROM dunning_event later
                        WHERE later.case_id = broken.case_id
                          AND later.id > broken.id
                          AND later.kind IN ('paid', 'credited', 'promise_made', 'promise_kept',
                                             'plan_accepted', 'firm_sent', 'formal_sent')
                       )
                """
            ),
            "dispute": SQL(
                """
                SELECT case_id FROM dunning_hold
                 WHERE reason = 'dispute'
                   AND date_from <= %(today)s
                   AND (date_to IS NULL OR date_to >= %(today)s)
                 UNION ALL
                SELECT case_id FROM dunning_dispute WHERE state = 'open'
                """,
                today=today,
            ),
            "approve": SQL(
                """
                SELECT action.case_id
                  FROM dunning_action action
                  JOIN dunning_policy_step step ON step.id = action.step_id
                  JOIN dunning_policy policy ON policy.id = step.policy_id
                 WHERE action.state = 'planned' AND policy.autonomy != 'simulate'
                """
            ),
            "letter": SQL("SELECT case_id FROM dunning_action WHERE state = 'to_print'"),
            "contact": SQL(
                "SELECT id AS case_id FROM dunning_case WHERE waiting_hold = 'missing_contact'"
            ),
            "activity": SQL(
                """
                SELECT res_id AS case_id FROM mail_activity
                 WHERE res_model = 'dunning.case' AND active AND date_deadline <= %s
                """,
                today,
            ),
        }

    @property
    def _table_query(self):
        # ids stay the same from one query to the next: sixteen kinds a case at most
        numbers = {kind: number for number, (kind, _label) in enumerate(KINDS)}
        sources = [
            SQL(
                "SELECT case_id, %s AS sequence, %s AS kind FROM (%s) AS %s",
                numbers[kind],
                kind,
                source,
                SQL.identifier(kind),
            )
            for kind, source in self._sources().items()
        ]
        return SQL(
            """
            SELECT DISTINCT found.case_id * 16 + found.sequence AS id,
                   found.case_id, found.sequence, found.kind, c.company_id
              FROM (%s) AS found
              JOIN dunning_case c ON c.id = found.case_id AND c.stage != 'closed'
            """,
            SQL(" UNION ALL ").join(sources),
        )
