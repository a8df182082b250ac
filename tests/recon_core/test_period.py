from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.period import Period, PeriodKind, months_before, period_of, year_before

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        (PeriodKind.MONTH, date(2026, 11, 1)),
        (PeriodKind.QUARTER, date(2026, 10, 1)),
        (PeriodKind.YEAR, date(2025, 11, 27)),
    ],
)
def test_a_period_ends_today(kind, first):
    assert period_of(kind, TODAY) == Period(first, TODAY)


def test_own_dates_are_taken_as_they_are():
    own = period_of(PeriodKind.OWN, TODAY, date(2026, 1, 1), date(2026, 1, 31))
    assert (own.first, own.last, own.days) == (date(2026, 1, 1), date(2026, 1, 31), 31)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (None, TODAY),
        (TODAY, None),
        (TODAY, TODAY - timedelta(days=1)),
        (TODAY - timedelta(days=9999), TODAY),
    ],
)
def test_own_dates_that_make_no_period_are_refused(first, last):
    with pytest.raises(ValueError):
        period_of(PeriodKind.OWN, TODAY, first, last)


def test_figures_are_compared_with_the_same_days_of_the_year_before():
    quarter = Period(date(2026, 10, 1), TODAY)
    assert quarter.before(None) == Period(date(2025, 10, 1), date(2025, 11, 26))
    assert quarter.before(date(2027, 1, 1)) == quarter.before(None)


def test_or_with_the_days_before_the_first_use():
    month = Period(date(2026, 11, 1), date(2026, 11, 30))
    assert month.before(date(2026, 3, 1)) == Period(date(2026, 1, 30), date(2026, 2, 28))


def test_days_are_counted_from_the_first_use_within_the_period():
    month = Period(date(2026, 11, 1), date(2026, 11, 30))
    assert month.days_from(date(2026, 11, 21)) == 10
    assert month.days_from(date(2026, 11, 30)) == 1
    assert [month.days_from(day) for day in (None, date(2026, 1, 1), date(2027, 1, 1))] == [30] * 3


def test_the_trend_shows_twelve_months_or_the_whole_period():
    ends = Period(date(2026, 11, 1), TODAY).month_ends()
    assert (len(ends), ends[0], ends[-2], ends[-1]) == (
        12,
        date(2025, 12, 31),
        date(2026, 10, 31),
        TODAY,
    )
    assert Period(date(2024, 11, 5), TODAY).month_ends()[0] == date(2024, 11, 30)


def test_a_leap_day_has_a_day_before_it():
    assert year_before(date(2028, 2, 29)) == date(2027, 2, 28)
    assert months_before(date(2026, 5, 31), 3) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 3) == date(2025, 10, 15)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 1800))
def test_the_compared_period_is_as_long_and_lies_before(last, length):
    period = Period(last - timedelta(days=length), last)
    base = period.before(None)
    assert base.days == period.days
    assert base.last < period.last
