"""What only Qonto has: an API key as it is, days of Paris, pages by number that shift."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from provider_fakes.base import REDIRECT_URI, STATE, Asked, Clock, says
from provider_fakes.qonto import ACCOUNT, QontoFake, QontoOAuthFake

from recon_core.connectors.webhooks import webhook
from recon_core.errors import ConsentError, FinalError, RetryableError
from recon_core.normalisers import qonto as normalise

FROM = date(2026, 10, 1)


@pytest.fixture
def fake() -> QontoFake:
    return QontoFake(Clock())


def entry(**values):
    return {
        "id": "1",
        "status": "completed",
        "side": "debit",
        "amount": Decimal("10.00"),
        "currency": "EUR",
        "settled_at": "2026-03-01T10:00:00.000Z",
        **values,
    }


def test_the_key_is_sent_as_it_is(fake):
    fake.connect()
    sent = {request.headers["Authorization"] for request in fake.asked}
    assert sent == {"atelier-essai-1234:qonto-secret-abc"}


def test_with_a_key_the_browser_comes_straight_back(fake):
    start = fake.connector().start_consent(fake.request())
    assert start.redirect_url == f"{REDIRECT_URI}?state={STATE}"


def test_with_oauth_the_token_is_a_bearer_and_the_secret_travels_in_the_body():
    fake = QontoOAuthFake(Clock())
    connector, grant = fake.connect()
    connector.accounts(grant)
    token, read = Asked(fake.asked[0]), fake.asked[-1]
    assert "Authorization" not in token.headers
    assert token.form["client_secret"] == fake.settings.client_secret
    assert read.headers["Authorization"] == f"Bearer {grant.access_token}"


def test_a_key_that_is_refused_is_told_before_anything_is_kept(fake):
    fake.end_consent()
    with pytest.raises(FinalError) as caught:
        fake.connect()
    assert caught.value.code == "credentials_refused"
    assert not isinstance(caught.value, ConsentError)


def test_accounts_at_other_banks_are_not_offered(fake):
    connector, grant = fake.connect()
    assert [account.resource_ref for account in connector.accounts(grant)] == [ACCOUNT]


@pytest.mark.parametrize(
    ("settled_at", "day"),
    [
        ("2026-03-01T22:59:59.999Z", date(2026, 3, 1)),
        ("2026-03-01T23:00:00.000Z", date(2026, 3, 2)),  # winter: UTC+1
        ("2026-07-01T21:59:59.000Z", date(2026, 7, 1)),
        ("2026-07-01T22:00:00.000Z", date(2026, 7, 2)),  # summer: UTC+2
        ("2026-12-31T23:30:00Z", date(2027, 1, 1)),
    ],
)
def test_a_day_is_the_one_of_the_bank(settled_at, day):
    assert normalise.transaction(entry(settled_at=settled_at)).booking_date == day


@pytest.mark.parametrize(
    ("day", "since"),
    [
        (date(2026, 3, 1), "2026-02-28T23:00:00+00:00"),
        (date(2026, 7, 1), "2026-06-30T22:00:00+00:00"),
    ],
)
def test_a_window_starts_when_the_day_of_the_bank_starts(day, since):
    assert normalise.start_of_day(day).isoformat() == since


def test_a_declined_payment_is_not_told_and_a_foreign_one_keeps_its_amount():
    found = normalise.transaction(entry(local_amount=Decimal("11.50"), local_currency="USD"))
    assert normalise.transaction(entry(status="declined")) is None
    assert (found.amount, found.currency) == (Decimal("-10.00"), "EUR")
    assert (found.instructed_amount, found.instructed_currency) == (Decimal("-11.50"), "USD")


def test_pages_without_an_end_are_given_up(fake):
    connector, grant = fake.connect()
    fake.answer = lambda _asked: says({"transactions": [], "meta": {"next_page": 2}})
    with pytest.raises(RetryableError, match="without an end"):
        list(connector.transactions(grant, ACCOUNT, FROM))


def test_a_message_names_accounts_and_consents_as_the_connector_does():
    fake = QontoOAuthFake(Clock())
    connector, grant = fake.connect()
    start = connector.start_consent(fake.request())
    told = {
        "v1/transactions": {"bank_account_id": ACCOUNT},
        "v1/consent-revocations": {"client_id": fake.settings.client_id},
    }
    news, ending = (
        webhook("qonto").announcement(json.dumps({"type": kind, "data": data}).encode())
        for kind, data in told.items()
    )
    assert news.accounts == {account.resource_ref for account in connector.accounts(grant)}
    assert ending.consents == {start.consent_ref}


@pytest.mark.parametrize("following", ["x", [], {}, True, "٣", -1])
def test_a_next_page_without_a_number_is_a_bad_response(fake, following):
    connector, grant = fake.connect()
    fake.spoil = lambda _answer: says({"transactions": [], "meta": {"next_page": following}})
    with pytest.raises(RetryableError) as caught:
        list(connector.transactions(grant, ACCOUNT, FROM))
    assert caught.value.code == "bad_response"
