"""A balance is compared with lines only where both speak of the same moment."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from recon_core.sync.balance import Comparable, comparable, gap
from recon_core.types import Balance

TODAY = date(2026, 11, 20)
YESTERDAY = TODAY - timedelta(days=1)


def told(kind, day=TODAY, amount="100.00", currency="EUR") -> Balance:
    return Balance(Decimal(amount), currency, kind, day)


@pytest.mark.parametrize(
    ("balance", "day"),
    [
        (told("closingBooked", YESTERDAY), YESTERDAY),
        (told("closingBooked", TODAY), TODAY),
        (told("interimBooked", TODAY), TODAY),
        (told("interimBooked", None), TODAY),
    ],
)
def test_a_booked_balance_stands_for_its_day(balance, day):
    assert comparable([balance], "EUR", TODAY, TODAY) == Comparable(Decimal("100.00"), day)


@pytest.mark.parametrize(
    "balance",
    [
        told("expected"),
        told("interimAvailable"),
        told("openingBooked"),
        told("closingBooked", None),
        told("interimBooked", YESTERDAY),
        told("interimBooked", currency="USD"),
    ],
)
def test_a_balance_of_another_kind_moment_or_currency_is_not_compared(balance):
    assert comparable([balance], "EUR", TODAY, YESTERDAY) is None


def test_an_older_intraday_balance_counts_when_nothing_was_booked_since():
    balance = told("interimBooked", YESTERDAY)
    before = YESTERDAY - timedelta(days=1)
    assert comparable([balance], "EUR", TODAY, before) == Comparable(balance.amount, YESTERDAY)
    assert comparable([balance], "EUR", TODAY, None) == Comparable(balance.amount, YESTERDAY)


def test_a_closed_day_goes_before_the_present_moment():
    balances = [told("interimBooked", TODAY, "7"), told("closingBooked", YESTERDAY, "5")]
    assert comparable(balances, "EUR", TODAY, TODAY) == Comparable(Decimal(5), YESTERDAY)


def test_the_gap_is_what_the_bank_has_more():
    bank = Comparable(Decimal("150.00"), TODAY)
    assert gap(bank, Decimal("100.00"), Decimal("50.00")) == 0
    assert gap(bank, Decimal("100.00"), Decimal("20.00")) == Decimal("30.00")
