"""The authorization server of the sandbox: every rule that protects a code or a token."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from sandbox.psu import authorise


@pytest.fixture
def consent_id(tpp):
    return tpp.ask_consent().json()["consentId"]


def visit(url: str) -> requests.Response:
    return requests.get(url, allow_redirects=False, timeout=10)


def sent_back(answer: requests.Response) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def test_state_comes_back_with_the_code(tpp, consent_id):
    back = authorise(tpp.authorize_url(consent_id, state="a b&c"), tpp.redirect_uri)

    assert back["state"] == "a b&c"
    assert set(back) == {"code", "state"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"state": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "AIS:unknown"}, "invalid_scope"),
        ({"scope": "PIS:1"}, "invalid_scope"),
    ],
)
def test_a_wrong_request_goes_back_with_an_error(tpp, consent_id, changes, error):
    answer = visit(tpp.authorize_url(consent_id, **changes))

    assert answer.headers["Location"].startswith(tpp.redirect_uri)
    assert sent_back(answer)["error"] == error


@pytest.mark.parametrize(
    "redirect_uri",
    ["http://localhost:8069/callback/x", "http://evil.example/", "javascript:alert(1)", ""],
)
def test_a_client_is_bound_to_the_address_of_its_first_visit(tpp, consent_id, redirect_uri):
    visit(tpp.authorize_url(consent_id))

    answer = visit(tpp.authorize_url(consent_id, redirect_uri=redirect_uri))
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_a_registered_client_may_not_bring_another_address(tpp, consent_id):
    tpp.control("POST", "/clients", {"client_id": "tpp", "redirect_uri": "https://erp.example/cb"})

    assert visit(tpp.authorize_url(consent_id)).status_code == 400


def test_a_code_works_once_and_a_second_use_ends_its_tokens(tpp, consent_id):
    code = authorise(tpp.authorize_url(consent_id), tpp.redirect_uri)["code"]
    tokens = tpp.exchange(code).json()
    again = tpp.exchange(code)

    headers = {"Authorization": f"Bearer {tokens['access_token']}", "Consent-ID": consent_id}
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert tpp.api("GET", "/accounts", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 64},
        {"code_verifier": ""},
        {"redirect_uri": "http://localhost:8069/other"},
        {"client_id": "somebody"},
        {"code": "guess"},
    ],
)
def test_a_code_is_worth_nothing_without_all_that_belongs_to_it(tpp, consent_id, changes):
    code = authorise(tpp.authorize_url(consent_id), tpp.redirect_uri)["code"]

    answer = tpp.exchange(**{"code": code, **changes})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_wrong_verifier_spends_the_code(tpp, consent_id):
    code = authorise(tpp.authorize_url(consent_id), tpp.redirect_uri)["code"]
    tpp.exchange(code, code_verifier="w" * 64)

    assert tpp.exchange(code).status_code == 400


def test_a_code_is_too_old_after_two_minutes(tpp, consent_id):
    code = authorise(tpp.authorize_url(consent_id), tpp.redirect_uri)["code"]
    tpp.control("POST", "/clock", {"advance_s": 121})

    assert tpp.exchange(code).json()["error"] == "invalid_grant"


def test_an_access_token_is_short_lived_and_can_be_refreshed(tpp):
    tokens = tpp.connect()
    tpp.control("POST", "/clock", {"advance_s": tokens["expires_in"]})
    expired = tpp.api("GET", "/accounts")

    fresh = tpp.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()
    headers = {"Authorization": f"Bearer {fresh['access_token']}"}
    assert expired.json()["tppMessages"][0]["code"] == "TOKEN_INVALID"
    assert tpp.api("GET", "/accounts", headers=headers).status_code == 200


def test_a_refresh_token_used_twice_ends_every_token_of_the_consent(tpp):
    tokens = tpp.connect()
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    fresh = tpp.token(**form).json()
    again = tpp.token(**form)

    headers = {"Authorization": f"Bearer {fresh['access_token']}"}
    assert again.json()["error"] == "invalid_grant"
    assert tpp.api("GET", "/accounts", headers=headers).status_code == 401


def test_tokens_are_not_refreshed_once_the_consent_has_ended(tpp):
    tokens = tpp.connect()
    tpp.control("POST", f"/consents/{tpp.consent_id}/revoke")
    answer = tpp.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])

    assert answer.json()["error"] == "invalid_grant"


def test_an_unknown_grant_type_is_refused(tpp):
    assert tpp.token(grant_type="password").json()["error"] == "unsupported_grant_type"


def test_a_refresh_token_does_not_read_accounts(tpp):
    tokens = tpp.connect()
    headers = {"Authorization": f"Bearer {tokens['refresh_token']}"}

    assert tpp.api("GET", "/accounts", headers=headers).status_code == 401


def test_secrets_are_not_kept_in_clear(tpp):
    tokens = tpp.connect()

    kept = str(tpp.local.bank.store.read()["tokens"])
    assert tokens["access_token"] not in kept
    assert tokens["refresh_token"] not in kept
