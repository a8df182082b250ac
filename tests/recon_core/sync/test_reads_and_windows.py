"""How often and how far back a bank is asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from recon_core.sync.reads import allowed_at
from recon_core.sync.window import first_day, reach_days

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
TODAY = date(2026, 11, 20)


def ago(**delta) -> datetime:
    return NOW - timedelta(**delta)


def test_a_fifth_read_waits_until_the_oldest_leaves_the_day():
    past = [ago(hours=2), ago(hours=20), ago(hours=8), ago(hours=14)]
    assert allowed_at(past, 4, NOW) == NOW + timedelta(hours=4)


def test_reads_of_another_day_do_not_count():
    past = [ago(hours=24), ago(hours=30), ago(hours=2), ago(hours=8), ago(hours=14)]
    assert allowed_at(past, 4, NOW) == NOW


def test_more_reads_than_are_allowed_wait_for_as_many_to_leave():
    past = [ago(hours=hours) for hours in (1, 2, 3, 4, 5, 6)]
    assert allowed_at(past, 4, NOW) == ago(hours=4) + timedelta(hours=24)


def test_without_a_limit_nothing_waits():
    assert allowed_at([NOW] * 100, None, NOW) == NOW


def test_the_first_fetch_reaches_as_far_back_as_it_may():
    assert first_day(TODAY, None, 730) == TODAY - timedelta(days=730)


def test_a_later_fetch_goes_back_over_ten_days():
    assert first_day(TODAY, TODAY - timedelta(days=1), 89) == TODAY - timedelta(days=11)


def test_no_fetch_reaches_further_back_than_the_bank_lets_us_look():
    assert first_day(TODAY, TODAY - timedelta(days=120), 89) == TODAY - timedelta(days=89)


def test_after_a_renewal_the_gap_is_asked_for():
    assert first_day(TODAY, TODAY - timedelta(days=120), 730) == TODAY - timedelta(days=130)


def test_the_long_history_is_for_the_moment_after_authentication():
    assert reach_days(True, 730, 0) == 730
    assert reach_days(False, 730, 0) == 89


def test_the_user_may_want_less_history_and_the_bank_may_give_less():
    assert reach_days(True, 730, 30) == 30
    assert reach_days(True, 60, 89) == 60
    assert reach_days(False, 60, 0) == 60
