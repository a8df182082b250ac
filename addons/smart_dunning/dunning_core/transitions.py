"""How a case moves from stage to stage: one table, nothing else decides."""

from __future__ import annotations

from .types import EventKind, Stage, Tone

_OPEN_STAGES = (
    Stage.CLEAR,
    Stage.NOTICE,
    Stage.DUE,
    Stage.REMINDED,
    Stage.ESCALATED,
    Stage.FORMAL_NOTICE,
)

# Facts that raise the pressure: a case goes up to this stage and never down by them.
_RAISES = {
    EventKind.NOTICE_SENT: Stage.NOTICE,
    EventKind.BECAME_DUE: Stage.DUE,
    EventKind.RETURNED: Stage.DUE,
    EventKind.REOPENED: Stage.DUE,
    EventKind.REMINDER_SENT: Stage.REMINDED,
    EventKind.FIRM_SENT: Stage.ESCALATED,
    EventKind.FORMAL_SENT: Stage.FORMAL_NOTICE,
}
_CLOSES = (EventKind.PAID, EventKind.CREDITED)
# What wakes a closed case: the money was taken back. It starts again as a debt that is due, not at
# zero and not where the last round had ended. A new debt opens a new case instead.
_WAKES = {
    EventKind.REOPENED: Stage.DUE,
    EventKind.RETURNED: Stage.DUE,
}


def _table() -> dict[tuple[Stage, EventKind], Stage]:
    table = {
        (stage, kind): max(stage, target, key=_OPEN_STAGES.index)
        for stage in _OPEN_STAGES
        for kind, target in _RAISES.items()
    }
    table |= {(stage, kind): Stage.CLOSED for stage in _OPEN_STAGES for kind in _CLOSES}
    table |= {(Stage.CLOSED, kind): target for kind, target in _WAKES.items()}
    return table


TRANSITIONS = _table()

EVENT_OF_TONE = {
    Tone.COURTESY: EventKind.NOTICE_SENT,
    Tone.FRIENDLY: EventKind.REMINDER_SENT,
    Tone.FIRM: EventKind.FIRM_SENT,
    Tone.FORMAL: EventKind.FORMAL_SENT,
}


def next_stage(stage: Stage, event: EventKind) -> Stage:
    """The stage after ``event``. A pair that the table does not hold leaves the stage as it is:
    a message that arrives after the payment must not wake a closed case."""
    return TRANSITIONS.get((stage, event), stage)
