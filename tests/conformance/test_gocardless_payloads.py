"""Samples of third parties, read by a person first: what they say is written down here."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from recon_core.normalisers import gocardless as normalise
from recon_core.types import BankTransaction, TransactionStatus

BOOKED = TransactionStatus.BOOKED


@pytest.fixture
def sample(corpora: Path) -> Callable[[str], Any]:
    folder = corpora / "payloads" / "gocardless"
    if not folder.is_dir():
        pytest.skip("no GoCardless payloads among the samples of third parties")
    return lambda name: json.loads((folder / f"{name}.json").read_text("utf-8"))


def entries(sample: dict[str, Any]) -> list[dict[str, Any]]:
    calls = [call for call in sample["calls"] if call["method"] == "normalizeTransaction"]
    return [call["args"][0] for call in calls]


def test_three_equal_payments_in_three_zones_keep_one_day(sample):
    found = [
        normalise.transaction(entry, BOOKED)
        for entry in sample("nordigendotnet_GetTransactions")["transactions"]["booked"]
    ]
    assert found == [
        BankTransaction(
            amount=Decimal("-10.00"),
            currency="GBP",
            status=BOOKED,
            booking_date=date(2023, 11, 8),
            value_date=date(2023, 11, 10),
            transaction_id=f"2023111101697308-{number}",
            entry_reference="2023111101697308",
            counterparty_name="Alderaan Coffee",
            remittance_unstructured="Alderaan Coffee - Alderaan",
            bank_tx_code="PMNT",
        )
        for number in (1, 2, 3)
    ]


def test_a_card_payment_in_latvia(sample):
    assert normalise.transaction(
        entries(sample("swedbank_habalv22"))[0], BOOKED
    ) == BankTransaction(
        amount=Decimal("-22.99"),
        currency="EUR",
        status=BOOKED,
        booking_date=date(2024, 10, 29),
        value_date=date(2024, 10, 29),
        transaction_id="fa000f86afb2cc7678bcff0000000000",
        counterparty_name="SOME CREDITOR NAME",
        remittance_unstructured=(
            "PIRKUMS 424242******4242 28.10.2024 22.99 EUR (111111) SOME CREDITOR NAME"
        ),
        bank_tx_code="PMNT-CCRD-POSD",
    )


def test_a_card_payment_in_germany_prefers_the_array(sample):
    found = normalise.transaction(entries(sample("commerzbank_cobadeff"))[0], BOOKED)
    assert (found.amount, found.end_to_end_id, found.mandate_id) == (
        Decimal("-12.34"),
        "1234567890",
        "321654",
    )
    assert found.remittance_unstructured == (
        "SHOP NAME//CITY/DE\n2024-12-19T15:34:31 KFN 1 AB 1234\nKartenzahlung"
    )
    assert found.creditor_reference == ""


def test_a_french_card_payment_abroad_keeps_both_lines(sample):
    found = normalise.transaction(entries(sample("boursobank_bousfrppxxx"))[3], BOOKED)
    assert (found.amount, found.booking_date) == (Decimal("100.00"), date(2025, 1, 1))
    assert found.transaction_id == "abcdef1234567890"
    assert found.remittance_unstructured == (
        "CARTE 03/02/25 PAYEE NAME CB*1234\n2,80 NZD / 1 euro = 1,818181818"
    )


def test_a_text_that_is_told_as_structured_only_is_the_free_text(sample):
    found = [normalise.transaction(entry, BOOKED) for entry in entries(sample("easybank_bawaatww"))]
    assert [t.booking_date for t in found] == [
        date(2024, 1, 1),
        date(2023, 12, 31),
        date(2023, 12, 31),
    ]
    assert found[0].remittance_unstructured == ""
    assert found[1].remittance_unstructured.startswith("Bezahlung Karte MC/000001234POS 1234 K001")
    assert found[2].remittance_unstructured == (
        "Auszahlung Karte MC/000001234AUTOMAT 00012345 K001 31.12. 23:59"
    )
    assert {t.creditor_reference for t in found} == {""}


@pytest.mark.parametrize("name", ["belfius_gkccbebb", "abanca_caglesmm"])
def test_an_entry_without_any_date_of_the_bank_is_held_back(sample, name):
    assert [normalise.transaction(entry, BOOKED) for entry in entries(sample(name))] == [None]
