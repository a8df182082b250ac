"""The Berlin Group connector in front of banks that answer what no sandbox would."""

from __future__ import annotations

import dataclasses
import json
from datetime import date

import pytest
from odd_bank import (
    BASE,
    CONSENT,
    CONSENTS,
    ENDPOINTS,
    GRANT,
    METADATA,
    NOW,
    REQUEST,
    TOKENS,
    OddBank,
)

from recon_core.connectors.transport import Response
from recon_core.errors import ConsentError, FinalError, ReconError, RetryableError
from recon_core.types import ConsentStatus, Grant


def transactions(bank, date_from=date(2026, 11, 1)):
    return list(bank.connector.transactions(GRANT, "1", date_from))


TRANSACTIONS = f"{BASE}/v1/accounts/1/transactions"


def report(next_link=None, **lists):
    links = {"next": {"href": next_link}} if next_link else {}
    return {"transactions": {"_links": links, **lists}}


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"transactions": []},
        report(booked={}),
        report(booked=[{"transactionAmount": {"amount": "much"}}]),
    ],
)
def test_a_report_that_does_not_say_what_it_should_is_not_an_empty_one(answer):
    with pytest.raises(RetryableError, match="bad_response"):
        transactions(OddBank().says("GET", TRANSACTIONS, answer))


def test_a_report_without_entries_is_empty():
    (page,) = transactions(OddBank().says("GET", TRANSACTIONS, report()))

    assert page.transactions == ()


def test_an_undated_entry_is_held_back_with_its_raw_twin():
    amount = {"amount": "1.00", "currency": "EUR"}
    entries = [
        {"transactionAmount": amount},
        {"transactionAmount": amount, "valueDate": "2026-11-02"},
    ]
    (page,) = transactions(OddBank().says("GET", TRANSACTIONS, report(booked=entries)))

    assert page.raw == (entries[1],)
    assert len(page.transactions) == 1


@pytest.mark.parametrize("link", ["/psd2/v1/accounts/1/transactions", "?bookingStatus=both"])
def test_pages_that_lead_in_a_circle_are_left(link):
    bank = OddBank()
    bank.answers = {}
    looping = Response(200, {}, json.dumps(report(link, booked=[])).encode())
    bank.send = lambda *_, **__: looping

    with pytest.raises(RetryableError, match="pages without an end"):
        transactions(bank)


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1/x",
        "//evil.example/x",
        "http://bank.example/x",
        "https://bank.example:444/",
    ],
)
def test_a_next_page_on_another_server_is_not_fetched(link):
    bank = OddBank().says("GET", TRANSACTIONS, report(link, booked=[]))

    with pytest.raises(FinalError, match="foreign_link"):
        transactions(bank)
    assert len(bank.asked) == 1


def test_the_query_of_the_first_page_is_not_repeated_on_the_next():
    bank = OddBank().says("GET", TRANSACTIONS, report("?page=2", booked=[]))
    bank.says("GET", f"{TRANSACTIONS}?page=2", report(booked=[]))
    transactions(bank)

    assert [options["params"] for _, _, options in bank.asked] == [
        {"bookingStatus": "both", "dateFrom": "2026-11-01"},
        {},
    ]


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (401, {"tppMessages": [{"code": "CONSENT_EXPIRED"}]}, ConsentError, "consent_expired"),
        (401, {"tppMessages": [{"code": "TOKEN_EXPIRED"}]}, ConsentError, "token_invalid"),
        (403, {"tppMessages": [{"code": "SERVICE_BLOCKED"}]}, FinalError, "service_blocked"),
        (400, {"tppMessages": [{"code": "SOMETHING_NEW"}]}, FinalError, "request_refused"),
        (400, {"tppMessages": []}, FinalError, "request_refused"),
        (400, {"tppMessages": [7]}, FinalError, "request_refused"),
        (404, b"<html>not found</html>", FinalError, "request_refused"),
        (204, b"", FinalError, "request_refused"),
    ],
)
def test_a_refusal_gets_the_code_that_fits(status, body, kind, code):
    bank = OddBank().says("GET", f"{BASE}/v1/accounts", body, status)

    with pytest.raises(ReconError) as caught:
        bank.connector.accounts(GRANT)
    assert (type(caught.value), caught.value.code) == (kind, code)


