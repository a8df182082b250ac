"""What to say to a customer today, and why nothing when it is nothing.

The same function plans an action and checks it again at the moment of sending, so what was true
in the morning is never sent in the afternoon when it is true no more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from .calendar import add_business_days
from .channels import NO_CONTACT, choose
from .types import (
    Autonomy,
    ContactLimit,
    Hold,
    HoldReason,
    OpenDebt,
    PlannedAction,
    Policy,
    Position,
    Reason,
    Silence,
    Step,
    Tone,
)


def plan(position: Position, policy: Policy, today: date, country: str) -> PlannedAction | Silence:
    """The one message a customer is to get today, or the reason for silence.

    Only the newest step that each line has reached counts: after an outage the steps in between
    are not sent late. ``country`` (ISO 3166-1 alpha-2) gives the public holidays.
    """
    return (
        _thank(position, policy, today)
        or _tell_of_return(position, policy, today)
        or _remind(position, policy, today, country)
    )


def _thank(position: Position, policy: Policy, today: date) -> PlannedAction | None:
    """The thanks for a payment on its way, when a reminder went out before and nothing else holds."""
    if not policy.thanks or position.thanked or position.in_flight:
        return None
    live = {hold.reason for hold in position.holds if hold.is_live(today)}
    reminded = [debt for debt in _askable(position) if _was_reminded(debt)]
    if live != {HoldReason.PAYMENT_PENDING} or not reminded:
        return None
    if limited_until(position.contacts, policy.limits, today):
        return None
    action = _action(position, policy, policy.thanks, reminded)
    return action if action.amount > 0 and action.channel else None


def _tell_of_return(
    position: Position, policy: Policy, today: date
) -> PlannedAction | Silence | None:
    """The message about a payment that the bank returned: it says what went wrong, so it goes
    before any reminder of its debts."""
    step = dict(policy.on_return).get(position.returned) if position.returned else None
    due = [debt for debt in _askable(position) if debt.due_date <= today]
    if not step or not due:
        return None
    action = _action(position, policy, step, due)
    return _silence(position, policy, action, today) or action


def _remind(
    position: Position, policy: Policy, today: date, country: str
) -> PlannedAction | Silence:
    found = _find_step(position, policy, today, country)
    if isinstance(found, Silence):
        return found
    step, reached = found
    offsets = tuple((debt.ref, at.offset_days) for debt, at in reached.items())
    action = _action(position, policy, step, _targets(step, reached), offsets)
    return _silence(position, policy, action, today) or action


def _action(
    position: Position,
    policy: Policy,
    step: Step,
    targets: Sequence[OpenDebt],
    offsets: Iterable[tuple[int, int]] = (),
) -> PlannedAction:
    ordered = sorted(targets, key=lambda debt: (debt.due_date, debt.ref))
    refs = tuple(debt.ref for debt in ordered)
    return PlannedAction(
        case_ref=position.case_ref,
        cycle=position.cycle,
        step=step,
        targets=refs,
        amount=sum((debt.amount for debt in targets), Decimal(0)) - position.credit,
        done_offsets=tuple((ref, offset) for ref, offset in offsets if ref in refs),
        needs_person=needs_person(step, policy.autonomy),
        channel=choose(step, position) or "",
    )


def needs_person(step: Step, autonomy: Autonomy) -> bool:
    """Whether a person must approve ``step``. A formal notice always waits for one."""
    return step.needs_approval or step.tone is Tone.FORMAL or autonomy is not Autonomy.AUTOMATIC


def newest_step(
    debt: OpenDebt, policy: Policy, risk: Decimal | None, today: date, country: str
) -> Step | None:
    """The newest step that ``debt`` has reached today, already done or not; None before the first.

    A step before the due date lapses on that date, and never fires for a day on or before the
    day the invoice was issued: the invoice itself was the message. A formal notice is never the
    first word after the due date: who was not reminded gets the step before it.
    """
    patience = _patience(policy, risk)
    newest = None
    for step in sorted(policy.steps, key=lambda step: step.offset_days):
        if not _passes_gate(step, risk) or (step.offset_days < 0 and today >= debt.due_date):
            continue
        if step.tone is Tone.FORMAL and not _was_reminded(debt):
            continue
        offset = step.offset_days + (patience if step.offset_days >= 0 else 0)
        fires = add_business_days(debt.due_date, offset, country)
        if debt.issue_date < fires <= today:
            newest = step
    return newest


def action_key(action: PlannedAction) -> str:
    """SHA-256 that is equal for two plans of the same message: case, step, cycle, targets with
    the step that each has reached, and channel. A unique index on it keeps a message from being
    planned twice; a line that has come to the step of its neighbours makes another message."""
    parts = [
        action.case_ref,
        action.step.ref,
        action.cycle,
        sorted(action.targets),
        sorted(action.done_offsets),
        action.channel,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def step_back(done_offset: int | None, policy: Policy) -> int | None:
    """What is left as done of a line whose payment was taken back: one step less, so that the
    customer hears of it again, without starting from the first step."""
    if done_offset is None:
        return None
    earlier = [step.offset_days for step in policy.steps if step.offset_days < done_offset]
    return max(earlier, default=None)


def live_hold(holds: Iterable[Hold], today: date) -> Hold | None:
    """The live hold that lasts longest, or None."""
    live = [hold for hold in holds if hold.is_live(today)]
    return max(live, key=lambda hold: hold.end or date.max, default=None)


def limited_until(
    contacts: Iterable[date], limits: Iterable[ContactLimit], today: date
) -> date | None:
    """The last day on which ``limits`` forbid a further message, or None when one may go today."""
    latest = sorted(contacts, reverse=True)
    ends = [
        latest[limit.messages - 1] + timedelta(days=limit.days - 1)
        for limit in limits
        if len(latest) >= limit.messages
    ]
    return max((end for end in ends if end >= today), default=None)


def _patience(policy: Policy, risk: Decimal | None) -> int:
    """Business days by which the steps after the due date come later for a good payer."""
    return policy.patience_days if risk is not None and risk < policy.patient_below else 0


def _passes_gate(step: Step, risk: Decimal | None) -> bool:
    return step.min_risk is None or (risk is not None and risk >= step.min_risk)


def _find_step(
    position: Position, policy: Policy, today: date, country: str
) -> tuple[Step, dict[OpenDebt, Step]] | Silence:
    """The step to send and, for each line that may be asked for, the newest step it has reached."""
    if not position.debts:
        return Silence(Reason.NO_DEBT)
    askable = _askable(position)
    if not askable:
        return Silence(Reason.EXCLUDED)
    reached = {
        debt: step
        for debt in askable
        if (step := newest_step(debt, policy, position.risk, today, country))
    }
    fresh = [step for debt, step in reached.items() if not _is_done(debt, step)]
    if not fresh:
        return Silence(Reason.NO_STEP_DUE)
    return max(fresh, key=lambda step: step.offset_days), reached


def _was_reminded(debt: OpenDebt) -> bool:
    """Whether a message after the due date was sent for it."""
    return debt.done_offset is not None and debt.done_offset >= 0


def _askable(position: Position) -> list[OpenDebt]:
    if position.preference == NO_CONTACT:
        return []
    return [debt for debt in position.debts if not debt.excluded]


def _is_done(debt: OpenDebt, step: Step) -> bool:
    """A later step done covers the earlier ones (a due date may have been put off since)."""
    return debt.done_offset is not None and debt.done_offset >= step.offset_days


def _targets(step: Step, reached: dict[OpenDebt, Step]) -> list[OpenDebt]:
    """A reminder lists every line that has come so far as to be reminded, a notice before the due
    date those that fall due."""
    before_due = step.offset_days < 0
    return [debt for debt, at in reached.items() if (at.offset_days < 0) == before_due]


def _silence(
    position: Position, policy: Policy, action: PlannedAction, today: date
) -> Silence | None:
    if action.amount <= 0:
        return Silence(Reason.COVERED)
    if action.amount < policy.minimum_amount:
        return Silence(Reason.BELOW_MINIMUM)
    if position.in_flight:
        return Silence(Reason.IN_FLIGHT)
    hold = live_hold(position.holds, today)
    if hold:
        return Silence(Reason.HELD, hold.end, hold.reason)
    if not action.channel:
        return Silence(Reason.HELD, hold=HoldReason.MISSING_CONTACT)
    until = limited_until(position.contacts, policy.limits, today)
    return Silence(Reason.CONTACT_LIMIT, until) if until else None
