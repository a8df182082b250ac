from hypothesis import given
from hypothesis import strategies as st

from dunning_core.transitions import EVENT_OF_TONE, TRANSITIONS, next_stage
from dunning_core.types import EventKind, Stage, Tone

ORDER = list(Stage)
RAISING = [
    EventKind.NOTICE_SENT,
    EventKind.BECAME_DUE,
    EventKind.REMINDER_SENT,
    EventKind.FIRM_SENT,
    EventKind.FORMAL_SENT,
]


def test_a_case_rises_step_by_step_to_the_formal_notice():
    stage = Stage.CLEAR
    seen = []
    for event in RAISING:
        stage = next_stage(stage, event)
        seen.append(stage)
    assert seen == [
        Stage.NOTICE,
        Stage.DUE,
        Stage.REMINDED,
        Stage.ESCALATED,
        Stage.FORMAL_NOTICE,
    ]


def test_a_friendly_reminder_for_a_new_invoice_does_not_lower_an_escalated_case():
    assert next_stage(Stage.ESCALATED, EventKind.REMINDER_SENT) is Stage.ESCALATED


def test_payment_closes_a_case_from_every_open_stage():
    for stage in ORDER[:-1]:
        assert next_stage(stage, EventKind.PAID) is Stage.CLOSED
        assert next_stage(stage, EventKind.CREDITED) is Stage.CLOSED


def test_a_returned_payment_wakes_a_closed_case_as_due_neither_at_zero_nor_at_the_top():
    assert next_stage(Stage.CLOSED, EventKind.RETURNED) is Stage.DUE
    assert next_stage(Stage.CLOSED, EventKind.REOPENED) is Stage.DUE


def test_a_message_reported_sent_after_the_payment_does_not_wake_a_closed_case():
    for event in EVENT_OF_TONE.values():
        assert next_stage(Stage.CLOSED, event) is Stage.CLOSED


def test_paying_one_of_several_invoices_closes_nothing():
    assert next_stage(Stage.REMINDED, EventKind.INVOICE_PAID) is Stage.REMINDED


def test_a_pending_payment_does_not_move_the_stage():
    for stage in ORDER:
        assert next_stage(stage, EventKind.PAYMENT_PENDING) is stage


def test_every_tone_has_its_event():
    assert set(EVENT_OF_TONE) == set(Tone)


def test_the_table_holds_stages_and_events_only():
    assert all(isinstance(s, Stage) and isinstance(e, EventKind) for s, e in TRANSITIONS)


@given(st.sampled_from(ORDER[:-1]), st.lists(st.sampled_from(RAISING)))
def test_without_payment_the_pressure_never_falls(stage, events):
    for event in events:
        following = next_stage(stage, event)
        assert ORDER.index(following) >= ORDER.index(stage)
        stage = following


@given(st.sampled_from(ORDER), st.sampled_from(list(EventKind)))
def test_the_same_fact_told_twice_changes_nothing_more(stage, event):
    once = next_stage(stage, event)
    assert next_stage(once, event) is once
