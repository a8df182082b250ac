from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from legal_data import TABLE, profile, rates

from dunning_core.interest import Claim, DayCount, PartPayment, late_interest, round_half_up
from dunning_core.legal import (
    Audience,
    LegalProfile,
    NoCharge,
    Terms,
    annual_percent,
    find_profile,
    late_charges,
)
from dunning_core.rates import DatedRate, Fixing, RateRule, RateTable, RateUnknown

DUE = date(2025, 1, 31)
START = date(2021, 1, 1)
KNOWN_DAYS = (date(2026, 6, 15) - START).days
amounts = st.decimals("0.01", "100000", places=2)
days = st.integers(0, KNOWN_DAYS)
laws = st.sampled_from(["fr_business", "de_business", "be_business", "eu_business"])


def day(number):
    return START + timedelta(days=number)


def charges(claim, until, law="fr_business", **terms):
    return late_charges(claim, profile(law), TABLE, until, Terms(**terms))


# -- what the law gives


def test_nothing_is_owed_on_the_due_date_and_cent_and_cost_on_the_day_after():
    claim = Claim(Decimal(1000), DUE)
    assert charges(claim, DUE).refusal is NoCharge.NOT_LATE
    late = charges(claim, DUE + timedelta(days=1))
    assert (late.interest.amount, late.recovery_cost) == (Decimal("0.36"), 40)
    assert late.total == Decimal("40.36")


def test_what_was_paid_on_the_due_date_owes_neither_interest_nor_cost():
    claim = Claim(Decimal(1000), DUE, (PartPayment(DUE, Decimal(1000)),))
    late = charges(claim, date(2025, 12, 31))
    assert (late.total, late.refusal) == (0, NoCharge.NOT_LATE)


def test_the_cost_of_recovery_is_owed_by_businesses_alone():
    claim = Claim(Decimal(1000), DUE)
    costs = {
        law: charges(claim, date(2025, 4, 30), law, notice_day=DUE).recovery_cost
        for law in ("fr_business", "de_business", "be_business", "eu_business")
    }
    assert set(costs.values()) == {40}
    for law in ("fr_consumer", "de_consumer"):
        assert charges(claim, date(2025, 4, 30), law, notice_day=DUE).recovery_cost == 0


def test_a_french_consumer_owes_nothing_before_a_formal_notice():
    claim = Claim(Decimal(1000), DUE)
    late = charges(claim, date(2025, 12, 31), "fr_consumer", reminder_day=date(2025, 2, 28))
    assert (late.total, late.refusal) == (0, NoCharge.NO_NOTICE)


def test_a_german_consumer_owes_nothing_before_a_reminder():
    late = charges(Claim(Decimal(1000), DUE), date(2025, 12, 31), "de_consumer")
    assert (late.total, late.refusal) == (0, NoCharge.NO_NOTICE)


def test_a_belgian_consumer_owes_nothing_by_itself():
    late = charges(Claim(Decimal(1000), DUE), date(2025, 12, 31), "be_consumer", notice_day=DUE)
    assert (late.total, late.refusal) == (0, NoCharge.NOT_ALLOWED)


def test_a_debt_paid_before_the_notice_is_not_late_for_a_consumer():
    claim = Claim(Decimal(1000), DUE, (PartPayment(date(2025, 2, 10), Decimal(1000)),))
    late = charges(claim, date(2025, 12, 31), "fr_consumer", notice_day=date(2025, 2, 20))
    assert late.refusal is NoCharge.NOT_LATE


def test_what_was_charged_to_this_day_is_not_charged_again():
    claim = Claim(Decimal(1000), DUE)
    late = charges(claim, date(2025, 3, 31), charged_until=date(2025, 3, 31), cost_charged=True)
    assert (late.total, late.refusal) == (0, NoCharge.NOTHING_NEW)


def test_the_cost_of_recovery_is_charged_once():
    claim = Claim(Decimal(1000), DUE)
    late = charges(claim, date(2025, 3, 31), charged_until=date(2025, 2, 28), cost_charged=True)
    assert (late.interest.amount, late.recovery_cost) == (Decimal("11.17"), 0)


