import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import split_every

from .recon_apply import CHUNK

_logger = logging.getLogger(__name__)

ESCALATION = "open_banking_recon.mail_activity_exception_overdue"


class ReconException(models.Model):
    """Exceptions as work: whose it is, until when, not before when, and who is told when it is late."""

    _inherit = "recon.exception"

    postponed_until = fields.Date(
        tracking=True, copy=False, help="Until then the line is not on the to-do list."
    )
    escalated_on = fields.Date(
        readonly=True, copy=False, help="When somebody was told that the line is late."
    )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS mail: the policy says until when a line has to be decided
        rows = super().create(vals_list)
        undated = rows.filtered(lambda row: not row.date_deadline)
        for deadline, due in undated._by_deadline().items():
            due.write({"date_deadline": deadline})
        return rows

    def write(self, vals):
        # EXTENDS mail: a line that turns out to be urgent is due earlier, never later
        res = super().write(vals)
        if "reason" in vals and "date_deadline" not in vals:
            for deadline, due in self._by_deadline().items():
                due.filtered(
                    lambda row, new=deadline: not row.date_deadline or new < row.date_deadline
                ).write({"date_deadline": deadline})
        return res

    def _by_deadline(self):
        """{the day until which the policy wants them decided, from today: rows}"""
        today = fields.Date.context_today(self)
        policies = self.env["recon.policy"]._for_journals(self.journal_id)
        return self.grouped(
            lambda row: (
                today + timedelta(days=policies[row.journal_id]._days_for(row.reason, row.amount))
            )
        )

    @api.model
    def _open_domain(self):
        """The Domain of what is to do today: open, and not put off until later."""
        today = fields.Date.context_today(self)
        return Domain("state", "=", "open") & (
            Domain("postponed_until", "=", False) | Domain("postponed_until", "<=", today)
        )

    # -- whose it is, and when -----------------------------------------------------

    def _assign(self, user):
        """Give the lines to ``user``; UserError when they may not decide on them."""
        strangers = self.company_id - user.company_ids
        if strangers or not user.has_group("open_banking_recon.group_clerk"):
            raise UserError(
                self.env._(
                    "%(user)s may not reconcile bank lines of %(company)s.",
                    user=user.name,
                    company=(strangers or self.company_id)[:1].name,
                )
            )
        # they find the lines under Mine: a mail for each of many helps nobody
        self.with_context(mail_auto_subscribe_no_notify=True).write({"user_id": user.id})

    def _postpone(self, day):
        """Hide the lines from the to-do list until ``day``; no day brings them back."""
        if day and day <= fields.Date.context_today(self):
            raise UserError(self.env._("Choose a day after today."))
        self.write({"postponed_until": day})

    def action_bring_back(self):
        self._postpone(False)

    def action_plan_owner(self):
        """Ask who decides on the chosen lines."""
        return self._plan("owner", self.env._("Assign to"))

    def action_plan_day(self):
        """Ask until when the chosen lines are put off."""
        return self._plan("day", self.env._("Postpone"))

    def _plan(self, what, title):
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "recon.exception.plan",
            "view_mode": "form",
            "target": "new",
            "context": {"default_what": what, "default_exception_ids": self.ids},
        }

    # -- who is told when it is late ---------------------------------------------------

    @api.model
    def _cron_escalate(self):
        """Tell somebody, once, of each line that is later than its policy allows."""
        late = self._late(fields.Date.context_today(self))
        for done, chunk in enumerate(split_every(CHUNK, late.ids, self.browse), 1):
            chunk._escalate(fields.Date.context_today(self))
            remaining = max(len(late) - done * CHUNK, 0)
            if self.env["ir.cron"]._commit_progress(len(chunk), remaining=remaining) <= 0:
                return

    @api.model
    def _late(self, today):
        """The lines to tell somebody of, the longest due first."""
        overdue = (
            self._open_domain()
            & Domain("escalated_on", "=", False)
            & Domain("date_deadline", "<", today)
        )
        journals = [journal for (journal,) in self._read_group(overdue, ["journal_id"])]
        policies = self.env["recon.policy"]._for_journals(self.journal_id.union(*journals))
        late = [
            Domain("journal_id", "=", journal.id)
            & Domain("date_deadline", "<=", today - timedelta(days=policy.escalate_days))
            for journal, policy in policies.items()
            if policy.escalate_days
        ]
        return self.search(overdue & Domain.OR(late), order="date_deadline, id")

    def _escalate(self, today):
        """One activity a line, for the policy's user, else for whoever of its role has the fewest."""
        policies = self.env["recon.policy"]._for_journals(self.journal_id)
        load = self._escalation_load()
        vals_list, told = [], self.browse()
        for row in self:
            candidates = policies[row.journal_id]._told_when_late()
            if not candidates:
                _logger.warning("bank line %s is late, and nobody may be told", row.st_line_id.id)
                continue
            user = min(candidates, key=lambda user: (load.get(user.id, 0), user.id))
            load[user.id] = load.get(user.id, 0) + 1
            vals_list.append(row._escalation_vals(user, today))
            told |= row
        # quick update: an e-mail for each late line would help nobody, the activity is enough
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(vals_list)
        told.escalated_on = today

    def _escalation_vals(self, user, today):
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "activity_type_id": self.env.ref(ESCALATION).id,
            "user_id": user.id,
            "automated": True,
            "date_deadline": today,
            "summary": self.env._(
                "Due %(day)s: %(text)s",
                day=fields.Date.to_string(self.date_deadline),
                text=self.payment_ref,
            ),
        }

    @api.model
    def _escalation_load(self):
        """{user id: open activities of this kind}"""
        rows = self.env["mail.activity"]._read_group(
            [("activity_type_id", "=", self.env.ref(ESCALATION).id)], ["user_id"], ["__count"]
        )
        return {user.id: count for user, count in rows}

    @api.model
    def _resolve(self, st_lines):
        # EXTENDS open_banking_recon: nobody has to look at a late line that is done
        # sudo: the activity is of the one who was told, whoever settles the line
        told = self.sudo().search(
            [
                ("st_line_id", "in", st_lines.ids),
                ("state", "=", "open"),
                ("escalated_on", "!=", False),
            ]
        )
        res = super()._resolve(st_lines)
        if told:
            told.activity_unlink([ESCALATION])
        return res
