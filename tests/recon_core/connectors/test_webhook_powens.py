"""What only messages of Powens have: method and path are signed, and only their shape says what they are."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from provider_fakes.messages import SENT, PowensSigner

from recon_core.connectors.webhooks import webhook
from recon_core.connectors.webhooks.base import NOTHING, Announcement, WebhookMessage
from recon_core.errors import FinalError

POWENS, SIGNER = webhook("powens"), PowensSigner()


def told(message: object) -> Announcement:
    return POWENS.announcement(json.dumps(message).encode())


def refused(message: WebhookMessage, now=SENT):
    with pytest.raises(FinalError, match="webhook_refused"):
        POWENS.verify(message, SIGNER.sender(), now)


def signed(date: str) -> WebhookMessage:
    content = f"POST.{SIGNER.path}.{date}.".encode() + SIGNER.body
    mac = base64.b64encode(hmac.digest(SIGNER.secret.encode(), content, hashlib.sha256)).decode()
    headers = {"bi-signature-date": date, "bi-signature": mac}
    return WebhookMessage(headers, SIGNER.body, SIGNER.path)


@pytest.mark.parametrize(
    ("name", "value"), [("path", "/open_banking/webhook/powens/4"), ("path", ""), ("method", "PUT")]
)
def test_a_message_to_another_address_is_refused(name, value):
    refused(replace(SIGNER.message(), **{name: value}))


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_message_is_believed_for_five_minutes(seconds):
    assert POWENS.verify(SIGNER.message(), SIGNER.sender(), SENT + timedelta(minutes=4.9))
    refused(SIGNER.message(), SENT + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "date",
    [
        "2026-03-31T12:00:00Z",
        "2026-03-31T14:00:00.123456+02:00",
        "2026-03-31 12:00:00",
        "Tue, 31 Mar 2026 12:00:00 GMT",
    ],
)
def test_the_date_may_be_written_in_either_way(date):
    assert POWENS.verify(signed(date), SIGNER.sender(), SENT)


@pytest.mark.parametrize("date", ["now", "1", "2026", "31/03/2026", "Tue, 99 Foo", "٣"])
def test_a_date_that_is_none_is_refused_even_when_it_is_signed(date):
    refused(signed(date))


def test_a_synchronized_connection_is_about_its_accounts():
    accounts = [{"id": 11}, {"id": 12, "transactions": []}, {"id": None}, "x"]
    connection = {"id": 7, "id_user": 3, "state": None, "error": None, "accounts": accounts}
    assert told({"user": {"id": 3}, "connection": connection}) == Announcement(
        frozenset({"11", "12"})
    )


@pytest.mark.parametrize(
    "trouble",
    [{"state": "SCARequired"}, {"error": "wrongpass"}, {"deleted": "2026-03-31 10:00:00"}],
)
def test_a_troubled_connection_has_its_consent_looked_at(trouble):
    connection = {"id": 7, "id_user": 3, "id_connector": 40, "accounts": [], **trouble}
    wanted = Announcement(consents=frozenset({"3"}))
    assert told(connection) == told({"connection": connection}) == wanted


def test_a_connection_without_accounts_or_user_may_concern_any_consent():
    assert told({"id": 7, "id_connector": 40}) == Announcement(consents=None)


def test_an_account_is_about_itself():
    account = {"id": 11, "id_connection": 7, "id_source": 5, "id_type": 2, "transactions": [{}]}
    assert told(account) == Announcement(frozenset({"11"}))


def test_a_user_has_its_consent_looked_at():
    assert told({"id": 3, "signin": "2026-03-31 10:00:00"}) == Announcement(
        consents=frozenset({"3"})
    )


@pytest.mark.parametrize("message", [{}, {"id": 5, "id_account": 11}, {"payment": {"id": 1}}])
def test_other_messages_are_about_nothing_that_we_do(message):
    assert told(message) == NOTHING