def test_the_french_default_of_each_half_year_is_the_published_one():
    firsts = [date(year, month, 1) for year in range(2021, 2027) for month in (1, 7)][:-1]
    found = [annual_percent(profile("fr_business"), TABLE, first) for first in firsts]
    published = "10 10 10 10 12.5 14 14.5 14.25 13.15 12.15 12.15"
    assert found == [Decimal(percent) for percent in published.split()]


def test_the_german_base_rate_moves_by_the_points_of_the_ecb_rate():
    first, second = RateRule("ecb_refi", Decimal("-0.88")), RateRule("de_base")
    for year in range(2023, 2027):
        for month in (1, 7)[: 1 if year == 2026 else 2]:
            on = date(year, month, 1)
            assert TABLE.reference("ecb_refi", on) + first.margin == TABLE.reference(
                second.reference, on
            )


def test_in_2024_the_french_floor_is_above_the_default_and_does_not_lift_it():
    law = profile("fr_business")
    on = date(2024, 4, 1)
    assert TABLE.annual(law.floor, on) == Decimal("15.21")
    assert annual_percent(law, TABLE, on) == Decimal("14.50")
    assert annual_percent(law, TABLE, on, Decimal("14.50")) == Decimal("15.21")


# -- which profile


def _profile(ref, country="FR", audience=Audience.BUSINESS, valid_from=date(2013, 1, 1)):
    return LegalProfile(ref, frozenset({country}), audience, valid_from, RateRule("ecb_refi"))


def test_the_newest_profile_in_force_is_taken():
    profiles = [_profile(1), _profile(2, valid_from=date(2025, 1, 1)), _profile(3, "DE")]
    consumer = _profile(4, audience=Audience.CONSUMER)
    found = [
        find_profile([*profiles, consumer], "FR", Audience.BUSINESS, on)
        for on in (date(2012, 12, 31), date(2024, 12, 31), date(2025, 1, 1))
    ]
    assert [law and law.ref for law in found] == [None, 1, 2]


def test_a_country_without_profile_has_no_law():
    assert find_profile([_profile(1)], "US", Audience.BUSINESS, DUE) is None


# -- rates


def test_a_rate_after_the_last_known_day_is_an_error_and_no_guess():
    with pytest.raises(RateUnknown) as caught:
        charges(Claim(Decimal(1000), date(2026, 5, 31)), date(2026, 7, 1))
    assert (caught.value.kind, caught.value.day) == ("ecb_refi", date(2026, 7, 1))


def test_a_german_claim_that_runs_past_the_last_known_day_is_an_error():
    with pytest.raises(RateUnknown) as caught:
        charges(Claim(Decimal(1000), date(2026, 5, 31)), date(2026, 7, 1), "de_business")
    assert (caught.value.kind, caught.value.day) == ("de_base", date(2026, 7, 1))


def test_a_rate_before_the_first_row_is_an_error():
    with pytest.raises(RateUnknown):
        TABLE.reference("ecb_refi", date(1998, 12, 31))


def test_a_missing_rate_of_no_day_of_default_is_no_error():
    assert charges(Claim(Decimal(1000), date(2026, 5, 31)), date(2026, 6, 30)).interest.days == 30


def test_a_new_row_ends_the_ignorance():
    table = RateTable([*rates(), DatedRate("ecb_refi", date(2026, 6, 17), Decimal(3))])
    claim = Claim(Decimal(1000), date(2026, 6, 30))
    late = late_charges(claim, profile("fr_business"), table, date(2026, 7, 31))
    assert late.interest.periods[0].percent == 13


@pytest.mark.parametrize(
    ("margin", "percent"), [("0", "0"), ("0.5", "0"), ("0.88", "0"), ("1", "0.12")]
)
def test_a_rate_is_never_below_zero(margin, percent):
    rule = RateRule("de_base", Decimal(margin))
    assert TABLE.annual(rule, date(2021, 1, 1)) == Decimal(percent)


def test_at_a_rate_of_zero_the_days_are_shown_and_nothing_is_owed():
    interest = late_interest(
        Claim(Decimal(1000), DUE), DUE, date(2025, 2, 28), lambda _day: Decimal(0)
    )
    assert (interest.amount, interest.days) == (0, 28)


def test_a_negative_rate_rounded_up_to_half_points_stays_at_zero():
    rule = RateRule("de_base", Decimal("0.2"), round_up_to=Decimal("0.5"))
    assert TABLE.annual(rule, date(2021, 1, 1)) == 0


