"""The Berlin Group connector against a real server, through every step and every failure."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from recon_core.connectors.base import PsuContext
from recon_core.connectors.berlin_group import BerlinGroupConnector
from recon_core.errors import ConsentError, FinalError, RetryableError
from recon_core.normalisers.identity import keyed
from recon_core.types import ConsentStatus, TransactionStatus
from sandbox.psu import answer_in_app

FROM = date(2026, 9, 1)


def read(client, grant, date_from=FROM, date_to=None):
    pages = client.connector.transactions(grant, "acc-main", date_from, date_to)
    return [item for page in pages for item in page.transactions]


def booked(transactions):
    return [item for item in transactions if item.status is TransactionStatus.BOOKED]


def test_a_finished_consent_gives_a_grant_with_the_banks_own_end_date(client):
    started = client.start(valid_until=date(2030, 1, 1))
    assert started.redirect_url.startswith(f"{client.bank.url}/oauth/authorize?")
    assert started.secrets["code_verifier"] not in started.redirect_url

    grant = client.connect()
    assert grant.valid_until == date(2027, 1, 31)
    assert client.connector.consent_status(grant) == (ConsentStatus.VALID, date(2027, 1, 31))


def test_a_person_who_declines_is_a_rejected_consent(client):
    started = client.start()
    with pytest.raises(ConsentError) as caught:
        client.connector.finish_consent(
            started.consent_ref, started.secrets, {"error": "access_denied"}, client.redirect_uri
        )
    assert caught.value.code == "consent_rejected"


@pytest.mark.parametrize("callback", [{"code": "guess"}, {}, {"error": "server_error"}])
def test_a_code_the_bank_does_not_know_is_not_accepted(client, callback):
    started = client.start()
    with pytest.raises(FinalError) as caught:
        client.connector.finish_consent(
            started.consent_ref, started.secrets, callback, client.redirect_uri
        )
    assert caught.value.code == "authorization_failed"


def test_a_bank_with_a_page_of_its_own_is_connected_without_tokens(client):
    client.choose(sca="redirect")
    grant = client.connect()

    assert grant.access_token == ""
    assert client.connector.consent_status(grant)[0] is ConsentStatus.VALID
    assert booked(read(client, grant))


def test_a_person_who_refuses_on_the_page_is_a_rejected_consent(client):
    client.choose(sca="redirect")
    started = client.start()
    answer = requests.post(
        started.redirect_url, data={"action": "cancel"}, timeout=10, allow_redirects=False
    )
    back = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    assert back["state"] == "state-1"
    with pytest.raises(ConsentError, match="consent_rejected"):
        client.connector.finish_consent(
            started.consent_ref, started.secrets, back, client.redirect_uri
        )


def test_a_bank_with_an_app_is_connected_when_the_person_has_confirmed(client):
    client.choose(sca="decoupled")
    started = client.start(psu_id="demo")
    before = client.connector.poll_consent(started.consent_ref, started.secrets)
    answer_in_app(client.bank.url)
    grant = client.connector.poll_consent(started.consent_ref, started.secrets)

    assert started.redirect_url == ""
    assert "/app" in started.psu_message
    assert before is None
    assert booked(read(client, grant))


def test_a_person_who_declines_in_the_app_is_a_rejected_consent(client):
    client.choose(sca="decoupled")
    started = client.start(psu_id="demo")
    answer_in_app(client.bank.url, agrees=False)

    with pytest.raises(ConsentError, match="consent_rejected"):
        client.connector.poll_consent(started.consent_ref, started.secrets)


@pytest.mark.parametrize("psu_id", ["", "nobody"])
def test_a_bank_with_an_app_has_to_know_the_person(client, psu_id):
    client.choose(sca="decoupled")
    with pytest.raises(FinalError, match="psu_id_required"):
        client.start(psu_id=psu_id)


def test_accounts_and_balances_are_read(client, grant):
    accounts = client.connector.accounts(grant)
    balances = client.connector.balances(grant, "acc-main")

    assert [account.resource_ref for account in accounts] == ["acc-main", "acc-second"]
    assert accounts[0].owner_name == "Atelier Lumière SAS"
    assert [balance.balance_type for balance in balances] == ["interimBooked", "expected"]


def test_all_pages_are_read_and_agree_with_the_balance(client, grant, demo_json):
    pages = list(client.connector.transactions(grant, "acc-main", FROM))
    found = booked(item for page in pages for item in page.transactions)

    opening = Decimal(demo_json["bank_accounts"][0]["opening_balance"])
    assert len(pages) > 2
    assert all(len(page.raw) == len(page.transactions) for page in pages)
    balance = client.connector.balances(grant, "acc-main")[0]
    assert opening + sum(item.amount for item in found) == balance.amount


def test_pages_are_fetched_only_as_they_are_consumed(client, grant):
    pages = client.connector.transactions(grant, "acc-main", FROM)
    next(pages)
    client.fault(error_rate=1)

    with pytest.raises(RetryableError):
        next(pages)


def test_the_window_includes_both_bounds(client, grant):
    days = {item.booking_date for item in booked(read(client, grant, FROM, date(2026, 10, 2)))}

    assert max(days) <= date(2026, 10, 2)
    narrow = booked(read(client, grant, date(2026, 10, 1), date(2026, 10, 1)))
    assert {item.booking_date for item in narrow} == {date(2026, 10, 1)}


def test_an_access_token_is_renewed_before_it_runs_out(client, grant, clock):
    same = client.connector.fresh_grant(grant)
    clock.advance(seconds=590)
    fresh = client.connector.fresh_grant(grant)

    assert same is grant
    assert fresh.access_token != grant.access_token
    assert fresh.refresh_token != grant.refresh_token
    assert fresh.valid_until == grant.valid_until
    assert client.connector.accounts(fresh)


def test_a_token_that_ran_out_is_told_as_such(client, grant, clock):
    clock.advance(hours=1)
    with pytest.raises(ConsentError) as caught:
        client.connector.accounts(grant)
    assert caught.value.code == "token_invalid"


def test_an_expired_consent_is_told_apart(client, grant, clock):
    clock.advance(days=80)
    with pytest.raises(ConsentError) as caught:
        client.connector.fresh_grant(grant)
    assert caught.value.code == "consent_expired"


def test_a_consent_withdrawn_at_the_bank_is_told_apart(client, grant):
    client.revoke_at_bank(grant.consent_ref)
    with pytest.raises(ConsentError) as caught:
        client.connector.accounts(grant)
    assert caught.value.code == "consent_revoked"


def test_revoking_ends_the_consent_and_twice_is_no_error(client, grant):
    client.connector.revoke_consent(grant)
    client.connector.revoke_consent(grant)

    assert client.connector.consent_status(grant)[0] is ConsentStatus.TERMINATED


def test_revoking_a_consent_the_bank_has_forgotten_is_no_error(client, grant):
    client.connector.revoke_consent(dataclasses.replace(grant, consent_ref="forgotten"))


def test_rate_limiting_says_when_to_come_back(client, grant):
    client.fault(rate_limited=1)
    with pytest.raises(RetryableError) as caught:
        client.connector.accounts(grant)
    assert (caught.value.code, caught.value.retry_after_s) == ("rate_limited", 3600)


def test_the_daily_limit_counts_only_reads_without_the_person(client, grant):
    client.fault(unattended_limit=1)
    client.connector.accounts(grant)
    client.connector.accounts(grant, PsuContext("192.0.2.1", "Firefox"))

    with pytest.raises(RetryableError) as caught:
        client.connector.accounts(grant)
    assert caught.value.code == "rate_limited"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"error_rate": 1}, "unavailable"),
        ({"truncate_rate": 1}, "bad_response"),
        ({"delay_s": 4}, "timeout"),
    ],
)
def test_a_failing_bank_is_worth_another_try(client, grant, fault, code):
    client.fault(**fault)
    with pytest.raises(RetryableError) as caught:
        client.connector.accounts(grant)
    assert caught.value.code == code


def test_a_period_too_old_is_final(client, grant):
    with pytest.raises(FinalError) as caught:
        read(client, grant, date(2020, 1, 1))
    assert caught.value.code == "period_invalid"


def test_an_account_outside_the_consent_is_final(client, grant):
    with pytest.raises(FinalError) as caught:
        client.connector.balances(grant, "../consents")
    assert caught.value.code == "resource_unknown"


def test_renumbered_transactions_keep_their_keys(client, grant):
    client.fault(changed_ids=1)
    first, second = booked(read(client, grant)), booked(read(client, grant))

    assert not {i.transaction_id for i in first} & {i.transaction_id for i in second}
    assert Counter(k for k, _ in keyed(first)) == Counter(k for k, _ in keyed(second))


def test_a_late_booking_adds_one_key_and_changes_none(client, grant):
    before = {key for key, _ in keyed(booked(read(client, grant)))}
    twin = booked(read(client, grant))[-1]
    client.add(
        amount=str(twin.amount),
        booking_date=twin.booking_date.isoformat(),
        counterparty_name=twin.counterparty_name,
        remittance=twin.remittance_unstructured.split("\n"),
    )
    after = {key for key, _ in keyed(booked(read(client, grant)))}

    assert before < after
    assert len(after - before) == 1


def test_links_to_another_server_are_not_followed(client):
    settings = dataclasses.replace(
        client.connector.settings, base_url="http://127.0.0.1:1/berlingroup"
    )
    stranger = BerlinGroupConnector(settings, client.transport, client.clock)

    with pytest.raises(FinalError) as caught:
        stranger._own_url("http://127.0.0.1:1/", f"{client.bank.url}/oauth/token")
    assert caught.value.code == "foreign_link"
