"""Messages signed as https://www.standardwebhooks.com says: HMAC-SHA256, symmetric."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from ...errors import FinalError
from .base import Webhook

WINDOW = timedelta(minutes=5)  # the tolerance of the specification's reference libraries
_LONGEST_ID = 256
_MOST_SIGNATURES = 10


class StandardWebhook(Webhook):
    """``webhook-id``, ``webhook-timestamp`` (Unix seconds) and ``webhook-signature``: one or more
    ``v1,<base64>`` over ``id.timestamp.body``, several while the sender changes its secret."""

    def verify(self, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> str:
        event_id = headers.get("webhook-id", "")
        timestamp = headers.get("webhook-timestamp", "")
        if not 0 < len(event_id) <= _LONGEST_ID or not event_id.isascii():
            raise FinalError("webhook_refused", "no id")
        require_recent(timestamp, now)
        signed = f"{event_id}.{timestamp}.".encode() + body
        expected = hmac.digest(_key(secret), signed, hashlib.sha256)
        given = headers.get("webhook-signature", "").split(" ")[:_MOST_SIGNATURES]
        if not any([hmac.compare_digest(_signature(text), expected) for text in given]):
            raise FinalError("webhook_refused", "signature")
        return event_id


def require_recent(timestamp: str, now: datetime) -> None:
    """Raises FinalError ``webhook_refused`` unless ``timestamp`` (Unix seconds) is within five
    minutes of ``now``, before or after."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise FinalError("webhook_refused", "no timestamp")
    if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        raise FinalError("webhook_refused", "outside of the replay window")


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise FinalError("webhook_refused", "our secret is not base64") from error
    if len(key) < 16:
        raise FinalError("webhook_refused", "our secret is too short")
    return key


def _signature(text: str) -> bytes:
    """The bytes of ``v1,<base64>``; none for another version or what is no base64."""
    version, _, value = text.partition(",")
    if version != "v1":
        return b""
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return b""
