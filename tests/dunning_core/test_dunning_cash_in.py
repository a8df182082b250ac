from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dunning_core.cash_in import WEEKS, expected_by_week, monday_of

WEDNESDAY = date(2026, 6, 3)
MONDAY = date(2026, 6, 1)


def test_a_week_runs_from_monday_to_sunday():
    found = expected_by_week(
        [(date(2026, 6, 7), Decimal(10)), (date(2026, 6, 8), Decimal(20))], WEDNESDAY
    )
    assert [(w.monday, w.amount) for w in found.weeks[:3]] == [
        (MONDAY, 10),
        (date(2026, 6, 8), 20),
        (date(2026, 6, 15), 0),
    ]


def test_what_did_not_come_on_its_day_is_still_to_come_this_week():
    found = expected_by_week([(date(2026, 5, 2), Decimal(10))], WEDNESDAY)
    assert found.weeks[0].amount == 10


def test_what_comes_after_the_weeks_is_told_apart():
    found = expected_by_week([(MONDAY + timedelta(weeks=WEEKS), Decimal(5))], WEDNESDAY)
    assert found.later == 5
    assert not any(week.amount for week in found.weeks)


@given(
    st.lists(
        st.tuples(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.decimals(1, 99, places=2))
    ),
    st.dates(date(2026, 1, 1), date(2027, 1, 1)),
)
def test_no_cent_is_lost(payments, today):
    found = expected_by_week(payments, today)
    assert sum(w.amount for w in found.weeks) + found.later == sum(a for _, a in payments)
    assert len(found.weeks) == WEEKS
    assert found.weeks[0].monday == monday_of(today) <= today
