"""When two numbers are the number of one bill."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.bill_number import same_bill_number


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FA-2026/0012", "fa 2026 12"),
        ("FA-2026-0012", "FA20260012"),
        ("00778", "778"),
        ("F2610-778", "f2610 778"),
        ("Réf. 12", "REF-12"),
        ("№ 7", "№ 7"),
        ("000", "0"),
    ],
)
def test_spellings_of_one_number(one: str, other: str) -> None:
    assert same_bill_number(one, other)
    assert same_bill_number(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-11-2", "2026-1-12"),
        ("778", "7780"),
        ("F2610-778", "F2610-779"),
        ("A12", "B12"),
        ("", ""),
        ("-", ""),
        ("Ω1", "Ψ1 2"),
        ("10", "1"),
    ],
)
def test_numbers_of_two_bills(one: str, other: str) -> None:
    assert not same_bill_number(one, other)
    assert not same_bill_number(other, one)


@given(st.text(max_size=30), st.text(max_size=30))
def test_it_does_not_matter_which_comes_first(one: str, other: str) -> None:
    assert same_bill_number(one, other) == same_bill_number(other, one)


@given(st.from_regex(r"[A-Z]{0,4}[-/ ]?[0-9]{1,8}", fullmatch=True))
def test_case_and_blanks_around_change_nothing(number: str) -> None:
    assert same_bill_number(number, f" {number.lower()} ")
