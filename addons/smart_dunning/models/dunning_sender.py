"""Sending in three transactions: claim and freeze, send, store the result.

A row is looked at again under its lock just before it leaves: a payment, a credit, a hold or a
pending bank transaction that came since the planning stops it. What a crash leaves behind in the
middle of sending becomes `unknown`, which only a person resolves.
"""

from __future__ import annotations

import logging
from datetime import timedelta, timezone
from functools import partial

import pytz
from psycopg2 import OperationalError
from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo import api, fields, models

from ..dunning_core import calendar, planner
from ..dunning_core.types import Autonomy, PlannedAction, Reason, Tone
from . import bulk
from .dunning_action import CANCEL_REASON
from .dunning_channel import Outcome
from .dunning_ledger import local_date
from .dunning_planner import country_of

_logger = logging.getLogger(__name__)

BATCH = 20
MAX_ATTEMPTS = 3
HOLD_TRIES = 5
RETRY_AFTER = timedelta(hours=1)
# Longer than any sending takes; the row lock of a sender that lives protects it in any case.
ABANDONED_AFTER = timedelta(minutes=15)


class DunningSender(models.AbstractModel):
    _name = "dunning.sender"
    _description = "Follow-up Sending"

    @api.model
    def _cron_send(self, now=None):
        """Send what is approved and still right. ``now``: naive UTC, the clock if None; hours and
        contact limits are judged by it."""
        now = now or fields.Datetime.now()
        self._recover(now)
        self._retry_failed(now)
        self._commit()
        last_id = 0
        while candidates := self._candidates(now, last_id):
            last_id = max(candidates.ids)
            for action in self._claim_or_leave(candidates, now):
                self._deliver(action, now)
            if self._commit(len(candidates)) <= 0:
                self.env["dunning.action"]._trigger_send_sudo()
                return

    @api.model
    def _commit(self, done=0):
        """End one of the three transactions; returns the seconds left to this run."""
        return self.env["ir.cron"]._commit_progress(done)

    # -- what a crash or a refusal left behind -------------------------------------------------

    @api.model
    def _recover(self, now):
        """Rows whose sender died: claimed ones were not sent, sending ones may have been."""
        stuck = self.env["dunning.action"].search(
            [("state", "in", ("claimed", "sending")), ("claimed_at", "<", now - ABANDONED_AFTER)]
        )
        stuck = stuck.try_lock_for_update()
        stuck.invalidate_recordset(["state"])
        stuck.filtered(lambda a: a.state == "claimed")._set_state("approved")
        lost = stuck.filtered(lambda a: a.state == "sending")
        lost._set_state("unknown")
        for action in lost:
            _logger.warning("the fate of follow-up message %d is unknown", action.id)

    @api.model
    def _retry_failed(self, now):
        """An e-mail that a server refused or of unknown fate is tried again a few times under the
        same Message-Id, by which mail systems know a second copy from the first.

        Other channels and formal notices wait for a person: a second copy does harm there.
        """
        again = self.env["dunning.action"].search(
            [
                ("state", "in", ("failed", "unknown")),
                ("channel", "in", self.env["dunning.channel"]._retried()),
                ("step_id.tone", "!=", Tone.FORMAL.value),
                ("attempts", "<", MAX_ATTEMPTS),
                ("claimed_at", "<=", now - RETRY_AFTER),
            ]
        )
        again = again.try_lock_for_update()
        again.invalidate_recordset(["state"])
        again = again.filtered(lambda action: action.state in ("failed", "unknown"))
        again.filtered(lambda action: action.state == "unknown")._set_state("failed")
        again._set_state("approved")

    # -- first transaction: claim ----------------------------------------------------------------

    @api.model
    def _candidates(self, now, last_id):
        return self.env["dunning.action"].search(
            [
                ("state", "=", "approved"),
                ("id", ">", last_id),
                "|",
                ("not_before", "=", False),
                ("not_before", "<=", now),
            ],
            order="id",
            limit=BATCH,
        )

    @api.model
    def _claim_or_leave(self, candidates, now):
        """Claim in a transaction of its own. Where somebody pays or decides in the same moment,
        the candidates are left to the next run, which is asked for."""
        try:
            claimed = self._claim(candidates, now)
            self._commit()
        except SerializationFailure:
            _logger.info("claiming met a change in the same moment, trying again")
            self.env.cr.rollback()
            self.env["dunning.action"]._trigger_send_sudo()
            self._commit()
            return candidates.browse()
        return claimed

    @api.model
    def _claim(self, candidates, now):
        """Lock, check again and freeze; returns the actions that are to be sent now."""
        locked = candidates.try_lock_for_update()
        locked.invalidate_recordset()
        approved = locked.filtered(lambda a: a.state == "approved")
        ready = approved.filtered(lambda a: self._or_fail(a, now, lambda: self._in_hours(a, now)))
        claimed = self._check_and_freeze(ready, now)
        by_hand = claimed.filtered(lambda action: self._channel(action)._by_hand)
        by_hand._set_state("to_print")
        return claimed - by_hand

    @api.model
    def _check_and_freeze(self, ready, now):
        """Those of locked, approved actions that the books of this moment still call for, frozen."""
        claimed = ready.browse()
        for company, actions in ready.grouped("company_id").items():
            today = local_date(now, company)
            # One message a customer and round: the limits of the next round then count this one.
            first = {action.partner_id: action for action in reversed(actions)}
            positions = self.env["dunning.ledger"]._positions(actions.case_id, today)
            for action in actions:
                position = positions[action.case_id]
                if first[action.partner_id] == action and self._or_fail(
                    action, now, partial(self._check_one, action, position, today, now)
                ):
                    claimed |= action
        return claimed

    @api.model
    def _check_one(self, action, position, today, now):
        return self._still_right(action, position, today) and self._freeze(action, now)

    @api.model
    def _or_fail(self, action, now, work):
        """What ``work`` returns; False when it breaks: that message fails, whatever the reason, the
        others leave."""
        try:
            with self.env.cr.savepoint():
                return work()
        except OperationalError:
            raise  # the database wants the transaction again, or is gone
        except Exception as error:
            _logger.warning("follow-up message %d cannot be made", action.id, exc_info=True)
            action._set_state(
                "failed", failure=_words(error), claimed_at=now, attempts=action.attempts + 1
            )
            return False

    @api.model
    def _in_hours(self, action, now):
        """Whether the customer may be written to at ``now``; if not, the action waits."""
        zone, country = self._zone(action), country_of(action.case_id)
        moment = now.replace(tzinfo=timezone.utc)
        allowed = calendar.next_allowed(moment, zone, country)
        if allowed == moment:
            return True
        action.not_before = allowed.replace(tzinfo=None)
        action._trigger_send_sudo(at=action.not_before)
        return False

    @api.model
    def _zone(self, action):
        """The customer's time zone: their own, that of their country, or that of the company."""
        partner, company = action.partner_id, action.company_id
        zones = pytz.country_timezones.get(partner.country_id.code or "", [])
        return partner.tz or next(iter(zones), None) or company.partner_id.tz or "UTC"

    @api.model
    def _still_right(self, action, position, today):
        """Plan again from the books of this moment: True when it is still the same message."""
        case = action.case_id
        found = self.env["dunning.policy"]._for_positions(
            {case: position}, action.company_id, today
        )
        if not found:
            action._cancel("superseded")
            return False
        _record, policy = found[case]
        outcome = planner.plan(position, policy, today, country_of(case))
        if not isinstance(outcome, PlannedAction):
            self._put_off(action, outcome)
            return False
        if outcome.step.ref != action.step_id.id or outcome.channel != action.channel:
            action._cancel("superseded")
            action.case_id._trigger_plan_sudo()
            return False
        if self._waits_for_person(action, outcome, policy):
            action._set_state("planned")
            return False
        # an invoice that came since the planning is asked for as well
        self.env["dunning.planner"]._link_items({case: position})
        items = case.item_ids.filtered(lambda i: i.move_line_id.id in outcome.targets)
        action.write(
            {
                "amount": float(outcome.amount),
                "item_ids": [fields.Command.set(items.ids)],
                "done_offsets": {str(ref): offset for ref, offset in outcome.done_offsets},
            }
        )
        return True

    @api.model
    def _waits_for_person(self, action, outcome, policy):
        """Whether the policy has become stricter since the message was approved."""
        simulates = policy.autonomy is Autonomy.SIMULATE
        return simulates or (outcome.needs_person and not action.approved_by_id)

    @api.model
    def _put_off(self, action, silence):
        """Cancel for good, or wait and say on the case why."""
        if silence.reason in CANCEL_REASON:
            action._cancel(CANCEL_REASON[silence.reason])
            return
        if silence.reason is Reason.CONTACT_LIMIT:
            action.not_before = fields.Datetime.to_datetime(silence.until + timedelta(days=1))
        action.case_id.write(
            {
                "waiting_reason": silence.reason.value,
                "waiting_hold": silence.hold and silence.hold.value,
                "waiting_until": silence.until,
            }
        )

    @api.model
    def _freeze(self, action, now):
        """Fix what is sent, to whom and under which Message-Id."""
        action._forget_files()
        frozen = self._channel(action)._freeze(action)
        action._set_state("claimed", claimed_at=now, **frozen)
        action.content_hash = action._digest()
        return True

    @api.model
    def _channel(self, action):
        channel = self.env["dunning.channel"]._of(action.channel)
        return channel.with_company(action.company_id)

    # -- second and third transaction: send and store ---------------------------------------------

    @api.model
    def _deliver(self, action, now):
        """Send one claimed action. The row stays locked until its fate is stored."""
        if not self._start(action):
            return
        self._store_result(action, self._try_to_send(action), now)
        self._commit()

    @api.model
    def _try_to_send(self, action):
        """The Outcome of the channel. Where it breaks in a way that it does not know, nobody can
        say whether the message left; the other messages are not held up by it."""
        try:
            with self.env.cr.savepoint():
                return self._channel(action)._send(action)
        except OperationalError:
            raise
        except Exception as error:
            _logger.warning("sending of follow-up message %d broke", action.id, exc_info=True)
            return Outcome("unknown", _words(error))

    @api.model
    def _start(self, action):
        """Say that sending begins, so that a crash from here on is seen; False when another
        sender has taken the row."""
        if not action.try_lock_for_update():
            return False
        action.invalidate_recordset(["state"])
        if action.state != "claimed":
            return False
        action._set_state("sending", attempts=action.attempts + 1)
        self._commit()
        return self._hold(action)

    @api.model
    def _hold(self, action):
        """Lock the action again, and with it what its result is written to: whoever changes these
        waits. A conflict after the sending would lose the word of the server, and the message would
        leave twice."""
        for left in reversed(range(HOLD_TRIES)):
            try:
                locked = action.try_lock_for_update()
                action.invalidate_recordset(["state"])
                if not locked or action.state != "sending":
                    return False
                bulk.lock_rows(action.case_id)
                bulk.lock_rows(action.item_ids)
            except (SerializationFailure, DeadlockDetected):
                self.env.cr.rollback()
                if not left:
                    raise
            else:
                return True
        return False

    @api.model
    def _store_result(self, action, outcome, now):
        if outcome.state == "sent":
            action.content_hash = action._digest()  # with the page of a letter
            action._mark_sent(now)
        else:
            action._set_state(outcome.state, failure=outcome.failure)


def _words(error):
    """What an error says, with its kind where it says nothing."""
    return str(error) or type(error).__name__
