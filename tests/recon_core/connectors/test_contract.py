"""What every connector promises, whatever provider is behind it."""

from __future__ import annotations

import logging
import traceback
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
import requests
from provider_fakes import FAKES
from provider_fakes.base import (
    BALANCE,
    BOOKS,
    OWN_IBAN,
    PENDING,
    PERSON_BROWSER,
    PERSON_EMAIL,
    PERSON_IP,
    REDIRECT_URI,
    Answer,
    Clock,
    Entry,
    FakeProvider,
    says,
)

from recon_core.connectors.base import PsuContext
from recon_core.connectors.registry import codes
from recon_core.errors import ConsentError, FinalError, ReconError, RetryableError
from recon_core.types import ConsentStatus, TransactionStatus

FROM = date(2026, 10, 1)
TO = date(2026, 11, 23)
PERSON = PsuContext(PERSON_IP, PERSON_BROWSER)


@pytest.fixture(params=FAKES, ids=lambda fake: fake.__name__)
def fake(request: pytest.FixtureRequest) -> FakeProvider:
    return request.param(Clock())


@pytest.fixture(params=[fake for fake in FAKES if fake.asks_a_person], ids=lambda f: f.__name__)
def asking(request: pytest.FixtureRequest) -> FakeProvider:
    """Providers where a person has to say yes: with the others, keys alone open the accounts."""
    return request.param(Clock())


def read(connector, grant, date_from=FROM, date_to=TO, psu=None):
    account = connector.accounts(grant)[0].resource_ref
    pages = connector.transactions(grant, account, date_from, date_to, psu)
    return [item for page in pages for item in page.transactions]


def booked(transactions):
    return [item for item in transactions if item.status is TransactionStatus.BOOKED]


def times_out(_answer: Answer) -> Answer:
    raise requests.exceptions.ReadTimeout("no answer")


