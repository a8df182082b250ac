"""A booking that the bank changed is found again; another payment never passes for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from recon_core.normalisers.identity import keyed, told_once
from recon_core.sync.changed import changed
from recon_core.types import BankTransaction, TransactionStatus

DAY = date(2026, 11, 2)
OTHER_IBAN = "FR7610107001011234567890129"


def booking(amount="120.00", text="", **values) -> BankTransaction:
    return BankTransaction(
        amount=Decimal(amount),
        currency=values.pop("currency", "EUR"),
        status=TransactionStatus.BOOKED,
        booking_date=values.pop("booking_date", DAY),
        remittance_unstructured=text,
        **values,
    )


STORED = booking(
    text="VIR SEPA RECU FAC/2026/00012",
    value_date=DAY,
    transaction_id="T1",
    entry_reference="E1",
    end_to_end_id="E2E1",
    counterparty_iban="FR7630006000011234567890189",
    counterparty_name="Garage Lefèvre",
)
BARE = replace(
    STORED,
    transaction_id="",
    entry_reference="",
    end_to_end_id="",
    counterparty_iban="",
    counterparty_name="",
)


@pytest.mark.parametrize(
    "changes",
    [
        {"remittance_unstructured": "something else"},
        {"remittance_unstructured": "", "end_to_end_id": "E2", "entry_reference": "E9"},
        {"transaction_id": "T9", "entry_reference": "E9", "remittance_unstructured": "x"},
        {"booking_date": DAY + timedelta(days=2), "value_date": None},
        {"booking_date": DAY + timedelta(days=1), "transaction_id": "", "entry_reference": ""},
        {
            "transaction_id": "",
            "entry_reference": "",
            "end_to_end_id": "",
            "remittance_unstructured": "x",
        },
    ],
)
def test_a_changed_booking_is_the_line_it_was(changes):
    assert changed({5: STORED}, [replace(STORED, **changes)]) == {0: 5}


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": Decimal("120.01")},
        {"amount": Decimal("-120.00")},
        {"currency": "USD"},
        {"counterparty_iban": OTHER_IBAN},
        {"booking_date": DAY + timedelta(days=20), "value_date": None},
    ],
)
def test_the_same_id_alone_makes_no_pair(changes):
    assert changed({5: STORED}, [replace(STORED, **changes)]) == {}


def test_a_text_that_grew_is_the_same_without_other_evidence():
    grown = replace(BARE, remittance_unstructured="VIR SEPA RECU FAC/2026/00012 DE LEFEVRE")
    assert changed({5: BARE}, [grown]) == {0: 5}


def test_texts_that_differ_in_a_number_are_two_payments():
    other = replace(BARE, remittance_unstructured="VIR SEPA RECU FAC/2026/00013")
    assert changed({5: BARE}, [other]) == {}


def test_two_possibilities_by_the_text_alone_are_none():
    texts = ("VIR SEPA RECU FAC/2026/00012 A", "VIR SEPA RECU FAC/2026/00012 B")
    fresh = [replace(BARE, remittance_unstructured=text) for text in texts]
    assert changed({5: BARE}, fresh) == {}


def test_equal_payments_that_both_changed_pair_without_other_evidence():
    moved = replace(BARE, booking_date=DAY + timedelta(days=1))
    assert changed({5: BARE, 6: BARE}, [moved, moved]) == {0: 5, 1: 6}
    assert changed({5: BARE}, [moved, moved]) == {0: 5}


def test_nothing_in_common_but_the_amount_is_another_payment():
    other = replace(BARE, remittance_unstructured="loyer novembre")
    assert changed({5: BARE}, [other]) == {}


def test_another_end_to_end_id_is_another_payment_of_the_same_payer():
    other = replace(STORED, transaction_id="", entry_reference="", end_to_end_id="E2E2")
    assert changed({5: STORED}, [other]) == {}


def test_of_equal_payments_of_one_payer_as_many_pair_as_there_were_lines():
    payer = {"counterparty_iban": OTHER_IBAN}
    stored = {1: booking(text="facture un", **payer), 2: booking(text="facture deux", **payer)}
    fresh = [booking(text=f"{word} facture mars", **payer) for word in ("trois", "deux", "un")]
    assert changed(stored, fresh) == {1: 2, 2: 1}


def test_the_stronger_evidence_takes_the_line_first():
    late = replace(STORED, transaction_id="T7", entry_reference="E7", end_to_end_id="")
    same_id = replace(STORED, remittance_unstructured="reworded", end_to_end_id="")
    assert changed({5: STORED}, [late, same_id]) == {1: 5}


def test_a_placeholder_is_no_evidence():
    stored = replace(BARE, end_to_end_id="NOTPROVIDED", entry_reference="NOTPROVIDED")
    other = replace(stored, remittance_unstructured="loyer novembre")
    assert changed({5: stored}, [other]) == {}


def test_five_thousand_changed_entries_of_one_day_all_pair():
    stored = {
        number: booking(text=f"a {number}", transaction_id=str(number)) for number in range(5000)
    }
    fresh = [replace(entry, remittance_unstructured="b") for entry in stored.values()]
    assert len(changed(stored, fresh)) == 5000


def test_five_thousand_equal_amounts_without_evidence_pair_with_nothing():
    stored = {number: booking(text=f"achat {number}") for number in range(5000)}
    fresh = [booking(text=f"vente {number}") for number in range(5000)]
    assert changed(stored, fresh) == {}


def test_what_the_pages_of_one_read_repeat_is_told_once():
    read = [STORED, replace(STORED, amount=Decimal(1)), STORED]
    assert told_once(read) == read[:2]


def test_equal_payments_under_other_ids_or_none_are_told_twice():
    twins = [STORED, replace(STORED, transaction_id="T2"), BARE, BARE]
    assert told_once(twins) == twins
    assert len({key for key, _ in keyed(told_once([BARE, BARE]))}) == 2
