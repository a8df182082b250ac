"""The public keys that messages are signed with, read once in a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from ...errors import RetryableError
from ...normalisers.values import required_children, text
from .base import Sender

_KEPT = timedelta(hours=12)
# anybody may send a token that names a key nobody knows: the provider is not asked for each of them
_PAUSE = timedelta(minutes=5)
_USABLE = ("", "ACTIVE")


@dataclass(frozen=True, slots=True)
class _KeySet:
    """``keys`` by their id, as they were at ``read_at``; ``asked_at``: the last attempt to read."""

    asked_at: datetime = datetime.min.replace(tzinfo=timezone.utc)
    read_at: datetime = datetime.min.replace(tzinfo=timezone.utc)
    keys: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def is_current(self, now: datetime) -> bool:
        return now - self.read_at <= _KEPT


class KeySets:
    """Key sets (RFC 7517) of the senders, kept for twelve hours in this process.

    A key that is not in the set has the set read again, since senders change their keys, but not
    more often than every five minutes.
    """

    def __init__(self) -> None:
        self._sets: dict[str, _KeySet] = {}

    def key(self, sender: Sender, key_id: str, now: datetime) -> Mapping[str, object] | None:
        """The signature key ``key_id`` of ``sender``, None when there is none.

        Raises RetryableError while the keys cannot be read.
        """
        url = f"{sender.server}/webhooks/keys"
        known = self._sets.get(url, _KeySet())
        is_known = known.is_current(now) and key_id in known.keys
        if not is_known and now - known.asked_at > _PAUSE:
            # the attempt counts before it ends: a server that hangs is not asked by every worker
            self._sets[url] = replace(known, asked_at=now)
            known = self._sets[url] = _KeySet(now, now, _read(sender, url))
        if not known.is_current(now):
            raise RetryableError("unavailable", "the keys of the sender could not be read")
        return known.keys.get(key_id)


def _read(sender: Sender, url: str) -> dict[str, Mapping[str, object]]:
    response = sender.transport.send("GET", url)
    if response.status != 200:
        raise RetryableError("unavailable", f"keys: status {response.status}")
    return {
        text(key, "kid"): key
        for key in required_children(response.json(), "keys")
        if text(key, "use") in ("", "sig") and text(key, "status").upper() in _USABLE
    }
