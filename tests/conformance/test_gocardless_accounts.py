"""Samples of third parties: accounts, balances, and entries that say next to nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from gocardless_samples import BOOKED, PENDING, account_of, arguments, entries, listed, loader, read

from recon_core.normalisers import gocardless as normalise
from recon_core.types import Balance, BankAccount, BankTransaction, Institution


@pytest.fixture
def sample(corpora: Path) -> Callable[[str], Any]:
    return loader(corpora)


def test_a_card_account_in_greenland(sample):
    found = normalise.account({"id": "acc-1"}, sample("nordigendotnet_GetDetails"))
    assert found == BankAccount(
        "acc-1", "GL5117350000017350", "EUR", name="Credit Account", owner_name="John Doe"
    )


@pytest.mark.parametrize(
    ("name", "account"),
    [
        (
            "ing_ingddeff",
            BankAccount(
                "a787ba27-02ee-4fd6-be86-73831adc5498",
                "DE02500105170137075030",
                "EUR",
                name="Girokonto",
                owner_name="Jane Doe",
            ),
        ),
        (
            "spk_marburg_biedenkopf_heladef1mar",
            BankAccount(
                "a787ba27-02ee-4fd6-be86-73831adc5498",
                "DE50533500000123456789",
                "EUR",
                name="Sichteinlagen",
                owner_name="JANE DOE",
                bic="HELADEF1MAR",
            ),
        ),
        (
            "mbank_retail_brexplpw",
            BankAccount(
                "d3eccc94-9536-48d3-98be-813f79199ee3",
                "PL00000000000000000987654321",
                "PLN",
                name="EKONTO",
                owner_name="John Example",
            ),
        ),
        (
            "sandboxfinance_sfin0000",
            BankAccount(
                "99a0bfe2-0bef-46df-bff2-e9ae0c6c5838",
                "GL0865354374424724",
                "EUR",
                name="Main Account",
                owner_name="Jane Doe",
            ),
        ),
        (
            "integration_bank",
            BankAccount(
                "f0e49aa6-f6db-48fc-94ca-4a62372fadf4",
                "PL00000000000000000987654321",
                "PLN",
                name="account-example-one",
                owner_name="JOHN EXAMPLE",
                bic="INGBPLPW",
            ),
        ),
    ],
)
def test_an_account(sample, name, account):
    assert account_of(sample(name)) == account


def test_an_account_without_an_iban_has_none(sample):
    merged = arguments(sample("integration_bank"), "normalizeAccount")[1][0]
    assert normalise.account(merged, {"account": merged}).iban == ""


def test_entries_with_a_date_and_an_amount_alone_are_transactions(sample):
    found = [read(entry) for entry in listed(sample("integration_bank"))]
    days = [(2022, 1, 1), (2022, 1, 3), (2022, 1, 2)] * 2
    days += [(2022, 1, 1), (2022, 2, 1), (2022, 3, 1)] * 2
    assert found == [BankTransaction(Decimal(100), "EUR", BOOKED, date(*day)) for day in days]


@pytest.mark.parametrize(
    ("name", "amounts"),
    [
        ("mbank_retail_brexplpw", ["100"] * 5 + ["200.00", "300.50"]),
        ("sandboxfinance_sfin0000", ["-100.00", "50.00", "-25.00", "200.00", "300.50"]),
    ],
)
def test_entries_without_a_date_are_pending_or_held_back(sample, name, amounts):
    told = listed(sample(name))
    assert [normalise.transaction(entry, BOOKED) for entry in told] == [None] * len(amounts)
    found = [read(entry, PENDING) for entry in told]
    assert [t.amount for t in found] == [Decimal(amount) for amount in amounts]
    assert [t.booking_date for t in found] == [None] * len(amounts)


@pytest.mark.parametrize(
    ("name", "balance"),
    [
        ("ing_ingddeff", Balance(Decimal("3596.87"), "EUR", "interimBooked")),
        (
            "spk_marburg_biedenkopf_heladef1mar",
            Balance(Decimal("3596.87"), "EUR", "closingBooked", date(2023, 12, 29)),
        ),
        ("mbank_retail_brexplpw", Balance(Decimal("1000.00"), "PLN", "interimBooked")),
        ("sandboxfinance_sfin0000", Balance(Decimal("1000.00"), "PLN", "interimAvailable")),
        ("integration_bank", Balance(Decimal("1000.00"), "EUR", "interimBooked")),
    ],
)
def test_a_balance(sample, name, balance):
    told = [args[1] for args in arguments(sample(name), "calculateStartingBalance") if args[1]]
    assert told
    for balances in told:
        assert normalise.balances({"balances": balances}) == [balance]


def test_the_answers_of_the_service(sample):
    told = sample("gocardless_service_fixtures")
    report = told["mockTransactions"]["transactions"]
    day = date(2000, 1, 1)
    first, second = [read(entry) for entry in report["booked"]]
    assert (first.amount, first.counterparty_name) == (Decimal("328.18"), "string")
    assert first.counterparty_iban == ""  # "string" is none
    assert (second.amount, second.counterparty_name) == (Decimal("947.26"), "")
    assert {(t.booking_date, t.value_date) for t in (first, second)} == {(day, day)}
    assert [read(entry, PENDING) for entry in report["pending"]] == [
        BankTransaction(Decimal("947.26"), "EUR", PENDING, None, value_date=day)
    ]
    assert normalise.balances(told["mockedBalances"]) == [
        Balance(Decimal("657.49"), "string", "interimAvailable", date(2021, 11, 22)),
        Balance(Decimal("185.67"), "string", "interimAvailable", date(2021, 11, 19)),
    ]
    account = normalise.account(told["mockAccountMetaData"], told["mockAccountDetails"])
    assert account == BankAccount(
        "f0e49aa6-f6db-48fc-94ca-4a62372fadf4",
        "PL00000000000000000987654321",
        "PLN",
        name="Savings Account for Individuals (Retail)",
        owner_name="JOHN EXAMPLE",
        bic="INGBPLPW",
    )
    assert normalise.institution(told["mockInstitution"], "NO") == Institution(
        "N26_NTSBDEB1",
        "N26 Bank",
        "NO",
        "NTSBDEB1",
        "https://cdn.nordigen.com/ais/N26_SANDBOX_NTSBDEB1.png",
    )


@pytest.mark.parametrize(
    ("name", "text"), [("belfius_gkccbebb", ""), ("abanca_caglesmm", "some-creditor-name")]
)
def test_an_entry_without_any_date_of_the_bank_is_held_back(sample, name, text):
    (entry,) = entries(sample(name))
    assert normalise.transaction(entry, BOOKED) is None
    dated = read({**entry, "bookingDate": "2023-01-18"})
    # the bank's own id is not unique, that of GoCardless is
    assert (dated.transaction_id, dated.amount) == ("D202301180000003", Decimal(100))
    assert (dated.remittance_unstructured, dated.creditor_reference) == (text, "")
