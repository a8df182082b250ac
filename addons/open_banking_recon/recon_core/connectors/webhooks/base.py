"""What a provider's messages to us have to prove, and what they may tell."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ...errors import FinalError

if TYPE_CHECKING:
    from ..transport import Transport

WINDOW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """A message as it came. ``headers``: names in lower case. ``body``: byte for byte. ``path``: of
    the address it was sent to, without the query."""

    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    path: str = ""
    method: str = "POST"


def octets(text: str) -> bytes:
    """``text`` as bytes to compare or to sign, also when it holds half of a surrogate pair: what is
    no text is another text than any that was signed, and no error."""
    return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose messages are believed. ``secret``: what the provider gave us for its messages.
    ``base_url`` and ``transport``: where and how its public keys are read, where it has any."""

    secret: str = field(repr=False)
    base_url: str
    transport: Transport

    @property
    def server(self) -> str:
        """``base_url`` without its path."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a genuine message says is worth a look: a hint, never a fact. None means that it does
    not say which: any may be meant.

    ``accounts``: handles (``BankAccount.resource_ref``) of those with something new. ``consents``:
    what ``ConsentStart.consent_ref`` or ``Grant.consent_ref`` was, of those that may have ended or come back.
    """

    accounts: frozenset[str] | None = frozenset()
    consents: frozenset[str] | None = frozenset()


NOTHING = Announcement()


class Webhook(ABC):
    """The messages of one kind of provider."""

    @abstractmethod
    def verify(self, message: WebhookMessage, sender: Sender, now: datetime) -> str:
        """The id of a genuine message: the same when it is sent again.

        ``now``: aware UTC. Raises FinalError ``webhook_refused`` for all that is not proven,
        whatever the reason; its detail is for the log. RetryableError when the proof cannot be
        checked at this moment.
        """

    @abstractmethod
    def announcement(self, body: bytes) -> Announcement:
        """What a genuine message is about. One about nothing that we do gives ``NOTHING``."""


def refused(reason: str) -> FinalError:
    """The refusal of a message; ``reason`` is for the log."""
    return FinalError("webhook_refused", reason)


def require_recent(signed_at: datetime, now: datetime, window: timedelta = WINDOW) -> None:
    """Raises FinalError ``webhook_refused`` unless ``signed_at`` is within ``window`` of ``now``,
    before or after."""
    if abs(now - signed_at) > window:
        raise refused("outside of the replay window")


def digest(*signed: bytes) -> str:
    """An id for a message that has none: the same for the same bytes."""
    return hashlib.sha256(b"".join(signed)).hexdigest()


def json_object(body: bytes) -> Mapping[str, object]:
    """The JSON object in ``body``, an empty one when it is none: then nothing is told."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
