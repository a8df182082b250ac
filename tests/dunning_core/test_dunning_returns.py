from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from legal_data import records

from dunning_core.calendar import is_business_day
from dunning_core.returns import (
    BUSINESS_DAYS_APART,
    MAX_ATTEMPTS,
    REACTIONS,
    WINDOW_DAYS,
    Attempt,
    NextAttempt,
    RetryRefusal,
    ReturnRule,
    classify,
    next_attempt,
)
from dunning_core.types import HoldReason, ReturnClass

MONDAY = date(2026, 9, 14)
RULES = {
    row["code"]: ReturnRule(
        row["code"],
        ReturnClass(row["return_class"]),
        frozenset(row.get("country_codes", "").split()),
    )
    for _id, row in records("dunning_return_rule_data.xml")
}


def french(day):
    return is_business_day(day, "FR")


def retry(code, history, country="FR", today=MONDAY):
    return next_attempt(history, RULES.get(code), country, today, french)


def returned(*pairs):
    return [Attempt(day, code) for day, code in pairs]


# -- what a code means


def test_all_225_codes_are_shipped():
    assert len(RULES) == 225


@pytest.mark.parametrize(
    ("codes", "return_class"),
    [
        ("AM04 AM06 AM07", ReturnClass.RETRY_FUNDS),
        ("AC01 AC04 AC06 AC13 AG01 RC01 DNOR BE04 BE06 BE07", ReturnClass.FIX_ACCOUNT),
        ("MD01 MD02", ReturnClass.MANDATE),
        ("MS02 MD06 SL01 SL11 SL12 SL13 SL14", ReturnClass.REFUSED),
        ("MD07", ReturnClass.DECEASED),
        (
            "AM05 DUPL BE05 FF01 FF05 AG02 CNOR ED05 TM01 DT01 DT02 DT05 RR01 RR04 RR12",
            ReturnClass.OUR_ERROR,
        ),
        ("NARR", ReturnClass.UNKNOWN),
    ],
)
def test_a_code_has_the_class_of_its_reaction(codes, return_class):
    assert {classify(RULES[code], "FR") for code in codes.split()} == {return_class}


def test_a_status_that_reports_success_is_no_reason_for_anything():
    for code in ("DS01", "DS05", "TS01", "G005", "S000"):
        assert classify(RULES[code], "FR") is ReturnClass.UNKNOWN


def test_a_code_that_nobody_knows_goes_to_a_person():
    assert classify(RULES.get("ZZ99"), "FR") is ReturnClass.UNKNOWN


@pytest.mark.parametrize("country", ["AT", "BE", "DE", "LU", "SK"])
def test_no_reason_stands_for_no_funds_where_banks_must_not_say_more(country):
    assert classify(RULES["MS03"], country) is ReturnClass.RETRY_FUNDS


@pytest.mark.parametrize("country", ["FR", "ES", "IT", "NL", ""])
def test_no_reason_is_unknown_elsewhere(country):
    assert classify(RULES["MS03"], country) is ReturnClass.UNKNOWN


def test_every_class_has_a_reaction_and_a_death_silences_everything():
    assert set(REACTIONS) == set(ReturnClass)
    assert REACTIONS[ReturnClass.DECEASED].hold is HoldReason.DECEASED
    assert REACTIONS[ReturnClass.RETRY_FUNDS].hold is None


# -- when to collect again


def test_no_funds_are_collected_again_after_five_business_days():
    assert retry("AM04", returned((MONDAY, "AM04"))) == NextAttempt(date(2026, 9, 21))


def test_public_holidays_do_not_count_as_business_days():
    # 14 July 2026 is a Tuesday: the fifth business day after Monday 13 July is Tuesday 21 July
    day = date(2026, 7, 13)
    assert retry("AM04", returned((day, "AM04")), today=day).day == date(2026, 7, 21)


def test_a_late_decision_collects_at_once_but_not_on_a_week_end():
    saturday = date(2026, 10, 3)
    assert retry("AM04", returned((MONDAY, "AM04")), today=saturday).day == date(2026, 10, 5)


def test_after_three_attempts_in_28_days_there_is_no_fourth():
    days = (date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 21))
    history = returned(*((day, "AM04") for day in days))
    assert retry("AM04", history[:2], today=days[1]).day == days[2]
    assert retry("AM04", history, today=days[2]) == NextAttempt(None, RetryRefusal.EXHAUSTED)


def test_attempts_of_long_ago_do_not_count():
    days = (date(2026, 6, 1), date(2026, 6, 8), date(2026, 6, 15), MONDAY)
    history = returned(*((day, "AM04") for day in days))
    assert retry("AM04", history).day == date(2026, 9, 21)


def test_the_window_has_exactly_28_days():
    # the next attempt would be on 21 September: 25 August is its 28th day back, 24 August is not
    recent = [(date(2026, 9, 7), "AM04"), (MONDAY, "AM04")]
    inside = returned((date(2026, 8, 25), "AM04"), *recent)
    outside = returned((date(2026, 8, 24), "AM04"), *recent)
    assert retry("AM04", inside).refusal is RetryRefusal.EXHAUSTED
    assert retry("AM04", outside).day == date(2026, 9, 21)


@pytest.mark.parametrize("code", ["MD01", "MD07"])
def test_without_mandate_or_after_a_death_nothing_is_ever_collected_again(code):
    forever = NextAttempt(None, RetryRefusal.FORBIDDEN)
    assert retry(code, returned((MONDAY, code))) == forever
    # not even when another attempt came back for another reason since
    history = returned((date(2026, 1, 5), code), (MONDAY, "AM04"))
    assert retry("AM04", history) == forever


@pytest.mark.parametrize("code", ["MD01", "MD07"])
def test_no_row_of_a_company_allows_what_the_scheme_forbids(code):
    rule = ReturnRule(code, ReturnClass.RETRY_FUNDS)
    found = next_attempt(returned((MONDAY, code)), rule, "FR", MONDAY, french)
    assert found.refusal is RetryRefusal.FORBIDDEN


@pytest.mark.parametrize("code", ["AC04", "MD02", "MS02", "MD06", "AM05", "NARR", "ZZ99"])
def test_other_reasons_are_not_collected_again(code):
    found = retry(code, returned((MONDAY, code)))
    assert found == NextAttempt(None, RetryRefusal.NOT_RETRYABLE)


def test_no_reason_is_collected_again_by_the_country_of_the_account():
    history = returned((MONDAY, "MS03"))
    assert retry("MS03", history, "DE").day == date(2026, 9, 21)
    assert retry("MS03", history, "FR").refusal is RetryRefusal.NOT_RETRYABLE


@given(
    st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), min_size=1, max_size=6),
    st.integers(0, 40),
)
def test_a_next_attempt_keeps_every_limit(days, later):
    today = max(days) + timedelta(days=later)
    found = retry("AM04", returned(*((day, "AM04") for day in days)), today=today)
    if found.day is None:
        assert found.refusal is RetryRefusal.EXHAUSTED
        return
    assert found.day >= today and french(found.day)
    between = (found.day - max(days)).days
    steps = [max(days) + timedelta(days=n) for n in range(1, between + 1)]
    assert sum(french(day) for day in steps) >= BUSINESS_DAYS_APART
    recent = [day for day in days if (found.day - day).days < WINDOW_DAYS]
    assert len(recent) + 1 <= MAX_ATTEMPTS
