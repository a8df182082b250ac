from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dunning_core.gain import Contact, Debt, expected_gain

TODAY = date(2026, 6, 1)
CONTACT = Contact(effect=Decimal("0.3"), capital_rate=Decimal("0.0730"), cost=Decimal("0.50"))


def overdue(amount, days_to_wait):
    return Debt(
        Decimal(amount), TODAY - timedelta(days=9), TODAY + timedelta(days=days_to_wait), Decimal(0)
    )


def test_the_gain_of_a_worked_example():
    # 1000 x 30 days earlier (37 - 7) x 0.3 x 0.02 % a day - 0.50
    assert expected_gain([overdue(1000, 37)], TODAY, CONTACT) == Decimal("1.30")


def test_a_debt_that_will_be_paid_soon_anyway_is_not_worth_its_contact():
    assert expected_gain([overdue(1000, 5)], TODAY, CONTACT) == Decimal("-0.50")


def test_before_the_due_date_the_chance_of_being_late_counts_and_nobody_pays_before_it():
    due = TODAY + timedelta(days=10)
    debt = Debt(Decimal(1000), due, due + timedelta(days=37), Decimal("0.5"))
    assert expected_gain([debt], TODAY, CONTACT) == Decimal("0.40")


def test_one_contact_speaks_of_all_debts():
    both = expected_gain([overdue(1000, 37)] * 2, TODAY, CONTACT)
    assert both == Decimal("3.10")


@given(st.integers(1, 10_000), st.integers(0, 300), st.integers(1, 5))
def test_more_money_and_longer_waiting_are_never_worth_less(amount, wait, factor):
    base = expected_gain([overdue(amount, wait)], TODAY, CONTACT)
    assert expected_gain([overdue(amount * factor, wait)], TODAY, CONTACT) >= base
    assert expected_gain([overdue(amount, wait * factor)], TODAY, CONTACT) >= base
    assert expected_gain([overdue(amount, wait)], TODAY, replace(CONTACT, cost=Decimal(9))) < base
