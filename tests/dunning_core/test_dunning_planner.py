from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_core.planner import action_key, limited_until, needs_person, plan, step_back
from dunning_core.types import (
    DEFAULT_LIMITS,
    Autonomy,
    Hold,
    HoldReason,
    OpenDebt,
    PlannedAction,
    Policy,
    Position,
    Reason,
    ReturnClass,
    Silence,
    Step,
    Tone,
)

NOTICE = Step(1, -3, Tone.COURTESY)
REMINDER = Step(2, 5, Tone.FRIENDLY)
FIRM = Step(3, 15, Tone.FIRM)
FORMAL = Step(4, 30, Tone.FORMAL)
POLICY = Policy((NOTICE, REMINDER, FIRM, FORMAL))
DUE = date(2026, 9, 14)  # a Monday without holidays near it in France
NOTICE_DAY, REMINDER_DAY, FIRM_DAY = date(2026, 9, 9), date(2026, 9, 21), date(2026, 10, 5)


def debt(ref=1, amount="100", due=DUE, **kwargs):
    return OpenDebt(
        ref, Decimal(amount), kwargs.pop("issued", due - timedelta(days=30)), due, **kwargs
    )


def position(*debts, **kwargs):
    return Position(7, kwargs.pop("cycle", 1), debts or (debt(),), **kwargs)


def decide(pos, today, policy=POLICY):
    return plan(pos, policy, today, "FR")


@pytest.mark.parametrize(
    ("today", "step"),
    [(NOTICE_DAY, NOTICE), (REMINDER_DAY, REMINDER), (FIRM_DAY, FIRM)],
)
def test_each_step_fires_on_its_business_day(today, step):
    assert decide(position(), today).step == step


def test_nothing_is_sent_before_the_first_step():
    assert decide(position(), NOTICE_DAY - timedelta(days=1)) == Silence(Reason.NO_STEP_DUE)


def test_a_notice_missed_before_the_due_date_is_not_sent_after_it():
    assert decide(position(), DUE) == Silence(Reason.NO_STEP_DUE)


def test_after_an_outage_only_the_newest_step_fires():
    action = decide(position(), FIRM_DAY + timedelta(days=3))
    assert action.step == FIRM
    after = position(debt(done_offset=dict(action.done_offsets)[1]))
    assert decide(after, FIRM_DAY + timedelta(days=3)) == Silence(Reason.NO_STEP_DUE)


def test_an_invoice_issued_inside_the_notice_days_gets_no_notice_on_top():
    late = debt(issued=NOTICE_DAY)
    assert decide(position(late), NOTICE_DAY) == Silence(Reason.NO_STEP_DUE)


def test_one_message_asks_for_all_overdue_invoices_net_of_credits():
    older = debt(2, "50", DUE - timedelta(days=7), done_offset=5)
    action = decide(position(debt(), older, credit=Decimal(30)), REMINDER_DAY)
    assert action.targets == (2, 1)
    assert action.amount == Decimal(120)


def test_an_invoice_already_reminded_does_not_silence_a_new_one():
    older = debt(2, "50", DUE - timedelta(days=7), done_offset=5)
    assert decide(position(older), REMINDER_DAY) == Silence(Reason.NO_STEP_DUE)
    assert decide(position(older, debt()), REMINDER_DAY).step == REMINDER


def test_a_young_invoice_is_not_lifted_to_the_step_of_an_old_one():
    old = debt(2, "50", DUE - timedelta(days=14))
    action = decide(position(debt(), old), REMINDER_DAY)
    assert action.step == FIRM
    assert dict(action.done_offsets) == {2: 15, 1: 5}


def test_a_reminder_does_not_list_what_is_not_due_yet():
    soon = debt(2, "50", date(2026, 9, 23))
    assert decide(position(debt(), soon), REMINDER_DAY).targets == (1,)


def test_a_credit_note_that_equals_the_debt_means_silence():
    assert decide(position(credit=Decimal(100)), REMINDER_DAY) == Silence(Reason.COVERED)


def test_a_net_debt_under_the_minimum_means_silence():
    policy = replace(POLICY, minimum_amount=Decimal(10))
    assert decide(position(credit=Decimal("90.01")), REMINDER_DAY, policy) == Silence(
        Reason.BELOW_MINIMUM
    )
    assert decide(position(credit=Decimal(90)), REMINDER_DAY, policy).amount == 10


def test_nothing_open_and_everything_excluded_are_told_apart():
    assert decide(Position(7, 1, ()), REMINDER_DAY) == Silence(Reason.NO_DEBT)
    assert decide(position(debt(excluded=True)), REMINDER_DAY) == Silence(Reason.EXCLUDED)


def test_an_excluded_invoice_is_neither_listed_nor_summed():
    action = decide(position(debt(), debt(2, "999", excluded=True)), REMINDER_DAY)
    assert (action.targets, action.amount) == ((1,), Decimal(100))


