from __future__ import annotations

from datetime import date
from decimal import Decimal

from dunning_core.agreed_dates import spread
from dunning_core.instalments import Instalment

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 2), date(2026, 12, 1)
PLAN = tuple(
    Instalment(day, Decimal(100), f"R{number}")
    for number, day in enumerate((OCTOBER, NOVEMBER, DECEMBER))
)


def test_instalments_are_taken_for_the_oldest_debt_first():
    assert spread(PLAN, [Decimal(150), Decimal(150)]) == (
        ((OCTOBER, Decimal(100)), (NOVEMBER, Decimal(50))),
        ((NOVEMBER, Decimal(50)), (DECEMBER, Decimal(100))),
    )


def test_what_was_paid_is_taken_from_the_oldest_instalments():
    assert spread(PLAN, [Decimal(30), Decimal(150)]) == (
        ((NOVEMBER, Decimal(30)),),
        ((NOVEMBER, Decimal(50)), (DECEMBER, Decimal(100))),
    )


def test_what_no_instalment_reaches_is_expected_with_the_first():
    assert spread(PLAN, [Decimal(320)]) == (
        ((OCTOBER, Decimal(120)), (NOVEMBER, Decimal(100)), (DECEMBER, Decimal(100))),
    )
