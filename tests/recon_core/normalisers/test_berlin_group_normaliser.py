"""Berlin Group JSON as banks really write it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from recon_core.errors import RetryableError
from recon_core.normalisers import berlin_group as normalise
from recon_core.types import TransactionStatus

BOOKED, PENDING = TransactionStatus.BOOKED, TransactionStatus.PENDING
OWN = "FR7630006000011234567890189"
OTHER = "DE89370400440532013000"


def entry(**changes):
    values = {
        "transactionAmount": {"amount": "100.00", "currency": "EUR"},
        "bookingDate": "2026-11-02",
    }
    return {**values, **changes}


def test_every_field_of_a_credit_finds_its_place():
    found = normalise.transaction(
        entry(
            transactionId="T1",
            entryReference="E1",
            endToEndId="E2E",
            mandateId="M1",
            creditorId="FR12ZZZ123456",
            valueDate="2026-11-03",
            debtorName=" Garage Lefèvre ",
            debtorAccount={"iban": "de89 3704 0044 0532 0130 00"},
            remittanceInformationUnstructured="FAC 12",
            remittanceInformationStructured={"reference": "RF18539007547034"},
            bankTransactionCode="PMNT-RCDT-ESCT",
        ),
        BOOKED,
        OWN,
    )

    assert found.amount == Decimal("100.00")
    assert (found.booking_date, found.value_date) == (date(2026, 11, 2), date(2026, 11, 3))
    assert (found.counterparty_name, found.counterparty_iban) == ("Garage Lefèvre", OTHER)
    assert (found.transaction_id, found.entry_reference) == ("T1", "E1")
    assert (found.end_to_end_id, found.mandate_id) == ("E2E", "M1")
    assert found.creditor_reference == "RF18539007547034"
    assert found.remittance_unstructured == "FAC 12"
    assert found.bank_tx_code == "PMNT-RCDT-ESCT"


@pytest.mark.parametrize(("amount", "name"), [("5", "Payer"), ("-5", "Payee")])
def test_the_sign_says_which_side_is_the_counterparty(amount, name):
    both = entry(
        transactionAmount={"amount": amount, "currency": "EUR"},
        debtorName="Payer",
        creditorName="Payee",
    )

    assert normalise.transaction(both, BOOKED).counterparty_name == name


def test_our_own_account_is_not_the_counterparty():
    own = entry(debtorName="Us", debtorAccount={"iban": "FR76 3000 6000 0112 3456 7890 189"})
    found = normalise.transaction(own, BOOKED, OWN)

    assert (found.counterparty_name, found.counterparty_iban) == ("", "")


def test_an_ultimate_party_stands_in_for_a_missing_name_only():
    assert normalise.transaction(entry(ultimateDebtor="U"), BOOKED).counterparty_name == "U"
    named = entry(ultimateDebtor="U", debtorName="D")
    assert normalise.transaction(named, BOOKED).counterparty_name == "D"


def test_the_array_is_preferred_to_the_field_that_is_cut_at_140():
    found = normalise.transaction(
        entry(
            remittanceInformationUnstructured="FAC/20",
            remittanceInformationUnstructuredArray=["FAC/2026", " 00012 ", ""],
        ),
        BOOKED,
    )

    assert found.remittance_unstructured == "FAC/2026\n00012"


def test_additional_information_is_the_text_of_last_resort():
    found = normalise.transaction(entry(additionalInformation="NARRATIVE"), BOOKED)

    assert found.remittance_unstructured == "NARRATIVE"


def test_a_structured_reference_may_be_a_bare_string_and_further_ones_are_kept():
    bare = normalise.transaction(entry(remittanceInformationStructured="RF18"), BOOKED)
    several = normalise.transaction(
        entry(remittanceInformationStructuredArray=[{"reference": "A"}, {"reference": "B"}]), BOOKED
    )

    assert bare.creditor_reference == "RF18"
    assert (several.creditor_reference, several.remittance_unstructured) == ("A", "B")


@pytest.mark.parametrize("field", ["endToEndId", "mandateId"])
def test_a_placeholder_is_nothing(field):
    found = normalise.transaction(entry(**{field: "NOTPROVIDED"}), BOOKED)

    assert (found.end_to_end_id, found.mandate_id) == ("", "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("/RTRN/AM04/PROVISION INSUFFISANTE", "AM04"),
        ("rejet /rtrn/ms03", "MS03"),
        ("RETURN AM04", ""),
        ("/RTRN/", ""),
        ("/RTRN/AM045", ""),
    ],
)
def test_a_return_reason_is_read_from_its_tag(text, reason):
    assert normalise.transaction(entry(additionalInformation=text), BOOKED).return_reason == reason
    free_text = entry(remittanceInformationUnstructured=text)
    assert normalise.transaction(free_text, BOOKED).return_reason == reason


def test_a_booked_entry_without_booking_date_takes_the_value_date():
    undated = {"transactionAmount": {"amount": "1", "currency": "EUR"}, "valueDate": "2026-11-05"}

    assert normalise.transaction(undated, BOOKED).booking_date == date(2026, 11, 5)
    assert normalise.transaction(undated, PENDING).booking_date is None


def test_a_booked_entry_without_any_date_is_held_back():
    assert normalise.transaction({"transactionAmount": {"amount": "1"}}, BOOKED) is None


def test_a_date_time_keeps_its_own_day():
    found = normalise.transaction(entry(bookingDate="2026-11-02T23:30:00-05:00"), BOOKED)

    assert found.booking_date == date(2026, 11, 2)


@pytest.mark.parametrize(
    "amount", ["", "x", "NaN", "Infinity", "1e999999", "1_000", "1,5", "\u0661", None, 5]
)
def test_an_amount_that_is_no_number_is_a_bad_response(amount):
    with pytest.raises(RetryableError, match="bad_response"):
        normalise.transaction(entry(transactionAmount={"amount": amount}), BOOKED)


def test_a_date_that_is_none_is_a_bad_response():
    with pytest.raises(RetryableError, match="bad_response"):
        normalise.transaction(entry(bookingDate="2026-13-01"), BOOKED)


def test_the_amount_before_an_exchange_is_kept():
    found = normalise.transaction(
        entry(currencyExchange=[{"instructedAmount": {"amount": "120", "currency": "USD"}}]), BOOKED
    )

    assert (found.instructed_amount, found.instructed_currency) == (Decimal(120), "USD")


def test_booked_balances_come_first_and_credit_lines_are_left_out():
    def balance(kind, **more):
        amount = {"amount": "1", "currency": "EUR"}
        return {"balanceType": kind, "balanceAmount": amount, **more}

    found = normalise.balances(
        [
            balance("interimAvailable", creditLimitIncluded=True),
            balance("expected"),
            balance("other"),
            balance("closingBooked", referenceDate="2026-11-22"),
        ]
    )

    assert [item.balance_type for item in found] == ["closingBooked", "expected", "other"]
    assert found[0].reference_date == date(2026, 11, 22)


def test_an_account_needs_a_handle():
    with pytest.raises(RetryableError, match="bad_response"):
        normalise.account({"iban": OWN})
    assert normalise.account({"resourceId": "1", "iban": "fr76 1", "product": "P"}).name == "P"


def batch(*amounts, total, **more):
    details = [
        {
            "transactionAmount": {"amount": amount, "currency": "EUR"},
            "endToEndId": f"E{number}",
            "debtorName": f"Payer {number}",
            "remittanceInformationUnstructured": f"FAC {number}",
        }
        for number, amount in enumerate(amounts, 1)
    ]
    amount = {"amount": total, "currency": "EUR"}
    return entry(transactionAmount=amount, transactionId="T1", entryDetails=details, **more)


@pytest.mark.parametrize(
    ("amounts", "total", "expected"),
    [
        (("10.00", "5.50"), "15.50", ["10.00", "5.50"]),
        (("-10.00", "-5.50"), "-15.50", ["-10.00", "-5.50"]),
        (("10.00", "5.50"), "-15.50", ["-10.00", "-5.50"]),
        (("10.00", "-5.50"), "4.50", ["10.00", "-5.50"]),
    ],
)
def test_a_batch_is_told_by_its_details(amounts, total, expected):
    found = normalise.transactions(batch(*amounts, total=total, debtorName="Batch"), BOOKED)

    assert [str(item.amount) for item in found] == expected
    assert [item.end_to_end_id for item in found] == ["E1", "E2"]
    assert [item.remittance_unstructured for item in found] == ["FAC 1", "FAC 2"]
    assert [item.transaction_id for item in found] == ["T1/1", "T1/2"]
    assert {item.booking_date for item in found} == {
        normalise.transaction(entry(), BOOKED).booking_date
    }


@pytest.mark.parametrize("amounts", [("10.00", "5.00"), ("10.00",)])
def test_details_that_do_not_sum_up_leave_the_entry_whole(amounts):
    (found,) = normalise.transactions(batch(*amounts, total="15.50"), BOOKED)

    assert (str(found.amount), found.transaction_id) == ("15.50", "T1")


def test_details_without_amounts_leave_the_entry_whole():
    details = [{"endToEndId": "E1"}, {"endToEndId": "E2"}]
    (found,) = normalise.transactions(entry(entryDetails=details), BOOKED)

    assert found.end_to_end_id == ""


def test_a_single_detail_fills_what_the_entry_leaves_open():
    details = [{"endToEndId": "E1", "debtorName": "D", "transactionAmount": {"amount": "9"}}]
    (found,) = normalise.transactions(entry(entryDetails=details, debtorName="Own"), BOOKED)

    assert (found.end_to_end_id, found.counterparty_name) == ("E1", "Own")


def test_an_undated_batch_is_held_back_as_a_whole():
    undated = batch("1.00", "2.00", total="3.00")
    undated.pop("bookingDate")

    assert normalise.transactions(undated, BOOKED) == []
