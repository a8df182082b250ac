"""Messages signed as https://www.standardwebhooks.com says: HMAC-SHA256, symmetric."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

from .base import Announcement, Sender, Webhook, WebhookMessage, refused, require_recent
from .timestamps import unix_seconds

_LONGEST_ID = 256
_MOST_SIGNATURES = 10


class StandardWebhook(Webhook):
    """``webhook-id``, ``webhook-timestamp`` (Unix seconds) and ``webhook-signature``: one or more
    ``v1,<base64>`` over ``id.timestamp.body``, several while the sender changes its secret."""

    def verify(self, message: WebhookMessage, sender: Sender, now: datetime) -> str:
        event_id = message.headers.get("webhook-id", "")
        timestamp = message.headers.get("webhook-timestamp", "")
        if not 0 < len(event_id) <= _LONGEST_ID or not event_id.isascii():
            raise refused("no id")
        require_recent(unix_seconds(timestamp), now)
        signed = f"{event_id}.{timestamp}.".encode() + message.body
        expected = hmac.digest(_key(sender.secret), signed, hashlib.sha256)
        given = message.headers.get("webhook-signature", "").split(" ")[:_MOST_SIGNATURES]
        if not any([hmac.compare_digest(_signature(text), expected) for text in given]):
            raise refused("signature")
        return event_id

    def announcement(self, body: bytes) -> Announcement:
        """The specification says nothing of what a body holds: any account may be meant."""
        return Announcement(accounts=None)


def signed_headers(secret: str, event_id: str, sent_at: datetime, body: bytes) -> dict[str, str]:
    """The headers that prove a message of ours. ``secret``: ``whsec_`` and base64; ``sent_at``: aware.

    Raises FinalError ``webhook_refused`` for a secret that is none.
    """
    timestamp = str(int(sent_at.timestamp()))
    signed = f"{event_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise refused("our secret is not base64") from error
    if len(key) < 16:
        raise refused("our secret is too short")
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
