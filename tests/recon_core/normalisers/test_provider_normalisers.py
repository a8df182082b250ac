"""What the normalisers of the providers make of good, odd and hostile entries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.errors import RetryableError
from recon_core.normalisers import bridge, enable_banking, gocardless, ponto, powens, qonto
from recon_core.types import BankTransaction, TransactionStatus

BOOKED, PENDING = TransactionStatus.BOOKED, TransactionStatus.PENDING

NORMALISERS = {
    "bridge": bridge.transaction,
    "enable_banking": enable_banking.transaction,
    "gocardless": lambda entry: gocardless.transaction(entry, BOOKED),
    "ponto": lambda entry: ponto.transaction(entry, BOOKED),
    "powens": lambda entry: powens.transaction(entry, "EUR"),
    "qonto": qonto.transaction,
}
GOOD = {
    "bridge": {
        "id": 33000191035700,
        "provider_description": "INV/1",
        "clean_description": "Inv",
        "amount": Decimal("-12.34"),
        "date": "2026-02-28",
        "booking_date": "2026-03-01",
        "value_date": "2026-03-02",
        "currency_code": "EUR",
        "deleted": False,
        "future": False,
        "operation_type": "card",
    },
    "enable_banking": {
        "status": "BOOK",
        "booking_date": "2026-03-01",
        "value_date": "2026-03-02",
        "transaction_amount": {"amount": "12.34", "currency": "EUR"},
        "credit_debit_indicator": "DBIT",
        "creditor": {"name": "Shop", "postal_address": {"address_line": ["Street 1"]}},
        "creditor_account": {"iban": "DE89370400440532013000"},
        "remittance_information": ["INV/1"],
        "exchange_rate": {"instructed_amount": {"amount": "13.00", "currency": "USD"}},
    },
    "gocardless": {
        "bookingDate": "2026-03-01",
        "valueDate": "2026-03-02",
        "transactionAmount": {"amount": "-12.34", "currency": "EUR"},
        "creditorName": "Shop",
        "creditorAccount": {"iban": "DE89370400440532013000"},
        "remittanceInformationUnstructured": "INV/1",
        "currencyExchange": {"instructedAmount": {"amount": "13.00", "currency": "USD"}},
    },
    "ponto": {
        "id": "t-1",
        "attributes": {
            "executionDate": "2026-03-01T00:00:00.000Z",
            "valueDate": "2026-03-02T00:00:00.000Z",
            "amount": Decimal("-12.34"),
            "currency": "EUR",
            "counterpartName": "Shop",
            "counterpartReference": "DE89370400440532013000",
            "remittanceInformation": "INV/1",
        },
    },
    "powens": {
        "id": 1,
        "date": "2026-03-01",
        "vdate": "2026-03-02",
        "rdate": "2026-02-28",
        "value": "-12.34",
        "original_wording": "INV/1",
        "wording": "Inv 1",
        "coming": False,
        "deleted": None,
        "counterparty": {
            "label": "Shop",
            "account_scheme_name": "iban",
            "account_identification": "DE89 3704 0044 0532 0130 00",
        },
        "original_value": Decimal("-13.00"),
        "original_currency": {"id": "USD"},
    },
    "qonto": {
        "id": "t-1",
        "status": "completed",
        "side": "debit",
        "amount": Decimal("12.34"),
        "currency": "EUR",
        "settled_at": "2026-03-01T10:00:00.000Z",
        "label": "Shop",
        "reference": "INV/1",
        "transfer": {"counterparty_account_number": "DE89 3704 0044 0532 0130 00"},
    },
}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.sampled_from(["2026-03-01", "2026-13-41T99:99:99Z", "1e999999", "BOOK", "EUR"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["amount", "currency", "iban", "name"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("provider", NORMALISERS)
def test_the_same_payment_reads_the_same_everywhere(provider):
    found = NORMALISERS[provider](GOOD[provider])
    assert (found.amount, found.currency, found.booking_date) == (
        Decimal("-12.34"),
        "EUR",
        date(2026, 3, 1),
    )
    other_side = ("", "") if provider == "bridge" else ("Shop", "DE89370400440532013000")
    assert (found.counterparty_name, found.counterparty_iban) == other_side
    assert found.remittance_unstructured == "INV/1"


@pytest.mark.parametrize("provider", NORMALISERS)
@given(data=st.data())
def test_hostile_entries_are_read_held_back_or_a_bad_response(provider, data):
    entry = GOOD[provider]
    target = entry["attributes"] if provider == "ponto" else entry
    names = sorted(target)
    spoilt = {**target, **data.draw(st.dictionaries(st.sampled_from(names), JSON, max_size=4))}
    try:
        found = NORMALISERS[provider](
            {**entry, "attributes": spoilt} if provider == "ponto" else spoilt
        )
    except RetryableError as error:
        assert error.code == "bad_response"
        return
    assert found is None or isinstance(found, BankTransaction)
    assert found is None or abs(found.amount) < 10**18


@pytest.mark.parametrize(
    ("status", "told"),
    [("BOOK", BOOKED), ("PDNG", PENDING), ("HOLD", PENDING), ("OTHR", PENDING)]
    + [(word, None) for word in ("SCHD", "CNCL", "RJCT", "NEW", "")],
)
def test_only_what_moves_money_is_told(status, told):
    found = enable_banking.transaction({**GOOD["enable_banking"], "status": status})
    assert (found and found.status) == told


@pytest.mark.parametrize(
    ("amount", "indicator", "signed"),
    [("5", "DBIT", -5), ("-5", "DBIT", -5), ("5", "CRDT", 5), ("-5", "CRDT", 5), ("-5", "", -5)],
)
def test_the_indicator_decides_the_sign(amount, indicator, signed):
    entry = {
        **GOOD["enable_banking"],
        "transaction_amount": {"amount": amount, "currency": "EUR"},
        "credit_debit_indicator": indicator,
    }
    assert enable_banking.transaction(entry).amount == signed


def test_a_name_in_the_address_is_a_name():
    entry = {**GOOD["enable_banking"], "creditor": {"postal_address": {"address_line": ["Shop 2"]}}}
    assert enable_banking.transaction(entry).counterparty_name == "Shop 2"


@pytest.mark.parametrize(
    ("kind", "reference", "text"),
    [("structured", "+++090/9337/55493+++", ""), ("unstructured", "", "+++090/9337/55493+++")],
)
def test_ponto_says_which_remittance_is_a_reference(kind, reference, text):
    attributes = {
        **GOOD["ponto"]["attributes"],
        "remittanceInformation": "+++090/9337/55493+++",
        "remittanceInformationType": kind,
    }
    found = ponto.transaction({"id": "t-1", "attributes": attributes}, BOOKED)
    assert (found.creditor_reference, found.remittance_unstructured) == (reference, text)


@pytest.mark.parametrize("settled_at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_a_time_at_the_end_of_all_times_is_a_bad_response(settled_at):
    with pytest.raises(RetryableError, match="bad_response"):
        qonto.transaction({**GOOD["qonto"], "settled_at": settled_at})


def test_an_account_number_that_is_no_iban_is_not_taken_for_one():
    attributes = {**GOOD["ponto"]["attributes"], "counterpartReference": "001-2345678-90"}
    assert ponto.transaction({"id": "t", "attributes": attributes}, BOOKED).counterparty_iban == ""


def test_powens_tells_deleted_transactions_no_more_and_those_to_come_without_a_booking_date():
    deleted = {**GOOD["powens"], "deleted": "2026-03-05 10:00:00"}
    assert powens.transaction(deleted, "EUR") is None
    coming = powens.transaction({**GOOD["powens"], "coming": True}, "EUR")
    assert (coming.status, coming.booking_date, coming.value_date) == (
        PENDING,
        None,
        date(2026, 3, 2),
    )


def test_powens_tells_what_was_paid_in_another_currency():
    found = powens.transaction(GOOD["powens"], "EUR")
    assert (found.currency, found.instructed_amount, found.instructed_currency) == (
        "EUR",
        Decimal("-13.00"),
        "USD",
    )


def test_a_card_number_of_powens_is_no_iban():
    other = {"label": "Shop", "account_scheme_name": "cpan", "account_identification": "4970XXXX1"}
    found = powens.transaction({**GOOD["powens"], "counterparty": other}, "EUR")
    assert (found.counterparty_name, found.counterparty_iban) == ("Shop", "")


@pytest.mark.parametrize(
    ("names", "lasting"),
    [
        ({"iban": "FR76 3000 6000 0112 3456 7890 189"}, "FR7630006000011234567890189:EUR"),
        ({"iban": None, "number": "0001 234"}, "0001234:EUR"),
        ({"number": "0001234", "iban": "not an iban"}, "0001234:EUR"),
        ({}, ""),
    ],
)
def test_an_account_of_powens_keeps_its_name_when_it_is_made_anew(names, lasting):
    entry = {"name": "Courant", "currency": {"id": "EUR"}, **names}
    before, after = powens.account({**entry, "id": 1}), powens.account({**entry, "id": 2})
    assert (before.stable_ref, after.stable_ref) == (lasting, lasting)
    assert before.resource_ref != after.resource_ref


def test_bridge_tells_deleted_transactions_no_more_and_future_ones_without_a_booking_date():
    assert bridge.transaction({**GOOD["bridge"], "deleted": True}) is None
    future = bridge.transaction({**GOOD["bridge"], "future": True})
    assert (future.status, future.booking_date, future.value_date) == (
        PENDING,
        None,
        date(2026, 3, 2),
    )


def test_bridge_gives_some_date_where_the_bank_gives_no_booking_date():
    entry = {**GOOD["bridge"], "booking_date": None, "value_date": None}
    assert bridge.transaction(entry).booking_date == date(2026, 2, 28)


def test_an_account_of_bridge_keeps_its_name_when_it_is_made_anew():
    entry = {"currency_code": "EUR", "iban": "FR76 3000 6000 0112 3456 7890 189"}
    names = {bridge.account({**entry, "id": n}).stable_ref for n in (1, 2)}
    assert names == {"FR7630006000011234567890189:EUR"}
    assert bridge.account({"id": 3, "currency_code": "EUR"}).stable_ref == ""


def test_a_balance_of_bridge_without_that_of_the_books_is_the_balance():
    entry = {"currency_code": "EUR", "balance": 7, "accounting_balance": None}
    assert [b.amount for b in bridge.balances(entry)] == [7]


def test_half_a_character_is_a_question_mark():
    """JSON can write one, neither an address nor the database can."""
    entry = {**GOOD["bridge"], "id": "t\ud800", "provider_description": "Caf\ud83d \U0001f600"}
    found = bridge.transaction(entry)
    assert (found.transaction_id, found.remittance_unstructured) == ("t?", "Caf? \U0001f600")
