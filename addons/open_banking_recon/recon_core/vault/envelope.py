"""Envelope encryption: each text under a data key of its own, the data key under a key of the ring.

A sealed text is ``v2.<key version>.<wrapped data key>.<payload>``, the last two in base64url.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..errors import FinalError
from .keyring import KEY_BYTES, NONCE_BYTES, KeyRing, is_version

FORMAT = "v2"


class _Sealed(NamedTuple):
    version: str
    wrapped: bytes
    payload: bytes

    def __str__(self) -> str:
        return ".".join((prefix(self.version) + _text(self.wrapped), _text(self.payload)))


def seal(ring: KeyRing, plaintext: str, context: str) -> str:
    """``plaintext`` encrypted with AES-256-GCM.

    ``context`` (record and field) is authenticated, not stored: a sealed value that is moved to
    another record or field does not open.
    """
    bound = context.encode()
    data_key = secrets.token_bytes(KEY_BYTES)
    nonce = secrets.token_bytes(NONCE_BYTES)
    payload = nonce + AESGCM(data_key).encrypt(nonce, plaintext.encode(), bound)
    return str(_Sealed(*ring.wrap(data_key, bound), payload))


def unseal(ring: KeyRing, sealed: str, context: str) -> str:
    """The text that :func:`seal` was given.

    Raises FinalError: ``vault_format`` when it is no sealed text, ``vault_key_version_missing``
    (detail: the version) when the ring lacks its key, ``vault_key_mismatch`` when the key or the
    context is another one or the text was altered.
    """
    value, bound = _parse(sealed), context.encode()
    data_key = ring.unwrap(value.version, value.wrapped, bound)
    nonce, payload = value.payload[:NONCE_BYTES], value.payload[NONCE_BYTES:]
    try:
        return AESGCM(data_key).decrypt(nonce, payload, bound).decode()
    except (InvalidTag, ValueError) as error:
        raise FinalError("vault_key_mismatch", value.version) from error


def wrap_key(ring: KeyRing, data_key: bytes, context: str) -> str:
    """``data_key`` as a sealed text without a payload: what it encrypts is kept elsewhere."""
    return str(_Sealed(*ring.wrap(data_key, context.encode()), b""))


def unwrap_key(ring: KeyRing, sealed: str, context: str) -> bytes:
    """The data key that :func:`wrap_key` was given. Raises as :func:`unseal` does."""
    value = _parse(sealed)
    return ring.unwrap(value.version, value.wrapped, context.encode())


def rewrap(ring: KeyRing, sealed: str, context: str) -> str:
    """The same value with its data key under the newest key; the payload is not touched.

    Raises as :func:`unseal` does, but for what only the payload would show.
    """
    value, bound = _parse(sealed), context.encode()
    if value.version == ring.newest:
        return sealed
    data_key = ring.unwrap(value.version, value.wrapped, bound)
    return str(_Sealed(*ring.wrap(data_key, bound), value.payload))


def key_version(sealed: str) -> str:
    """The version of the key that a value is sealed with. Raises FinalError ``vault_format``."""
    return _parse(sealed).version


def prefix(version: str) -> str:
    """What all values begin with that are sealed with the key ``version``."""
    return f"{FORMAT}.{version}."


def _parse(sealed: str) -> _Sealed:
    parts = sealed.split(".")
    if len(parts) != 4 or parts[0] != FORMAT or not is_version(parts[1]):
        raise FinalError("vault_format")
    try:
        return _Sealed(parts[1], *(base64.urlsafe_b64decode(part) for part in parts[2:]))
    except (binascii.Error, ValueError) as error:
        raise FinalError("vault_format") from error


def _text(blob: bytes) -> str:
    return base64.urlsafe_b64encode(blob).decode()
