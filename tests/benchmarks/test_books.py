"""The generated books: the same each time, consistent in themselves, and with all their traps."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.books import files, ids
from benchmarks.books.ledger import Ledger
from benchmarks.books.make import books
from benchmarks.books.profiles import PROFILES

SIZE = {"documents": 2000, "lines": 500}
EQUAL = ("full", "multi", "partial")  # kinds in which the parts make up the line


@cache
def made(name: str, seed: int = 1) -> Ledger:
    return books(PROFILES[name], **SIZE, seed=seed)


@pytest.fixture(params=sorted(PROFILES))
def ledger(request) -> Ledger:
    return made(request.param)


def written(name: str, seed: int, folder: Path) -> dict[str, bytes]:
    files.write(books(PROFILES[name], 500, 120, seed), folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def signed(line) -> Decimal:
    """What the parts come to on the account: invoices and vendor credits in, the others out."""
    plus = ("out_invoice", "in_refund")
    return sum((a if i.move_type in plus else -a for i, a in line.truth.parts), Decimal(0))


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_a_seed_gives_the_same_bytes_each_time_and_another_seed_others(name, tmp_path):
    first = written(name, 3, tmp_path / "a")

    assert written(name, 3, tmp_path / "b") == first
    assert written(name, 4, tmp_path / "c") != first


def test_the_lines_never_take_more_of_a_document_than_is_left(ledger):
    taken: dict[int, Decimal] = defaultdict(Decimal)
    for line in ledger.lines:
        for item, amount in line.truth.parts:
            assert amount > 0
            taken[item.id] += amount

    residual = {item.id: item.residual for item in ledger.items}
    assert {number for number, amount in taken.items() if amount > residual[number]} == set()


def test_the_parts_make_up_the_line_unless_it_says_why_not(ledger):
    off = [
        (line.id, line.truth.class_name)
        for line in ledger.lines
        if line.truth.kind in EQUAL and signed(line) != line.transfer.amount
    ]

    assert off == []


def test_a_line_with_a_difference_has_one_of_the_right_sign(ledger):
    for line in ledger.lines:
        if line.truth.kind == "over":
            assert line.transfer.amount > signed(line) > 0
        if line.truth.kind == "with-fee" and line.truth.parts[0][0].currency == "EUR":
            gap = signed(line) - line.transfer.amount
            assert gap != 0
            assert abs(gap) <= max(Decimal(26), signed(line) * Decimal("0.031"))


def test_only_lines_of_the_kind_none_pay_nothing_and_they_are_a_fifth_to_a_third(ledger):
    nothing = [line for line in ledger.lines if not line.truth.parts]

    assert {line.truth.kind for line in nothing} == {"none"}
    assert all(line.truth.parts for line in ledger.lines if line.truth.kind != "none")
    assert 0.2 <= len(nothing) / len(ledger.lines) <= 0.33


def test_nobody_pays_a_document_before_it_is_written(ledger):
    early = [
        line.id
        for line in ledger.lines
        for item, _amount in line.truth.parts
        if item.invoice_date > line.booking_date
    ]

    assert early == []


def test_every_scenario_of_a_profile_happens(ledger):
    wanted = {scenario.__name__ for scenario in ledger.profile.scenarios}

    assert wanted - set(ledger.made) == set()


def test_without_a_number_the_oldest_of_identical_documents_is_paid(ledger):
    lines = [line for line in ledger.lines if "identical_oldest" in line.truth.class_name]
    for line in lines:
        ((paid, amount),) = line.truth.parts
        assert line.truth.alternatives
        for ((other, same),) in line.truth.alternatives:
            assert other.partner is paid.partner
            assert (other.invoice_date, other.id) > (paid.invoice_date, paid.id)
            assert same == amount


def test_what_may_match_is_told_apart_from_the_truth_file(tmp_path):
    files.write(made("projects"), tmp_path)
    with (tmp_path / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    with (tmp_path / "open_items.csv").open(encoding="utf-8", newline="") as file:
        residual = {row["id"]: Decimal(row["amount_residual"]) for row in csv.DictReader(file)}

    assert len(truth) == SIZE["lines"]
    for row in truth:
        for number, amount in json.loads(row["allocations"]):
            assert Decimal(str(amount)) <= residual[str(number)]


@given(st.integers(0, 10**6), st.sampled_from(sorted(ids.BBAN)))
def test_an_iban_has_right_check_digits(seed, country):
    iban = ids.iban(Random(seed), country)  # noqa: S311

    assert int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1


def test_structured_references_have_right_check_digits():
    assert ids.ogm(806) == "+++000/0000/80630+++"
    assert ids.iso11649("539007547034") == "RF18539007547034"
