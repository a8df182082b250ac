"""What only messages of Bridge have: no time of signing, two secrets for a day, kinds of messages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from provider_fakes.messages import SENT, BridgeSigner

from recon_core.connectors.webhooks import webhook
from recon_core.connectors.webhooks.base import NOTHING, Announcement
from recon_core.errors import FinalError

BRIDGE, SIGNER = webhook("bridge"), BridgeSigner()


def refused(message, now=SENT):
    with pytest.raises(FinalError, match="webhook_refused"):
        BRIDGE.verify(message, SIGNER.sender(), now)


def told(kind: str, **content: object) -> Announcement:
    body = {"type": kind, "content": content, "timestamp": 1774958400000}
    return BRIDGE.announcement(json.dumps(body).encode())


def test_either_of_two_signatures_is_enough():
    message = SIGNER.message()
    good = message.headers["bridgeapi-signature"]
    other = SIGNER.message(secret="the other secret").headers["bridgeapi-signature"]
    for header in (f"{good},{other}", f"{other},{good}", f"{other}, {good}"):
        both = replace(message, headers={"bridgeapi-signature": header})
        assert BRIDGE.verify(both, SIGNER.sender(), SENT)


def test_a_signature_far_down_a_long_list_is_not_looked_for():
    message = SIGNER.message()
    header = "v1=00," * 1000 + message.headers["bridgeapi-signature"]
    refused(replace(message, headers={"bridgeapi-signature": header}))


@pytest.mark.parametrize("change", [str.lower, lambda text: text.replace("v1", "v0")])
def test_a_header_that_is_not_as_documented_is_refused(change):
    message = SIGNER.message()
    refused(
        replace(
            message,
            headers={"bridgeapi-signature": change(message.headers["bridgeapi-signature"])},
        )
    )


@pytest.mark.parametrize("days", [-7, 7])
def test_an_event_is_believed_for_a_week(days):
    assert BRIDGE.verify(SIGNER.message(), SIGNER.sender(), SENT + timedelta(days=days))
    refused(SIGNER.message(), SENT + timedelta(days=days, seconds=1 if days > 0 else -1))


@pytest.mark.parametrize("stamp", ["null", '"1774958400000"', "0", "-1", "1e12", "true", "9" * 30])
def test_a_body_without_a_time_is_refused_even_when_it_is_signed(stamp):
    refused(SIGNER.message(b'{"type": "item.refreshed", "timestamp": %s}' % stamp.encode()))


@pytest.mark.parametrize("kind", ["item.account.updated", "item.account.created"])
def test_news_are_about_their_account(kind):
    assert told(kind, account_id=11, item_id=7) == Announcement(frozenset({"11"}))
    assert told(kind) == Announcement(accounts=None)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("item.refreshed", {"status_code": 1010, "status_code_info": "sca_required"}),
        ("item.refreshed", {}),
        ("item.account.deleted", {"account_id": 11}),
        ("item.deleted", {"item_id": 7}),
        ("user.deleted", {}),
    ],
)
def test_what_may_have_ended_an_access_has_the_consent_looked_at(kind, content):
    assert told(kind, user_uuid="u-1", **content) == Announcement(consents=frozenset({"u-1"}))
    assert told(kind, **content) == Announcement(consents=None)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("item.refreshed", {"status_code": 0}),
        ("item.created", {"item_id": 7}),
        ("payment.transaction.updated", {"account_id": 11}),
        ("TEST_EVENT", {}),
    ],
)
def test_other_messages_are_about_nothing_that_we_do(kind, content):
    assert told(kind, user_uuid="u-1", **content) == NOTHING
