"""Messages of Powens: HMAC-SHA256 over method, path, date and body.

Source: Powens webhooks guide, headers ``BI-Signature`` and ``BI-Signature-Date``; the reference of
connections, accounts and users for what the messages hold.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from ...normalisers.values import child, children, identifier
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
from .timestamps import iso_or_http_date


class PowensWebhook(Webhook):
    """Believed for five minutes either way. The messages have no id and no type: what was signed
    names them, and what they hold tells what they are about."""

    def verify(self, message: WebhookMessage, sender: Sender, now: datetime) -> str:
        date = message.headers.get("bi-signature-date", "")
        if not sender.secret or not date:
            raise refused("no signature that could be checked")
        signed = octets(f"{message.method}.{message.path}.{date}.") + message.body
        expected = hmac.digest(sender.secret.encode(), signed, hashlib.sha256)
        if not hmac.compare_digest(_bytes(message.headers.get("bi-signature", "")), expected):
            raise refused("the signature is another one")
        require_recent(iso_or_http_date(date), now)
        return digest(signed)

    def announcement(self, body: bytes) -> Announcement:
        """A connection that was synchronized or changed its state, an account, or a user."""
        message = json_object(body)
        connection = child(message, "connection") or (message if "id_connector" in message else {})
        if connection:
            return _of_connection(connection, message)
        if "id_connection" in message:
            return Announcement(accounts=frozenset({identifier(message.get("id"))} - {""}))
        user = child(message, "user") or (message if "signin" in message else {})
        if user:
            return Announcement(consents=frozenset({identifier(user.get("id"))} - {""}))
        return NOTHING


def _of_connection(connection: Mapping[str, object], message: Mapping[str, object]) -> Announcement:
    user = identifier(connection.get("id_user")) or identifier(child(message, "user").get("id"))
    accounts = frozenset(
        found
        for account in children(connection.get("accounts"))
        if (found := identifier(account.get("id")))
    )
    troubled = any(connection.get(name) for name in ("state", "error", "deleted"))
    if accounts and not troubled:
        return Announcement(accounts=accounts)
    return Announcement(accounts=accounts, consents=frozenset({user}) if user else None)


def _bytes(written: str) -> bytes:
    """The bytes behind base64, none when it is something else."""
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return b""
