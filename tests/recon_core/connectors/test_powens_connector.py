"""What only Powens has: users that are kept, a webview, states of a connection, two ways of paging."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from provider_fakes.base import BALANCE, BOOKS, PENDING, REDIRECT_URI, STATE, Asked, Clock, says
from provider_fakes.powens import (
    ACCOUNT,
    BASE,
    CONNECTION,
    CONNECTOR,
    USER,
    PowensFake,
    sent_to,
)

from recon_core.errors import ConsentError, FinalError, RetryableError
from recon_core.types import Balance, ConsentStatus, Grant, Institution, TransactionStatus

FROM = date(2026, 10, 1)


@pytest.fixture
def fake() -> PowensFake:
    return PowensFake(Clock())


def read(connector, grant, date_from=FROM, date_to=None):
    pages = connector.transactions(grant, str(ACCOUNT), date_from, date_to)
    return [item for page in pages for item in page.transactions]


def code_of(call) -> str:
    with pytest.raises((FinalError, RetryableError)) as caught:
        call()
    return caught.value.code


def test_banks_that_may_be_shown_are_offered(fake):
    wanted = [Institution(CONNECTOR, "Banque d'Essai", "FR")]
    assert fake.connector().institutions("FR") == wanted
    assert fake.connector().institutions("DE") == []


def test_the_browser_goes_to_the_webview_with_a_code_instead_of_the_token(fake):
    start = fake.connector().start_consent(fake.request())
    sent = sent_to(start)
    assert urlsplit(start.redirect_url).path == "/fr/connect"
    assert urlsplit(start.redirect_url).netloc == "webview.powens.com"
    assert sent.pop("code") in fake.issued
    assert sent == {
        "domain": "example.biapi.pro",
        "client_id": "12345678",
        "redirect_uri": REDIRECT_URI,
        "state": STATE,
        "connector_capabilities": "bank",
        "connector_uuids": CONNECTOR,
    }
    assert start.consent_ref == str(USER)


def test_without_a_bank_powens_asks_for_one_in_the_language_of_the_browser(fake):
    request = replace(fake.request(), institution_ref="", language="sv")
    start = fake.connector().start_consent(request)
    assert urlsplit(start.redirect_url).path == "/connect"
    assert "connector_uuids" not in sent_to(start)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_keys_that_are_refused_are_told_as_such(fake, status):
    fake.spoil = lambda _answer: says({}, status)
    assert code_of(lambda: fake.connector().start_consent(fake.request())) == "credentials_refused"


def test_keys_that_only_give_a_temporary_user_are_refused(fake):
    user = {"auth_token": "t", "type": "temporary", "id_user": 1}
    fake.spoil = lambda _answer: says(user)
    assert code_of(lambda: fake.connector().start_consent(fake.request())) == "credentials_refused"


def test_a_renewal_goes_on_with_the_same_user_and_connection(fake):
    connector, grant = fake.connect()
    start = connector.start_consent(replace(fake.request(), renewed=grant))
    assert urlsplit(start.redirect_url).path == "/fr/reconnect"
    assert sent_to(start)["connection_id"] == str(CONNECTION)
    assert (start.consent_ref, fake.users) == (str(USER), 1)

    renewed = connector.finish_consent(
        start.consent_ref, start.secrets, {"state": STATE}, REDIRECT_URI
    )
    assert renewed.consent_ref == grant.consent_ref
    assert connector.accounts(renewed)


def test_a_connection_that_is_gone_is_renewed_as_a_new_one(fake):
    connector, grant = fake.connect()
    fake.end_consent()
    start = connector.start_consent(replace(fake.request(), renewed=grant))
    assert urlsplit(start.redirect_url).path == "/fr/connect"
    assert fake.users == 2


@pytest.mark.parametrize("back", [{"connection_id": "../8"}, {"connection_id": "٣"}, {"code": "x"}])
def test_a_redirect_with_something_else_gives_no_grant(fake, back):
    connector = fake.connector()
    start = connector.start_consent(fake.request())
    assert (
        code_of(
            lambda: connector.finish_consent(start.consent_ref, start.secrets, back, REDIRECT_URI)
        )
        == "authorization_failed"
    )


def test_a_connection_of_another_user_gives_no_grant(fake):
    connector = fake.connector()
    start = connector.start_consent(fake.request())
    back = {"connection_id": "8"}
    assert (
        code_of(
            lambda: connector.finish_consent(start.consent_ref, start.secrets, back, REDIRECT_URI)
        )
        == "authorization_failed"
    )


def test_a_technical_error_in_the_redirect_is_no_refusal_of_the_person(fake):
    connector = fake.connector()
    start = connector.start_consent(fake.request())
    back = {"error": "server_error", "connection_id": str(CONNECTION)}
    assert (
        code_of(
            lambda: connector.finish_consent(start.consent_ref, start.secrets, back, REDIRECT_URI)
        )
        == "authorization_failed"
    )


def test_the_consent_lasts_until_the_first_source_wants_the_person_again(fake):
    fake.access_expire = ["2027-05-21 10:00:00", "2027-03-01 10:00:00", None]
    connector, grant = fake.connect()
    assert connector.consent_status(grant) == (ConsentStatus.VALID, date(2027, 3, 1))
    assert grant.valid_until == date(2027, 3, 1)
    fake.access_expire = [None]
    assert connector.consent_status(grant) == (ConsentStatus.VALID, None)


@pytest.mark.parametrize(
    "state",
    [
        "SCARequired",
        "webauthRequired",
        "additionalInformationNeeded",
        "decoupled",
        "passwordExpired",
        "wrongpass",
    ],
)
def test_a_connection_that_needs_its_person_has_expired(fake, state):
    connector, grant = fake.connect()
    fake.state = state
    assert connector.consent_status(grant)[0] is ConsentStatus.EXPIRED
    with pytest.raises(ConsentError) as caught:
        read(connector, grant)
    assert caught.value.code == "consent_expired"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("actionNeeded", "account_unauthorized"),
        ("notSupported", "service_blocked"),
        ("rateLimiting", "rate_limited"),
        ("websiteUnavailable", "unavailable"),
        ("validating", "unavailable"),
        ("bug", "unavailable"),
        ("somethingNew", "unavailable"),
    ],
)
def test_a_failed_synchronization_is_no_quiet_account(fake, state, code):
    connector, grant = fake.connect()
    fake.state = state
    assert code_of(lambda: read(connector, grant)) == code
    assert code_of(lambda: connector.balances(grant, str(ACCOUNT))) == code
    assert connector.consent_status(grant)[0] is ConsentStatus.VALID


def test_the_first_synchronization_is_waited_for(fake):
    connector, grant = fake.connect()
    fake.last_update = None
    assert connector.accounts(grant)
    with pytest.raises(RetryableError) as caught:
        read(connector, grant)
    assert (caught.value.code, caught.value.retry_after_s) == ("synchronizing", 60)


def test_a_locked_connection_is_waited_for(fake):
    connector, grant = fake.connect()
    fake.spoil = lambda _answer: says({"code": "connectionLocked"}, 409)
    assert code_of(lambda: connector.accounts(grant)) == "synchronizing"


def test_a_connection_that_was_switched_off_is_withdrawn(fake):
    connector, grant = fake.connect()
    fake.spoil = lambda answer: says({"id": CONNECTION, "active": False})
    assert code_of(lambda: connector.accounts(grant)) == "consent_revoked"


def test_accounts_that_were_taken_out_are_not_told(fake):
    connector, grant = fake.connect()
    assert [account.resource_ref for account in connector.accounts(grant)] == [str(ACCOUNT)]


def test_what_is_to_come_is_expected(fake):
    connector, grant = fake.connect()
    day = date(2026, 11, 23)
    assert connector.balances(grant, str(ACCOUNT)) == [
        Balance(BALANCE, "EUR", "interimBooked", day),
        Balance(BALANCE - Decimal("12.3"), "EUR", "expected", day),
    ]


def test_what_is_to_come_after_the_window_is_told_as_pending(fake):
    connector, grant = fake.connect()
    fake.entries = (replace(PENDING, day=date(2026, 12, 5)), *BOOKS)
    found = read(connector, grant, FROM, date(2026, 11, 23))
    assert [t.amount for t in found if t.status is TransactionStatus.PENDING] == [PENDING.amount]


@pytest.mark.parametrize("count", [0, 6, 500, 501])
def test_pages_without_links_are_read_by_their_offset(fake, count):
    connector, grant = fake.connect()
    fake.links = False
    fake.entries = tuple(replace(BOOKS[0], text=f"INV/{number}") for number in range(count))
    assert len(read(connector, grant)) == count


def test_a_transaction_that_slipped_to_the_next_page_is_told_once(fake):
    connector, grant = fake.connect()
    fake.entries = tuple(entry for entry in BOOKS for _copy in range(2))
    found = read(connector, grant)
    assert len({t.transaction_id for t in found}) == len(found)


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://evil.example/2.0/users/me/transactions", "foreign_link"),
        (
            f"{BASE}/users/me/accounts/{ACCOUNT}/transactions?filter=date&min_date=2026-10-01",
            "bad_response",
        ),
    ],
)
def test_a_next_page_elsewhere_or_without_an_end_is_refused(fake, link, code):
    connector, grant = fake.connect()
    fake.spoil = lambda answer: (
        says({"transactions": [], "_links": {"next": {"href": link}}})
        if b'"transactions"' in answer.body
        else answer
    )
    assert code_of(lambda: read(connector, grant)) == code
    assert {Asked(request).host for request in fake.asked} == {"example.biapi.pro"}


def test_a_token_without_an_end_is_looked_at_again_after_a_month(fake):
    connector, grant = fake.connect()
    fake.clock.now = grant.access_expires_at
    fresh = connector.fresh_grant(grant)
    assert isinstance(fresh, Grant)
    assert fresh.access_token == grant.access_token
    assert (fresh.access_expires_at - fake.clock.now).days == 30
