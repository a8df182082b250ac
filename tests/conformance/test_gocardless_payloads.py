"""Samples of third parties, read by a person first: what their transactions say is written down here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from gocardless_samples import BOOKED, PENDING, entries, loader, read

from recon_core.normalisers import gocardless as normalise
from recon_core.types import BankTransaction


@pytest.fixture
def sample(corpora: Path) -> Callable[[str], Any]:
    return loader(corpora)


def test_three_equal_payments_in_three_zones_keep_one_day(sample):
    report = sample("nordigendotnet_GetTransactions")["transactions"]
    payment = BankTransaction(
        amount=Decimal("-10.00"),
        currency="GBP",
        status=BOOKED,
        booking_date=date(2023, 11, 8),
        value_date=date(2023, 11, 10),
        entry_reference="2023111101697308",
        counterparty_name="Alderaan Coffee",
        remittance_unstructured="Alderaan Coffee - Alderaan",
        bank_tx_code="PMNT",
    )
    assert [read(entry) for entry in report["booked"]] == [
        replace(payment, transaction_id=f"2023111101697308-{number}") for number in (1, 2, 3)
    ]
    assert [read(entry, PENDING) for entry in report["pending"]] == [
        replace(payment, transaction_id="2023111101697308-1", status=PENDING, value_date=None)
    ]


def test_a_card_payment_in_latvia(sample):
    booked = BankTransaction(
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
    *rest, pending = entries(sample("swedbank_habalv22"))
    texts = (booked.remittance_unstructured, "Some info", "PIRKUMS xxx", "")
    assert [read(entry) for entry in rest] == [
        replace(booked, remittance_unstructured=text) for text in texts
    ]
    # while it is pending, the bank writes the name into its text only
    assert read(pending, PENDING) == BankTransaction(
        amount=Decimal("-22.99"),
        currency="EUR",
        status=PENDING,
        booking_date=None,
        value_date=date(2024, 10, 29),
        transaction_id="2024102900000000-1",
        counterparty_name="SOME CREDITOR NAME",
        remittance_unstructured=(
            "PIRKUMS 424242******4242 28.10.24 13:37 22.99 EUR (111111) SOME CREDITOR NAME"
        ),
        read_from_text=frozenset({"counterparty_name"}),
    )


def test_payments_in_germany_prefer_the_array(sample):
    card, debit, order, special = [read(e) for e in entries(sample("commerzbank_cobadeff"))]
    assert card == BankTransaction(
        amount=Decimal("-12.34"),
        currency="EUR",
        status=BOOKED,
        booking_date=date(2024, 12, 20),
        value_date=date(2024, 12, 20),
        transaction_id="3815213adb654baeadfb231c853",
        end_to_end_id="1234567890",
        mandate_id="321654",
        counterparty_name="SHOP NAME CITY DE",
        remittance_unstructured=(
            "SHOP NAME//CITY/DE\n2024-12-19T15:34:31 KFN 1 AB 1234\nKartenzahlung"
        ),
    )
    assert (debit.amount, debit.booking_date) == (Decimal("-56.78"), date(2024, 10, 11))
    assert (debit.end_to_end_id, debit.mandate_id) == ("901234567890", "ABC123DEF456")
    # the bank tells the creditor in its text only, after a label
    assert debit.creditor_id == "AB12CDE0000000000000000012"
    assert debit.read_from_text == {"creditor_id"}
    assert debit.counterparty_name == "Long payee name that is eaxtly 35ch"
    assert debit.remittance_unstructured.endswith("\nSEPA-BASISLASTSCHRIFT wiederholend")
    assert (order.amount, order.end_to_end_id) == (Decimal("-9"), "")
    # CREDITOR000IBAN is none
    assert (order.counterparty_name, order.counterparty_iban) == ("CREDITOR NAME", "")
    assert (special.amount, special.counterparty_name, special.remittance_unstructured) == (
        Decimal("-1"),
        "Netto Marken-Discount Halle (Saale",
        "Example",
    )
    assert {t.creditor_reference for t in (card, debit, order, special)} == {""}


# what the lines say, in the order of the sample: name, amount before the exchange
BOURSOBANK = [
    ("PAYEE NAME", None),
    ("PAYEE NAME", None),
    ("PAYEE NAME", None),
    ("PAYEE NAME", Decimal("2.80")),
    ("", None),  # cash
    ("", Decimal("2.80")),
    ("PAYEE NAME", None),
    ("PAYEE NAME", None),
    ("PAYEE NAME", None),
    ("PAYEE NAME", None),
    ("PAYEE NAME", None),
    ("PAYEE NAME", None),
    ("", None),  # an instalment of a loan
    ("", None),  # a line that may be a name or a reason
    ("", None),
]


def test_french_payments_keep_all_lines_and_name_who_is_named_for_sure(sample):
    told = entries(sample("boursobank_bousfrppxxx"))
    found = [read(entry) for entry in told]
    for transaction, entry in zip(found, told, strict=True):
        assert (transaction.amount, transaction.currency) == (Decimal("100.00"), "EUR")
        assert transaction.booking_date == transaction.value_date == date(2025, 1, 1)
        assert transaction.transaction_id == "abcdef1234567890"
        lines = entry["remittanceInformationUnstructuredArray"]
        assert transaction.remittance_unstructured.split("\n") == lines
    assert [(t.counterparty_name, t.instructed_amount) for t in found] == BOURSOBANK
    assert {t.instructed_currency for t in found if t.instructed_amount} == {"NZD"}


def test_card_payments_in_the_netherlands_are_named_in_their_second_line(sample):
    found = [read(entry, PENDING) for entry in entries(sample("abnamro_abnanl2a"))]
    assert [(t.counterparty_name, t.amount, t.booking_date, t.value_date) for t in found] == [
        ("My Payee Name", Decimal("-10.00"), date(2023, 12, 11), date(2023, 12, 9)),
        ("CCV*Other payee name", Decimal("-10.00"), date(2023, 12, 11), date(2023, 12, 9)),
    ]
    assert found[0].transaction_id == "0123456789012345"
    assert found[0].remittance_unstructured == (
        "BEA, Betaalpas\nMy Payee Name,PAS123\nNR:123A4B, 09.12.23/15:43\nCITY"
    )


def test_a_text_that_is_told_as_structured_only_is_the_free_text(sample):
    found = [read(entry) for entry in entries(sample("easybank_bawaatww"))]
    assert [(t.booking_date, t.amount) for t in found] == [
        (date(2024, 1, 1), Decimal(100)),
        (date(2023, 12, 31), Decimal(100)),
        (date(2023, 12, 31), Decimal(100)),
    ]
    # the first names the creditor of money coming in: that is us
    assert [t.counterparty_name for t in found] == ["", "SOME PAYEE NAME", ""]
    assert {t.counterparty_iban for t in found} == {""}
    assert [t.remittance_unstructured for t in found] == [
        "",
        "Bezahlung Karte MC/000001234POS 1234 K001 12.12. 23:59SOME PAYEE NAME\\\\LOCATION\\1",
        "Auszahlung Karte MC/000001234AUTOMAT 00012345 K001 31.12. 23:59",
    ]
    assert {t.creditor_reference for t in found} == {""}


# transaction id, booking date, value date, amount, counterparty, beginning of the text, kind
ING = [
    (
        "085179a2e5fa34b0ff71b3f2c9f4876f",
        29,
        29,
        "-4.00",
        "VISA",
        "NR XXXX 63053",
        "Lastschrifteinzug",
    ),
    (
        "0707bbe2de27e5aabfd5dc614c584951",
        29,
        29,
        "-2.00",
        "VISA",
        "NR XXXX 8987",
        "Lastschrifteinzug",
    ),
    (
        "4b15b590652c9ebdc3f974591b15b250",
        29,
        29,
        "-6.00",
        "VISA",
        "NR XXXX 2206",
        "Lastschrifteinzug",
    ),
    (
        "f930f8c153f3e37fb9906e4b3a2b4552",
        29,
        29,
        "-12.99",
        "VISA",
        "NR XXXX 9437",
        "Lastschrifteinzug",
    ),
    (
        "1ce866282deb78cc4ff4cd108e11b8cc",
        29,
        29,
        "-9.00",
        "VISA",
        "NR XXXX 3582",
        "Lastschrifteinzug",
    ),
    (
        "e731d8eb47f1ae96ccc11e1fb8b76a60",
        29,
        29,
        "2892.61",
        "XXXX",
        "F22685813 Gehalt",
        "Gehalt/Rente",
    ),
    (
        "2bbc054ae7ba299482a7849fded864f3",
        28,
        28,
        "-85.80",
        "VISA",
        "NR XXXX 7082",
        "Lastschrifteinzug",
    ),
    (
        "3bb7c58199d3fa5a44e85871d9001798",
        29,
        27,
        "2.79",
        "",
        "Zins/Dividende",
        "Zins / Dividende WP",
    ),
    ("5570eefb7213e39153a6c7fb97d7dc6f", 28, 27, "79.80", "VISA", "NR XXXX 4619", "Gutschrift"),
    # a debit that names its debtor: that is us
    ("1b1bf30b23afb56ba4d41b9c65cf0efa", 27, 27, "-10.90", "", "NR XXXX 3465", "Lastschrifteinzug"),
]


def test_a_text_in_a_wrapping_of_labels_is_unwrapped(sample):
    told = entries(sample("ing_ingddeff"))
    found = [read(entry) for entry in told]
    by_id = {t.transaction_id: t for t in found}
    assert len(by_id) == len(ING)
    for ref, booked, valued, amount, name, text, kind in ING:
        one = by_id[ref]
        assert one.booking_date == date(2023, 12, booked)
        assert one.value_date == date(2023, 12, valued)
        assert (one.amount, one.currency) == (Decimal(amount), "EUR")
        assert one.counterparty_name.startswith(name)
        assert bool(one.counterparty_name) == bool(name)
        assert one.remittance_unstructured.startswith(text)
        assert (one.bank_tx_code, one.mandate_id, one.creditor_id) == (kind, "", "")
    salary = by_id["e731d8eb47f1ae96ccc11e1fb8b76a60"]
    assert salary.end_to_end_id == "9212020-0900000070-2023121711315956"
    assert salary.remittance_unstructured == "F22685813 Gehalt 80/6586"
    assert {t.end_to_end_id for t in found} == {"", salary.end_to_end_id}


# transaction id, day, amount, counterparty, text, kind
SPARKASSE = [
    (
        "761660c052ed48e78c2be39775f08da9",
        29,
        "-40.00",
        "JET Tankstelle",
        "AUTORISATION  28.12. 18:30",
        "NSTO+000+0000+000-AA",
    ),
    (
        "5a20ac78b146401e940b6fee30ee404b",
        28,
        "-1242.47",
        "Peter Muster",
        "Miete 12/2023",
        "NSTO+111+1111+111-BB",
    ),
    (
        "51630dda877f45f186d315b8058d891a",
        27,
        "1541.23",
        "Arbeitgeber AG",
        "Lohn/Gehalt 12/2023",
        "NSTO+222+2222+222-CC",
    ),
    (
        "9c58c87c2d1644e4a5e149c837c16bbb",
        26,
        "-8.00",
        "",
        "Entgeltabrechnung\nsiehe Anlage",
        "NSTO+333+3333+333-DD",
    ),
]


def test_a_savings_bank_writes_its_texts_as_structured_and_no_line_of_them_is_lost(sample):
    found = {
        t.transaction_id: t
        for entry in entries(sample("spk_marburg_biedenkopf_heladef1mar"))
        if (t := read(entry))
    }
    assert found == {
        ref: BankTransaction(
            amount=Decimal(amount),
            currency="EUR",
            status=BOOKED,
            booking_date=date(2023, 12, day),
            value_date=date(2023, 12, day),
            transaction_id=ref,
            counterparty_name=name,
            remittance_unstructured=text,
            bank_tx_code=kind,
        )
        for ref, day, amount, name, text, kind in SPARKASSE
    }


def test_a_card_payment_in_belgium_is_named_before_what_was_done(sample):
    out, back = entries(sample("kbc_kredbebb"))
    # the samples have no date of the bank: such an entry is held back
    assert [normalise.transaction(entry, BOOKED) for entry in (out, back)] == [None, None]
    paid = read({**out, "bookingDate": "2024-08-28"})
    assert (paid.amount, paid.counterparty_name) == (
        Decimal("-10.99"),
        "CARREFOUR ST GIL BE1060 BRUXELLES",
    )
    assert paid.remittance_unstructured == out["remittanceInformationUnstructured"]
    assert paid.read_from_text == {"counterparty_name"}
    refund = read({**back, "bookingDate": "2024-08-28"})
    assert (refund.amount, refund.counterparty_name) == (
        Decimal("10.99"),
        "CARREFOUR ST GIL BE1060 BRUXELLES",
    )
    assert refund.read_from_text == frozenset()


def test_a_british_bank_writes_way_name_and_reference_in_one_line(sample):
    found = [read(entry) for entry in entries(sample("virgin_nrnbgb22"))]
    assert [(t.counterparty_name, t.remittance_unstructured) for t in found] == [
        ("", "DIRECT DEBIT PAYMENT"),
        ("Joe Bloggs", "FPS, Joe Bloggs, Food"),
        ("Tesco Express", "Card 99, Tesco Express"),
    ]
    assert {(t.amount, t.booking_date) for t in found} == {(Decimal(100), date(2024, 1, 1))}


def test_an_id_that_is_a_placeholder_of_the_bank_is_none(sample):
    found = [read(entry, PENDING) for entry in entries(sample("nationwide_naiagb21"))]
    assert [(t.booking_date, t.transaction_id) for t in found] == [
        (date(2026, 11, 16), ""),
        (date(2026, 11, 23), ""),
        (date(2024, 1, 1), "a896729bb8b30b5ca862fe70bd5967185e2b5d3a"),
        (date(2024, 1, 1), "0123456789"),
        (date(2024, 1, 1), ""),
        (date(2024, 1, 1), ""),
    ]
    assert {(t.amount, t.currency) for t in found} == {(Decimal(100), "EUR")}
