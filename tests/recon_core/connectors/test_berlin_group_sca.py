"""How the Berlin Group connector authenticates a person, as the links of the bank ask for it."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from odd_bank import BASE, CONSENT, CONSENTS, ENDPOINTS, METADATA, NOW, REQUEST, TOKENS, OddBank

from recon_core.connectors.base import PsuContext
from recon_core.errors import ConsentError, FinalError
from recon_core.types import ConsentStatus

CALLBACK = "https://erp.example/cb"
AUTHORISATIONS = f"{CONSENT}/authorisations"
AUTHORISATION = f"{AUTHORISATIONS}/a-1"
PAGE = "https://login.bank.example/sca/1"


def links(**named):
    return {name: {"href": address} for name, address in named.items()}


def bank_with(status=201, **named):
    """A bank whose consent answer has the links ``named``; X_... are headers."""
    headers = {n.removeprefix("X_"): named.pop(n) for n in list(named) if n.startswith("X_")}
    answer = {"consentId": "c-1", "consentStatus": "received", "_links": links(**named)}
    return OddBank().says("POST", CONSENTS, answer, status, **headers)


def start(bank, **changes):
    return bank.connector.start_consent(dataclasses.replace(REQUEST, **changes))


# -- plain redirect -----------------------------------------------------------


def test_a_plain_redirect_leads_to_the_page_of_the_bank():
    started = start(bank_with(scaRedirect=PAGE, scaStatus="/psd2/x"))

    assert (started.consent_ref, started.redirect_url) == ("c-1", PAGE)
    assert started.psu_message == ""


def test_a_page_may_be_named_relative_to_the_bank():
    assert start(bank_with(scaRedirect="/sca/1")).redirect_url == "https://bank.example/sca/1"


def test_both_ways_back_carry_the_state_and_one_marks_the_refusal():
    bank = bank_with(scaRedirect=PAGE)
    start(bank, state="s-1")
    (_, _, options) = bank.asked[0]

    assert options["headers"]["TPP-Redirect-URI"] == f"{CALLBACK}?state=s-1"
    assert options["headers"]["TPP-Nok-Redirect-URI"] == f"{CALLBACK}?state=s-1&error=access_denied"


@pytest.mark.parametrize(
    "page", ["javascript:alert(1)", "http://bank.example/sca", "//u:p@x.example/"]
)
def test_a_browser_is_sent_to_safe_addresses_only(page):
    with pytest.raises(FinalError, match="insecure_url"):
        start(bank_with(scaRedirect=page))


def test_a_redirect_gives_a_grant_that_is_the_consent_alone():
    bank = bank_with(scaRedirect=PAGE)
    started = start(bank)
    bank.says("GET", CONSENT, {"consentStatus": "valid", "validUntil": "2027-01-31"})
    grant = bank.connector.finish_consent("c-1", started.secrets, {"state": "s"}, CALLBACK)

    assert (grant.access_token, grant.valid_until) == ("", date(2027, 1, 31))
    assert bank.connector.is_fresh(grant)
    assert bank.connector.fresh_grant(grant) is grant


def test_a_consent_without_tokens_is_read_by_its_id_alone():
    bank = bank_with(scaRedirect=PAGE)
    started = start(bank)
    bank.says("GET", CONSENT, {"consentStatus": "valid"})
    grant = bank.connector.finish_consent("c-1", started.secrets, {"state": "s"}, CALLBACK)
    bank.says("GET", f"{BASE}/v1/accounts", {"accounts": []})
    bank.connector.accounts(grant, PsuContext("192.0.2.1"))

    headers = bank.asked[-1][2]["headers"]
    assert headers["Consent-ID"] == "c-1"
    assert "Authorization" not in headers


@pytest.mark.parametrize("valid_until", [None, "9999-12-31", "2027-01-31"])
def test_a_consent_without_tokens_lasts_to_the_end_of_its_last_day(valid_until):
    bank = bank_with(scaRedirect=PAGE)
    started = start(bank)
    said = {"validUntil": valid_until} if valid_until else {}
    bank.says("GET", CONSENT, {"consentStatus": "valid", **said})
    grant = bank.connector.finish_consent("c-1", started.secrets, {"state": "s"}, CALLBACK)

    assert grant.access_expires_at.date() == date.fromisoformat(valid_until or "9999-12-31")
    over = dataclasses.replace(grant, access_expires_at=NOW)
    with pytest.raises(ConsentError, match="consent_expired"):
        bank.connector.fresh_grant(over)


@pytest.mark.parametrize(
    ("callback", "error"),
    [
        ({"state": "s", "error": "access_denied"}, "consent_rejected"),
        ({"state": "s", "error": "anything"}, "consent_rejected"),
        ({}, "authorization_failed"),
    ],
)
def test_the_address_for_refusals_is_a_refusal(callback, error):
    bank = bank_with(scaRedirect=PAGE)
    started = start(bank)

    with pytest.raises(FinalError) as caught:
        bank.connector.finish_consent("c-1", started.secrets, callback, CALLBACK)
    assert caught.value.code == error


def test_the_good_address_alone_makes_no_consent_valid():
    bank = bank_with(scaRedirect=PAGE)
    started = start(bank)
    bank.says("GET", CONSENT, {"consentStatus": "rejected"})

    with pytest.raises(ConsentError, match="consent_rejected"):
        bank.connector.finish_consent("c-1", started.secrets, {"state": "s"}, CALLBACK)


def test_a_consent_that_waits_for_a_second_signature_gives_its_grant():
    bank = bank_with(scaRedirect=PAGE)
    started = start(bank)
    bank.says("GET", CONSENT, {"consentStatus": "partiallyAuthorised"})
    grant = bank.connector.finish_consent("c-1", started.secrets, {"state": "s"}, CALLBACK)

    assert bank.connector.consent_status(grant)[0] is ConsentStatus.RECEIVED
    bank.says("GET", CONSENT, {"consentStatus": "valid"})
    assert bank.connector.consent_status(grant)[0] is ConsentStatus.VALID


CONFIRMATION = f"{CONSENT}/authorisations/a-1"


@pytest.mark.parametrize("name", ["authConfirmationCode", "confirmationCode"])
def test_a_redirect_is_confirmed_with_its_code_where_the_bank_wants_that(name):
    bank = bank_with(scaRedirect=PAGE, confirmation=CONFIRMATION)
    started = start(bank)
    bank.says("PUT", CONFIRMATION, {"scaStatus": "finalised"})
    bank.says("GET", CONSENT, {"consentStatus": "valid"})
    back = {"state": "s", name: "code-1"}

    assert bank.connector.finish_consent("c-1", started.secrets, back, CALLBACK)
    assert bank.asked[1][2]["json_body"] == {"confirmationCode": "code-1"}


def test_a_redirect_without_a_code_confirms_nothing():
    bank = bank_with(scaRedirect=PAGE, confirmation=CONFIRMATION)
    started = start(bank)
    bank.says("GET", CONSENT, {"consentStatus": "valid"})

    assert bank.connector.finish_consent("c-1", started.secrets, {"state": "s"}, CALLBACK)


def test_a_confirmation_that_fails_is_a_rejected_consent():
    bank = bank_with(scaRedirect=PAGE, confirmation=CONFIRMATION)
    started = start(bank)
    bank.says("PUT", CONFIRMATION, {"scaStatus": "failed"})
    back = {"state": "s", "confirmationCode": "x"}

    with pytest.raises(ConsentError, match="consent_rejected"):
        bank.connector.finish_consent("c-1", started.secrets, back, CALLBACK)


def test_oauth_is_confirmed_with_the_access_token():
    bank = bank_with(scaOAuth=METADATA, confirmation=CONFIRMATION)
    bank.says("GET", METADATA, ENDPOINTS)
    started = start(bank)
    bank.says("POST", ENDPOINTS["token_endpoint"], TOKENS)
    bank.says("PUT", CONFIRMATION, {"scaStatus": "finalised"})
    bank.says("GET", CONSENT, {"consentStatus": "valid"})
    bank.connector.finish_consent("c-1", started.secrets, {"code": "x"}, CALLBACK)

    (put,) = [options for method, _, options in bank.asked if method == "PUT"]
    assert put["json_body"] == {"confirmationCode": "a2"}
    assert put["headers"]["Authorization"] == "Bearer a2"


def test_a_confirmation_goes_to_the_bank_only():
    with pytest.raises(FinalError, match="foreign_link"):
        start(bank_with(scaRedirect=PAGE, confirmation="https://evil.example/a"))


# -- decoupled ----------------------------------------------------------------


def decoupled(**headers):
    return bank_with(scaStatus="/psd2/v1/consents/c-1/authorisations/a-1", **headers)


def test_a_decoupled_bank_is_told_who_the_person_is_and_says_what_to_do():
    bank = OddBank()
    answer = {"consentId": "c-1", "_links": {}, "psuMessage": " Confirm in your app. "}
    bank.says("POST", CONSENTS, answer, 201, ASPSP_SCA_Approach="DECOUPLED")
    started = start(bank, psu_id="jane.doe")

    assert bank.asked[0][2]["headers"]["PSU-ID"] == "jane.doe"
    assert (started.redirect_url, started.psu_message) == ("", "Confirm in your app.")


def test_without_a_name_none_is_sent():
    bank = decoupled()
    start(bank)
    assert "PSU-ID" not in bank.asked[0][2]["headers"]


@pytest.mark.parametrize(
    ("consent", "sca_status", "confirmed"),
    [
        ("received", "started", False),
        ("received", "psuAuthenticated", False),
        ("received", "finalised", True),
        ("received", "exempted", True),
        ("partiallyAuthorised", "started", True),
        ("valid", "started", True),
    ],
)
def test_a_decoupled_consent_is_waited_for(consent, sca_status, confirmed):
    bank = decoupled()
    started = start(bank)
    bank.says("GET", CONSENT, {"consentStatus": consent})
    bank.says("GET", AUTHORISATION, {"scaStatus": sca_status})
    grant = bank.connector.poll_consent("c-1", started.secrets)

    assert (grant is not None) is confirmed
    assert not confirmed or (grant.consent_ref, grant.access_token) == ("c-1", "")


@pytest.mark.parametrize(
    ("consent", "sca_status"),
    [("rejected", "started"), ("expired", "started"), ("received", "failed")],
)
def test_a_person_who_declines_or_lets_it_run_out_is_a_rejected_consent(consent, sca_status):
    bank = decoupled()
    started = start(bank)
    bank.says("GET", CONSENT, {"consentStatus": consent})
    bank.says("GET", AUTHORISATION, {"scaStatus": sca_status})

    with pytest.raises(ConsentError, match="consent_rejected"):
        bank.connector.poll_consent("c-1", started.secrets)


def test_a_bank_that_names_no_authorisation_is_asked_for_the_consent_only():
    bank = bank_with(X_ASPSP_SCA_Approach="DECOUPLED")
    started = start(bank)
    bank.says("GET", CONSENT, {"consentStatus": "received"})

    assert bank.connector.poll_consent("c-1", started.secrets) is None


def test_a_redirect_does_not_finish_a_decoupled_consent_that_the_bank_has_refused():
    bank = decoupled()
    started = start(bank)
    bank.says("GET", CONSENT, {"consentStatus": "rejected"})

    with pytest.raises(ConsentError, match="consent_rejected"):
        bank.connector.finish_consent("c-1", started.secrets, {"state": "s"}, CALLBACK)


def test_the_status_is_asked_of_the_bank_only():
    with pytest.raises(FinalError, match="foreign_link"):
        start(bank_with(scaStatus="https://evil.example/a-1"))


# -- explicit start -----------------------------------------------------------


def test_an_authorisation_is_started_where_the_bank_asks_for_it():
    bank = bank_with(startAuthorisation="/psd2/v1/consents/c-1/authorisations")
    answer = {"scaStatus": "received", "authorisationId": "a-1", "_links": links(scaRedirect=PAGE)}
    bank.says("POST", AUTHORISATIONS, answer, 201)

    assert start(bank).redirect_url == PAGE
    method, url, options = bank.asked[-1]
    assert (method, url, options["json_body"]) == ("POST", AUTHORISATIONS, {})
    assert options["headers"]["TPP-Redirect-URI"] == f"{CALLBACK}?state=s"


def test_the_person_is_named_where_the_bank_asks_who_it_is():
    bank = bank_with(startAuthorisationWithPsuIdentification="authorisations")
    bank.says(
        "POST",
        f"{BASE}/v1/authorisations",
        {"scaStatus": "received", "_links": links(updatePsuIdentification=AUTHORISATION)},
        201,
    )
    done = {"scaStatus": "started", "psuMessage": "Look at your app.", "_links": {}}
    bank.says("PUT", AUTHORISATION, done, ASPSP_SCA_Approach="DECOUPLED")
    started = start(bank, psu_id="jane")

    assert (started.redirect_url, started.psu_message) == ("", "Look at your app.")
    assert [options["headers"]["PSU-ID"] for _, _, options in bank.asked[1:]] == ["jane", "jane"]


@pytest.mark.parametrize("psu_id", ["", "zoë", "a\r\nX-Evil: 1"])
def test_a_person_who_cannot_be_named_is_asked_for_the_name(psu_id):
    bank = bank_with(startAuthorisationWithPsuIdentification="/psd2/v1/a")

    with pytest.raises(FinalError) as caught:
        start(bank, psu_id=psu_id)
    assert caught.value.code == "psu_id_required"


@pytest.mark.parametrize(
    "link",
    [
        "startAuthorisationWithPsuAuthentication",
        "startAuthorisationWithEncryptedPsuAuthentication",
        "startAuthorisationWithAuthenticationMethodSelection",
        "updatePsuAuthentication",
        "selectAuthenticationMethod",
    ],
)
@pytest.mark.parametrize("approach", ["EMBEDDED", "DECOUPLED", ""])
def test_credentials_of_the_bank_are_never_asked_for(link, approach):
    headers = {"X_ASPSP_SCA_Approach": approach} if approach else {}
    bank = bank_with(**{link: "/psd2/v1/a"}, **headers)

    with pytest.raises(FinalError, match="sca_unsupported"):
        start(bank, psu_id="jane")
    assert len(bank.asked) == 1


def test_a_bank_that_only_announces_the_embedded_approach_is_refused():
    with pytest.raises(FinalError, match="sca_unsupported"):
        start(bank_with(X_ASPSP_SCA_Approach="EMBEDDED"))


def test_a_redirect_is_taken_where_the_embedded_approach_is_offered_beside_it():
    bank = bank_with(startAuthorisationWithPsuAuthentication="/psd2/v1/a", scaRedirect=PAGE)
    assert start(bank).redirect_url == PAGE


def test_an_authorisation_that_never_ends_is_left():
    bank = bank_with(startAuthorisation="/psd2/v1/a")
    bank.says("POST", f"{BASE}/v1/a", {"_links": links(startAuthorisation="/psd2/v1/a")}, 201)

    with pytest.raises(FinalError, match="sca_unsupported"):
        start(bank)


def test_an_authorisation_is_never_started_at_another_server():
    with pytest.raises(FinalError, match="foreign_link"):
        start(bank_with(startAuthorisation="https://evil.example/a"))


def test_a_bank_with_oauth_says_redirect_in_its_header():
    bank = bank_with(X_ASPSP_SCA_Approach="REDIRECT")
    endpoints = {
        "authorization_endpoint": "https://bank.example/authorize",
        "token_endpoint": "https://bank.example/token",
    }
    bank.says("GET", METADATA, endpoints)

    assert start(bank).redirect_url.startswith("https://bank.example/authorize?")
