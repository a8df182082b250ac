"""The values that flow between the models and the follow-up kernel.

All values are immutable. Money is ``Decimal`` in major units of one currency per position; a debt
is positive, a credit negative. Dates are calendar dates of the creditor's company.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum


class Stage(str, Enum):
    """Where a case stands, in rising order of pressure. A hold is another axis."""

    CLEAR = "clear"
    NOTICE = "notice"
    DUE = "due"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    FORMAL_NOTICE = "formal_notice"
    CLOSED = "closed"


class EventKind(str, Enum):
    """A fact that reached a case from the ledger, the bank or our own outbox."""

    OPENED = "opened"
    BECAME_DUE = "became_due"
    NOTICE_SENT = "notice_sent"
    REMINDER_SENT = "reminder_sent"
    FIRM_SENT = "firm_sent"
    FORMAL_SENT = "formal_sent"
    INVOICE_PAID = "invoice_paid"  # one of several: others are still open
    PAID = "paid"  # nothing is open any more
    CREDITED = "credited"
    PAYMENT_PENDING = "payment_pending"
    REOPENED = "reopened"
    RETURNED = "returned"
    PARTIALLY_PAID = "partially_paid"
    OVERPAID = "overpaid"
    PAYMENT_FAILED = "payment_failed"  # tried on the portal
    PROMISE_MADE = "promise_made"
    PROMISE_KEPT = "promise_kept"
    PROMISE_BROKEN = "promise_broken"
    PLAN_ACCEPTED = "plan_accepted"
    PLAN_FULFILLED = "plan_fulfilled"
    PLAN_BROKEN = "plan_broken"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_CLOSED = "dispute_closed"
    MESSAGE_BOUNCED = "message_bounced"
    REPLIED = "replied"
    OPTED_OUT = "opted_out"
    THANKED = "thanked"
    HANDED_OVER = "handed_over"  # to a salesperson or a manager


class Tone(str, Enum):
    COURTESY = "courtesy"
    FRIENDLY = "friendly"
    FIRM = "firm"
    FORMAL = "formal"


class Autonomy(str, Enum):
    """How much a policy does by itself: show, propose, or send its soft steps."""

    SIMULATE = "simulate"
    SUGGEST = "suggest"
    AUTOMATIC = "automatic"


class Trigger(str, Enum):
    """What a step answers."""

    DUE_DATE = "due_date"
    PAYMENT_PENDING = "payment_pending"
    PAYMENT_RETURNED = "payment_returned"


class HoldReason(str, Enum):
    DISPUTE = "dispute"
    PROMISE = "promise"
    PLAN = "plan"
    PAYMENT_PENDING = "payment_pending"
    RETRY_SCHEDULED = "retry_scheduled"
    MANUAL = "manual"
    INSOLVENCY = "insolvency"
    DECEASED = "deceased"
    MISSING_CONTACT = "missing_contact"


class ReturnClass(str, Enum):
    """Of the bank's reasons for sending a payment back."""

    RETRY_FUNDS = "retry_funds"  # no money on that day
    FIX_ACCOUNT = "fix_account"  # wrong, closed or blocked account
    MANDATE = "mandate"  # no or no valid mandate
    REFUSED = "refused"  # the customer does not want it
    DECEASED = "deceased"
    OUR_ERROR = "our_error"  # our file, our bank or the clearing: not the customer's doing
    UNKNOWN = "unknown"  # a person looks at it


class Reason(str, Enum):
    """Why a case gets no message."""

    NO_DEBT = "no_debt"  # nothing open: paid
    EXCLUDED = "excluded"  # all that is open is marked "no follow-up" or blocked
    COVERED = "covered"  # credit notes and unallocated payments cover it
    BELOW_MINIMUM = "below_minimum"
    NO_STEP_DUE = "no_step_due"
    IN_FLIGHT = "in_flight"  # a message may be on its way: never two at once
    HELD = "held"
    CONTACT_LIMIT = "contact_limit"


