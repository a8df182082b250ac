from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_core.calendar import (
    add_business_days,
    has_public_holidays,
    is_allowed,
    is_business_day,
    next_allowed,
)

PARIS = "Europe/Paris"


def utc(*args):
    return datetime(*args, tzinfo=timezone.utc)


def test_bastille_day_is_no_business_day_in_france_but_is_one_in_germany():
    assert not is_business_day(date(2026, 7, 14), "FR")
    assert is_business_day(date(2026, 7, 14), "DE")


def test_a_country_without_known_holidays_closes_on_week_ends_only():
    assert not has_public_holidays("")
    assert is_business_day(date(2026, 12, 25), "")
    assert not is_business_day(date(2026, 12, 26), "")


def test_five_business_days_after_a_friday_before_easter_skip_two_holidays():
    # 2026-04-03 is Good Friday (worked in most of France), 2026-04-06 Easter Monday.
    assert add_business_days(date(2026, 4, 3), 5, "FR") == date(2026, 4, 13)


def test_three_business_days_before_a_monday_is_the_wednesday_before():
    assert add_business_days(date(2026, 9, 14), -3, "FR") == date(2026, 9, 9)


def test_no_offset_keeps_the_day_even_on_a_sunday():
    assert add_business_days(date(2026, 9, 13), 0, "FR") == date(2026, 9, 13)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-30, 30).filter(bool))
def test_the_result_is_a_business_day_and_the_count_is_exact(day, offset):
    result = add_business_days(day, offset, "FR")
    low, high = min(day, result), max(day, result)
    span = [low + timedelta(days=n) for n in range((high - low).days + 1)]
    span.remove(day)
    assert is_business_day(result, "FR")
    assert sum(is_business_day(d, "FR") for d in span) == abs(offset)


def test_inside_the_hours_a_message_may_go_at_once():
    assert next_allowed(utc(2026, 9, 14, 10), PARIS, "FR") == utc(2026, 9, 14, 10)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (utc(2026, 9, 14, 3), utc(2026, 9, 14, 7)),  # too early: 09:00 in Paris, summer time
        (utc(2026, 9, 14, 16), utc(2026, 9, 15, 7)),  # 18:00 sharp is too late
        (utc(2026, 9, 11, 20), utc(2026, 9, 14, 7)),  # Friday evening: Monday
        (utc(2026, 7, 14, 10), utc(2026, 7, 15, 7)),  # public holiday
        (utc(2026, 10, 23, 20), utc(2026, 10, 26, 8)),  # winter time starts in between
    ],
)
def test_outside_the_hours_a_message_waits_for_the_next_working_morning(moment, expected):
    assert next_allowed(moment, PARIS, "FR") == expected
    assert not is_allowed(moment, PARIS, "FR")


def test_the_hours_are_those_of_the_customers_clock():
    assert not is_allowed(utc(2026, 9, 14, 10), "America/New_York", "US")
    assert is_allowed(utc(2026, 9, 14, 14), "America/New_York", "US")


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        next_allowed(datetime(2026, 9, 14, 10), PARIS, "FR")  # noqa: DTZ001


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001
    st.sampled_from([PARIS, "America/New_York", "Asia/Tokyo", "Pacific/Auckland"]),
)
def test_the_moment_found_is_never_earlier_and_always_in_the_hours(naive, zone):
    moment = naive.replace(tzinfo=timezone.utc)
    found = next_allowed(moment, zone, "FR")
    local = found.astimezone(ZoneInfo(zone))
    assert found >= moment
    assert time(9) <= local.time() < time(18)
    assert is_business_day(local.date(), "FR")
    assert next_allowed(found, zone, "FR") == found
