"""What only messages of the Standard Webhooks have: an example of the specification, several signatures."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta, timezone

import pytest
import requests

from recon_core.connectors import webhooks
from recon_core.connectors.transport import Transport
from recon_core.connectors.webhooks.base import Announcement, Sender, WebhookMessage
from recon_core.connectors.webhooks.standard import signed_headers
from recon_core.errors import FinalError

# the example that the specification's reference libraries are tested with
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
SENT = datetime.fromtimestamp(1614265330, timezone.utc)
STANDARD = webhooks.webhook("berlin_group")


def verify(headers=HEADERS, body=BODY, secret=SECRET, now=SENT):
    sender = Sender(secret, "https://gateway.example", Transport(requests.Session()))
    return STANDARD.verify(WebhookMessage(headers, body), sender, now)


def refusal(headers=HEADERS, body=BODY, secret=SECRET, now=SENT):
    with pytest.raises(FinalError) as caught:
        verify(headers, body, secret, now)
    assert caught.value.code == "webhook_refused"
    return caught.value.detail


def test_a_genuine_message_gives_its_id():
    assert verify() == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_one_good_signature_among_several_is_enough():
    several = {**HEADERS, "webhook-signature": f"v1,AAAA v2,x {HEADERS['webhook-signature']}"}
    assert verify(several) == HEADERS["webhook-id"]


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_may_be_missing(name):
    refusal({key: value for key, value in HEADERS.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [("webhook-id", "msg_other"), ("webhook-timestamp", "1614265331")],
)
def test_id_and_time_are_signed_with_the_body(name, value):
    assert refusal({**HEADERS, name: value}) == "signature"


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_AAAA", "not base64 at all"])
def test_without_a_real_secret_nothing_passes(secret):
    assert "our secret" in refusal(secret=secret)


def test_a_message_signed_with_the_empty_key_does_not_pass():
    signed = f"{HEADERS['webhook-id']}.{HEADERS['webhook-timestamp']}.".encode() + BODY
    signature = base64.b64encode(hmac.digest(b"", signed, hashlib.sha256)).decode()
    refusal({**HEADERS, "webhook-signature": f"v1,{signature}"}, secret="")


@pytest.mark.parametrize("seconds", [-301, 301, 10**9])
def test_a_message_outside_of_the_replay_window_is_refused(seconds):
    assert "window" in refusal(now=SENT + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-300, 300])
def test_clocks_may_differ_by_five_minutes(seconds):
    assert verify(now=SENT + timedelta(seconds=seconds))


@pytest.mark.parametrize("text", ["", "-1", "1e9", "٣", "9" * 40])
def test_a_timestamp_that_is_no_number_is_refused(text):
    assert refusal({**HEADERS, "webhook-timestamp": text}) == "no timestamp"


def test_the_specification_does_not_say_which_account_is_meant():
    assert STANDARD.announcement(BODY) == Announcement(accounts=None)


def test_what_we_sign_has_the_headers_of_the_specification():
    assert signed_headers(SECRET, HEADERS["webhook-id"], SENT, BODY) == HEADERS
