"""The sandbox bank with a page or an app of its own in place of OAuth2, and with camt reports."""

from __future__ import annotations

import pytest
import requests
from lxml import html

from sandbox.psu import answer_in_app, authorise

BACK = "http://localhost:8069/callback?state=s-1"
REFUSED = f"{BACK}&error=access_denied"


@pytest.fixture
def ways_back(tpp):
    tpp.headers |= {"TPP-Redirect-URI": BACK, "TPP-Nok-Redirect-URI": REFUSED}
    return tpp


def ask(tpp, way):
    tpp.control("PUT", "/options", {"sca": way})
    answer = tpp.ask_consent()
    tpp.consent_id = answer.json()["consentId"]
    tpp.headers["Consent-ID"] = tpp.consent_id
    return answer


def status(tpp):
    return tpp.api("GET", f"/consents/{tpp.consent_id}/status").json()["consentStatus"]


# -- redirect -----------------------------------------------------------------


def test_a_plain_redirect_leads_to_the_page_and_back_without_a_code(ways_back):
    answer = ask(ways_back, "redirect")
    links = answer.json()["_links"]
    back = authorise(links["scaRedirect"]["href"], BACK.partition("?")[0])

    assert answer.headers["ASPSP-SCA-Approach"] == "REDIRECT"
    assert back == {"state": "s-1"}
    assert status(ways_back) == "valid"


def test_the_consent_alone_opens_the_accounts_then(ways_back):
    links = ask(ways_back, "redirect").json()["_links"]
    early = ways_back.api("GET", "/accounts")
    authorise(links["scaRedirect"]["href"], BACK.partition("?")[0])
    found = ways_back.api("GET", "/accounts")
    stranger = ways_back.api("GET", "/accounts", headers={"Consent-ID": "another"})

    assert early.status_code == 401
    assert len(found.json()["accounts"]) == 2
    assert stranger.status_code == 401


def test_a_refusal_leads_to_the_other_address(ways_back):
    page = ask(ways_back, "redirect").json()["_links"]["scaRedirect"]["href"]
    answer = requests.post(page, data={"action": "cancel"}, timeout=10, allow_redirects=False)

    assert answer.headers["Location"] == REFUSED
    assert status(ways_back) == "rejected"


def test_without_an_address_to_come_back_to_nothing_starts(tpp):
    tpp.control("PUT", "/options", {"sca": "redirect"})
    assert tpp.ask_consent().status_code == 400


def test_such_a_consent_is_not_for_oauth(ways_back):
    ask(ways_back, "redirect")
    url = ways_back.authorize_url(ways_back.consent_id)
    answer = requests.get(url, timeout=10, allow_redirects=False)

    assert "error=invalid_scope" in answer.headers["Location"]


def test_a_consent_with_oauth_is_not_opened_by_its_id_alone(connected):
    del connected.headers["Authorization"]
    assert connected.api("GET", "/accounts").status_code == 401


# -- decoupled ----------------------------------------------------------------


def start_authorisation(tpp, psu_id="demo"):
    path = f"/consents/{tpp.consent_id}/authorisations"
    return tpp.api("POST", path, json={}, headers={"PSU-ID": psu_id})


def sca_status(tpp, started):
    path = started.json()["_links"]["scaStatus"]["href"].partition("/v1")[2]
    return tpp.api("GET", path).json()["scaStatus"]


@pytest.fixture
def in_app(tpp):
    """A decoupled consent whose authorisation was started."""
    ask(tpp, "decoupled")
    tpp.started = start_authorisation(tpp)
    return tpp


def test_the_person_is_told_to_look_at_the_app(in_app):
    assert in_app.started.status_code == 201
    assert in_app.started.headers["ASPSP-SCA-Approach"] == "DECOUPLED"
    assert f"{in_app.local.url}/app" in in_app.started.json()["psuMessage"]
    assert sca_status(in_app, in_app.started) == "started"
    assert status(in_app) == "received"


def test_a_person_the_bank_does_not_know_starts_nothing(tpp):
    ask(tpp, "decoupled")
    refused = start_authorisation(tpp, "nobody")

    assert refused.json()["tppMessages"][0]["code"] == "PSU_CREDENTIALS_INVALID"
    assert "<form" not in requests.get(f"{tpp.local.url}/app", timeout=10).text


@pytest.mark.parametrize(
    ("agrees", "consent", "sca"), [(True, "valid", "finalised"), (False, "rejected", "failed")]
)
def test_the_answer_in_the_app_decides(in_app, agrees, consent, sca):
    answer_in_app(in_app.local.url, agrees=agrees)

    assert (status(in_app), sca_status(in_app, in_app.started)) == (consent, sca)
    assert (in_app.api("GET", "/accounts").status_code == 200) is agrees


def test_only_the_accounts_ticked_in_the_app_are_read(in_app):
    page = f"{in_app.local.url}/app/{in_app.consent_id}"
    requests.post(page, data={"action": "continue", "accounts": "acc-second"}, timeout=10)

    found = in_app.api("GET", "/accounts").json()["accounts"]
    assert [account["resourceId"] for account in found] == ["acc-second"]


@pytest.mark.parametrize(("lever", "consent"), [("confirm", "valid"), ("decline", "rejected")])
def test_the_levers_stand_for_the_app(in_app, lever, consent):
    in_app.control("POST", f"/consents/{in_app.consent_id}/{lever}")
    assert status(in_app) == consent


def test_what_was_decided_stays(in_app):
    in_app.control("POST", f"/consents/{in_app.consent_id}/decline")
    page = f"{in_app.local.url}/app/{in_app.consent_id}"
    requests.post(page, data={"action": "continue", "accounts": "acc-main"}, timeout=10)

    assert status(in_app) == "rejected"
    assert start_authorisation(in_app).status_code == 409


def test_nothing_waits_in_the_app_before_an_authorisation_is_started(tpp):
    ask(tpp, "decoupled")
    url = f"{tpp.local.url}/control/consents/{tpp.consent_id}/confirm"

    assert requests.post(url, json={}, timeout=10).status_code == 409
    shown = html.fromstring(requests.get(f"{tpp.local.url}/app?lang=en", timeout=10).content)
    assert "Nothing waits" in shown.text_content()


# -- reports ------------------------------------------------------------------


def test_a_bank_may_tell_transactions_as_camt(connected):
    connected.control("PUT", "/options", {"reports": "camt"})
    connected.headers["Accept"] = "application/json"
    json_only = connected.transactions()
    connected.headers["Accept"] = "application/json, application/xml"
    found = connected.transactions(bookingStatus="booked")

    assert json_only.status_code == 406
    assert found.headers["Content-Type"].startswith("application/xml")
    assert b"camt.052.001.08" in found.content
    assert b"PDNG" not in found.content


def test_a_bank_may_link_to_a_file(connected):
    connected.control("PUT", "/options", {"reports": "download"})
    connected.headers["Accept"] = "application/json, application/xml"
    answer = connected.transactions().json()
    link = answer["_links"]["download"]["href"]

    assert "transactions" not in answer
    assert b"<Ntry>" in connected.api("GET", link.partition("/v1")[2]).content


# -- the option itself --------------------------------------------------------


@pytest.mark.parametrize("body", [{"sca": "embedded"}, {"colour": "red"}, {"reports": 1}])
def test_an_option_nobody_knows_is_refused(tpp, body):
    answer = requests.put(f"{tpp.local.url}/control/options", json=body, timeout=10)

    assert answer.status_code == 400
    assert tpp.control("GET", "/state")["options"] == {"sca": "oauth", "reports": "json"}
