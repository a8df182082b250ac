from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from risk_world import START, Customer, customers, invoices

from dunning_core.calendar import is_business_day
from dunning_core.risk import assess
from dunning_core.risk_books import Receivable
from dunning_core.risk_delay import Delays
from dunning_core.risk_expected import MAX_WAIT_DAYS, Expectation, expected_day
from dunning_core.risk_features import NAMES
from dunning_core.risk_logit import Correction, Scale
from dunning_core.risk_measures import brier
from dunning_core.risk_reasons import Band, RiskReason, band, facts, parts

AS_OF = START + timedelta(days=450)
MONDAY = date(2026, 6, 1)


def open_on(found, day):
    return [
        i for i in found if i.invoice_date <= day and (not i.settled_date or i.settled_date > day)
    ]


def small_invoices_are_paid_in_time(payer, amount):
    return payer.late_rate * (0.1 if amount < 400 else 0.95)


@pytest.fixture(scope="module")
def world():
    return invoices(3, customers(3, 60), 1800, rate=small_invoices_are_paid_in_time)


def test_later_is_rarer(world):
    found = assess(world, open_on(world, AS_OF), AS_OF)
    said = [risk.prediction for risk in found.customers.values()]
    assert len(said) == 60
    assert all(1 >= p.late >= p.late_7 >= p.late_30 >= 0 for p in said)
    assert len({round(p.late, 3) for p in said}) > 20


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 999), st.integers(60, 500))
def test_what_happens_later_changes_nothing(seed, days):
    found = invoices(seed, customers(seed, 12), 250)
    day = START + timedelta(days=days)
    censored = [
        replace(i, settled_date=None) if i.settled_date and i.settled_date > day else i
        for i in found
        if i.invoice_date <= day
    ]
    assert assess(found, open_on(found, day), day) == assess(censored, open_on(censored, day), day)


@pytest.mark.parametrize("seed", [3, 8, 11])
def test_on_rolling_days_it_is_no_worse_than_the_smoothed_rate(seed):
    found = invoices(seed, customers(seed, 60), 1500, rate=small_invoices_are_paid_in_time)
    said, plain, outcomes = [], [], []
    for days in (330, 400, 470):
        day = START + timedelta(days=days)
        coming = [i for i in found if day < i.invoice_date <= day + timedelta(days=30)]
        known = [i for i in found if i.invoice_date <= day]
        result = assess(known, coming, day)
        for invoice in coming:
            late = sum(bool(i.late_on(day)) for i in known if i.customer == invoice.customer)
            total = sum(i.late_on(day) is not None for i in known if i.customer == invoice.customer)
            said.append(result.late[invoice.key])
            plain.append((late + 5 * 0.3) / (total + 5))
            outcomes.append(invoice.delay > 0)
    assert brier(said, outcomes) <= brier(plain, outcomes)


def test_a_new_customer_gets_the_rate_of_the_country():
    good = invoices(1, [Customer(f"F{n}", 0.1, 5) for n in range(20)], 400)
    bad = [
        replace(i, segment="DE", key="d" + i.key)
        for i in invoices(2, [Customer(f"D{n}", 0.8, 5) for n in range(20)], 400)
    ]
    issued = AS_OF + timedelta(days=1)
    new = [
        Receivable(f"new {c}", c, issued, issued + timedelta(days=30), Decimal(100), None, c)
        for c in ("FR", "DE", "IT")
    ]
    late = assess([*good, *bad], new, AS_OF).late
    assert late["FR"] < 0.35 < 0.55 < late["DE"]
    assert late["FR"] < late["IT"] < late["DE"]


def test_who_may_not_be_judged_is_dated_like_a_stranger():
    found = invoices(4, [Customer("slow", 1.0, 40), *customers(4, 20)], 500)
    asked = [i for i in open_on(found, AS_OF) if i.customer == "slow"]
    assert asked
    named, unnamed = assess(found, asked, AS_OF), assess(found, asked, AS_OF, {"slow"})
    assert "slow" in named.customers
    assert "slow" not in unnamed.customers
    key = max(asked, key=lambda i: i.due_date).key
    assert unnamed.late[key] < named.late[key]
    assert unnamed.expected[key].day < named.expected[key].day


def test_a_punctual_customer_is_expected_on_the_due_date():
    found = expected_day(MONDAY, MONDAY - timedelta(days=9), 0.2, (), Delays((10,)), "FR")
    assert (found.day, found.because) == (MONDAY, Expectation.IN_TIME)


def test_a_late_customer_is_expected_after_its_usual_delay():
    found = expected_day(MONDAY, MONDAY, 1.0, (14,) * 20, Delays((1,)), "FR")
    assert (found.day, found.because) == (MONDAY + timedelta(days=14), Expectation.USUAL_DELAY)


def test_what_is_unpaid_today_is_not_expected_on_a_day_gone_by():
    own = (3, 3, 3, 21, 28, 28)
    found = expected_day(MONDAY, MONDAY + timedelta(days=20), 0.9, own, Delays((2,)), "FR")
    assert (found.day, found.because) == (MONDAY + timedelta(days=28), Expectation.STILL_UNPAID)


def test_older_than_any_payment_it_is_expected_to_take_as_long_again():
    def ask(days):
        return expected_day(MONDAY, MONDAY + timedelta(days=days), 0.9, (3,), Delays((2,)), "")

    assert ask(14).day == MONDAY + timedelta(days=28)
    assert ask(14).because is Expectation.BEYOND
    assert ask(393).day == MONDAY + timedelta(days=393 + MAX_WAIT_DAYS)


@given(
    st.integers(-60, 400),
    st.floats(0, 1),
    st.lists(st.integers(1, 200), max_size=10),
    st.lists(st.integers(1, 200), min_size=1, max_size=10),
)
def test_an_expected_day_is_a_business_day_that_is_still_to_come(days, late, own, others):
    as_of = MONDAY + timedelta(days=days)
    found = expected_day(MONDAY, as_of, late, own, Delays(tuple(others)), "FR")
    assert found.day >= as_of
    assert is_business_day(found.day, "FR")


def paid(delay, due=date(2026, 3, 1)):
    return Receivable("x", "FR", due, due, Decimal(1), due + timedelta(days=delay))


def test_the_facts_tell_the_rate_the_last_payment_and_what_is_overdue():
    due = date(2026, 6, 20)
    history = [
        *(paid(10), paid(0), paid(6, date(2026, 4, 1))),
        Receivable("x", "FR", due, due, Decimal(1)),
    ]
    assert facts(history, date(2026, 6, 30)) == (
        RiskReason("late_rate", (3, 4)),
        RiskReason("last_late", (6,)),
        RiskReason("overdue_now", (1, 10)),
    )
    assert facts(history[1:2], date(2026, 6, 30))[1] == RiskReason("last_on_time")
    assert facts([], date(2026, 6, 30)) == (RiskReason("no_history"),)


def test_the_largest_parts_of_the_correction_are_told_in_falling_order():
    weights = (0.0, *(0.0 for _ in NAMES[:-3]), 1.0, -2.0, 0.05)
    scale = Scale((0.0,) * len(NAMES), (1.0,) * len(NAMES))
    told = parts(Correction(scale, weights), (1.0,) * len(NAMES))
    assert told == (RiskReason("amount", (-86,)), RiskReason("open", (172,)))


def test_the_bands_are_thirds():
    assert [band(p) for p in (0.32, 0.33, 0.65, 0.66)] == [
        *(Band.LOW, Band.MEDIUM, Band.MEDIUM, Band.HIGH)
    ]
