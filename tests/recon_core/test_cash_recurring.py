from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from recon_core.cash_recurring import (
    LEAST,
    Announced,
    PastLine,
    Rhythm,
    add_months,
    learn,
)

TODAY = date(2026, 4, 1)


def lines(days, amounts, key="lessor", first_ref=1):
    if not isinstance(amounts, list):
        amounts = [amounts] * len(days)
    return [
        PastLine(first_ref + number, key, day, Decimal(str(amount)))
        for number, (day, amount) in enumerate(zip(days, amounts, strict=True))
    ]


MONTHLY = [date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)]


def test_three_months_make_a_monthly_payment_with_its_evidence():
    [rent] = learn(lines(MONTHLY, [-900, -950, -920]), TODAY)
    assert (rent.key, rent.rhythm, rent.amount) == ("lessor", Rhythm.MONTHLY, -920)
    assert (rent.smallest, rent.largest) == (-900, -950)
    assert (rent.refs, rent.occurrences) == ((1, 2, 3), 3)
    assert rent.next_day == date(2026, 4, 5)
    assert list(rent.days(date(2026, 6, 30))) == [
        date(2026, 4, 5),
        date(2026, 5, 5),
        date(2026, 6, 5),
    ]


def test_twice_is_chance():
    assert learn(lines(MONTHLY[1:], -900), TODAY) == []


def test_a_quarter_is_a_rhythm_as_well():
    days = [date(2025, 7, 15), date(2025, 10, 15), date(2026, 1, 15)]
    [tax] = learn(lines(days, -3000), TODAY)
    assert (tax.rhythm, tax.next_day) == (Rhythm.QUARTERLY, date(2026, 4, 15))


def test_purchases_on_any_day_do_not_recur():
    days = [date(2026, 1, 3), date(2026, 1, 9), date(2026, 2, 20), date(2026, 3, 2)]
    assert learn(lines(days, -40), TODAY) == []


def test_what_stopped_is_not_expected_any_more():
    days = [date(2025, 9, 5), date(2025, 10, 5), date(2025, 11, 5)]
    assert learn(lines(days, -900), TODAY) == []


def test_a_few_days_late_it_is_still_expected():
    days = [date(2025, 12, 28), date(2026, 1, 28), date(2026, 2, 28)]
    [wage] = learn(lines(days, -900), TODAY)
    assert wage.next_day == date(2026, 3, 28)


def test_only_the_newest_regular_run_counts():
    days = [date(2025, 5, 1), date(2025, 5, 9), *MONTHLY]
    [rent] = learn(lines(days, [-1, -1, -900, -900, -900]), TODAY)
    assert rent.refs == (3, 4, 5)


def test_payments_of_one_day_are_one_occurrence():
    wages = lines(MONTHLY, -1000) + lines(MONTHLY, -1500, first_ref=4)
    [wage] = learn(wages, TODAY)
    assert (wage.amount, wage.occurrences, len(wage.refs)) == (-2500, 3, 6)


def test_two_rents_of_one_lessor_are_told_apart_by_their_amounts():
    later = [day + timedelta(days=12) for day in MONTHLY]
    found = learn(lines(MONTHLY, -900) + lines(later, -400, first_ref=4), TODAY)
    assert [(row.amount, row.next_day) for row in found] == [
        (-900, date(2026, 4, 5)),
        (-400, date(2026, 4, 17)),
    ]


def test_money_back_is_another_row():
    back = lines([day + timedelta(days=1) for day in MONTHLY], 90, first_ref=4)
    found = learn(lines(MONTHLY, -900) + back, TODAY)
    assert [row.amount for row in found] == [-900, 90]


def test_week_ends_and_short_months_do_not_move_the_day():
    days = [date(2025, 11, 30), date(2025, 12, 31), date(2026, 1, 30), date(2026, 2, 27)]
    [wage] = learn(lines(days, -900), TODAY)
    assert wage.next_day == date(2026, 3, 30)
    assert wage.spread_days == 1


def test_what_the_bank_announces_is_not_expected_again():
    announced = [Announced("lessor", date(2026, 4, 3), Decimal(-920))]
    [rent] = learn(lines(MONTHLY, -920), TODAY, announced)
    assert rent.next_day == date(2026, 5, 5)


def test_an_announced_refund_does_not_replace_the_payment():
    announced = [Announced("lessor", date(2026, 4, 3), Decimal(20))]
    [rent] = learn(lines(MONTHLY, -920), TODAY, announced)
    assert rent.next_day == date(2026, 4, 5)


def test_of_two_amounts_in_the_middle_the_smaller_is_expected():
    days = [date(2025, 12, 5), *MONTHLY]
    [rent] = learn(lines(days, [-100, -110, -115, -120]), TODAY)
    assert rent.amount == -110


def test_the_last_of_a_month_stays_the_last():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)


@given(
    start=st.dates(date(2025, 4, 1), date(2025, 6, 30)),
    wobble=st.lists(st.integers(-3, 3), min_size=12, max_size=12),
    amount=st.decimals(-9999, -1, places=2),
)
def test_a_monthly_payment_is_found_however_week_ends_move_it(start, wobble, amount):
    days = [add_months(start, number) + timedelta(days=off) for number, off in enumerate(wobble)]
    days = [day for day in days if day < TODAY]
    found = learn(lines(days, amount), TODAY)
    assert [row.rhythm for row in found] == [Rhythm.MONTHLY]
    assert found[0].amount == amount
    assert found[0].occurrences >= LEAST


@given(
    st.lists(
        st.tuples(st.dates(date(2025, 4, 1), date(2026, 3, 31)), st.decimals(-50, 50, places=2)),
        max_size=40,
    )
)
def test_a_line_is_evidence_of_one_row_at_most(booked):
    past = [PastLine(number, "k", day, amount) for number, (day, amount) in enumerate(booked)]
    refs = [ref for row in learn(past, TODAY) for ref in row.refs]
    assert len(refs) == len(set(refs))
    for row in learn(past, TODAY):
        assert abs(row.smallest) <= abs(row.amount) <= abs(row.largest)
