"""Payments made at the sandbox bank, its memory, and the process it runs in."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from sandbox.local import running_bank

REPOSITORY = Path(__file__).resolve().parents[2]


def test_an_invoice_paid_on_the_page_is_booked_at_once(connected):
    form = {
        "direction": "in",
        "account": "acc-main",
        "name": "Garage Lefèvre",
        "amount": "1 234,50",
        "reference": "FAC/2026/00012",
    }
    requests.post(f"{connected.local.url}/pay", data=form, timeout=10).raise_for_status()

    newest = connected.booked(dateFrom="2026-11-23")
    assert len(newest) == 1
    assert newest[0]["transactionAmount"] == {"amount": "1234.50", "currency": "EUR"}
    assert newest[0]["debtorName"] == "Garage Lefèvre"
    assert newest[0]["remittanceInformationUnstructured"] == "FAC/2026/00012"


def test_money_paid_out_names_the_creditor(connected):
    form = {"direction": "out", "name": "Verrerie", "amount": "10", "reference": "F1"}
    requests.post(f"{connected.local.url}/pay", data=form, timeout=10).raise_for_status()

    newest = connected.booked(dateFrom="2026-11-23")[0]
    assert newest["transactionAmount"]["amount"] == "-10.00"
    assert newest["creditorName"] == "Verrerie"


@pytest.mark.parametrize("amount", ["", "0", "much", "NaN", "1e40"])
def test_a_payment_without_a_real_amount_is_refused(connected, amount):
    answer = requests.post(
        f"{connected.local.url}/pay", data={"name": "X", "amount": amount}, timeout=10
    )

    assert answer.status_code == 400
    assert connected.booked(dateFrom="2026-11-23") == []


def test_a_pending_payment_is_booked_under_a_new_id(connected):
    added = connected.control("POST", "/transactions", {"amount": "5", "status": "pending"})
    old_id = added["transaction"]["id"]
    waiting = {
        e["transactionId"] for e in connected.transactions().json()["transactions"]["pending"]
    }
    booked = connected.control("POST", f"/transactions/{old_id}/book")["transaction"]

    left = {e["transactionId"] for e in connected.transactions().json()["transactions"]["pending"]}
    assert old_id in waiting
    assert waiting - left == {old_id}
    assert booked["id"] != old_id
    assert booked["booking_date"] == "2026-11-23"


def test_a_transaction_may_be_added_with_an_older_date(connected):
    connected.control("POST", "/transactions", {"amount": "5", "booking_date": "2026-11-02"})

    assert connected.booked(dateFrom="2026-11-02", dateTo="2026-11-02")[0]["transactionId"]


@pytest.mark.parametrize(
    "values",
    [
        {"amount": "5", "counterparty_iban": "FR7612345678901234567890123"},
        {"amount": "5", "booking_date": "soon"},
        {"amount": "5", "account": "acc-other"},
        {"amount": "5", "status": "maybe"},
    ],
)
def test_a_transaction_that_makes_no_sense_is_refused(tpp, values):
    answer = requests.post(f"{tpp.local.url}/control/transactions", json=values, timeout=10)

    assert answer.status_code in (400, 404)


def test_the_levers_do_not_move_for_a_form_of_another_site(connected):
    url = f"{connected.local.url}/control/consents/{connected.consent_id}/revoke"

    assert requests.post(url, data={"x": "1"}, timeout=10).status_code == 415
    assert connected.api("GET", "/accounts").status_code == 200


def test_reset_brings_back_the_first_day(connected):
    connected.control("POST", "/transactions", {"amount": "5"})
    connected.control("POST", "/reset")

    assert connected.control("GET", "/consents")["consents"] == []
    assert connected.api("GET", "/accounts").status_code == 401


def test_what_happened_survives_a_restart(demo_json, tmp_path, connected):
    path = tmp_path / "bank.json"
    clock = connected.local.bank.now
    with running_bank(demo_json, clock, state_path=path) as first:
        connected.local = first
        connected.connect()
        connected.control("POST", "/transactions", {"amount": "5.55"})
    with running_bank(demo_json, clock, state_path=path) as second:
        connected.local = second
        newest = connected.booked(dateFrom="2026-11-23")

    assert [entry["transactionAmount"]["amount"] for entry in newest] == ["5.55"]


def test_the_server_says_when_it_is_ready_and_stops_when_told(tmp_path):
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--fault", "rate_limited=1"]
    command += ["--sca", "decoupled"]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    ) as process:
        ready = process.stdout.readline()
        state = requests.get(f"{ready.split()[-1]}control/state", timeout=10).json()
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)

    assert ready.startswith("Sandbox bank ready: http://127.0.0.1:")
    assert state["faults"]["rate_limited"] == 1
    assert state["options"] == {"sca": "decoupled", "reports": "json"}
    assert code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [(["--fault", "fire=1"], "unknown fault fire"), (["--sca", "embedded"], "invalid choice")],
)
def test_what_the_bank_does_not_know_on_the_command_line_is_told(words, told):
    command = [sys.executable, "-m", "sandbox", *words]
    done = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 2
    assert told in done.stderr
