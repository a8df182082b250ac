"""The keys that wrap data keys, each with a version: the newest wraps, older ones still open."""

from __future__ import annotations

import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..errors import FinalError

KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D, section 5.2.1.1
_VERSION = re.compile(r"[A-Za-z0-9-]{1,64}")


class KeyRing(ABC):
    """Key-encryption keys behind one interface: a file, an HSM, a key service in a cloud.

    A data key goes in and comes out; the key-encryption key itself need never be in this process.
    Versions are of ASCII letters, digits and hyphens.
    """

    @property
    @abstractmethod
    def newest(self) -> str:
        """The version that wraps from now on."""

    @abstractmethod
    def wrap(self, data_key: bytes, context: bytes) -> tuple[str, bytes]:
        """The newest version, and ``data_key`` encrypted with it; ``context`` is authenticated."""

    @abstractmethod
    def unwrap(self, version: str, wrapped: bytes, context: bytes) -> bytes:
        """The data key that :meth:`wrap` was given.

        Raises FinalError: ``vault_key_version_missing`` (detail: the version) when the ring does
        not hold that key, ``vault_key_mismatch`` when it is another one of the same version or
        ``wrapped`` was altered.
        """


class LocalKeyRing(KeyRing):
    """Keys of 32 bytes in memory, by version number. AES-256-GCM, the version authenticated."""

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        """Raises FinalError ``vault_key_invalid`` without a key, or with one of another length."""
        if not keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise FinalError("vault_key_invalid")
        self._keys = {str(number): key for number, key in keys.items()}
        self._newest = str(max(keys))

    @property
    def newest(self) -> str:
        return self._newest

    def wrap(self, data_key: bytes, context: bytes) -> tuple[str, bytes]:
        nonce = secrets.token_bytes(NONCE_BYTES)
        bound = bound_to(self._newest, context)
        sealed = AESGCM(self._keys[self._newest]).encrypt(nonce, data_key, bound)
        return self._newest, nonce + sealed

    def unwrap(self, version: str, wrapped: bytes, context: bytes) -> bytes:
        key = self._keys.get(version)
        if key is None:
            raise FinalError("vault_key_version_missing", version)
        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            return AESGCM(key).decrypt(nonce, sealed, bound_to(version, context))
        except (InvalidTag, ValueError) as error:
            raise FinalError("vault_key_mismatch", version) from error


def bound_to(version: str, context: bytes) -> bytes:
    """What is authenticated with a wrapped data key."""
    return version.encode() + b"|" + context


def is_version(text: str) -> bool:
    """Whether ``text`` may be the version of a key."""
    return _VERSION.fullmatch(text) is not None
