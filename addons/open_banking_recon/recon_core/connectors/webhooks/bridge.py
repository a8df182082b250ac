"""Messages of Bridge: HMAC-SHA256 of the raw body, nothing else.

Source: Bridge documentation, "Secure your webhooks" and "Webhooks events" of version 2025-01-15.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta, timezone

from ...normalisers.values import child, identifier, text
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

# No time of signing is signed, only that of the event, which stands in the body and is the same
# when the message is sent again, by Bridge or by somebody who caught it. So a body is believed for
# a week, and events are known for much longer: what comes again within the week is known, what
# comes later is refused.
AGE_LIMIT = timedelta(days=7)
_MOST_SIGNATURES = 4  # Bridge has two secrets at most


class BridgeWebhook(Webhook):
    """``BridgeApi-Signature: v1=<HEX>[,v1=<HEX>]``, two for a day after the secret was changed."""

    def verify(self, message: WebhookMessage, sender: Sender, now: datetime) -> str:
        given = message.headers.get("bridgeapi-signature", "").split(",")[:_MOST_SIGNATURES]
        if not sender.secret:
            raise refused("no signature that could be checked")
        mac = hmac.new(sender.secret.encode(), message.body, hashlib.sha256)
        expected = f"v1={mac.hexdigest().upper()}".encode()
        # a list, not a generator: as long for the first signature as for the last
        if not any([hmac.compare_digest(expected, octets(one.strip())) for one in given]):
            raise refused("the signature is another one")
        require_recent(_happened_at(message.body), now, AGE_LIMIT)
        return digest(message.body)

    def announcement(self, body: bytes) -> Announcement:
        message = json_object(body)
        content, kind = child(message, "content"), text(message, "type")
        user = identifier(content.get("user_uuid"))
        users = frozenset({user}) if user else None
        if kind in ("item.account.created", "item.account.updated"):
            account = identifier(content.get("account_id"))
            return Announcement(accounts=frozenset({account}) if account else None)
        if kind in ("item.refreshed", "item.account.deleted"):
            is_well = kind == "item.refreshed" and content.get("status_code") == 0
            return NOTHING if is_well else Announcement(consents=users)
        if kind in ("item.deleted", "user.deleted"):
            return Announcement(consents=users)
        return NOTHING


def _happened_at(body: bytes) -> datetime:
    """The time of the event (UTC), which Bridge writes in milliseconds since 1970."""
    milliseconds = json_object(body).get("timestamp")
    if not isinstance(milliseconds, int) or not 0 < milliseconds < 10**14:
        raise refused("no timestamp")
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
