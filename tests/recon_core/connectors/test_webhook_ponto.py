"""What only messages of Ponto have: a token with claims, and keys that are read and change."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta

import pytest
from provider_fakes.base import Answer, says
from provider_fakes.enable_banking import key_pair
from provider_fakes.messages import SENT, PontoSigner

from recon_core.connectors.webhooks import PontoWebhook
from recon_core.connectors.webhooks.base import NOTHING, Announcement, WebhookMessage
from recon_core.errors import FinalError, RetryableError


@pytest.fixture
def signer() -> PontoSigner:
    return PontoSigner()


@pytest.fixture
def ponto() -> PontoWebhook:
    return PontoWebhook()


def refused(ponto, signer, message, now=SENT):
    with pytest.raises(FinalError) as caught:
        ponto.verify(message, signer.sender(), now)
    assert caught.value.code == "webhook_refused"


@pytest.mark.parametrize("audience", ["application-1", ["other", "application-1"]])
def test_a_message_for_our_application_is_believed(ponto, signer, audience):
    assert ponto.verify(signer.token(aud=audience), signer.sender(), SENT) == "evt-1"


def test_issuer_and_keys_are_those_of_the_server_whatever_the_path_of_the_api(ponto, signer):
    sender = replace(signer.sender(), base_url="https://api.myponto.com/ponto-connect/")
    assert ponto.verify(signer.message(), sender, SENT) == "evt-1"


@pytest.mark.parametrize("seconds", [-30, 0, 90])
def test_a_message_is_believed_while_its_token_is_in_force(ponto, signer, seconds):
    assert ponto.verify(signer.message(), signer.sender(), SENT + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-31, 91])
def test_a_message_from_another_time_is_refused(ponto, signer, seconds):
    refused(ponto, signer, signer.message(), SENT + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "other"},
        {"aud": None},
        {"aud": []},
        {"iss": "https://evil.example"},
        {"iat": None},
        {"exp": None},
        {"exp": str(int(SENT.timestamp()) + 60)},
        {"digest": None},
        {"digest": ""},
    ],
)
def test_a_message_for_somebody_else_or_without_its_claims_is_refused(ponto, signer, claims):
    refused(ponto, signer, signer.token(**claims))


def test_a_token_of_another_algorithm_is_refused_and_asks_for_no_key(ponto, signer):
    refused(ponto, signer, signer.token(header={"alg": "RS256"}))
    assert not signer.server.asked


def test_the_public_key_used_as_a_shared_secret_is_refused(ponto, signer):
    _, payload, _ = signer.message().headers["signature"].split(".")
    head = urlsafe_b64encode(b'{"alg":"HS512","kid":"key-1"}').rstrip(b"=").decode()
    forged = hmac.new(key_pair()[1].encode(), f"{head}.{payload}".encode(), hashlib.sha512).digest()
    signature = urlsafe_b64encode(forged).rstrip(b"=").decode()
    message = WebhookMessage({"signature": f"{head}.{payload}.{signature}"}, signer.body)
    refused(ponto, signer, message)


@pytest.mark.parametrize("token", ["", "a.b.c", "é", "e30.e30.", "." * 5])
def test_what_is_no_token_is_refused(ponto, signer, token):
    refused(ponto, signer, WebhookMessage({"signature": token}, signer.body))


def test_keys_are_read_once_and_kept_for_a_while(ponto, signer):
    for hours in (0, 1, 12):
        at = SENT + timedelta(hours=hours)
        assert ponto.verify(signer.message(at=at), signer.sender(), at)
    assert len(signer.server.asked) == 1
    at = SENT + timedelta(hours=13)
    assert ponto.verify(signer.message(at=at), signer.sender(), at)
    assert len(signer.server.asked) == 2


def test_a_new_key_is_found_and_unknown_ones_do_not_make_us_ask_again_and_again(ponto, signer):
    published = signer.server.keys
    signer.server.keys = []
    for _time in range(5):
        refused(ponto, signer, signer.message())
    assert len(signer.server.asked) == 1
    signer.server.keys = published
    at = SENT + timedelta(minutes=5, seconds=1)
    assert ponto.verify(signer.message(at=at), signer.sender(), at)
    assert len(signer.server.asked) == 2


def test_a_key_that_was_withdrawn_is_not_believed_after_the_next_reading(ponto, signer):
    assert ponto.verify(signer.message(), signer.sender(), SENT)
    signer.server.keys = [{**key, "status": "REVOKED"} for key in signer.server.keys]
    at = SENT + timedelta(hours=13)
    refused(ponto, signer, signer.message(at=at), at)


@pytest.mark.parametrize(
    "answer",
    [
        says({}, 500),
        says({}, 404),
        says({"keys": None}),
        Answer(200, b"<html>"),
    ],
)
def test_without_the_keys_a_message_is_neither_believed_nor_refused_for_good(ponto, signer, answer):
    signer.server.spoil = lambda _answer: answer
    for _time in range(3):
        with pytest.raises(RetryableError):
            ponto.verify(signer.message(), signer.sender(), SENT)
    assert len(signer.server.asked) == 1


def test_a_reading_that_fails_does_not_take_the_keys_away(ponto, signer):
    assert ponto.verify(signer.message(), signer.sender(), SENT)
    signer.server.spoil = lambda _answer: says({}, 500)
    at = SENT + timedelta(minutes=10)
    with pytest.raises(RetryableError):
        ponto.verify(signer.token(at=at, header={"kid": "key-2"}), signer.sender(), at)
    assert ponto.verify(signer.message(at=at), signer.sender(), at)


@pytest.mark.parametrize(
    "key", [{"kid": "key-1"}, {"kid": "key-1", "kty": "oct", "k": "AAAA"}, {"kty": "RSA"}]
)
def test_a_key_that_is_none_is_refused(ponto, signer, key):
    signer.server.keys = [key]
    refused(ponto, signer, signer.message())


def told(kind: str, account: str = "acc-1") -> Announcement:
    relation = {"account": {"data": {"id": account, "type": "account"}}} if account else {}
    event = {"data": {"id": "e", "type": f"pontoConnect.{kind}", "relationships": relation}}
    return PontoWebhook().announcement(json.dumps(event).encode())


@pytest.mark.parametrize(
    "kind",
    [
        "account.transactionsCreated",
        "account.transactionsUpdated",
        "account.pendingTransactionsCreated",
        "account.detailsUpdated",
        "synchronization.succeededWithoutChange",
    ],
)
def test_news_are_about_their_account(kind):
    assert told(kind) == Announcement(frozenset({"acc-1"}))
    assert told(kind, account="") == Announcement(accounts=None)


@pytest.mark.parametrize(
    "kind",
    [
        "integration.accountRevoked",
        "integration.revoked",
        "account.reauthorized",
        "synchronization.failed",
        "organization.blocked",
    ],
)
def test_what_may_have_ended_an_access_has_the_consents_looked_at(kind):
    assert told(kind) == Announcement(consents=None)


@pytest.mark.parametrize("kind", ["paymentRequest.closed", "anything.new", ""])
def test_other_messages_are_about_nothing_that_we_do(kind):
    assert told(kind) == NOTHING
