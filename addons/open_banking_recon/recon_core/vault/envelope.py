"""Sealing of secrets with AES-256-GCM. A sealed text is bound to where it belongs."""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..errors import FinalError

VERSION = "v1"
KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D, section 5.2.1.1


def seal(key: bytes, plaintext: str, context: str) -> str:
    """``plaintext`` encrypted, as ``v1.<base64url>``.

    ``context`` (record and field) is authenticated, not stored: a sealed value that is moved to
    another record or field does not open.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, plaintext.encode(), context.encode())
    return f"{VERSION}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(key: bytes, sealed: str, context: str) -> str:
    """The text that :func:`seal` was given.

    Raises FinalError: ``vault_format`` when it is no sealed text, ``vault_key_mismatch`` when the
    key or the context is another one or the text was altered.
    """
    version, _, payload = sealed.partition(".")
    if version != VERSION:
        raise FinalError("vault_format")
    try:
        blob = base64.urlsafe_b64decode(payload)
        plain = AESGCM(key).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], context.encode())
    except (binascii.Error, ValueError) as error:
        raise FinalError("vault_format") from error
    except InvalidTag as error:
        raise FinalError("vault_key_mismatch") from error
    return plain.decode()
