from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.roi import (
    Basis,
    RoiInputs,
    a_year_of,
    auto_match_rate,
    days_sales_outstanding,
    hours_saved,
    payback_months,
    return_on_cost,
    yearly_roi,
)

YEAR = RoiInputs(
    hours_saved=Decimal(100),
    hourly_cost=Decimal(35),
    dso_base=Decimal(48),
    dso_now=Decimal(43),
    annual_credit_sales=Decimal(730_000),
    cost_of_capital=Decimal("0.06"),
    bad_debt_base=Decimal(4000),
    bad_debt_now=Decimal(3100),
    discounts_base=Decimal(50),
    discounts_now=Decimal(300),
    subscription=Decimal(600),
    assumed=frozenset({"cost_of_capital"}),
)


def test_the_terms_of_a_year():
    roi = yearly_roi(YEAR)
    assert {t.code: t.amount for t in roi.terms} == {
        "work_saved": Decimal("3500.00"),
        "capital_cost_saved": Decimal("600.00"),
        "bad_debt_avoided": Decimal("900.00"),
        "discounts_taken": Decimal("250.00"),
        "subscription": Decimal("-600.00"),
    }
    assert roi.total == Decimal("4650.00")


def test_released_cash_is_told_apart_and_not_added():
    assert yearly_roi(YEAR).cash_released.amount == Decimal("10000.00")


def test_a_term_is_assumed_when_one_of_its_inputs_is():
    basis = {t.code: t.basis for t in yearly_roi(YEAR).terms}
    assert basis["capital_cost_saved"] is Basis.ASSUMED
    assert basis["work_saved"] is Basis.MEASURED
    assert yearly_roi(YEAR).measured == Decimal("4050.00")


def test_rates_hours_and_days():
    assert auto_match_rate(2, 3) == Decimal("0.6667")
    assert auto_match_rate(0, 0) == 0
    assert hours_saved(90, Decimal("4.5")) == Decimal("6.75")
    assert days_sales_outstanding(Decimal(90_000), Decimal(180_000), 90) == Decimal("45.0")
    assert days_sales_outstanding(Decimal(5), Decimal(0), 90) == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: auto_match_rate(4, 3),
        lambda: auto_match_rate(-1, 3),
        lambda: hours_saved(1, Decimal(-1)),
        lambda: days_sales_outstanding(Decimal(1), Decimal(1), 0),
    ],
)
def test_impossible_figures_are_refused(call):
    with pytest.raises(ValueError):
        call()


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_rate_is_a_share(automatic, rest):
    assert 0 <= auto_match_rate(automatic, automatic + rest) <= 1


def test_a_quarter_is_scaled_to_a_year():
    assert a_year_of(Decimal(100), 73) == Decimal("500.00")
    with pytest.raises(ValueError):
        a_year_of(Decimal(100), 0)


def test_the_return_of_the_first_year_bears_all_costs():
    assert return_on_cost(Decimal(4000), Decimal(600), Decimal(400)) == Decimal("3.6000")
    assert return_on_cost(Decimal(-500), Decimal(1000), Decimal(0)) == Decimal("-0.5000")
    assert return_on_cost(Decimal(4000), Decimal(0), Decimal(0)) is None


def test_what_was_spent_once_comes_back_in_months():
    assert payback_months(Decimal(4000), Decimal(1000)) == Decimal("3.0")
    assert payback_months(Decimal(4000), Decimal(0)) == Decimal("0.0")
    assert payback_months(Decimal(0), Decimal(1000)) is None
