import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_core.risk_books import Receivable
from dunning_core.risk_delay import Delays
from dunning_core.risk_drift import Drift
from dunning_core.risk_logit import fit, logit, sigmoid, solve
from dunning_core.risk_measures import auc, brier, brier_gain, mean_absolute_error
from dunning_core.risk_prior import (
    DEFAULT_STRENGTH,
    MAX_STRENGTH,
    MIN_STRENGTH,
    BetaPrior,
    estimate,
)

DAY = date(2026, 3, 2)


@pytest.mark.parametrize("strength", [2, 8, 30])
def test_the_strength_of_the_prior_is_found_again(strength):
    """400 customers with 40 invoices each, from a beta distribution with a mean of 0.3."""
    chance = random.Random(strength)  # noqa: S311 - a seeded world, no secret
    groups = []
    for _ in range(400):
        rate = chance.betavariate(0.3 * strength, 0.7 * strength)
        groups.append((sum(chance.random() < rate for _ in range(40)), 40))
    found = estimate(groups)
    assert found.rate == pytest.approx(0.3, abs=0.04)
    assert found.strength == pytest.approx(strength, rel=0.3)


def test_customers_that_are_alike_get_the_strongest_prior_and_unlike_ones_the_weakest():
    assert estimate([(3, 10)] * 20).strength == MAX_STRENGTH
    assert estimate([(10, 10), (0, 10)] * 20).strength == MIN_STRENGTH


def test_few_customers_do_not_tell_how_alike_they_are():
    assert estimate([(10, 10), (0, 10)]).strength == DEFAULT_STRENGTH
    assert estimate([]) == BetaPrior(0.5, DEFAULT_STRENGTH)


def test_a_smoothed_rate_of_a_worked_example():
    assert BetaPrior(0.3, 5).smooth(3, 4) == pytest.approx(0.5)


@given(st.floats(0.001, 0.999))
def test_log_odds_and_probabilities_are_two_ways_to_say_the_same(probability):
    assert sigmoid(logit(probability)) == pytest.approx(probability)


def test_a_symmetric_system_is_solved():
    assert solve([[4.0, 2.0], [2.0, 3.0]], [10.0, 9.0]) == pytest.approx([1.5, 2.0])


def rows_of_a_known_world(count=8000):
    chance = random.Random(5)  # noqa: S311 - a seeded world, no secret
    rows = [(chance.gauss(0, 1), chance.gauss(3, 2)) for _ in range(count)]
    outcomes = [chance.random() < sigmoid(logit(0.3) + 0.8 * x) for x, _ in rows]
    return [0.3] * count, rows, outcomes, [1.0] * count


def test_the_weights_of_a_known_world_are_found_again():
    found = fit(*rows_of_a_known_world(), ridge=1.0)
    intercept, first, second = found.weights
    assert intercept == pytest.approx(0, abs=0.1)
    assert first == pytest.approx(0.8, abs=0.12)
    assert second == pytest.approx(0, abs=0.1)


def test_a_strong_ridge_leaves_the_given_probability_as_it_is():
    found = fit(*rows_of_a_known_world(), ridge=1e7)
    assert found.weights[1:] == pytest.approx([0, 0], abs=1e-3)


def test_a_row_that_counts_twice_is_as_good_as_two():
    bases, rows, outcomes, _ = rows_of_a_known_world(60)
    twice = fit(bases * 2, rows * 2, outcomes * 2, [1.0] * 120, ridge=1.0)
    once = fit(bases, rows, outcomes, [2.0] * 60, ridge=1.0)
    assert once.weights == pytest.approx(twice.weights)


def test_outcomes_that_are_all_alike_do_not_break_the_fit():
    bases, rows, _, counts = rows_of_a_known_world(60)
    assert fit(bases, rows, [True] * 60, counts, ridge=1.0).apply(0.3, rows[0]) > 0.9


def test_measures_of_worked_examples():
    outcomes = [False, False, True, True]
    assert auc([0.1, 0.4, 0.35, 0.8], outcomes) == 0.75
    assert auc([0.5] * 4, outcomes) == 0.5
    assert auc([0.5] * 2, [True, True]) is None
    assert brier([0.0, 0.5, 1.0, 0.5], outcomes) == 0.125
    assert mean_absolute_error([0, 3], [2, 3]) == 1
    assert brier_gain([0.5, 0.5], [0.5, 1.0], [False, False]) == pytest.approx(
        (0.375, 0.2652), abs=1e-4
    )


def test_delays_beyond_a_number_of_days_draw_on_the_own_and_on_all():
    delays = Delays.of([5, 10, 20, 40])
    assert delays.beyond([], 7) == 0.75
    assert delays.beyond([3] * 8, 7) == 0.375  # 8 own at 3 days, 8 of all: three in four beyond
    assert delays.beyond([30] * 200, 7) > 0.98


def test_a_delay_is_expected_only_when_late_is_more_likely_than_not():
    delays = Delays.of([10])
    assert delays.median_with(0.5, [10, 10]) == 0
    assert delays.median_with(0.51, [10, 10]) == 10


@given(
    st.lists(st.integers(1, 60), max_size=30),
    st.lists(st.integers(1, 60), max_size=30),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_a_riskier_invoice_is_not_expected_earlier(own, others, one, two):
    delays = Delays.of(others)
    low, high = sorted((one, two))
    assert delays.median_with(low, own) <= delays.median_with(high, own)
    assert delays.beyond(own, 7) >= delays.beyond(own, 30)


def expected(days_late, count=50, probability=0.5):
    drift = Drift()
    for number in range(count):
        due = DAY + timedelta(days=number % 5)
        settled = due + timedelta(days=days_late)
        drift.expect(
            Receivable("x", "FR", due - timedelta(days=30), due, Decimal(10), settled), probability
        )
    return drift


def test_more_late_payments_than_were_expected_raise_the_odds_and_fewer_lower_them():
    assert expected(4).shift(DAY + timedelta(days=10)) > 0.5
    assert expected(-4).shift(DAY + timedelta(days=10)) < -0.5


def test_the_drift_of_invoices_that_are_not_yet_due_is_not_known():
    drift = expected(-4)
    assert drift.shift(DAY) == 0
    assert drift.shift(DAY + timedelta(days=10)) != 0


def test_a_drift_of_long_ago_fades():
    assert abs(expected(4).shift(DAY + timedelta(days=900))) < 0.01
