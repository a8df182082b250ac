"""Samples of third parties, read by a person first: what each one says is written down here."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon_core.normalisers import enable_banking as normalise
from recon_core.normalisers.identity import keyed

# entry reference, booking date, amount, counterparty, free text
BOOKED = [
    ("ref-001", date(2026, 3, 1), "100.50", "My Employer", "Monthly salary\nMarch 2026"),
    ("ref-002", date(2026, 3, 2), "-25.99", "Grocery Store", "Groceries purchase"),
    ("ref-004", date(2026, 3, 4), "5.00", "", "Transfer from savings"),
    (
        "ref-005",
        date(2026, 3, 5),
        "-30.00",
        "ACME STORE WARSAW",
        "Card payment 16-03-2026 no 1234xx5678",
    ),
    ("ref-006", date(2026, 3, 6), "100.00", "SOME CLIENT LTD", "Invoice 1-2026"),
]
PENDING = [("tx-003", date(2026, 3, 3), "-10.00"), ("tx-no-date", None, "-7.50")]


def keys(entries: list[dict]) -> Counter[str]:
    return Counter(key for key, _ in keyed(normalise.transaction(entry) for entry in entries))


@pytest.fixture
def payloads(corpora: Path) -> Path:
    folder = corpora / "payloads" / "enable-banking"
    if not folder.is_dir():
        pytest.skip("no Enable Banking payloads among the samples of third parties")
    return folder


def test_the_fixtures_of_another_project_say_what_a_person_reads(payloads):
    sample = json.loads((payloads / "actual_fixtures.json").read_text("utf-8"))
    found = [t for entry in sample["transactions"] if (t := normalise.transaction(entry))]
    booked = [t for t in found if t.status.value == "booked"]
    pending = [t for t in found if t.status.value == "pending"]

    assert [
        (
            t.entry_reference,
            t.booking_date,
            t.amount,
            t.counterparty_name,
            t.remittance_unstructured,
        )
        for t in booked
    ] == [(ref, day, Decimal(amount), name, text) for ref, day, amount, name, text in BOOKED]
    assert [(t.transaction_id, t.value_date, t.amount) for t in pending] == [
        (ref, day, Decimal(amount)) for ref, day, amount in PENDING
    ]
    assert [(t.transaction_id, t.value_date) for t in booked] == [
        ("tx-001", date(2026, 3, 1)),
        ("", date(2026, 3, 2)),
        *[("", None)] * 3,
    ]
    assert [(t.booking_date, t.counterparty_name) for t in pending] == [(None, "")] * 2
    assert [t.remittance_unstructured for t in pending] == [
        "Card payment",
        "Card payment, not yet booked",
    ]
    untold = ("counterparty_iban", "end_to_end_id", "mandate_id", "creditor_reference")
    assert {getattr(t, name) for t in found for name in untold} == {""}
    assert {t.currency for t in found} == {"EUR"}
    assert {t.read_from_text for t in found} == {frozenset()}


def test_the_booked_entry_without_any_date_is_held_back(payloads):
    sample = json.loads((payloads / "actual_fixtures.json").read_text("utf-8"))
    undated = [e for e in sample["transactions"] if e["transaction_amount"]["amount"] == "1.23"]
    assert [normalise.transaction(entry) for entry in undated] == [None]


def test_the_expected_balance_comes_before_the_available_one(payloads):
    sample = json.loads((payloads / "actual_fixtures.json").read_text("utf-8"))
    found = normalise.balances(sample)
    assert [(b.balance_type, b.amount, b.reference_date) for b in found] == [
        ("expected", Decimal("-50.75"), date(2026, 3, 24)),
        ("CLAV", Decimal("1234.56"), date(2026, 3, 24)),
    ]


def test_a_day_that_the_bank_renumbered_keeps_its_keys(payloads):
    sample = json.loads((payloads / "synthetic_renumbered_day.json").read_text("utf-8"))
    first, second = keys(sample["pull_1"]), keys(sample["pull_2"])
    assert sum((second - first).values()) == 1
    assert not first - second


@pytest.mark.parametrize(
    ("pull", "said"),
    [
        (
            "pull_1",
            [
                ("2026-08-07-1", "A", "2500.00", "", "Salary"),
                ("2026-08-07-2", "B", "-4.00", "", "Recurring transfer"),
            ],
        ),
        (
            "pull_2",
            [
                ("2026-08-07-1", "C", "-85.00", "CARD SHOP", "Card purchase"),
                ("2026-08-07-2", "A", "2500.00", "", "Salary"),
                ("2026-08-07-3", "B", "-4.00", "", "Recurring transfer"),
            ],
        ),
    ],
)
def test_a_renumbered_day_says_what_a_person_reads(payloads, pull, said):
    sample = json.loads((payloads / "synthetic_renumbered_day.json").read_text("utf-8"))
    found = [normalise.transaction(entry) for entry in sample[pull]]
    assert [
        (
            t.entry_reference,
            t.transaction_id[:1],
            t.amount,
            t.counterparty_name,
            t.remittance_unstructured,
        )
        for t in found
    ] == [(ref, tx, Decimal(amount), name, text) for ref, tx, amount, name, text in said]
    assert {(t.currency, t.booking_date, t.status.value) for t in found} == {
        ("NOK", date(2026, 8, 7), "booked")
    }
