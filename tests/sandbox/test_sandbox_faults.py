"""Each fault of the sandbox bank does what its name says, the same way at every run."""

from __future__ import annotations

import time
from collections import Counter
from decimal import Decimal

import pytest
import requests


def content(entry):
    return tuple(
        sorted(
            (k, str(v)) for k, v in entry.items() if k not in ("transactionId", "entryReference")
        )
    )


def test_errors_strike_the_same_requests_in_every_run(connected):
    runs = []
    for _ in range(2):
        connected.control("DELETE", "/faults")  # counts from the beginning
        connected.control("PUT", "/faults", {"error_rate": 0.4})
        runs.append([connected.api("GET", "/accounts").status_code for _ in range(12)])

    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 500}


def test_a_delayed_answer_runs_into_the_time_out_of_the_client(connected):
    connected.control("PUT", "/faults", {"delay_s": 5})
    started = time.monotonic()

    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(
            f"{connected.local.api_url}/v1/accounts", headers=connected.headers, timeout=0.2
        )
    assert time.monotonic() - started < 4


def test_a_truncated_answer_is_no_json(connected):
    connected.control("PUT", "/faults", {"truncate_rate": 1})
    answer = connected.api("GET", "/accounts")

    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Unterminated|Expecting|delimiter"):
        answer.json()


def test_rate_limiting_says_when_to_come_back(connected):
    connected.control("PUT", "/faults", {"rate_limited": 1})
    answer = connected.api("GET", "/accounts")

    assert answer.status_code == 429
    assert answer.json()["tppMessages"][0]["code"] == "ACCESS_EXCEEDED"
    assert answer.headers["Retry-After"] == "3600"


def test_the_fifth_unattended_read_of_the_day_is_refused(connected):
    connected.control("PUT", "/faults", {"unattended_limit": 4})
    path = "/accounts/acc-main/balances"
    unattended = [connected.api("GET", path).status_code for _ in range(5)]
    other_endpoint = connected.transactions()
    attended = connected.api("GET", path, headers={"PSU-IP-Address": "192.0.2.1"})

    assert unattended == [200, 200, 200, 200, 429]
    assert other_endpoint.status_code == 200
    assert attended.status_code == 200


def test_following_pages_are_part_of_one_read(connected):
    connected.control("PUT", "/faults", {"unattended_limit": 1})
    first = connected.transactions(itemsPerPage="10")
    second = connected.transactions(itemsPerPage="10", pageIndex="1")

    assert (first.status_code, second.status_code) == (200, 200)


def balance(connected):
    told = connected.api("GET", "/accounts/acc-main/balances").json()["balances"]
    return Decimal(told[0]["balanceAmount"]["amount"])


def total(entries):
    return sum(Decimal(entry["transactionAmount"]["amount"]) for entry in entries)


def test_twins_are_equal_payments_under_other_ids_and_count_in_the_balance(connected):
    before, had = connected.booked(), balance(connected)
    connected.control("PUT", "/faults", {"twin_rate": 0.2})
    after = connected.booked()

    ids = [entry["transactionId"] for entry in after]
    assert len(after) > len(before)
    assert len(set(ids)) == len(ids)
    assert {content(entry) for entry in after} == {content(entry) for entry in before}
    assert balance(connected) - had == total(after) - total(before)


def test_overlapping_pages_repeat_entries_under_the_same_id(connected):
    connected.control("PUT", "/faults", {"page_overlap": 3})
    pages = [
        connected.transactions(itemsPerPage="20", pageIndex=str(index)).json()["transactions"]
        for index in (0, 1)
    ]

    assert len(pages[0]["booked"]) == 20
    assert pages[1]["booked"][:3] == pages[0]["booked"][-3:]


def test_changed_bookings_keep_their_amount_and_their_number(connected):
    before = {entry["transactionId"]: entry for entry in connected.booked()}
    connected.control("PUT", "/faults", {"changed_rate": 0.5})
    after = {entry["transactionId"]: entry for entry in connected.booked()}

    changed = [key for key, entry in before.items() if entry != after[key]]
    assert 0 < len(changed) < len(after)
    assert all(
        after[key]["transactionAmount"] == before[key]["transactionAmount"] for key in changed
    )


def test_what_is_dated_later_has_not_happened(connected):
    had = balance(connected)
    body = {"amount": "10.00", "booking_date": "2026-11-25", "remittance": "demain"}
    connected.control("POST", "/transactions", body)
    assert balance(connected) == had

    connected.control("POST", "/clock", {"advance_s": 2 * 86400})
    connected.connect()
    assert balance(connected) == had + 10


def test_late_bookings_come_so_many_days_after_their_date(connected):
    whole = connected.booked(dateTo="2026-11-20")
    connected.control("PUT", "/faults", {"late_rate": 0.2, "late_days": 5})
    early = connected.booked(dateTo="2026-11-20")
    late = [entry for entry in whole if entry not in early]

    assert late
    assert {entry["bookingDate"] for entry in late} <= {"2026-11-19", "2026-11-20"}


def test_late_bookings_come_later_with_their_old_date(connected):
    whole = connected.booked()
    connected.control("PUT", "/faults", {"late_rate": 0.2})
    early = connected.booked()
    connected.control("PUT", "/faults", {"late_rate": 0})

    assert 0 < len(early) < len(whole)
    assert connected.booked() == whole


def test_changed_ids_differ_at_every_read_and_nothing_else_does(connected):
    connected.control("PUT", "/faults", {"changed_ids": 1})
    first, second = connected.booked(), connected.booked()

    ids = [{entry["transactionId"] for entry in read} for read in (first, second)]
    assert not ids[0] & ids[1]
    assert Counter(map(content, first)) == Counter(map(content, second))


def test_pages_of_one_read_share_their_changed_ids(connected):
    connected.control("PUT", "/faults", {"changed_ids": 1})
    first = connected.transactions(itemsPerPage="20").json()["transactions"]["booked"]
    second = connected.transactions(itemsPerPage="20", pageIndex="1").json()
    again = connected.transactions(itemsPerPage="20", pageIndex="0", dateTo="2026-11-22").json()

    ids = [entry["transactionId"] for entry in first + second["transactions"]["booked"]]
    assert len(set(ids)) == 40
    assert not set(ids) & {e["transactionId"] for e in again["transactions"]["booked"]}


def test_the_consent_is_withdrawn_after_the_given_number_of_reads(connected):
    connected.control("PUT", "/faults", {"revoke_after_reads": 2})
    answers = [connected.api("GET", "/accounts").status_code for _ in range(3)]

    assert answers == [200, 200, 401]


@pytest.mark.parametrize(
    "values", [{"nonsense": 1}, {"error_rate": 2}, {"delay_s": -1}, {"late_rate": "much"}]
)
def test_a_fault_that_makes_no_sense_is_refused(tpp, values):
    url = f"{tpp.local.url}/control/faults"

    assert requests.put(url, json=values, timeout=10).status_code == 400


def test_faults_are_cleared_together(connected):
    connected.control("PUT", "/faults", {"rate_limited": 1, "error_rate": 1})
    connected.control("DELETE", "/faults")

    assert connected.api("GET", "/accounts").status_code == 200
