from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dunning_core.channels import choose
from dunning_core.planner import action_key, plan
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

ALL = frozenset({"email", "sms", "letter", "call", "portal"})
STEP = Step(1, 5, Tone.FRIENDLY, channels=("email", "letter"), offers=ALL)
FORMAL = replace(STEP, tone=Tone.FORMAL, channels=("letter", "email"))
DEBT = OpenDebt(1, Decimal(100), date(2026, 8, 14), date(2026, 9, 14))
TODAY = date(2026, 9, 21)


def _position(*reachable: str, preference: str = "") -> Position:
    return Position(1, 1, (DEBT,), reachable=frozenset(reachable), preference=preference)


@pytest.mark.parametrize(
    ("reachable", "preference", "expected"),
    [
        (("email", "letter"), "", "email"),
        (("letter",), "", "letter"),
        (("sms",), "", None),
        (("email", "sms"), "sms", "sms"),
        (("email",), "sms", "email"),
        (("email", "letter"), "letter", "letter"),
        (("email", "letter"), "none", None),
        ((), "", None),
    ],
)
def test_the_wish_of_the_customer_comes_before_the_chain_of_the_step(
    reachable: tuple[str, ...], preference: str, expected: str | None
) -> None:
    assert choose(STEP, _position(*reachable, preference=preference)) == expected


def test_a_wish_that_the_step_has_no_text_for_is_passed_by() -> None:
    step = replace(STEP, offers=frozenset({"email", "letter"}))
    assert choose(step, _position("email", "sms", preference="sms")) == "email"


def test_a_formal_notice_follows_its_own_chain_and_is_never_an_sms_or_a_call() -> None:
    assert choose(FORMAL, _position("email", "letter", preference="email")) == "letter"
    assert choose(FORMAL, _position("email", preference="sms")) == "email"
    by_phone = replace(FORMAL, channels=("sms", "call", "portal"))
    assert choose(by_phone, _position(*ALL)) is None


def test_a_customer_whom_no_channel_reaches_is_held_for_want_of_an_address() -> None:
    silence = plan(_position(), Policy((STEP,)), TODAY, "FR")
    assert silence == Silence(Reason.HELD, hold=HoldReason.MISSING_CONTACT)


def test_a_customer_who_wants_no_contact_is_left_alone() -> None:
    silence = plan(_position("email", preference="none"), Policy((STEP,)), TODAY, "FR")
    assert silence == Silence(Reason.EXCLUDED)


def test_a_message_by_another_channel_is_another_message() -> None:
    by_mail = plan(_position("email"), Policy((STEP,)), TODAY, "FR")
    by_letter = plan(_position("letter"), Policy((STEP,)), TODAY, "FR")
    assert isinstance(by_mail, PlannedAction) and isinstance(by_letter, PlannedAction)
    assert by_letter.channel == "letter"
    assert action_key(by_mail) != action_key(by_letter)
    assert action_key(by_mail) == action_key(plan(_position("email"), Policy((STEP,)), TODAY, "FR"))  # type: ignore[arg-type]
