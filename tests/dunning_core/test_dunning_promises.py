from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_core.promises import (
    Promise,
    PromiseLimits,
    PromiseRefusal,
    PromiseState,
    judge,
    last_day,
    refusal,
)

TODAY = date(2026, 9, 21)  # a Monday
DAY = date(2026, 9, 30)
LAST = date(2026, 10, 5)
LIMITS = PromiseLimits(max_days=30, grace_days=3)
PROMISE = Promise(DAY, Decimal(100), owed=Decimal(250))
OPEN, KEPT, BROKEN = PromiseState.OPEN, PromiseState.KEPT, PromiseState.BROKEN


def test_grace_counts_business_days_of_the_customer():
    assert last_day(DAY, LIMITS, "FR") == LAST
    assert last_day(date(2026, 7, 10), LIMITS, "FR") == date(2026, 7, 16)  # 14 July is a holiday


@pytest.mark.parametrize(
    ("owed_now", "today", "state"),
    [
        ("250", TODAY, OPEN),
        ("250", LAST, OPEN),
        ("250", LAST + timedelta(days=1), BROKEN),
        ("150", TODAY, KEPT),
        ("155", LAST, KEPT),  # 95 % of it came
        ("155.01", LAST, OPEN),
        ("150", LAST + timedelta(days=1), BROKEN),  # nobody noticed in time that it was paid
        ("0", TODAY, KEPT),
        ("-80", TODAY, KEPT),  # credits beyond the debt
    ],
)
def test_a_promise_is_kept_when_its_share_is_there_in_time(owed_now, today, state):
    assert judge(PROMISE, Decimal(owed_now), LAST, today) is state


def test_a_payment_that_is_taken_back_breaks_the_promise_after_all():
    assert judge(PROMISE, Decimal(150), LAST, TODAY) is KEPT
    assert judge(PROMISE, Decimal(250), LAST, LAST + timedelta(days=1)) is BROKEN


@pytest.mark.parametrize(
    ("day", "amount", "earlier", "expected"),
    [
        (DAY, "100", (), None),
        (TODAY, "100", (), None),
        (DAY, "100", (KEPT, BROKEN), None),
        (DAY, "0", (), PromiseRefusal.NO_AMOUNT),
        (TODAY - timedelta(days=1), "100", (), PromiseRefusal.IN_THE_PAST),
        (TODAY + timedelta(days=30), "100", (), None),
        (TODAY + timedelta(days=31), "100", (), PromiseRefusal.TOO_LATE),
        (DAY, "100", (OPEN,), PromiseRefusal.ONE_IS_OPEN),
        (DAY, "100", (BROKEN, KEPT), PromiseRefusal.LAST_WAS_BROKEN),
    ],
)
def test_what_is_taken_of_a_customer(day, amount, earlier, expected):
    assert refusal(day, Decimal(amount), TODAY, LIMITS, earlier) is expected


@given(st.decimals(0, 300, places=2), st.decimals(0, 300, places=2))
def test_more_money_never_makes_a_promise_worse(owed, less):
    order = [BROKEN, OPEN, KEPT]
    before = judge(PROMISE, owed, LAST, TODAY)
    after = judge(PROMISE, owed - less, LAST, TODAY)
    assert order.index(after) >= order.index(before)