def truncated(answer: Answer) -> Answer:
    return Answer(answer.status, answer.body[: len(answer.body) // 2], answer.headers)


FAILURES = [
    (lambda _answer: says({}, 500), "unavailable"),
    (lambda _answer: says({}, 503, Retry_After="9"), "unavailable"),
    (lambda _answer: says({}, 429, Retry_After="120"), "rate_limited"),
    (lambda _answer: says({}), "bad_response"),
    (lambda _answer: Answer(200, b"[]"), "bad_response"),
    (truncated, "bad_response"),
    (times_out, "timeout"),
]
CALLS = {
    "accounts": lambda connector, grant, ref: connector.accounts(grant),
    "balances": lambda connector, grant, ref: connector.balances(grant, ref),
    "transactions": lambda connector, grant, ref: list(connector.transactions(grant, ref, FROM)),
}


def test_every_connector_has_a_fake():
    assert {fake.code for fake in FAKES} == set(codes())


def test_the_bank_is_chosen_from_the_list_of_its_country(fake):
    connector = fake.connector()
    offered = connector.institutions("FR")
    assert bool(offered) == connector.has_institutions == bool(fake.institution_ref)
    assert [bank.ref for bank in offered] == [fake.institution_ref] * len(offered)
    assert {bank.country for bank in offered} <= {"FR"}
    assert connector.institutions("XX") == []


def test_a_finished_consent_is_valid_and_opens_the_account(fake):
    connector, grant = fake.connect()
    status, _ = connector.consent_status(grant)
    (account,) = connector.accounts(grant, PERSON)

    assert status is ConsentStatus.VALID
    assert (account.iban, account.currency) == (OWN_IBAN, "EUR")
    assert connector.is_fresh(grant)
    assert connector.fresh_grant(grant) is grant


def test_the_browser_comes_back_with_the_state(fake):
    start = fake.connector().start_consent(fake.request())
    assert fake.sent_back(start)["state"] == fake.request().state
    assert not [secret for secret in start.secrets.values() if secret in start.redirect_url]


def test_a_person_who_declines_is_a_rejected_consent(asking):
    connector = asking.connector()
    start = connector.start_consent(asking.request())
    with pytest.raises(ConsentError) as caught:
        connector.finish_consent(
            start.consent_ref, start.secrets, asking.declined(start), REDIRECT_URI
        )
    assert caught.value.code == "consent_rejected"


def test_a_redirect_that_brings_nothing_gives_no_grant(asking):
    connector = asking.connector()
    start = connector.start_consent(asking.request())
    with pytest.raises(FinalError) as caught:
        connector.finish_consent(start.consent_ref, start.secrets, {}, REDIRECT_URI)
    assert caught.value.code == "authorization_failed"


def test_the_booked_balance_comes_first(fake):
    connector, grant = fake.connect()
    first = connector.balances(grant, connector.accounts(grant)[0].resource_ref)[0]

    assert (first.amount, first.currency) == (BALANCE, "EUR")
    assert first.balance_type in ("closingBooked", "interimBooked")


def test_all_pages_are_read_with_both_bounds_and_nothing_twice(fake):
    connector, grant = fake.connect()
    found = [
        (t.booking_date, t.amount, t.counterparty_name, t.counterparty_iban)
        for t in booked(read(connector, grant))
    ]
    books = [(e.day, e.amount, *_other_side(fake, e)) for e in BOOKS if e.day >= FROM]
    assert sorted(found) == sorted(books)


def test_a_window_of_one_day_holds_that_day(fake):
    connector, grant = fake.connect()
    day = date(2026, 10, 25)
    found = booked(read(connector, grant, day, day))
    assert [t.remittance_unstructured for t in found] in (["INV/2", "INV/3"], ["INV/3", "INV/2"])


def test_texts_are_kept_and_ids_are_given(fake):
    connector, grant = fake.connect()
    found = booked(read(connector, grant))
    texts = {entry.text for entry in BOOKS if entry.day >= FROM}
    assert {t.remittance_unstructured for t in found} == texts
    assert len({t.transaction_id or t.entry_reference for t in found}) == len(found)


def test_pending_transactions_are_told_apart(fake):
    connector, grant = fake.connect()
    pending = [t for t in read(connector, grant) if t.status is TransactionStatus.PENDING]
    name, _ = _other_side(fake, PENDING)
    assert [(t.amount, t.counterparty_name) for t in pending] == [(PENDING.amount, name)]


def test_money_is_decimal_and_dates_are_calendar_dates(fake):
    connector, grant = fake.connect()
    for found in booked(read(connector, grant)):
        assert isinstance(found.amount, Decimal)
        assert not isinstance(found.booking_date, datetime)
        assert not isinstance(found.value_date, datetime)


def test_every_page_carries_its_raw_entries(fake):
    connector, grant = fake.connect()
    account = connector.accounts(grant)[0].resource_ref
    pages = list(connector.transactions(grant, account, FROM, TO))
    assert pages
    assert all(len(page.raw) == len(page.transactions) for page in pages)


def test_without_a_person_nothing_says_that_there_is_one(fake):
    connector, grant = fake.connect()
    fake.asked.clear()
    read(connector, grant)
    connector.balances(grant, connector.accounts(grant)[0].resource_ref)
    connector.consent_status(grant)

    for request in fake.asked:
        said = f"{request.url} {dict(request.headers)} {request.body!r}"
        assert not [name for name in request.headers if name.lower().startswith("psu-")]
        assert PERSON_IP not in said
        assert PERSON_EMAIL not in said
        assert PERSON_BROWSER not in said


@pytest.mark.parametrize(("spoil", "code"), FAILURES)
@pytest.mark.parametrize("call", CALLS)
def test_a_failing_provider_is_worth_another_try(fake, call, spoil, code):
    connector, grant = fake.connect()
    ref = connector.accounts(grant)[0].resource_ref
    fake.spoil = spoil
    with pytest.raises(RetryableError) as caught:
        CALLS[call](connector, grant, ref)
    assert caught.value.code == code


@pytest.mark.parametrize("call", CALLS)
def test_rate_limiting_says_when_to_come_back(fake, call):
    connector, grant = fake.connect()
    ref = connector.accounts(grant)[0].resource_ref
    fake.spoil = lambda _answer: says({}, 429, Retry_After="120")
    with pytest.raises(RetryableError) as caught:
        CALLS[call](connector, grant, ref)
    assert caught.value.retry_after_s == 120


@pytest.mark.parametrize("call", CALLS)
def test_a_consent_that_ended_at_the_bank_is_a_consent_error(fake, call):
    connector, grant = fake.connect()
    ref = connector.accounts(grant)[0].resource_ref
    fake.end_consent()
    with pytest.raises(ConsentError):
        CALLS[call](connector, grant, ref)


def test_an_account_nobody_knows_is_final(fake):
    connector, grant = fake.connect()
    with pytest.raises(FinalError) as caught:
        connector.balances(grant, "../nobody")
    assert caught.value.code == "resource_unknown"


def test_access_that_ran_out_is_renewed_or_told(fake):
    connector, grant = fake.connect()
    fake.clock.now = grant.access_expires_at
    assert not connector.is_fresh(grant)
    try:
        fresh = connector.fresh_grant(grant)
    except ConsentError as error:
        assert error.code == "consent_expired"
        return
    assert connector.is_fresh(fresh)
    assert fresh.consent_ref == grant.consent_ref
    assert connector.accounts(fresh)


def test_a_consent_that_is_renewed_opens_the_same_account_under_its_lasting_name(fake):
    connector, grant = fake.connect()
    (before,) = connector.accounts(grant)
    start = connector.start_consent(replace(fake.request(), renewed=grant))
    back = fake.sent_back(start)
    renewed = connector.finish_consent(start.consent_ref, start.secrets, back, REDIRECT_URI)
    (after,) = connector.accounts(renewed)

    assert (after.iban, after.currency) == (before.iban, before.currency)
    assert after.stable_ref == before.stable_ref


def test_our_own_keys_that_are_refused_at_a_renewal_end_nobodys_consent(fake):
    connector, grant = fake.connect()
    fake.clock.now = grant.access_expires_at
    fake.spoil = lambda _answer: says({"error": "invalid_client"}, 401)
    try:
        connector.fresh_grant(grant)
    except ConsentError as error:
        # a grant that cannot be renewed at all has ended by itself
        assert error.code == "consent_expired"
    except FinalError as error:
        assert error.code == "credentials_refused"


def test_revoking_ends_the_consent_and_twice_is_no_error(fake):
    connector, grant = fake.connect()
    connector.revoke_consent(grant)
    connector.revoke_consent(grant)
    if fake.keeps_consents:
        assert fake.ended
        with pytest.raises(ConsentError):
            connector.accounts(grant)


def test_no_secret_is_in_an_error_a_log_or_a_representation(fake, caplog):
    caplog.set_level(logging.DEBUG)
    connector, grant = fake.connect()
    start = connector.start_consent(fake.request())
    ref = connector.accounts(grant)[0].resource_ref
    told = [repr(value) for value in (grant, start, fake.settings, connector)]
    refusals = [lambda _answer, status=status: says({}, status) for status in (400, 401, 403, 404)]
    for spoil in [*refusals, *(spoil for spoil, _ in FAILURES)]:
        fake.spoil = spoil
        for call in CALLS.values():
            told += _failure(lambda call=call: call(connector, grant, ref))
        told += _failure(lambda: connector.start_consent(fake.request()))
        told += _failure(lambda: connector.consent_status(grant))

    assert len(told) > 30
    log = [record.getMessage() for record in caplog.records if "urllib3" not in record.name]
    words = "\n".join([*told, *log])
    assert not [secret for secret in [*fake.secrets(), OWN_IBAN] if secret and secret in words]


def _other_side(fake, entry: Entry) -> tuple[str, str]:
    """Name and IBAN of the counterparty as the provider tells them."""
    return (entry.name, entry.iban) if fake.tells_counterparties else ("", "")


def _failure(call) -> list[str]:
    try:
        call()
    except ReconError as error:
        return ["".join(traceback.format_exception_only(error)), repr(error)]
    return []
