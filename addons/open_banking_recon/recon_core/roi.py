"""What the automation is worth: formulas, and for each term whether it was measured or assumed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

_CENT = Decimal("0.01")
DAYS_A_YEAR = 365


class Basis(str, Enum):
    """Where the figures of a term come from."""

    MEASURED = "measured"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Term:
    """One summand in the company's currency; < 0 is a cost. ``code`` is stable for translation."""

    code: str
    amount: Decimal
    basis: Basis


@dataclass(frozen=True, slots=True)
class Roi:
    """The yearly return and its terms. ``cash_released`` comes once and is no part of ``total``."""

    terms: tuple[Term, ...]
    cash_released: Term

    @property
    def total(self) -> Decimal:
        return sum((t.amount for t in self.terms), Decimal(0))

    @property
    def measured(self) -> Decimal:
        """The part of ``total`` that rests on no assumption."""
        return sum((t.amount for t in self.terms if t.basis is Basis.MEASURED), Decimal(0))


def auto_match_rate(automatic: int, payable: int) -> Decimal:
    """Share of the lines that pay a document which were matched without a person, 0 to 1 in four
    decimals; 0 when there was none. Lines that pay nothing (charges, salaries) are not counted:
    with them the rate says more about the bank than about the matching.
    Raises ValueError for a negative count or more automatic lines than payable ones.
    """
    if automatic < 0 or automatic > payable:
        raise ValueError("automatic lines are a part of the payable ones")
    if not payable:
        return Decimal(0)
    return (Decimal(automatic) / payable).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def hours_saved(automatic_lines: int, minutes_a_line: Decimal) -> Decimal:
    """Hours of manual work that the automatic lines did not cost, in hundredths.

    ``minutes_a_line``: what a line takes by hand; 4 to 8 minutes are published by vendors, a
    company should measure its own. Raises ValueError for negative values.
    """
    if automatic_lines < 0 or minutes_a_line < 0:
        raise ValueError("negative lines or minutes")
    return (automatic_lines * minutes_a_line / 60).quantize(_CENT, ROUND_HALF_UP)


def days_sales_outstanding(receivables: Decimal, credit_sales: Decimal, days: int) -> Decimal:
    """Days of sales that customers owe at the end of a period, in tenths; 0 without sales.

    Receivables / credit sales of the period x days of the period.
    Raises ValueError when ``days`` is not positive.
    """
    if days <= 0:
        raise ValueError("a period has days")
    if not credit_sales:
        return Decimal(0)
    return (receivables / credit_sales * days).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class RoiInputs:
    """A year. Amounts in the company's currency; rates as fractions; ``*_base`` is the same period
    before, or a hold-out group. ``assumed`` names the inputs that nobody measured."""

    hours_saved: Decimal
    hourly_cost: Decimal
    dso_base: Decimal
    dso_now: Decimal
    annual_credit_sales: Decimal
    cost_of_capital: Decimal
    bad_debt_base: Decimal = Decimal(0)
    bad_debt_now: Decimal = Decimal(0)
    discounts_base: Decimal = Decimal(0)
    discounts_now: Decimal = Decimal(0)
    subscription: Decimal = Decimal(0)
    assumed: frozenset[str] = frozenset()


def yearly_roi(inputs: RoiInputs) -> Roi:
    """Hours saved x hourly cost + (DSO before - now) x daily credit sales x cost of capital
    + (bad debt before - now) + (discounts taken now - before) - subscription, each rounded
    half-up to cents.

    Effects of prices and of the sales mix are never claimed. A term is measured when none of its
    inputs is assumed. Source: the usual receivables business case (creditedu.org, upflow.io).
    """
    days = inputs.dso_base - inputs.dso_now
    daily_sales = inputs.annual_credit_sales / DAYS_A_YEAR
    capital = ("dso_base", "dso_now", "annual_credit_sales")
    terms = (
        _term(
            inputs,
            "work_saved",
            inputs.hours_saved * inputs.hourly_cost,
            ("hours_saved", "hourly_cost"),
        ),
        _term(
            inputs,
            "capital_cost_saved",
            days * daily_sales * inputs.cost_of_capital,
            (*capital, "cost_of_capital"),
        ),
        _term(
            inputs,
            "bad_debt_avoided",
            inputs.bad_debt_base - inputs.bad_debt_now,
            ("bad_debt_base", "bad_debt_now"),
        ),
        _term(
            inputs,
            "discounts_taken",
            inputs.discounts_now - inputs.discounts_base,
            ("discounts_base", "discounts_now"),
        ),
        _term(inputs, "subscription", -inputs.subscription, ("subscription",)),
    )
    return Roi(terms, _term(inputs, "cash_released", days * daily_sales, capital))


def a_year_of(amount: Decimal, days: int) -> Decimal:
    """What ``amount`` in ``days`` days comes to in a year, in hundredths. Raises ValueError when
    ``days`` is not positive."""
    if days <= 0:
        raise ValueError("a period has days")
    return (amount * DAYS_A_YEAR / days).quantize(_CENT, ROUND_HALF_UP)


def return_on_cost(yearly_total: Decimal, yearly_cost: Decimal, one_off: Decimal) -> Decimal | None:
    """Return on investment of the first year as a fraction in four decimals: what is left after all
    costs / all costs. ``yearly_total`` is net of ``yearly_cost``; None without costs."""
    cost = yearly_cost + one_off
    if cost <= 0:
        return None
    return ((yearly_total - one_off) / cost).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def payback_months(yearly_total: Decimal, one_off: Decimal) -> Decimal | None:
    """Months until ``yearly_total`` has paid back what was spent once, in tenths; None when it never
    does."""
    if yearly_total <= 0:
        return None
    return (one_off * 12 / yearly_total).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _term(inputs: RoiInputs, code: str, amount: Decimal, sources: Iterable[str]) -> Term:
    basis = Basis.MEASURED if inputs.assumed.isdisjoint(sources) else Basis.ASSUMED
    return Term(code, amount.quantize(_CENT, ROUND_HALF_UP), basis)
