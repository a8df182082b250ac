"""What only Ponto has: keys without a person, synchronizations that take a while, cursor pages."""

from __future__ import annotations

from datetime import date

import pytest
from provider_fakes.base import PERSON_IP, REDIRECT_URI, STATE, Asked, Clock, says
from provider_fakes.ponto import ACCOUNT, BASE, PontoFake, PontoOAuthFake

from recon_core.connectors.base import PsuContext
from recon_core.errors import ConsentError, FinalError, RetryableError
from recon_core.types import ConsentStatus, TransactionStatus

PERSON = PsuContext(PERSON_IP, "Firefox")
FROM = date(2026, 10, 1)


@pytest.fixture
def fake() -> PontoFake:
    return PontoFake(Clock())


def read(connector, grant, psu=None, date_from=FROM):
    pages = connector.transactions(grant, ACCOUNT, date_from, psu=psu)
    return [item for page in pages for item in page.transactions]


def posts(fake: PontoFake) -> list[Asked]:
    return [Asked(r) for r in fake.asked if Asked(r).path == "/synchronizations"]


def test_with_keys_of_our_own_the_browser_comes_straight_back(fake):
    start = fake.connector().start_consent(fake.request())
    assert start.redirect_url == f"{REDIRECT_URI}?state={STATE}"
    assert not fake.asked


def test_with_a_user_of_ponto_the_browser_goes_there_with_a_challenge():
    fake = PontoOAuthFake(Clock())
    start = fake.connector().start_consent(fake.request())
    assert start.redirect_url.startswith("https://authorization.myponto.com/oauth2/auth?")
    assert "scope=ai+offline_access" in start.redirect_url.replace("%20", "+")
    assert "code_challenge_method=S256" in start.redirect_url


def test_keys_that_are_refused_are_told_as_such(fake):
    fake.grant_types = ()
    with pytest.raises(FinalError) as caught:
        fake.connect()
    assert caught.value.code == "credentials_refused"


def test_keys_that_ponto_withdrew_are_for_the_administrator(fake):
    connector, grant = fake.connect()
    fake.grant_types = ()
    fake.clock.now = grant.access_expires_at
    with pytest.raises(FinalError) as caught:
        connector.fresh_grant(grant)
    assert caught.value.code == "credentials_refused"
    # nobody can renew it at a bank: new keys are entered, and it goes on
    assert not isinstance(caught.value, ConsentError)


def test_the_consent_lasts_until_the_first_account_must_be_renewed(fake):
    connector, grant = fake.connect()
    assert connector.consent_status(grant) == (ConsentStatus.VALID, date(2027, 2, 20))


def test_the_consent_has_expired_when_no_account_is_authorised_any_more(fake):
    connector, grant = fake.connect()
    fake.authorised_until = "2026-11-23T09:59:59Z"
    assert connector.consent_status(grant)[0] is ConsentStatus.EXPIRED


def test_without_a_person_the_bank_is_not_asked(fake):
    connector, grant = fake.connect()
    assert read(connector, grant)
    assert not posts(fake)


def test_a_person_has_the_bank_asked_and_is_told_to_come_back(fake):
    connector, grant = fake.connect()
    with pytest.raises(RetryableError) as caught:
        read(connector, grant, PERSON)
    assert (caught.value.code, caught.value.retry_after_s) == ("synchronizing", 30)
    assert [p.json["data"]["attributes"]["customerIpAddress"] for p in posts(fake)] == [PERSON_IP]


def test_a_synchronization_under_way_is_waited_for_and_not_asked_for_again(fake):
    connector, grant = fake.connect()
    fake.synchronization = fake.synchronized("running", minutes_ago=1)
    with pytest.raises(RetryableError, match="synchronizing"):
        read(connector, grant, PERSON)
    fake.synchronization = fake.synchronized("success", minutes_ago=2)
    assert read(connector, grant, PERSON)
    assert not posts(fake)


@pytest.mark.parametrize("psu", [None, PERSON])
@pytest.mark.parametrize(
    ("word", "code"),
    [("authorizationExpired", "account_unauthorized"), ("technicalFailure", "unavailable")],
)
def test_a_failed_synchronization_is_no_quiet_account(fake, psu, word, code):
    connector, grant = fake.connect()
    fake.synchronization = fake.synchronized("error", minutes_ago=1, error=word)
    with pytest.raises((FinalError, RetryableError)) as caught:
        read(connector, grant, psu)
    assert caught.value.code == code


def test_pages_long_before_the_window_are_not_read(fake):
    connector, grant = fake.connect()
    fake.asked.clear()
    assert read(connector, grant, date_from=date(2026, 12, 20))
    reads = [r for r in fake.asked if Asked(r).path.endswith("/transactions")]
    assert len(reads) == 2


def test_a_bank_that_tells_nothing_pending_is_read_all_the_same(fake):
    connector, grant = fake.connect()
    fake.tells_pending = False
    found = read(connector, grant)
    assert {t.status for t in found} == {TransactionStatus.BOOKED}


@pytest.mark.parametrize(
    ("link", "error", "code"),
    [
        ("https://evil.example/accounts", FinalError, "foreign_link"),
        (f"{BASE}/accounts", RetryableError, "bad_response"),
    ],
)
def test_a_next_page_elsewhere_or_without_an_end_is_refused(fake, link, error, code):
    connector, grant = fake.connect()
    fake.spoil = lambda _answer: says({"data": [], "links": {"next": link}})
    with pytest.raises(error) as caught:
        connector.accounts(grant)
    assert caught.value.code == code
    assert {Asked(request).host for request in fake.asked} == {"api.myponto.com"}
