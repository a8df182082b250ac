"""What only GoCardless has: agreements, requisitions, four calls a day with headers of its own."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
from provider_fakes.base import STATE, Answer, Asked, Clock, says
from provider_fakes.gocardless import ACCOUNT, BANK, REQUISITION, GoCardlessFake

from recon_core.errors import ConsentError, FinalError, RetryableError
from recon_core.normalisers import gocardless as normalise
from recon_core.types import ConsentStatus, TransactionStatus

BOOKED = TransactionStatus.BOOKED


@pytest.fixture
def fake() -> GoCardlessFake:
    return GoCardlessFake(Clock())


def entry(**values):
    return {
        "bookingDate": "2026-03-01",
        "transactionAmount": {"amount": "-10.00", "currency": "EUR"},
        **values,
    }


@pytest.mark.parametrize(
    ("days", "total", "valid_for", "history"),
    [("90", "540", 90, 540), ("180", "730", 179, 730), ("", "", 90, 90), ("180", "9999", 179, 730)],
)
def test_the_agreement_is_as_long_as_bank_and_wish_allow(fake, days, total, valid_for, history):
    fake.bank.update(max_access_valid_for_days=days, transaction_total_days=total)
    fake.connector().start_consent(fake.request())
    assert fake.terms["access_valid_for_days"] == valid_for
    assert fake.terms["max_historical_days"] == history


def test_the_consent_ends_as_many_days_after_the_day_it_was_accepted(fake):
    connector, grant = fake.connect()
    expected = date(2027, 2, 21)  # accepted on 23 November late in the evening, 90 days
    assert grant.valid_until == expected
    assert connector.consent_status(grant) == (ConsentStatus.VALID, expected)


def test_the_state_travels_in_the_address_that_gocardless_keeps(fake):
    start = fake.connector().start_consent(fake.request())
    assert fake.redirect.endswith(f"?state={STATE}")
    assert start.consent_ref == REQUISITION


def test_a_browser_is_sent_to_safe_addresses_only(fake):
    connector = fake.connector()
    fake.spoil = lambda answer: Answer(
        answer.status, answer.body.replace(b"https://ob.", b"javascript:"), answer.headers
    )
    with pytest.raises(FinalError) as caught:
        connector.start_consent(fake.request())
    assert caught.value.code == "insecure_url"


@pytest.mark.parametrize("body", [b"{}", b"[", b""])
def test_a_list_of_banks_that_is_none_is_a_bad_response(fake, body):
    connector = fake.connector()
    fake.spoil = lambda answer: Answer(200, body) if b"countries" in answer.body else answer
    with pytest.raises(RetryableError, match="bad_response"):
        connector.institutions("FR")


@pytest.mark.parametrize("ref", ["", "UNKNOWN_BANK"])
def test_a_bank_nobody_knows_is_told_before_an_agreement_is_made(fake, ref):
    with pytest.raises(FinalError) as caught:
        fake.connector().start_consent(dataclasses.replace(fake.request(), institution_ref=ref))
    assert caught.value.code == "institution_unknown"
    assert not fake.terms


def test_the_banks_of_a_country_can_be_chosen(fake):
    assert [bank.ref for bank in fake.connector().institutions("FR")] == [BANK]


def test_keys_that_are_refused_are_told_as_such(fake):
    connector = fake.connector()
    connector.settings = dataclasses.replace(fake.settings, client_secret="wrong")
    with pytest.raises(FinalError) as caught:
        connector.start_consent(fake.request())
    assert caught.value.code == "credentials_refused"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"ACCOUNT_SUCCESS_REMAINING": "0", "ACCOUNT_SUCCESS_RESET": "81234"}, 81234),
        (
            {
                "REMAINING": "0",
                "RESET": "37",
                "ACCOUNT_SUCCESS_REMAINING": "3",
                "ACCOUNT_SUCCESS_RESET": "81234",
            },
            37,
        ),
        ({"REMAINING": "5", "RESET": "37"}, None),
        ({"REMAINING": "0", "RESET": "soon"}, None),
        ({}, None),
    ],
)
def test_the_limit_that_is_used_up_says_how_long_to_wait(fake, headers, wait):
    connector, grant = fake.connect()
    named = tuple((f"HTTP_X_RATELIMIT_{name}", value) for name, value in headers.items())
    fake.spoil = lambda _answer: Answer(429, b"{}", named)
    with pytest.raises(RetryableError) as caught:
        connector.balances(grant, ACCOUNT)
    assert (caught.value.code, caught.value.retry_after_s) == ("rate_limited", wait)


@pytest.mark.parametrize(
    ("status", "words", "error", "code"),
    [
        (401, {"type": "AccessExpiredError"}, ConsentError, "consent_expired"),
        (
            400,
            {"summary": "End User Agreement (EUA) 1 has expired"},
            ConsentError,
            "consent_expired",
        ),
        (400, {"summary": "Incorrect date range"}, FinalError, "period_invalid"),
        (401, {"summary": "Invalid token"}, ConsentError, "token_invalid"),
        (401, {"type": "AccountInactiveError"}, FinalError, "resource_unknown"),
        (403, {"type": "AccountAccessForbidden"}, FinalError, "service_blocked"),
        (409, {"summary": "Account suspended"}, FinalError, "service_blocked"),
        (418, {}, FinalError, "request_refused"),
    ],
)
def test_the_words_of_a_refusal_become_codes(fake, status, words, error, code):
    connector, grant = fake.connect()
    fake.spoil = lambda _answer: says(words, status)
    with pytest.raises(error) as caught:
        connector.balances(grant, ACCOUNT)
    assert caught.value.code == code


def test_what_the_person_does_not_finish_is_not_linked(fake):
    connector = fake.connector()
    start = connector.start_consent(fake.request())
    back = fake.sent_back(start)
    fake.status = "UA"
    with pytest.raises(FinalError) as caught:
        connector.finish_consent(start.consent_ref, start.secrets, back, "")
    assert caught.value.code == "authorization_failed"


def test_a_day_asks_for_each_scope_of_an_account_once_and_for_no_pages(fake):
    connector, grant = fake.connect()
    fake.asked.clear()
    connector.balances(grant, ACCOUNT)
    list(connector.transactions(grant, ACCOUNT, date(2026, 10, 1)))
    assert [Asked(r).path.split("/")[-2] for r in fake.asked] == ["balances", "transactions"]


def test_ids_of_gocardless_go_before_those_of_the_bank():
    found = normalise.transaction(entry(transactionId="7", internalTransactionId="own"), BOOKED)
    placeholder = normalise.transaction(entry(transactionId="NOTPROVIDED"), BOOKED)
    assert (found.transaction_id, placeholder.transaction_id) == ("own", "")


@pytest.mark.parametrize("zone", ["Z", "+00:00", "+01:00", "-11:00"])
def test_a_time_keeps_its_own_day_in_every_zone(zone):
    found = normalise.transaction(
        entry(bookingDate="", bookingDateTime=f"2026-03-01T23:59:59{zone}"), BOOKED
    )
    assert found.booking_date == date(2026, 3, 1)


@pytest.mark.parametrize(
    "reference", ["RF18 5390 0754 7034", "RF18539007547034", "+++090/9337/55493+++", "2021 1234"]
)
def test_a_structured_reference_is_one(reference):
    found = normalise.transaction(entry(remittanceInformationStructured=reference), BOOKED)
    assert found.creditor_reference == reference


def test_foreign_money_and_a_bare_iban_are_read():
    exchange = {"instructedAmount": {"amount": "11.50", "currency": "USD"}}
    found = normalise.transaction(
        entry(currencyExchange=exchange, creditorAccount="AT61 1904 3002 3457 3201"), BOOKED
    )
    assert (found.instructed_amount, found.instructed_currency) == (Decimal("11.50"), "USD")
    assert found.counterparty_iban == "AT611904300234573201"
