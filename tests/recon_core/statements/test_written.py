from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_core.errors import FileFormatError
from recon_core.statements.written import (
    DATE_ORDERS,
    date_order,
    decimal_sign,
    read_amount,
    read_date,
)


def lines(*texts: str) -> list[tuple[int, str]]:
    return list(enumerate(texts, 1))


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("02/03/2026", "dmy", date(2026, 3, 2)),
        ("02/03/2026", "mdy", date(2026, 2, 3)),
        ("2.3.26", "dmy", date(2026, 3, 2)),
        ("3/ 2'06", "mdy", date(2006, 3, 2)),
        ("2/10'2020", "mdy", date(2020, 2, 10)),
        ("2026-03-02", "ymd", date(2026, 3, 2)),
        ("2026-03-02T23:30:00Z", "ymd", date(2026, 3, 2)),
        ("02/03/2026 08:15", "dmy", date(2026, 3, 2)),
        ("20260302", "ymd", date(2026, 3, 2)),
        ("02032026", "dmy", date(2026, 3, 2)),
        ("31/12/99", "dmy", date(1999, 12, 31)),
        ("2 mars 2026", "dmy", date(2026, 3, 2)),
        ("01-Août-26", "dmy", date(2026, 8, 1)),
        ("14 juil. 2026", "dmy", date(2026, 7, 14)),
        ("Mar 2, 2026", "dmy", date(2026, 3, 2)),
        ("02. März 2026", "dmy", date(2026, 3, 2)),
    ],
)
def test_a_day_is_read_in_the_order_that_the_file_has(text, order, day):
    assert read_date(text, order) == day


@pytest.mark.parametrize("text", ["", "31/02/2026", "FAC 2026", "12/2026", "02/03/0026", "1e5"])
def test_what_is_no_day_is_none_in_any_order(text):
    assert [read_date(text, order) for order in DATE_ORDERS] == [None] * 3


def test_one_day_after_the_twelfth_decides_the_order_of_a_file():
    assert date_order(lines("02/03/2026", "15/03/2026")) == "dmy"
    assert date_order(lines("02/03/2026", "03/15/2026")) == "mdy"


def test_days_that_any_order_reads_alike_ask_nothing():
    assert read_date("05/05/2026", date_order(lines("05/05/2026"))) == date(2026, 5, 5)


def test_points_are_never_written_month_first():
    assert date_order(lines("02.03.2026")) == "dmy"


def test_an_order_that_cannot_be_told_is_a_question():
    with pytest.raises(FileFormatError) as error:
        date_order(lines("02/03/2026", "04/05/2026"))
    assert error.value.code == "ambiguous_dates"


def test_a_day_that_fits_no_order_is_named_by_its_line():
    with pytest.raises(FileFormatError) as error:
        date_order(lines("15/03/2026", "16/03/2026", "03/17/2026"))
    assert (error.value.code, error.value.line) == ("bad_date", 3)


@pytest.mark.parametrize(
    ("text", "sign", "amount"),
    [
        ("1,234.56", ".", "1234.56"),
        ("1.234,56", ",", "1234.56"),
        ("1 234,56", ",", "1234.56"),
        ("1\u202f234,56 €", ",", "1234.56"),
        ("CHF 1'234.50", ".", "1234.50"),
        ("-12.5", ".", "-12.5"),
        ("12,50-", ",", "-12.50"),
        ("+7", ",", "7"),
        ("\u22127,00", ",", "-7.00"),
        ("(7.00)", ".", "-7.00"),
        ("-€7.00", ".", "-7.00"),
        (".50", ".", "0.50"),
    ],
)
def test_an_amount_is_read_with_the_sign_that_the_file_has(text, sign, amount):
    assert read_amount(text, sign) == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["", "-", "1e9", "NaN", "12,34.56", "1,23.4", "--1", "1" * 16, "=1+1", "١٢", "12 EUR x"]
)
def test_what_is_no_amount_is_none(text):
    assert read_amount(text, ".") is None


def test_the_amounts_of_a_file_decide_its_decimal_sign_together():
    assert decimal_sign(lines("1,234", "1.5")) == "."
    assert decimal_sign(lines("1,234", "12,50")) == ","
    with pytest.raises(FileFormatError) as error:
        decimal_sign(lines("1,234"))
    assert error.value.code == "ambiguous_amounts"


@settings(max_examples=200, deadline=None)
@given(
    st.dates(date(1970, 1, 1), date(2069, 12, 31)),
    st.sampled_from(["/", ".", "-"]),
    st.sampled_from(DATE_ORDERS),
)
def test_each_day_survives_being_written(day, separator, order):
    parts = {"d": f"{day.day:02d}", "m": f"{day.month:02d}", "y": f"{day.year}"}
    assert read_date(separator.join(parts[letter] for letter in order), order) == day


@settings(max_examples=200, deadline=None)
@given(st.decimals(-(10**9), 10**9, places=2, allow_nan=False))
def test_each_amount_survives_being_written(amount):
    english = f"{amount:,.2f}"
    european = english.translate(str.maketrans(",.", ".,"))
    assert read_amount(english, ".") == read_amount(european, ",") == amount


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_the_reading(text):
    for sign in ".,":
        amount = read_amount(text, sign)
        assert amount is None or amount.is_finite()
    for order in DATE_ORDERS:
        assert read_date(text, order) is None or isinstance(read_date(text, order), date)
