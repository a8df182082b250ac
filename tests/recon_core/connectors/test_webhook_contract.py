"""What every provider's messages have to prove, however they are signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from provider_fakes.messages import SENT, SIGNERS, Signer

from recon_core.connectors import webhooks
from recon_core.connectors.registry import codes
from recon_core.connectors.webhooks.base import Announcement
from recon_core.errors import FinalError

FAR = timedelta(days=8)


@pytest.fixture(params=SIGNERS, ids=lambda signer: signer.code)
def signer(request: pytest.FixtureRequest) -> Signer:
    return request.param()


@pytest.fixture(autouse=True)
def fresh_keys(monkeypatch):
    """Each test reads the keys anew: what is kept belongs to the process."""
    monkeypatch.setitem(webhooks._WEBHOOKS, "ponto", webhooks.PontoWebhook())


def verify(signer, message=None, sender=None, now=SENT):
    message = signer.message() if message is None else message
    return webhooks.webhook(signer.code).verify(message, sender or signer.sender(), now)


def refusal(signer, message=None, sender=None, now=SENT):
    with pytest.raises(FinalError) as caught:
        verify(signer, message, sender, now)
    assert caught.value.code == "webhook_refused"
    assert signer.secret not in str(caught.value)
    return caught.value.detail


def test_every_provider_that_sends_messages_has_a_connector_and_a_signer():
    assert set(webhooks._WEBHOOKS) <= set(codes())
    assert {signer.code for signer in SIGNERS} == set(webhooks._WEBHOOKS)


def test_a_genuine_message_has_an_id(signer):
    assert verify(signer)


def test_a_message_that_is_sent_again_has_the_same_id(signer):
    assert verify(signer, now=SENT + timedelta(seconds=20)) == verify(signer)


def test_a_message_that_is_signed_anew_has_the_same_id_where_it_has_one(signer):
    later = SENT + timedelta(minutes=4)
    again = signer.message(signer.body, at=later)
    assert (verify(signer, again, now=later) == verify(signer)) == signer.names_messages


@given(position=st.integers(0, 60), flip=st.integers(1, 255), spare=st.booleans())
def test_no_altered_byte_passes(position, flip, spare):
    for signer in (kind() for kind in SIGNERS):
        message = signer.message()
        body = bytearray(message.body + b" " * spare)
        body[position % len(body)] ^= 0 if spare else flip
        refusal(signer, replace(message, body=bytes(body)))


def test_an_unsigned_message_is_refused(signer):
    refusal(signer, replace(signer.message(), headers={}))


def test_no_header_may_be_missing_empty_or_another(signer):
    message = signer.message()
    for name, value in message.headers.items():
        others = ["", value[:-2], value + "x", value[1:], "é", "0"]
        for other in others:
            headers = {**message.headers, name: other}
            refusal(signer, replace(message, headers=headers))


@given(st.text(max_size=80))
def test_no_invented_header_passes(text):
    for signer in (kind() for kind in SIGNERS):
        message = signer.message()
        for name in message.headers:
            refusal(signer, replace(message, headers={**message.headers, name: text}))


def test_another_secret_does_not_pass(signer):
    other = signer.secret[:-4] + "AAAA"
    refusal(signer, signer.message(secret=other))
    refusal(signer, sender=signer.sender(other))


def test_without_a_secret_nothing_passes(signer):
    empty = "whsec_" if signer.code == "berlin_group" else ""
    refusal(signer, signer.message(secret=empty), signer.sender(""))


def test_a_message_of_another_time_is_refused(signer):
    for now in (SENT - FAR, SENT + FAR):
        assert refusal(signer, now=now)


def test_a_message_of_another_provider_is_refused(signer):
    for other in (kind() for kind in SIGNERS if kind.code != signer.code):
        refusal(signer, other.message())


def test_a_body_that_is_no_message_tells_nothing_or_any_account(signer):
    kind = webhooks.webhook(signer.code)
    for body in (
        b"",
        b"[]",
        b"\xff",
        b"null",
        b"[" * 100_000,
        b'{"type": 3, "data": [], "user": 1}',
    ):
        told = kind.announcement(body)
        assert told in (Announcement(), Announcement(accounts=None))


def test_a_message_shows_neither_its_body_nor_the_secret(signer):
    said = f"{signer.message()!r} {signer.sender()!r}"
    assert signer.body.decode() not in said
    assert signer.secret not in said


def test_a_provider_that_sends_no_messages_is_unknown():
    with pytest.raises(FinalError, match="webhook_unknown"):
        webhooks.webhook("nobody")


def test_half_a_surrogate_pair_in_any_header_is_a_refusal_and_no_crash(signer):
    genuine = signer.message()
    for name in genuine.headers:
        for value in ("\ud800", genuine.headers[name] + "\udfff"):
            spoilt = replace(genuine, headers={**genuine.headers, name: value})
            try:
                verify(signer, spoilt)
            except FinalError as error:
                assert error.code == "webhook_refused"