def test_a_live_hold_silences_until_its_last_day_included():
    hold = Hold(HoldReason.PROMISE, DUE, REMINDER_DAY)
    assert decide(position(holds=(hold,)), REMINDER_DAY) == Silence(
        Reason.HELD, REMINDER_DAY, HoldReason.PROMISE
    )
    assert decide(position(holds=(hold,)), REMINDER_DAY + timedelta(days=1)).step == REMINDER


def test_of_several_holds_the_one_without_end_is_named():
    holds = (Hold(HoldReason.PROMISE, DUE, REMINDER_DAY), Hold(HoldReason.DISPUTE, DUE))
    assert decide(position(holds=holds), REMINDER_DAY).hold is HoldReason.DISPUTE


def test_a_message_of_unknown_fate_blocks_the_next():
    assert decide(position(in_flight=True), REMINDER_DAY) == Silence(Reason.IN_FLIGHT)


def test_a_second_message_waits_until_seven_days_have_passed():
    contacted = (REMINDER_DAY - timedelta(days=6),)
    assert decide(position(contacts=contacted), REMINDER_DAY) == Silence(
        Reason.CONTACT_LIMIT, REMINDER_DAY
    )
    contacted = (REMINDER_DAY - timedelta(days=7),)
    assert decide(position(contacts=contacted), REMINDER_DAY).step == REMINDER


def test_a_fourth_message_in_thirty_days_waits():
    contacts = tuple(REMINDER_DAY - timedelta(days=n) for n in (8, 16, 24))
    assert decide(position(contacts=contacts), REMINDER_DAY) == Silence(
        Reason.CONTACT_LIMIT, REMINDER_DAY + timedelta(days=5)
    )


def test_a_step_for_customers_at_risk_needs_a_known_risk():
    policy = Policy((replace(NOTICE, min_risk=Decimal("0.5")),))
    for risk, expected in ((None, False), (Decimal("0.49"), False), (Decimal("0.5"), True)):
        found = decide(position(risk=risk), NOTICE_DAY, policy)
        assert isinstance(found, PlannedAction) is expected


@pytest.mark.parametrize("autonomy", list(Autonomy))
def test_a_formal_notice_always_waits_for_a_person(autonomy):
    assert needs_person(FORMAL, autonomy)


def test_a_soft_step_goes_by_itself_only_when_the_policy_is_automatic():
    assert not needs_person(FIRM, Autonomy.AUTOMATIC)
    assert needs_person(FIRM, Autonomy.SUGGEST)
    assert needs_person(FIRM, Autonomy.SIMULATE)
    assert needs_person(replace(FIRM, needs_approval=True), Autonomy.AUTOMATIC)


def test_the_key_ignores_the_order_of_the_targets_and_tells_cycles_apart():
    action = decide(position(debt(1), debt(2)), REMINDER_DAY)
    swapped = replace(action, targets=action.targets[::-1])
    assert action_key(action) == action_key(swapped)
    assert action_key(action) != action_key(replace(action, cycle=2))
    assert action_key(action) != action_key(replace(action, targets=(1,)))


def test_a_payment_taken_back_undoes_one_step_only():
    assert step_back(15, POLICY) == 5
    assert step_back(-3, POLICY) is None
    assert step_back(None, POLICY) is None


debts = st.builds(
    OpenDebt,
    ref=st.integers(1, 50),
    amount=st.decimals("0.01", "5000", places=2),
    issue_date=st.dates(date(2026, 1, 1), date(2026, 3, 1)),
    due_date=st.dates(date(2026, 3, 2), date(2026, 12, 1)),
    excluded=st.booleans(),
    done_offset=st.none() | st.sampled_from([-3, 5, 15, 30]),
)
positions = st.builds(
    Position,
    case_ref=st.just(1),
    cycle=st.just(1),
    debts=st.lists(debts, max_size=6, unique_by=lambda d: d.ref).map(tuple),
    credit=st.decimals("0", "4000", places=2),
    contacts=st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 1)), max_size=4).map(tuple),
)
days = st.dates(date(2026, 3, 1), date(2026, 12, 31))


@given(positions, days)
def test_whatever_is_sent_asks_for_money_really_owed_and_never_for_excluded_lines(pos, today):
    action = decide(pos, today)
    if isinstance(action, PlannedAction):
        by_ref = {d.ref: d for d in pos.debts}
        listed = [by_ref[ref] for ref in action.targets]
        assert action.amount > 0
        assert action.amount == sum(d.amount for d in listed) - pos.credit
        assert not any(d.excluded for d in listed)


