from datetime import date, timedelta
from decimal import Decimal

from dunning_core.disputes import Dispute, silence_disputed
from dunning_core.planner import plan
from dunning_core.types import (
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

TODAY = date(2026, 9, 21)
DUE = date(2026, 9, 14)
POLICY = Policy((Step(1, 5, Tone.FRIENDLY),))


def position(*refs, excluded=()):
    return Position(
        case_ref=1,
        cycle=1,
        debts=tuple(
            OpenDebt(ref, Decimal(100), date(2026, 8, 14), DUE, excluded=ref in excluded)
            for ref in refs
        ),
    )


def dispute(*refs, end=None):
    return Dispute(frozenset(refs), DUE, end)


def planned(found):
    return plan(found, POLICY, TODAY, "FR")


def test_only_the_disputed_line_is_left_out():
    action = planned(silence_disputed(position(1, 2), [dispute(1)], TODAY))
    assert isinstance(action, PlannedAction)
    assert (action.targets, action.amount) == ((2,), Decimal(100))


def test_a_case_with_nothing_but_disputed_lines_is_on_hold():
    silence = planned(silence_disputed(position(1, 2), [dispute(1), dispute(2)], TODAY))
    assert silence == Silence(Reason.HELD, None, HoldReason.DISPUTE)


def test_lines_that_nobody_follows_up_do_not_keep_a_case_awake():
    silence = planned(silence_disputed(position(1, 2, excluded=(2,)), [dispute(1)], TODAY))
    assert silence == Silence(Reason.HELD, None, HoldReason.DISPUTE)


def test_a_dispute_with_an_end_lets_the_line_come_back():
    yesterday = TODAY - timedelta(days=1)
    before = position(1, 2)
    assert silence_disputed(before, [dispute(1, end=yesterday)], TODAY) == before
    assert silence_disputed(before, [dispute(1, end=TODAY)], TODAY) != before


def test_a_dispute_about_a_line_that_is_paid_changes_nothing():
    before = position(1)
    assert silence_disputed(before, [dispute(9)], TODAY) == before
