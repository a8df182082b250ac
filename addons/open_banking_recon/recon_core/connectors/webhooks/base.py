"""What a provider's messages to us have to prove, and what they may tell."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime


class Webhook(ABC):
    """The messages of one kind of provider. Stateless."""

    @abstractmethod
    def verify(self, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> str:
        """The id of a genuine message: the same when it is sent again.

        ``headers``: names in lower case. ``body``: as it came, byte for byte. ``now``: aware UTC.
        Raises FinalError ``webhook_refused`` for all that is not proven, whatever the reason; its
        detail is for the log.
        """

    def resource_refs(self, body: bytes) -> frozenset[str]:
        """The provider's handles of the accounts that a genuine message is about; empty: it does
        not say, any may be meant."""
        return frozenset()
