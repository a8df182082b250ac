from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.cash_forecast import (
    OVERDUE_WEEK,
    WEEKS,
    Flow,
    Kind,
    counts_on,
    days_of,
    forecast,
    mean_absolute_error,
)

TODAY = date(2026, 4, 1)  # a Wednesday
MONDAY = date(2026, 3, 30)
amounts = st.decimals(-100_000, 100_000, places=2)
flows = st.lists(
    st.builds(
        Flow,
        kind=st.sampled_from(Kind),
        day=st.dates(date(2025, 12, 1), date(2026, 8, 31)),
        amount=amounts,
        spread_days=st.integers(0, 60),
    ),
    max_size=30,
)


def flow(kind: Kind, day: date, amount: int, spread: int = 0) -> Flow:
    return Flow(kind, day, Decimal(amount), spread)


def test_each_week_opens_with_the_closing_of_the_one_before():
    found = forecast(
        Decimal(1000),
        [
            flow(Kind.CUSTOMER, date(2026, 4, 2), 500),
            flow(Kind.VENDOR, date(2026, 4, 8), -700),
            flow(Kind.VENDOR, date(2026, 4, 9), -50),
            flow(Kind.CUSTOMER, date(2026, 4, 8), 20),
        ],
        TODAY,
    )
    this, following = found.weeks[:2]
    assert (this.monday, this.opening, this.closing) == (MONDAY, 1000, 1500)
    assert (following.opening, following.closing) == (1500, 770)
    assert following.money_in == {Kind.CUSTOMER: 20}
    assert following.money_out == {Kind.VENDOR: -750}
    assert [week.closing for week in found.weeks[2:]] == [770] * (WEEKS - 2)


def test_what_is_overdue_counts_next_week_and_what_the_bank_works_on_now():
    gone_by = date(2026, 2, 1)
    assert {kind: counts_on(kind, gone_by, TODAY) for kind in Kind} == {
        Kind.PENDING: TODAY,
        Kind.TRANSIT: TODAY,
        Kind.CUSTOMER: date(2026, 4, 6),
        Kind.VENDOR: date(2026, 4, 6),
        Kind.RECURRING: TODAY,
    }


def test_the_day_itself_is_not_gone_by():
    assert counts_on(Kind.VENDOR, TODAY, TODAY) == TODAY


def test_what_comes_after_the_last_week_is_told_apart():
    last_day = MONDAY + timedelta(weeks=WEEKS, days=-1)
    found = forecast(
        Decimal(0),
        [
            flow(Kind.CUSTOMER, last_day, 1),
            flow(Kind.CUSTOMER, last_day + timedelta(days=1), 10),
        ],
        TODAY,
    )
    assert (found.weeks[-1].closing, found.later) == (1, 10)


def test_the_band_moves_money_in_later_and_money_out_earlier_by_its_spread():
    found = forecast(
        Decimal(100),
        [
            flow(Kind.CUSTOMER, date(2026, 4, 8), 50, spread=7),
            flow(Kind.RECURRING, date(2026, 4, 14), -30, spread=7),
        ],
        TODAY,
    )
    band = [(week.low, week.closing, week.high) for week in found.weeks[:4]]
    assert band == [(100, 100, 150), (70, 150, 150), (120, 120, 150), (120, 120, 120)]


def test_the_first_week_below_the_minimum_is_found_and_the_one_that_may_be():
    found = forecast(
        Decimal(100),
        [
            flow(Kind.CUSTOMER, TODAY, 50, spread=7),
            flow(Kind.VENDOR, date(2026, 4, 15), -120),
        ],
        TODAY,
    )
    assert found.below(Decimal(60)).monday == date(2026, 4, 13)
    assert found.at_risk(Decimal(101)).monday == MONDAY
    assert found.below(Decimal(30)) is None
    assert found.below(Decimal(150)).monday == date(2026, 4, 13)


def test_a_forecast_has_weeks():
    with pytest.raises(ValueError, match="weeks"):
        forecast(Decimal(0), [], TODAY, weeks=0)


@given(opening=amounts, movements=flows)
def test_nothing_is_lost_and_nothing_is_counted_twice(opening, movements):
    found = forecast(opening, movements, TODAY)
    moved = sum(
        (sum(week.money_in.values()) + sum(week.money_out.values()) for week in found.weeks),
        Decimal(0),
    )
    assert moved + found.later == sum((flow.amount for flow in movements), Decimal(0))
    assert found.weeks[-1].closing == opening + moved


@given(opening=amounts, movements=flows)
def test_weeks_follow_each_other_without_a_gap(opening, movements):
    weeks = forecast(opening, movements, TODAY).weeks
    assert weeks[0].opening == opening
    for before, after in zip(weeks, weeks[1:], strict=False):
        assert after.opening == before.closing
        assert after.monday - before.monday == timedelta(days=7)


@given(opening=amounts, movements=flows)
def test_the_expected_balance_lies_in_its_band(opening, movements):
    for week in forecast(opening, movements, TODAY).weeks:
        assert week.low <= week.closing <= week.high


@given(kind=st.sampled_from(Kind), day=st.dates(date(2025, 1, 1), date(2026, 6, 20)))
def test_a_cell_names_the_expected_days_of_what_stands_in_it(kind, day):
    """Exactly one week of the forecast claims a movement, the one that counts it."""
    claimed = []
    for number in range(WEEKS):
        first, last, overdue = days_of(kind, number, TODAY)
        if first <= day <= last or (overdue and day < TODAY):
            claimed.append(number)
    assert claimed == [(counts_on(kind, day, TODAY) - MONDAY).days // 7]


def test_each_kind_has_a_week_for_days_gone_by():
    assert set(OVERDUE_WEEK) == set(Kind)


def test_the_mean_error_of_past_forecasts():
    pairs = [(Decimal(100), Decimal(90)), (Decimal(100), Decimal(130))]
    assert mean_absolute_error(pairs) == 20
    assert mean_absolute_error([]) is None
