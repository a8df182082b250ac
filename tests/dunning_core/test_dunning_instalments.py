from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from dunning_core.calendar import is_business_day
from dunning_core.instalments import (
    Interval,
    Limits,
    PlanCheck,
    PlanRefused,
    PlanState,
    Refusal,
    Wish,
    check,
    creditor_reference,
    propose,
    references_in,
)
from dunning_core.interest import PartPayment

AGREED = date(2026, 9, 14)
FIRST = date(2026, 9, 30)
LONG = Limits(max_months=120)


def french(day):
    return is_business_day(day, "FR")


def plan(amount="100", count=3, first=FIRST, limits=LONG, interval=Interval.MONTH, digits=2):
    wish = Wish(Decimal(amount), count, first, interval)
    return propose(wish, limits, AGREED, "D0042", french, digits)


def paid(*pairs):
    return [PartPayment(day, Decimal(amount)) for day, amount in pairs]


def refusal(**values):
    with pytest.raises(PlanRefused) as caught:
        plan(**values)
    return caught.value.refusal


# -- the proposal


def test_the_last_instalment_takes_the_rest_to_the_cent():
    assert [str(part.amount) for part in plan()] == ["33.33", "33.33", "33.34"]


def test_yen_are_not_divided():
    assert [str(part.amount) for part in plan(digits=0)] == ["33", "33", "34"]


def test_a_month_without_the_day_takes_its_last_and_the_next_keeps_the_first():
    days = [part.day for part in plan(first=date(2027, 1, 29), count=3)]
    assert days == [date(2027, 1, 29), date(2027, 3, 1), date(2027, 3, 30)]
    # 28 February 2027 is a Sunday; 29 March 2027 is Easter Monday


def test_a_plan_crosses_the_turn_of_the_year():
    days = [part.day for part in plan(first=date(2026, 11, 30))]
    assert days == [date(2026, 11, 30), date(2026, 12, 30), date(2027, 2, 1)]


def test_a_week_end_or_a_holiday_moves_one_instalment_and_not_the_next():
    days = [part.day for part in plan(first=date(2026, 11, 4), count=3, interval=Interval.WEEK)]
    # Wednesday 11 November is a public holiday in France
    assert days == [date(2026, 11, 4), date(2026, 11, 12), date(2026, 11, 18)]


def test_each_instalment_has_a_reference_of_its_own():
    references = [part.reference for part in plan(count=12, amount="1200")]
    assert len(set(references)) == 12
    assert all(iso11649.is_valid(reference) for reference in references)
    assert references[0].endswith("D0042001")


def test_one_instalment_is_the_whole_amount():
    (part,) = plan(count=1)
    assert (part.day, part.amount) == (FIRST, 100)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"amount": "0"}, Refusal.NO_AMOUNT),
        ({"amount": "-5"}, Refusal.NO_AMOUNT),
        ({"count": 0}, Refusal.NO_INSTALMENTS),
        ({"first": AGREED - timedelta(days=1)}, Refusal.FIRST_IN_THE_PAST),
        ({"limits": Limits(min_instalment=Decimal("33.34"))}, Refusal.TOO_SMALL),
        ({"amount": "0.02"}, Refusal.TOO_SMALL),
        ({"limits": Limits(max_months=2)}, Refusal.TOO_LONG),
    ],
)
def test_a_plan_outside_the_limits_is_refused_with_the_limit(values, expected):
    assert refusal(**values) is expected


def test_a_plan_just_inside_the_limits_is_proposed():
    limits = Limits(max_months=2, min_instalment=Decimal("33.33"))
    days = [part.day for part in plan(first=AGREED, limits=Limits(3, Decimal("33.33")))]
    # 14 November is a Saturday: the last instalment moves over the limit of two months
    assert days == [AGREED, date(2026, 10, 14), date(2026, 11, 16)]
    assert refusal(first=AGREED, limits=limits) is Refusal.TOO_LONG


