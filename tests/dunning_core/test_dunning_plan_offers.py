from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_core.instalments import Instalment, PlanState, check
from dunning_core.interest import PartPayment
from dunning_core.plan_offers import OfferLimits, counts_offered, next_unpaid, silent_until

LIMITS = OfferLimits(6, Decimal(50), Decimal(200), Decimal("0.8"))
PLAN = (
    Instalment(date(2026, 10, 1), Decimal(100), "RF1"),
    Instalment(date(2026, 11, 2), Decimal(100), "RF2"),
)


@pytest.mark.parametrize(
    ("amount", "days_late", "risk", "counts"),
    [
        ("1000", 0, None, (2, 3, 4, 5, 6)),
        ("1000", -4, None, (2, 3, 4, 5, 6)),
        ("1000", 1, None, (2, 3, 4, 5)),
        ("1000", 31, None, (2, 3, 4)),
        ("1000", 900, None, (2,)),
        ("200", 0, None, (2, 3, 4)),
        ("199.99", 0, None, ()),
        ("1000", 0, "0.8", (2, 3, 4, 5, 6)),
        ("1000", 0, "0.81", ()),
    ],
)
def test_amount_age_and_risk_decide_what_is_offered(amount, days_late, risk, counts):
    known = Decimal(risk) if risk else None
    assert counts_offered(Decimal(amount), days_late, known, LIMITS) == counts


def test_no_offer_is_longer_than_the_company_allows():
    assert counts_offered(Decimal(1000), 0, None, OfferLimits(max_months=1)) == ()


def test_without_a_least_instalment_only_the_months_count():
    limits = OfferLimits(3, Decimal(0), Decimal(0))
    assert counts_offered(Decimal(10), 0, None, limits) == (2, 3)


@pytest.mark.parametrize(
    ("received", "until"),
    [
        ("0", date(2026, 10, 6)),
        ("99.99", date(2026, 10, 6)),
        ("100", date(2026, 11, 7)),
        ("200", None),
    ],
)
def test_a_plan_silences_until_the_grace_of_its_oldest_unpaid_instalment(received, until):
    assert silent_until(PLAN, Decimal(received), 5) == until


def test_a_part_of_an_instalment_leaves_the_rest_of_it_to_pay():
    assert next_unpaid(PLAN, Decimal("130.50")) == (PLAN[1], Decimal("69.50"))


@given(st.decimals(0, 250, places=2), st.integers(0, 60), st.integers(0, 9))
def test_silence_ends_on_the_day_before_the_plan_is_broken(received, days, grace):
    today = date(2026, 9, 28) + timedelta(days=days)
    until = silent_until(PLAN, received, grace)
    state = check(PLAN, [PartPayment(today, received)], today, grace).state
    assert (state is PlanState.BROKEN) == (until is not None and today > until)