def test_a_refusal_never_carries_the_banks_prose():
    message = {"code": "FORMAT_ERROR", "text": "account FR76... of Jane Doe"}
    bank = OddBank().says("GET", f"{BASE}/v1/accounts", {"tppMessages": [message]}, 400)

    with pytest.raises(FinalError) as caught:
        bank.connector.accounts(GRANT)
    assert "Jane" not in str(caught.value)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("valid", "consent_invalid"),
        ("revokedByPsu", "consent_revoked"),
        ("expired", "consent_expired"),
        ("terminatedByTpp", "consent_terminated"),
        ("rejected", "consent_rejected"),
    ],
)
def test_an_invalid_consent_is_asked_how_it_ended(word, code):
    refusal = {"tppMessages": [{"code": "CONSENT_INVALID"}]}
    bank = OddBank().says("GET", f"{BASE}/v1/accounts", refusal, 401)
    bank.says("GET", CONSENT, {"consentStatus": word})

    with pytest.raises(ConsentError) as caught:
        bank.connector.accounts(GRANT)
    assert caught.value.code == code


def test_a_consent_that_waits_for_a_second_signature_is_not_valid_yet():
    bank = OddBank().says("GET", CONSENT, {"consentStatus": "partiallyAuthorised"})

    assert bank.connector.consent_status(GRANT) == (ConsentStatus.RECEIVED, None)


@pytest.mark.parametrize(
    "answer",
    [{}, {"consentStatus": "zombie"}, {"consentStatus": "valid", "validUntil": "for ever"}],
)
def test_a_status_nobody_knows_is_a_bad_response(answer):
    with pytest.raises(RetryableError, match="bad_response"):
        OddBank().says("GET", CONSENT, answer).connector.consent_status(GRANT)


def test_a_consent_without_an_id_is_a_bad_response():
    bank = OddBank().says("POST", CONSENTS, {"consentStatus": "received"}, 201)

    with pytest.raises(RetryableError, match="bad_response"):
        bank.connector.start_consent(REQUEST)


def test_without_a_link_the_endpoints_are_discovered_at_the_root_of_the_bank():
    bank = OddBank().says("POST", CONSENTS, {"consentId": "c-1"}, 201)
    bank.says("GET", METADATA, ENDPOINTS)

    url = bank.connector.start_consent(REQUEST).redirect_url
    assert url.startswith("https://bank.example/authorize?response_type=code&client_id=us")


def test_configured_endpoints_are_used_and_nothing_is_discovered():
    bank = OddBank(authorize_url="https://login.example/a", token_url="https://login.example/t")
    bank.says("POST", CONSENTS, {"consentId": "c-1"}, 201)
    started = bank.connector.start_consent(REQUEST)
    bank.says("POST", "https://login.example/t", TOKENS)
    bank.says("GET", CONSENT, {"consentStatus": "valid"})
    grant = bank.connector.finish_consent(
        "c-1", started.secrets, {"code": "x"}, "https://erp.example/cb"
    )

    assert started.redirect_url.startswith("https://login.example/a?")
    assert grant.access_token == "a2"


@pytest.mark.parametrize(
    ("link", "token_endpoint"),
    [
        ("https://evil.example/metadata", "https://bank.example/token"),
        (METADATA, "https://evil.example/token"),
    ],
)
def test_discovery_never_leads_a_code_to_another_server(link, token_endpoint):
    links = {"scaOAuth": {"href": link}}
    bank = OddBank().says("POST", CONSENTS, {"consentId": "c-1", "_links": links}, 201)
    bank.says("GET", METADATA, {**ENDPOINTS, "token_endpoint": token_endpoint})

    with pytest.raises(FinalError, match="foreign_link"):
        bank.connector.start_consent(REQUEST)


def test_a_consent_that_ended_meanwhile_gives_no_grant():
    bank = OddBank().says("GET", METADATA, ENDPOINTS)
    bank.says("POST", "https://bank.example/token", TOKENS)
    bank.says("GET", CONSENT, {"consentStatus": "revokedByPsu"})

    with pytest.raises(ConsentError, match="consent_revoked"):
        bank.connector.finish_consent(
            "c-1", {"code_verifier": "v" * 43}, {"code": "x"}, "https://erp.example/cb"
        )


