"""Accounts, balances and transactions as the sandbox bank tells them."""

from __future__ import annotations

from decimal import Decimal

import pytest


def code_of(answer):
    return answer.json()["tppMessages"][0]["code"]


def test_the_accounts_of_the_consent_are_listed(connected):
    accounts = connected.api("GET", "/accounts").json()["accounts"]

    assert [account["resourceId"] for account in accounts] == ["acc-main", "acc-second"]
    assert accounts[0]["ownerName"] == "Atelier Lumière SAS"


def test_the_booked_balance_is_opening_plus_all_bookings(connected, demo_json):
    account = demo_json["bank_accounts"][0]
    booked = [Decimal(entry["transactionAmount"]["amount"]) for entry in connected.booked()]

    balances = connected.api("GET", "/accounts/acc-main/balances").json()["balances"]
    amounts = {entry["balanceType"]: entry["balanceAmount"]["amount"] for entry in balances}
    assert Decimal(amounts["interimBooked"]) == Decimal(account["opening_balance"]) + sum(booked)


def test_pages_join_to_the_whole_without_gap_or_repetition(connected):
    whole = [entry["transactionId"] for entry in connected.booked()]

    paged: list[str] = []
    answer = connected.transactions(itemsPerPage="40").json()
    paged += [entry["transactionId"] for entry in answer["transactions"]["booked"]]
    while link := answer["transactions"]["_links"].get("next"):
        path = link["href"].removeprefix("/berlingroup/v1")
        answer = connected.api("GET", path).json()
        paged += [entry["transactionId"] for entry in answer["transactions"]["booked"]]
    assert paged == whole
    assert len(paged) > 120


def test_pending_ones_come_on_the_first_page_only(connected):
    first = connected.transactions(itemsPerPage="10").json()["transactions"]
    second = connected.transactions(itemsPerPage="10", pageIndex="1").json()["transactions"]

    assert len(first["pending"]) >= 4
    assert all("bookingDate" not in entry for entry in first["pending"])
    assert second["pending"] == []


@pytest.mark.parametrize(
    ("status", "lists"),
    [("booked", {"booked"}), ("pending", {"pending"}), ("both", {"booked", "pending"})],
)
def test_the_booking_status_says_which_lists_come(connected, status, lists):
    report = connected.transactions(bookingStatus=status).json()["transactions"]

    assert set(report) - {"_links"} == lists


def test_both_bounds_of_the_period_are_included(connected):
    days = sorted({entry["bookingDate"] for entry in connected.booked()})

    window = connected.booked(dateFrom=days[3], dateTo=days[5])
    assert sorted({entry["bookingDate"] for entry in window}) == days[3:6]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"dateFrom": "2026-11-20", "dateTo": "2026-11-01"}, "PERIOD_INVALID"),
        ({"dateFrom": "2020-01-01"}, "PERIOD_INVALID"),
        ({"dateFrom": "yesterday"}, "FORMAT_ERROR"),
        ({"bookingStatus": "all"}, "FORMAT_ERROR"),
        ({"itemsPerPage": "0"}, "FORMAT_ERROR"),
        ({"pageIndex": "-1"}, "FORMAT_ERROR"),
    ],
)
def test_a_wrong_question_is_refused(connected, query, code):
    answer = connected.transactions(**query)

    assert (answer.status_code, code_of(answer)) == (400, code)


def test_an_unknown_account_is_refused(connected):
    answer = connected.transactions("acc-other")

    assert (answer.status_code, code_of(answer)) == (404, "RESOURCE_UNKNOWN")


def test_nothing_is_told_without_a_token(tpp):
    answer = tpp.transactions()

    assert (answer.status_code, code_of(answer)) == (401, "TOKEN_INVALID")


def test_the_details_of_an_account_are_told(connected):
    account = connected.api("GET", "/accounts/acc-second").json()["account"]

    assert account["resourceId"] == "acc-second"
    assert account["cashAccountType"] == "CACC"


def test_balances_come_with_the_transactions_when_asked(connected):
    answer = connected.transactions(withBalance="true").json()

    assert {entry["balanceType"] for entry in answer["balances"]} == {"interimBooked", "expected"}
