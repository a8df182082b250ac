from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dunning_core.metrics import (
    PeriodSales,
    Receipt,
    ageing,
    average_days_delinquent,
    best_possible_dso,
    collection_effectiveness,
    days_late,
    days_to_pay,
    dso_average,
    dso_countback,
    dso_simple,
    kept_rate,
    overdue_share,
)

TODAY = date(2026, 6, 30)
money = st.decimals("0.01", "100000", places=2)


def test_simple_dso_of_a_worked_example():
    assert dso_simple(Decimal(150), Decimal(300), 90) == 45


def test_the_average_dso_takes_the_mean_of_both_ends():
    assert dso_average(Decimal(50), Decimal(150), Decimal(300), 90) == 30


def received(amount, days):
    """Invoiced 30 days before TODAY, due today, paid ``days`` days later."""
    return Receipt(Decimal(amount), TODAY - timedelta(days=30), TODAY, TODAY + timedelta(days=days))


def test_each_euro_counts_once_in_the_days_to_pay_and_the_days_late():
    receipts = [received(100, -10), received(300, 10)]
    assert days_to_pay(receipts) == 35  # (100 x 20 + 300 x 40) / 400
    assert days_late(receipts) == Decimal("7.5")  # paying early makes nobody else less late
    assert days_to_pay([]) is None
    assert days_late([]) is None


def test_promises_are_counted_by_number_and_by_amount():
    promises = [(Decimal(100), True), (Decimal(300), False)]
    assert kept_rate(promises) == (Decimal("0.5"), Decimal("0.25"))
    assert kept_rate([]) is None


def test_best_possible_dso_counts_what_is_not_yet_due_and_the_rest_is_delinquency():
    best = best_possible_dso(Decimal(100), Decimal(300), 90)
    assert best == 30
    assert average_days_delinquent(Decimal(45), best) == 15


def test_no_sales_means_no_dso():
    assert dso_simple(Decimal(10), Decimal(0), 90) is None


def test_countback_of_a_worked_example():
    # 1000 open: June sold 600 (30 days), May 800 (31 days): 30 + 400/800 * 31
    periods = [PeriodSales(30, Decimal(600)), PeriodSales(31, Decimal(800))]
    assert dso_countback(Decimal(1000), periods) == Decimal("45.5")


def test_countback_beyond_the_periods_given_is_not_guessed():
    assert dso_countback(Decimal(1000), [PeriodSales(30, Decimal(600))]) is None


def test_countback_without_receivables_is_zero():
    assert dso_countback(Decimal(0), [PeriodSales(30, Decimal(600))]) == 0
    assert dso_countback(Decimal(-5), []) == 0


@given(money, st.integers(28, 31))
def test_with_steady_sales_countback_and_simple_dso_agree(sales, days):
    periods = [PeriodSales(days, sales)] * 3
    receivables = sales * 2
    simple = dso_simple(receivables, sales * 3, days * 3)
    assert abs(dso_countback(receivables, periods) - simple) < Decimal("0.000001")


def test_effectiveness_is_100_when_all_that_was_due_came_in():
    assert collection_effectiveness(Decimal(100), Decimal(300), Decimal(120), Decimal(120)) == 100


def test_effectiveness_of_a_worked_example():
    # (200 + 300 - 250) / (200 + 300 - 100)
    cei = collection_effectiveness(Decimal(200), Decimal(300), Decimal(250), Decimal(100))
    assert cei == Decimal("62.5")


def test_effectiveness_means_nothing_when_nothing_could_be_collected():
    assert collection_effectiveness(Decimal(0), Decimal(0), Decimal(0), Decimal(0)) is None


def test_each_bucket_ends_on_its_last_day():
    past_due = [-5, 0, 1, 30, 31, 60, 61, 90, 91]
    found = ageing([(TODAY - timedelta(days=n), Decimal(1)) for n in past_due], TODAY)
    assert found.amounts == (2, 2, 2, 2, 1)
    assert found.overdue == 7


def test_overdue_share_of_nothing_open_is_not_a_number():
    assert overdue_share(ageing([], TODAY)) is None


@given(st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 31)), money), min_size=1))
def test_buckets_lose_no_cent_and_the_share_is_a_share(open_amounts):
    found = ageing(open_amounts, TODAY)
    assert found.total == sum(amount for _due, amount in open_amounts)
    assert 0 <= overdue_share(found) <= 1
