"""What only messages of Qonto have: the vendor's example, several signatures, kinds of messages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from provider_fakes.messages import QontoSigner

from recon_core.connectors.webhooks import webhook
from recon_core.connectors.webhooks.base import NOTHING, Announcement, WebhookMessage
from recon_core.errors import FinalError

# the test vector of the vendor: secret, body, time and signature
SECRET, BODY, SIGNED = "test-secret", b'{"test":"data"}', 1704110400
VECTOR = "56aff06dc227db80d6568a5070f912c601c31f20451745d257cbc0b5dfa93805"
NOW = datetime.fromtimestamp(SIGNED, timezone.utc)
QONTO, SIGNER = webhook("qonto"), QontoSigner()


def verify(header: str, now: datetime = NOW) -> str:
    message = WebhookMessage({"x-qonto-signature": header}, BODY)
    return QONTO.verify(message, SIGNER.sender(SECRET), now)


def told(kind: str, **data: object) -> Announcement:
    return QONTO.announcement(json.dumps({"id": "evt-1", "type": kind, "data": data}).encode())


def test_the_vector_of_the_vendor_is_believed():
    assert verify(f"t={SIGNED},v1={VECTOR}")


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_message_is_believed_for_five_minutes(seconds):
    assert verify(f"t={SIGNED},v1={VECTOR}", NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_message_from_another_time_is_refused(seconds):
    with pytest.raises(FinalError, match="webhook_refused"):
        verify(f"t={SIGNED},v1={VECTOR}", NOW + timedelta(seconds=seconds))


def test_one_good_signature_among_several_is_enough():
    assert verify(f"t={SIGNED}, v1={'0' * 64}, v1={VECTOR}, v0=x")


@pytest.mark.parametrize(
    "header",
    [
        "t=1704110400",
        f"v1={VECTOR}",
        f"t={SIGNED},v1={VECTOR[:-1]}",
        f"t={SIGNED},v1={VECTOR.upper()}",
        f"t={SIGNED + 1},v1={VECTOR}",
        f"t={SIGNED},t={SIGNED},v1={VECTOR}",
        f"t=,v1={VECTOR}",
        f"t={SIGNED},v0={VECTOR}",
        f"t=٤٢,v1={VECTOR}",
    ],
)
def test_a_header_that_is_not_as_documented_is_refused(header):
    with pytest.raises(FinalError, match="webhook_refused"):
        verify(header)


def test_the_id_of_the_event_names_the_message():
    assert QONTO.verify(SIGNER.message(at=NOW), SIGNER.sender(), NOW) == "evt-1"
    assert verify(f"t={SIGNED},v1={VECTOR}") != "evt-1"


def test_the_time_is_part_of_what_is_signed():
    message = SIGNER.message(at=NOW)
    moved = message.headers["x-qonto-signature"].replace(str(SIGNED), str(SIGNED + 60))
    with pytest.raises(FinalError, match="webhook_refused"):
        QONTO.verify(replace(message, headers={"x-qonto-signature": moved}), SIGNER.sender(), NOW)


def test_a_transaction_is_about_its_account():
    assert told("v1/transactions", bank_account_id="acc-1") == Announcement(frozenset({"acc-1"}))
    assert told("v1/transactions") == Announcement(accounts=None)


def test_new_accounts_may_be_any():
    assert told("v1/accounts", id="acc-2") == Announcement(accounts=None)


def test_a_revocation_has_the_consent_of_that_client_looked_at():
    assert told("v1/consent-revocations", client_id="client-1") == Announcement(
        consents=frozenset({"client-1"})
    )
    assert told("v1/consent-revocations") == Announcement(consents=None)


@pytest.mark.parametrize("kind", ["v1/cards", "v1/memberships", "v1/organizations", "v9/new", ""])
def test_other_messages_are_about_nothing_that_we_do(kind):
    assert told(kind, id="x", bank_account_id="acc-1") == NOTHING
