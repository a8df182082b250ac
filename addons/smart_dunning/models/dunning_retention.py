"""What was said to and by customers is forgotten in time; that it was said, and when, stays."""

from __future__ import annotations

import logging

from dateutil.relativedelta import relativedelta
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

BATCH = 100
# kind -> (company field: months to keep, 0 for ever; case field: when it was erased)
KINDS = {
    "messages": ("dunning_keep_messages", "messages_erased_at"),
    "notes": ("dunning_keep_notes", "notes_erased_at"),
}
_MESSAGE_FIELDS = (
    *("recipient_id", "address", "reply_to", "subject", "body_html", "body_text"),
    *("failure", "message_ref"),
)
_NOTE_FIELDS = {"dunning.hold": "note", "dunning.promise": "note", "dunning.dispute": "text"}
_WAITING = ("planned", "approved", "claimed", "to_print", "sending", "unknown")


class DunningRetention(models.AbstractModel):
    _name = "dunning.retention"
    _description = "Retention of Follow-up Contents"

    @api.model
    def _cron_erase(self, now=None):
        """Erase what has been kept for as long as each company wants, counted from the day a case
        was closed. ``now``: naive UTC, the clock if None."""
        now = now or fields.Datetime.now()
        self._forget_downloads_sudo(now)
        for (company,) in self.env["dunning.case"]._read_group([], ["company_id"]):
            this = self.with_context(lang=company.partner_id.lang or self.env.lang)
            for kind in KINDS:
                if not this._erase_due(company, kind, now):
                    self.env.ref("smart_dunning.ir_cron_retention")._trigger()
                    return

    @api.model
    def _erase_due(self, company, kind, now):
        """Erase ``kind`` in batches; False when the time of this run is over."""
        months, last_id = company[KINDS[kind][0]], 0
        if not months:
            return True
        reasons = {
            "messages": self.env._("messages, kept for %(months)s months", months=months),
            "notes": self.env._("notes, kept for %(months)s months", months=months),
        }
        limit = now - relativedelta(months=months)
        while cases := self._due(company, kind, limit, last_id):
            last_id = max(cases.ids)
            self._erase_or_leave(cases - self._needed(cases), kind, reasons[kind], now)
            if self.env["ir.cron"]._commit_progress(len(cases)) <= 0:
                return False
        return True

    @api.model
    def _erase_or_leave(self, cases, kind, reason, now):
        """A case that cannot be erased stops no other one: where a batch breaks, each is tried
        alone."""
        try:
            with self.env.cr.savepoint():
                self._erase(cases, [kind], reason, now)
        except OperationalError:
            raise  # the database wants the transaction again, or is gone
        except Exception:
            if len(cases) == 1:
                _logger.warning("follow-up case %d: %s not erased", cases.id, kind, exc_info=True)
                return
            for case in cases:
                self._erase_or_leave(case, kind, reason, now)

    @api.model
    def _due(self, company, kind, limit, last_id):
        """A batch of cases that were closed before ``limit`` and have had contents since ``kind``
        was erased the last time. SQL: the ORM compares no two columns."""
        self.env["dunning.case"].flush_model()
        self.env["dunning.event"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id
                  FROM dunning_case c
                  JOIN (SELECT case_id, max(create_date) AS closed_at FROM dunning_event
                         WHERE stage_after = 'closed' AND stage_before != 'closed'
                           AND company_id = %(company)s
                      GROUP BY case_id) event ON event.case_id = c.id
                 WHERE c.company_id = %(company)s AND c.stage = 'closed' AND c.id > %(last)s
                   AND closed_at < %(limit)s
                   AND (c.%(erased_at)s IS NULL OR c.%(erased_at)s < closed_at)
              ORDER BY c.id LIMIT %(batch)s
                """,
                company=company.id,
                last=last_id,
                limit=limit,
                erased_at=SQL.identifier(KINDS[kind][1]),
                batch=BATCH,
            )
        )
        return self.env["dunning.case"].browse(row_id for (row_id,) in rows)

    @api.model
    def _needed(self, cases):
        """Those of ``cases`` whose contents somebody still needs: something is owed or charged,
        promised, agreed, disputed, or a message may be on its way."""
        open_case = Domain("stage", "!=", "closed")
        reasons = (
            Domain("promise_ids.state", "=", "open"),
            Domain("plan_ids.state", "in", ("proposed", "active")),
            Domain("dispute_ids.state", "=", "open"),
            Domain("action_ids.state", "in", _WAITING),
            Domain("item_ids.move_line_id.reconciled", "=", False),
            Domain("charge_ids.move_id.state", "=", "draft"),
            Domain("charge_ids.move_id.payment_state", "in", ("not_paid", "partial")),
        )
        return cases.search(Domain("id", "in", cases.ids) & Domain.OR((open_case, *reasons)))

    @api.model
    def _erase(self, cases, kinds, reason, now):
        """Empty the contents of ``kinds`` and say so on each case, without a name."""
        for kind in kinds:
            getattr(self, f"_erase_{kind}_sudo")(cases)
        # sudo: readonly for everybody, set here alone
        cases.sudo().write({KINDS[kind][1]: now for kind in kinds})
        facts = {"kinds": sorted(kinds)}
        self.env["recon.audit.entry"]._record("erasure", cases.sudo(), facts)
        note = self.env._(
            "Personal content erased (%(reason)s). Steps, dates, ways, results and amounts stay.",
            reason=reason,
        )
        cases.sudo()._message_log_batch(bodies={case.id: note for case in cases})

    @api.model
    def _erase_messages_sudo(self, cases):
        """Texts, addresses and files of what was sent and answered. sudo: nobody has the right to
        change messages, and Odoo keeps copies that belong to others."""
        actions = cases.sudo().action_ids
        refs = [ref for ref in actions.mapped("message_ref") if ref]
        self.env["sms.sms"].sudo().search([("uuid", "in", refs)]).unlink()
        self._files_sudo(actions).unlink()  # invoices belong to the books
        actions.write(
            {"attachment_ids": [fields.Command.clear()], **dict.fromkeys(_MESSAGE_FIELDS, False)}
        )
        cases.sudo().message_ids.unlink()
        self._files_sudo(cases).unlink()

    @api.model
    def _erase_notes_sudo(self, cases):
        """What was noted of promises, disputes and holds, and what is left of activities. sudo: as
        in _erase_messages_sudo."""
        for model, name in _NOTE_FIELDS.items():
            rows = (
                self.env[model].sudo().search([("case_id", "in", cases.ids), (name, "!=", False)])
            )
            rows.write({name: False})
        disputes = cases.sudo().dispute_ids
        disputes.attachment_ids.unlink()
        self._files_sudo(disputes).unlink()
        self.env["mail.activity"].sudo().with_context(active_test=False).search(
            [("res_model", "=", "dunning.case"), ("res_id", "in", cases.ids)]
        ).unlink()

    @api.model
    def _forget_downloads_sudo(self, now):
        """Letters that were put into one file to be printed: each is kept with its message. sudo: the
        file belongs to who printed it."""
        self.env["ir.attachment"].sudo().search(
            [
                ("res_model", "=", "dunning.action"),
                ("res_id", "=", False),
                ("create_date", "<", now - relativedelta(days=1)),
            ]
        ).unlink()

    @api.model
    def _files_sudo(self, records):
        """The files that belong to ``records`` themselves. sudo: as in _erase_messages_sudo."""
        return (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", records._name), ("res_id", "in", records.ids)])
        )


class DunningCase(models.Model):
    _inherit = "dunning.case"

    messages_erased_at = fields.Datetime(readonly=True, copy=False)
    notes_erased_at = fields.Datetime(readonly=True, copy=False)


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_keep_messages = fields.Integer(
        string="Keep Messages",
        default=36,
        help="Months after a case is closed until the texts, addresses and files of its messages and "
        "answers are erased. 0: never.",
    )
    dunning_keep_notes = fields.Integer(
        string="Keep Notes",
        default=12,
        help="Months after a case is closed until what was noted of its promises, disputes, holds "
        "and activities is erased. 0: never.",
    )

    _dunning_keep_positive = models.Constraint(
        "CHECK (dunning_keep_messages >= 0 AND dunning_keep_notes >= 0)",
        "Contents are kept for a number of months, or for ever with 0.",
    )
