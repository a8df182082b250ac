"""What only Bridge has: users of our own making, sessions, statuses of an item, cursor pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from provider_fakes.base import (
    BALANCE,
    BOOKS,
    PENDING,
    PERSON_EMAIL,
    REDIRECT_URI,
    STATE,
    Asked,
    Clock,
    says,
)
from provider_fakes.bridge import ACCOUNT, BANK, BASE, ITEM, USER, BridgeFake

from recon_core.errors import ConsentError, FinalError, RetryableError
from recon_core.types import Balance, ConsentStatus, Institution, TransactionStatus

FROM = date(2026, 10, 1)


@pytest.fixture
def fake() -> BridgeFake:
    return BridgeFake(Clock())


def read(connector, grant, date_from=FROM, date_to=None):
    pages = connector.transactions(grant, str(ACCOUNT), date_from, date_to)
    return [item for page in pages for item in page.transactions]


def code_of(call) -> str:
    with pytest.raises((FinalError, RetryableError)) as caught:
        call()
    return caught.value.code


def finish(fake, back):
    connector = fake.connector()
    start = connector.start_consent(fake.request())
    return connector.finish_consent(start.consent_ref, start.secrets, back, REDIRECT_URI)


def test_banks_of_the_country_whose_accounts_can_be_read_are_offered(fake):
    wanted = [
        Institution(str(BANK), "Banque d'Essai", "FR", logo_url="https://cdn.example/essai.png")
    ]
    assert fake.connector().institutions("FR") == wanted


def test_a_consent_has_a_user_of_its_own_and_a_session_for_the_bank(fake):
    start = fake.connector().start_consent(fake.request())
    other = fake.connector().start_consent(replace(fake.request(), state="state-2"))
    assert start.consent_ref == other.consent_ref == USER
    assert len(set(fake.users)) == 2
    assert not [name for name in fake.users if STATE in name]
    assert fake.sessions[0] == {
        "user_email": PERSON_EMAIL,
        "provider_id": BANK,
        "callback_url": f"{REDIRECT_URI}?state={STATE}",
    }


def test_without_a_bank_bridge_asks_for_one(fake):
    fake.connector().start_consent(replace(fake.request(), institution_ref="", psu_email=""))
    assert set(fake.sessions[0]) == {"callback_url"}


def test_a_bank_that_is_no_number_is_unknown(fake):
    request = replace(fake.request(), institution_ref="BNP")
    assert code_of(lambda: fake.connector().start_consent(request)) == "institution_unknown"
    assert not fake.asked


def test_keys_that_are_refused_are_told_as_such(fake):
    connector = fake.connector()
    fake.settings = replace(fake.settings, client_secret="changed at Bridge")
    assert code_of(lambda: connector.start_consent(fake.request())) == "credentials_refused"


def test_a_session_elsewhere_over_plain_http_is_refused(fake):
    fake.spoil = lambda answer: (
        says({"id": "s", "url": "http://evil.example"}) if b"connect." in answer.body else answer
    )
    assert code_of(lambda: fake.connector().start_consent(fake.request())) == "insecure_url"


@pytest.mark.parametrize(
    "back",
    [
        {"user_uuid": USER, "item_id": "../1"},
        {"user_uuid": USER, "item_id": "٣"},
        {"user_uuid": "somebody-else", "item_id": str(ITEM), "success": "true"},
        {"user_uuid": USER, "item_id": "1", "success": "true"},
        {"error": "server_error", "item_id": str(ITEM)},
    ],
)
def test_a_redirect_without_an_item_of_this_user_gives_no_grant(fake, back):
    assert code_of(lambda: finish(fake, back)) == "authorization_failed"


def test_a_person_who_left_before_the_end_has_refused(fake):
    back = {"user_uuid": USER, "item_id": str(ITEM), "success": "false", "step": "sca"}
    assert code_of(lambda: finish(fake, back)) == "consent_rejected"


def test_a_renewal_authenticates_the_same_item_of_the_same_user_again(fake):
    connector, grant = fake.connect()
    fake.clock.now = grant.access_expires_at
    start = connector.start_consent(replace(fake.request(), renewed=grant))
    assert fake.sessions[-1] == {
        "item_id": ITEM,
        "force_reauthentication": True,
        "callback_url": f"{REDIRECT_URI}?state={STATE}",
    }
    assert (start.consent_ref, len(fake.users)) == (USER, 1)
    renewed = connector.finish_consent(
        start.consent_ref, start.secrets, {"success": "true"}, REDIRECT_URI
    )
    assert renewed.consent_ref == grant.consent_ref


def test_an_item_that_is_gone_is_renewed_as_a_new_one(fake):
    connector, grant = fake.connect()
    fake.end_consent()
    connector.start_consent(replace(fake.request(), renewed=grant))
    assert (len(fake.users), fake.sessions[-1]["provider_id"]) == (2, BANK)


def test_a_user_that_is_gone_ends_the_consent(fake):
    connector, grant = fake.connect()
    fake.clock.now = grant.access_expires_at
    fake.users.clear()
    with pytest.raises(ConsentError) as caught:
        connector.fresh_grant(grant)
    assert caught.value.code == "consent_revoked"


def test_a_token_is_renewed_with_our_own_keys_for_the_same_user(fake):
    connector, grant = fake.connect()
    fake.clock.now = grant.access_expires_at - timedelta(seconds=30)
    fresh = connector.fresh_grant(grant)
    assert fresh.access_token != grant.access_token
    assert (fresh.refresh_token, fresh.valid_until) == (USER, date(2027, 5, 21))


def test_the_consent_lasts_until_bridge_wants_the_person_again(fake):
    connector, grant = fake.connect()
    assert connector.consent_status(grant) == (ConsentStatus.VALID, date(2027, 5, 21))
    fake.expires_at = None
    assert connector.consent_status(grant) == (ConsentStatus.VALID, None)


@pytest.mark.parametrize("status", [402, 1010, 1100])
def test_an_item_that_needs_its_person_has_expired(fake, status):
    connector, grant = fake.connect()
    fake.status = status
    assert connector.consent_status(grant)[0] is ConsentStatus.EXPIRED
    with pytest.raises(ConsentError) as caught:
        read(connector, grant)
    assert caught.value.code == "consent_expired"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (-3, "synchronizing"),
        (-2, "synchronizing"),
        (429, "account_unauthorized"),
        (430, "account_unauthorized"),
        (1005, "service_blocked"),
        (1003, "unavailable"),
        (1007, "unavailable"),
        (1099, "unavailable"),
        (4711, "unavailable"),
    ],
)
def test_a_failed_refresh_is_no_quiet_account(fake, status, code):
    connector, grant = fake.connect()
    fake.status = status
    assert code_of(lambda: read(connector, grant)) == code
    assert code_of(lambda: connector.balances(grant, str(ACCOUNT))) == code
    assert connector.consent_status(grant)[0] is ConsentStatus.VALID
    assert connector.accounts(grant)


def test_a_changed_balance_without_a_transaction_is_read(fake):
    connector, grant = fake.connect()
    fake.status = 1009
    assert read(connector, grant)


def test_the_first_refresh_is_waited_for(fake):
    connector, grant = fake.connect()
    fake.status = -2
    with pytest.raises(RetryableError) as caught:
        read(connector, grant)
    assert caught.value.retry_after_s == 60


def test_accounts_that_are_not_shared_are_not_told(fake):
    connector, grant = fake.connect()
    assert [account.resource_ref for account in connector.accounts(grant)] == [str(ACCOUNT)]


def test_the_booked_balance_is_that_of_the_books_of_the_bank(fake):
    connector, grant = fake.connect()
    first, second = connector.balances(grant, str(ACCOUNT))
    assert first == Balance(BALANCE, "EUR", "interimBooked", date(2026, 11, 23))
    assert second.balance_type == "interimAvailable"


def test_a_purchase_before_the_window_that_was_booked_in_it_is_told(fake):
    connector, grant = fake.connect()
    late = replace(BOOKS[0], day=date(2026, 9, 20), text="bought in September")
    fake.entries = (late,)
    fake.spoil = lambda answer: type(answer)(
        answer.status,
        answer.body.replace(b'"booking_date": "2026-09-20"', b'"booking_date": "2026-10-02"'),
        answer.headers,
    )
    assert [t.booking_date for t in read(connector, grant)] == [date(2026, 10, 2)]


def test_what_is_to_come_after_the_window_is_told_as_pending(fake):
    connector, grant = fake.connect()
    fake.entries = (replace(PENDING, day=date(2026, 12, 5)), *BOOKS)
    found = read(connector, grant, FROM, date(2026, 11, 23))
    assert [t.amount for t in found if t.status is TransactionStatus.PENDING] == [PENDING.amount]


def test_a_transaction_that_slipped_to_the_next_page_is_told_once(fake):
    connector, grant = fake.connect()
    fake.entries = tuple(entry for entry in BOOKS for _copy in range(2))
    found = read(connector, grant)
    assert found
    assert len({t.transaction_id for t in found}) == len(found)


def test_the_first_day_of_all_days_can_be_asked_for(fake):
    connector, grant = fake.connect()
    assert len(read(connector, grant, date.min)) == len(BOOKS) + 1


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://evil.example/v3/aggregation/transactions", "foreign_link"),
        ("//evil.example/v3/aggregation/transactions", "foreign_link"),
        (f"{BASE}/v3/aggregation/transactions", "bad_response"),
    ],
)
def test_a_next_page_elsewhere_or_without_an_end_is_refused(fake, link, code):
    connector, grant = fake.connect()
    fake.spoil = lambda answer: (
        says({"resources": [], "pagination": {"next_uri": link}})
        if b'"resources"' in answer.body
        else answer
    )
    assert code_of(lambda: read(connector, grant)) == code
    assert {Asked(request).host for request in fake.asked} == {"api.bridgeapi.io"}