# -- references


def test_the_example_of_the_standard():
    assert creditor_reference("539007547034") == "RF18539007547034"


@pytest.mark.parametrize("stem", ["", "D-42", "é1", "A" * 22, "A B"])
def test_what_cannot_be_a_reference_is_an_error(stem):
    with pytest.raises(ValueError, match="letters and digits"):
        creditor_reference(stem)


# -- is it kept?


def test_a_plan_is_on_track_before_its_first_day_and_on_it():
    assert check(plan(), [], AGREED, 5) == PlanCheck(PlanState.ON_TRACK)
    assert check(plan(), [], FIRST, 5) == PlanCheck(PlanState.ON_TRACK)


def test_a_late_instalment_is_forgiven_for_the_days_of_grace_and_then_breaks_the_plan():
    late = FIRST + timedelta(days=5)
    assert check(plan(), [], late, 5) == PlanCheck(PlanState.IN_GRACE, Decimal("33.33"), FIRST)
    broken = check(plan(), [], late + timedelta(days=1), 5)
    assert broken == PlanCheck(PlanState.BROKEN, Decimal("33.33"), FIRST)


def test_without_grace_the_day_after_breaks_the_plan():
    assert check(plan(), [], FIRST + timedelta(days=1), 0).state is PlanState.BROKEN


def test_an_instalment_paid_in_part_is_missing_in_part():
    found = check(plan(), paid((FIRST, "30")), FIRST + timedelta(days=10), 5)
    assert found == PlanCheck(PlanState.BROKEN, Decimal("3.33"), FIRST)


def test_money_that_came_early_counts_for_the_next_instalments():
    found = check(plan(), paid((AGREED, "66.66")), date(2026, 11, 15), 5)
    assert found == PlanCheck(PlanState.ON_TRACK)


def test_money_of_tomorrow_does_not_count_today():
    tomorrow = FIRST + timedelta(days=2)
    assert check(plan(), paid((tomorrow, "33.33")), FIRST + timedelta(days=1), 0).missing > 0


def test_arrears_that_were_paid_bring_the_plan_back_on_track():
    payments = paid((date(2026, 10, 20), "33.33"))
    assert check(plan(), payments, date(2026, 10, 19), 5).state is PlanState.BROKEN
    assert check(plan(), payments, date(2026, 10, 20), 5).state is PlanState.ON_TRACK


def test_all_paid_is_fulfilled():
    assert check(plan(), paid((FIRST, "100")), FIRST, 5) == PlanCheck(PlanState.FULFILLED)


# -- properties


@given(
    st.decimals("1", "100000", places=2),
    st.integers(1, 36),
    st.dates(AGREED, date(2028, 1, 1)),
    st.sampled_from(Interval),
)
def test_instalments_add_up_fall_on_business_days_and_keep_their_order(
    amount, count, first, interval
):
    parts = propose(Wish(amount, count, first, interval), LONG, AGREED, "P1", french)
    assert sum(part.amount for part in parts) == amount
    assert all(french(part.day) for part in parts)
    assert all(a.day < b.day for a, b in zip(parts, parts[1:], strict=False))
    assert 0 <= parts[-1].amount - parts[0].amount < Decimal("0.01") * count


# -- references in the text of a transfer


def test_references_of_ours_are_found_in_a_text_without_spaces():
    part, case = creditor_reference("P00000012001"), creditor_reference("C00000007")
    assert references_in(f"VIR{part}MERCI{case}".lower()) == (part, case)


def test_a_reference_that_follows_letters_like_its_own_is_found():
    part = creditor_reference("P00000012001")
    assert references_in(f"RF00RF{part}") == (part,)


def test_a_reference_with_a_slip_or_of_somebody_else_is_none():
    part = creditor_reference("P00000012001")
    assert references_in(part[:-1] + "2") == ()
    assert references_in(creditor_reference("INVOICE42")) == ()
