"""Messages of Qonto: HMAC-SHA256 over the time of signing and the raw body.

Source: Qonto webhooks overview, header ``X-Qonto-Signature: t=<seconds>,v1=<hex>``, and the pages of
the supported webhooks.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime

from ...normalisers.values import child, text
from .base import (
    NOTHING,
    Announcement,
    Sender,
    Webhook,
    WebhookMessage,
    digest,
    json_object,
    octets,
    refused,
    require_recent,
)
from .timestamps import unix_seconds

_TIME = re.compile(r"t=([0-9]{1,11})")
_SIGNATURE = re.compile(r"v1=([0-9a-f]{64})")


class QontoWebhook(Webhook):
    """Believed for five minutes either way, as Qonto asks."""

    def verify(self, message: WebhookMessage, sender: Sender, now: datetime) -> str:
        parts = [part.strip() for part in message.headers.get("x-qonto-signature", "").split(",")]
        times = [found.group(1) for part in parts if (found := _TIME.fullmatch(part))]
        given = [found.group(1) for part in parts if (found := _SIGNATURE.fullmatch(part))]
        if not sender.secret or len(times) != 1 or not given:
            raise refused("no signature that could be checked")
        signed = octets(times[0]) + b"." + message.body
        expected = hmac.new(sender.secret.encode(), signed, hashlib.sha256).hexdigest()
        # a list, not a generator: as long for the first signature as for the last
        if not any([hmac.compare_digest(expected, one) for one in given]):
            raise refused("the signature is another one")
        require_recent(unix_seconds(times[0]), now)
        return text(json_object(message.body), "id") or digest(message.body)

    def announcement(self, body: bytes) -> Announcement:
        message = json_object(body)
        about = child(message, "data")
        kind = text(message, "type")
        if kind == "v1/transactions":
            account = text(about, "bank_account_id")
            return Announcement(accounts=frozenset({account}) if account else None)
        if kind == "v1/accounts":
            return Announcement(accounts=None)
        if kind == "v1/consent-revocations":
            client = text(about, "client_id")
            return Announcement(consents=frozenset({client}) if client else None)
        return NOTHING