def test_a_grant_without_a_refresh_token_cannot_be_renewed():
    old = Grant("c-1", "access", NOW)

    with pytest.raises(ConsentError, match="token_invalid"):
        OddBank().connector.fresh_grant(old)


def test_a_refused_refresh_token_of_a_valid_consent_is_told_as_such():
    bank = OddBank().says("GET", METADATA, ENDPOINTS)
    bank.says("POST", "https://bank.example/token", {"error": "invalid_grant"}, 400)
    bank.says("GET", CONSENT, {"consentStatus": "valid"})

    with pytest.raises(ConsentError, match="token_invalid"):
        bank.connector.fresh_grant(Grant("c-1", "access", NOW, "refresh"))


@pytest.mark.parametrize("error", ["invalid_client", "unauthorized_client"])
def test_credentials_of_ours_that_are_refused_end_nobodys_consent(error):
    bank = OddBank().says("GET", METADATA, ENDPOINTS)
    bank.says("POST", "https://bank.example/token", {"error": error}, 401)

    with pytest.raises(FinalError) as caught:
        bank.connector.fresh_grant(Grant("c-1", "access", NOW, "refresh"))
    assert (type(caught.value), caught.value.code) == (FinalError, "credentials_refused")


def test_a_line_that_is_not_safe_ends_nobodys_consent():
    bank = OddBank().says("GET", METADATA, ENDPOINTS)

    def send(method, url, **options):
        if method == "POST":
            raise FinalError("certificate_expired")
        return OddBank.send(bank, method, url, **options)

    bank.send = send
    with pytest.raises(FinalError) as caught:
        bank.connector.fresh_grant(Grant("c-1", "access", NOW, "refresh"))
    assert type(caught.value) is FinalError


def test_tokens_are_of_the_server_that_the_bank_has_linked_to():
    elsewhere = "https://bank.example/psd2/.well-known/openid-configuration"
    links = {"scaOAuth": {"href": elsewhere}}
    bank = OddBank().says("POST", CONSENTS, {"consentId": "c-1", "_links": links}, 201)
    bank.says("GET", elsewhere, {**ENDPOINTS, "token_endpoint": "https://bank.example/t2"})
    started = bank.connector.start_consent(REQUEST)
    bank.says("POST", "https://bank.example/t2", TOKENS)
    bank.says("GET", CONSENT, {"consentStatus": "valid"})
    grant = bank.connector.finish_consent("c-1", started.secrets, {"code": "x"}, "https://e/cb")
    over = dataclasses.replace(grant, access_expires_at=NOW)
    fresh = bank.connector.fresh_grant(over)

    assert METADATA not in [url for _, url, _ in bank.asked]
    assert (fresh.access_token, fresh.metadata_url) == ("a2", elsewhere)


def test_a_secret_is_sent_as_the_metadata_says():
    bank = OddBank(client_secret="pass")
    methods = {"token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"]}
    bank.says("GET", METADATA, {**ENDPOINTS, **methods})
    bank.says("POST", "https://bank.example/token", TOKENS)
    bank.connector.fresh_grant(Grant("c-1", "access", NOW, "refresh"))

    assert bank.asked[-1][2]["form"]["client_secret"] == "pass"


def test_a_refusal_to_end_a_consent_is_not_hidden():
    refusal = {"tppMessages": [{"code": "SERVICE_BLOCKED"}]}
    bank = OddBank().says("DELETE", CONSENT, refusal, 403)

    with pytest.raises(FinalError, match="service_blocked"):
        bank.connector.revoke_consent(GRANT)


def test_closed_accounts_do_not_eat_the_quota():
    accounts = [{"resourceId": "1"}, {"resourceId": "2", "status": "deleted"}]
    bank = OddBank().says("GET", f"{BASE}/v1/accounts", {"accounts": accounts})

    assert [account.resource_ref for account in bank.connector.accounts(GRANT)] == ["1"]


def test_a_resource_id_stays_one_part_of_the_address():
    bank = OddBank().says("GET", f"{BASE}/v1/accounts/a%2F..%2Fb/balances", {"balances": []})

    assert bank.connector.balances(GRANT, "a/../b") == []