@dataclass(frozen=True, slots=True)
class OpenDebt:
    """One open receivable line (an instalment is a line). ``amount`` > 0, in the case's currency.

    ``excluded``: the line asks not to be followed up, or its invoice is blocked.
    ``done_offset``: offset (business days from the due date) of the latest step the customer has
    had for this line, None before the first; an offset outlives a change of policy.
    """

    ref: int
    amount: Decimal
    issue_date: date
    due_date: date
    excluded: bool = False
    done_offset: int | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason to stay silent from ``start`` to ``end``, both included; no ``end`` is for good."""

    reason: HoldReason
    start: date
    end: date | None = None

    def is_live(self, today: date) -> bool:
        return self.start <= today and (self.end is None or today <= self.end)


@dataclass(frozen=True, slots=True)
class Position:
    """All that is open between us and one customer in one currency.

    ``credit`` >= 0 is what we owe them or have not yet allocated: credit notes, payments.
    ``contacts`` are the dates of written messages to this customer, over all cases and channels.
    ``risk``: probability of late payment, None when not known. ``in_flight``: a message was
    claimed and its fate is not known yet. ``returned``: class of a payment that the bank returned
    and of which the customer has not been told yet. ``thanked``: thanked in this cycle already.
    ``reachable``: channels by which the customer can be reached; ``preference``: the one they want,
    "" for none in particular, "none" for no contact at all.
    """

    case_ref: int
    cycle: int
    debts: tuple[OpenDebt, ...]
    credit: Decimal = Decimal(0)
    holds: tuple[Hold, ...] = ()
    contacts: tuple[date, ...] = ()
    risk: Decimal | None = None
    in_flight: bool = False
    returned: ReturnClass | None = None
    thanked: bool = False
    reachable: frozenset[str] = frozenset({"email"})
    preference: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """``offset_days``: business days from the due date, < 0 before it. ``min_risk``: the step is
    only for customers whose known risk reaches it; None: for all. ``channels`` are tried in their
    order; ``offers`` are all channels that the step has a text for."""

    ref: int
    offset_days: int
    tone: Tone
    channels: tuple[str, ...] = ("email",)
    needs_approval: bool = False
    min_risk: Decimal | None = None
    offers: frozenset[str] = frozenset({"email"})


@dataclass(frozen=True, slots=True)
class ContactLimit:
    """At most ``messages`` written messages within ``days`` days, today included."""

    messages: int
    days: int


# Stricter than any law on reminders of one's own claims: no EU number exists, and the strictest
# one known (12 CFR 1006.14, calls of US debt collectors) counts 7 calls in 7 days.
DEFAULT_LIMITS = (ContactLimit(1, 7), ContactLimit(3, 30))


@dataclass(frozen=True, slots=True)
class Policy:
    """``minimum_amount`` is in the currency of the position it is applied to.

    Customers whose known risk is below ``patient_below`` get each step after the due date
    ``patience_days`` business days later. ``thanks`` answers a payment that is on its way,
    ``on_return`` one that the bank returned, by class; their offsets mean nothing.
    """

    steps: tuple[Step, ...]
    minimum_amount: Decimal = Decimal(0)
    limits: tuple[ContactLimit, ...] = DEFAULT_LIMITS
    autonomy: Autonomy = Autonomy.AUTOMATIC
    patience_days: int = 0
    patient_below: Decimal = Decimal(0)
    thanks: Step | None = None
    on_return: tuple[tuple[ReturnClass, Step], ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """One message to one customer by ``channel``. ``amount`` is what it asks for, net of credits.

    ``targets`` are the lines it is about, oldest due date first; ``done_offsets`` pairs each
    line with the offset of the newest step it has reached, to be remembered once the message is out.
    """

    case_ref: int
    cycle: int
    step: Step
    targets: tuple[int, ...]
    amount: Decimal
    done_offsets: tuple[tuple[int, int], ...]
    needs_person: bool
    channel: str = "email"


@dataclass(frozen=True, slots=True)
class Silence:
    """Why nothing is sent. ``until``: the last day it lasts, None when a fact must change first.
    ``hold`` is set when the reason is HELD."""

    reason: Reason
    until: date | None = None
    hold: HoldReason | None = field(default=None)
