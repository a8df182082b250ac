"""Consents of the sandbox bank: what may be asked for and how they end."""

from __future__ import annotations

import uuid

import pytest
import requests


def code_of(answer: requests.Response) -> str:
    return answer.json()["tppMessages"][0]["code"]


def test_a_new_consent_waits_for_strong_authentication(tpp):
    answer = tpp.ask_consent()

    assert answer.status_code == 201
    assert answer.json()["consentStatus"] == "received"
    assert answer.headers["ASPSP-SCA-Approach"] == "REDIRECT"
    metadata = requests.get(answer.json()["_links"]["scaOAuth"]["href"], timeout=10).json()
    assert metadata["code_challenge_methods_supported"] == ["S256"]


def test_valid_until_is_capped_to_180_days(tpp):
    consent_id = tpp.ask_consent(validUntil="9999-12-31").json()["consentId"]

    assert tpp.api("GET", f"/consents/{consent_id}").json()["validUntil"] == "2027-05-22"


@pytest.mark.parametrize(
    "changes",
    [
        {"validUntil": "2026-11-22"},
        {"validUntil": "tomorrow"},
        {"validUntil": None},
        {"frequencyPerDay": "4"},
        {"recurringIndicator": None},
        {"access": {}},
        {"access": {"accounts": "all"}},
        {"access": {"allPsd2": "everything"}},
    ],
)
def test_a_malformed_consent_is_refused(tpp, changes):
    answer = tpp.ask_consent(**changes)

    assert (answer.status_code, code_of(answer)) == (400, "FORMAT_ERROR")


def test_a_consent_without_the_address_of_the_psu_is_refused(tpp):
    answer = tpp.api("POST", "/consents", json={})

    assert (answer.status_code, code_of(answer)) == (400, "FORMAT_ERROR")


def test_the_request_id_is_needed_and_echoed(tpp):
    request_id = str(uuid.uuid4())
    echoed = tpp.api("POST", "/consents", json={}, headers={"X-Request-ID": request_id})
    refused = tpp.api("GET", "/accounts", headers={"X-Request-ID": "7"})

    assert echoed.headers["X-Request-ID"] == request_id
    assert (refused.status_code, code_of(refused)) == (400, "FORMAT_ERROR")


def test_a_consent_that_was_deleted_opens_nothing(connected):
    assert connected.api("DELETE", f"/consents/{connected.consent_id}").status_code == 204

    refused = connected.api("GET", "/accounts")
    status = connected.api("GET", f"/consents/{connected.consent_id}/status").json()
    assert (refused.status_code, code_of(refused)) == (401, "CONSENT_INVALID")
    assert status == {"consentStatus": "terminatedByTpp"}


def test_a_consent_withdrawn_at_the_bank_opens_nothing(connected):
    connected.control("POST", f"/consents/{connected.consent_id}/revoke")

    assert code_of(connected.api("GET", "/accounts")) == "CONSENT_INVALID"
    status = connected.api("GET", f"/consents/{connected.consent_id}/status").json()
    assert status == {"consentStatus": "revokedByPsu"}


def test_the_account_holder_withdraws_an_access_on_the_page_of_the_bank(connected):
    page = f"{connected.local.url}/permissions/{connected.consent_id}/revoke"
    requests.post(page, timeout=10)

    status = connected.api("GET", f"/consents/{connected.consent_id}/status").json()
    assert status == {"consentStatus": "revokedByPsu"}


def test_a_consent_expires_when_its_time_is_over(tpp):
    tpp.local.bank.rules = type(tpp.local.bank.rules)(access_token_s=400 * 86400)
    tpp.connect()
    tpp.control("POST", "/clock", {"advance_s": 70 * 86400})

    refused = tpp.api("GET", "/accounts")
    assert (refused.status_code, code_of(refused)) == (401, "CONSENT_EXPIRED")
    status = tpp.api("GET", f"/consents/{tpp.consent_id}/status").json()
    assert status == {"consentStatus": "expired"}


def test_an_unknown_consent_is_refused(tpp):
    answer = tpp.api("GET", "/consents/unknown")

    assert (answer.status_code, code_of(answer)) == (403, "CONSENT_UNKNOWN")


def test_a_token_opens_only_the_consent_it_was_given_for(connected):
    other = connected.ask_consent().json()["consentId"]

    answer = connected.api("GET", "/accounts", headers={"Consent-ID": other})
    assert (answer.status_code, code_of(answer)) == (401, "CONSENT_INVALID")