def test_a_rule_without_reference_is_its_margin_on_every_day():
    rule = RateRule(None, Decimal(4), fixing=Fixing.SEMESTER)
    assert TABLE.annual(rule, date(1950, 1, 1)) == 4
    assert not list(TABLE.changes(rule, date(1950, 1, 1), date(1960, 1, 1)))


# -- rounding


@pytest.mark.parametrize(
    ("amount", "digits", "rounded"),
    [
        (Fraction(1, 200), 2, "0.01"),
        (Fraction(-1, 200), 2, "-0.01"),
        (Fraction(49, 10000), 2, "0.00"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(12345, 10000), 3, "1.235"),
    ],
)
def test_half_is_rounded_away_from_zero(amount, digits, rounded):
    assert str(round_half_up(amount, digits)) == rounded


def test_yen_have_no_decimals_and_dinars_three():
    claim = Claim(Decimal(100000), date(2024, 12, 31))
    law = profile("fr_business")
    until = date(2025, 1, 31)
    # 100000 * 13.15 % * 31 / 365 = 1116.8493
    assert str(late_charges(claim, law, TABLE, until, digits=0).interest.amount) == "1117"
    assert str(late_charges(claim, law, TABLE, until, digits=3).interest.amount) == "1116.849"


# -- properties


@given(amounts, days, days, days, laws)
def test_splitting_the_time_changes_nothing_but_the_rounding(principal, due, cut, until, law):
    due, cut, until = sorted((due, cut, until))
    claim = Claim(principal, day(due))
    whole = charges(claim, day(until), law).interest
    first = charges(claim, day(cut), law).interest
    second = charges(claim, day(until), law, charged_until=day(cut)).interest
    parts = [*first.periods, *second.periods]
    assert sum(p.exact for p in parts) == sum(p.exact for p in whole.periods)
    assert abs(first.amount + second.amount - whole.amount) <= Decimal("0.01")


@given(amounts, days, days, days, laws)
def test_more_days_are_never_less_interest(principal, due, sooner, later, law):
    due, sooner, later = sorted((due, sooner, later))
    claim = Claim(principal, day(due))
    assert charges(claim, day(sooner), law).total <= charges(claim, day(later), law).total


@given(amounts, amounts, days, days, days, laws)
def test_a_part_payment_never_raises_the_interest(principal, paid, due, paid_on, until, law):
    due, until = sorted((due, until))
    unpaid = charges(Claim(principal, day(due)), day(until), law)
    payment = PartPayment(day(paid_on), paid)
    part = charges(Claim(principal, day(due), (payment,)), day(until), law)
    assert 0 <= part.interest.amount <= unpaid.interest.amount


@given(amounts, st.lists(st.tuples(days, amounts), max_size=5), days, days, laws)
def test_the_periods_follow_each_other_and_hold_each_late_day_once(
    principal, paid, due, until, law
):
    due, until = sorted((due, until))
    payments = tuple(PartPayment(day(on), amount) for on, amount in paid)
    claim = Claim(principal, day(due), payments)
    interest = charges(claim, day(until), law).interest
    for before, after in zip(interest.periods, interest.periods[1:], strict=False):
        assert before.end + timedelta(days=1) == after.start
    expected = sum(bool(claim.left_after(day(n - 1))) for n in range(due + 1, until + 1))
    assert interest.days == expected


@given(amounts, st.lists(st.tuples(days, amounts), max_size=4), days, days, laws)
def test_periods_come_to_the_same_as_counting_day_by_day(principal, paid, due, until, law):
    due = min(due, until)
    until = min(max(due, until), due + 400)
    payments = tuple(PartPayment(day(on), amount) for on, amount in paid)
    claim, rules = Claim(principal, day(due), payments), profile(law)
    total = Fraction(0)
    for number in range(due + 1, until + 1):
        on = day(number)
        leap = rules.day_count is DayCount.ACT_ACT and on.year % 4 == 0
        daily = Fraction(annual_percent(rules, TABLE, on)) / 100 / (366 if leap else 365)
        total += Fraction(claim.left_after(day(number - 1))) * daily
    assert charges(claim, day(until), law).interest.amount == round_half_up(total, 2)