@given(positions, days)
def test_once_sent_the_same_message_is_never_planned_again_that_day(pos, today):
    action = decide(replace(pos, contacts=()), today)
    if isinstance(action, PlannedAction):
        done = dict(action.done_offsets)
        after = tuple(replace(d, done_offset=done.get(d.ref, d.done_offset)) for d in pos.debts)
        again = decide(replace(pos, debts=after, contacts=()), today)
        if isinstance(again, PlannedAction):
            assert action_key(again) != action_key(action)
        assert isinstance(decide(replace(pos, debts=after, contacts=(today,)), today), Silence)


@given(st.lists(st.dates(date(2026, 1, 1), date(2026, 2, 1)), max_size=6))
def test_sending_only_when_the_limits_allow_keeps_every_window_within_them(wanted):
    sent = []
    for day in sorted(wanted):
        if limited_until(sent, DEFAULT_LIMITS, day) is None:
            sent.append(day)
    for limit in DEFAULT_LIMITS:
        for day in sent:
            window = [d for d in sent if day - timedelta(days=limit.days) < d <= day]
            assert len(window) <= limit.messages


def test_a_formal_notice_is_never_the_first_word():
    late = date(2026, 11, 2)
    assert decide(position(), late).step == FIRM
    assert decide(position(debt(done_offset=-3)), late).step == FIRM
    assert decide(position(debt(done_offset=5)), late).step == FORMAL


# -- thanks, returned payments, patience


THANKS = Step(8, 0, Tone.COURTESY)
NO_FUNDS = Step(9, 0, Tone.FRIENDLY)
ANSWERING = replace(POLICY, thanks=THANKS, on_return=((ReturnClass.RETRY_FUNDS, NO_FUNDS),))
COMING = Hold(HoldReason.PAYMENT_PENDING, date(2026, 9, 1))


def test_who_was_reminded_and_is_paying_is_thanked():
    reminded = position(debt(done_offset=5), holds=(COMING,))
    outcome = decide(reminded, FIRM_DAY, ANSWERING)
    assert (outcome.step, outcome.amount, outcome.done_offsets) == (THANKS, Decimal(100), ())


@pytest.mark.parametrize(
    "change",
    [
        {"thanked": True},
        {"in_flight": True},
        {"contacts": (FIRM_DAY - timedelta(days=2),)},
        {"holds": (COMING, Hold(HoldReason.DISPUTE, date(2026, 9, 1)))},
        {"holds": ()},
        {"credit": Decimal(100)},
        {"debts": (debt(),)},  # nobody has reminded them
        {"debts": (debt(done_offset=-3),)},  # nor has a notice before the due date
        {"debts": (debt(done_offset=5, excluded=True),)},
    ],
)
def test_nobody_is_thanked_twice_too_often_or_for_nothing(change):
    reminded = replace(position(debt(done_offset=5), holds=(COMING,)), **change)
    outcome = decide(reminded, FIRM_DAY, ANSWERING)
    assert getattr(outcome, "step", None) is not THANKS


def test_without_a_step_for_it_nobody_is_thanked():
    reminded = position(debt(done_offset=5), holds=(COMING,))
    assert decide(reminded, FIRM_DAY) == Silence(
        Reason.HELD, hold=HoldReason.PAYMENT_PENDING, until=None
    )


def test_a_returned_payment_is_told_by_its_own_message_before_any_reminder():
    back = position(returned=ReturnClass.RETRY_FUNDS)
    assert decide(back, FIRM_DAY, ANSWERING).step == NO_FUNDS
    assert decide(back, DUE, ANSWERING).step == NO_FUNDS


def test_a_return_without_a_message_of_its_own_is_followed_up_as_usual():
    assert decide(position(returned=ReturnClass.UNKNOWN), FIRM_DAY, ANSWERING).step == FIRM


def test_the_message_about_a_return_respects_holds_limits_and_credits():
    back = position(returned=ReturnClass.RETRY_FUNDS)
    for change, reason in (
        ({"holds": (COMING,)}, Reason.HELD),
        ({"contacts": (FIRM_DAY,)}, Reason.CONTACT_LIMIT),
        ({"credit": Decimal(100)}, Reason.COVERED),
        ({"in_flight": True}, Reason.IN_FLIGHT),
    ):
        assert decide(replace(back, **change), FIRM_DAY, ANSWERING).reason is reason


def test_good_payers_get_reminders_later_and_notices_on_time():
    patient = replace(POLICY, patience_days=5, patient_below=Decimal("0.2"))
    good, unknown = position(risk=Decimal("0.1")), position()
    assert decide(good, REMINDER_DAY, patient) == Silence(Reason.NO_STEP_DUE)
    assert decide(good, date(2026, 9, 28), patient).step == REMINDER
    assert decide(good, NOTICE_DAY, patient).step == NOTICE
    assert decide(unknown, REMINDER_DAY, patient).step == REMINDER
    assert decide(position(risk=Decimal("0.2")), REMINDER_DAY, patient).step == REMINDER
