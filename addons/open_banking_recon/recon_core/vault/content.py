"""Envelope encryption of whole files: the content goes to a disk, its data key to the database.

A sealed content is ``MARK``, a nonce and AES-256-GCM. Its key is a sealed text of
:mod:`.envelope` without a payload, so that the rotation of keys never touches the files.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..errors import FinalError
from . import envelope
from .keyring import KEY_BYTES, NONCE_BYTES, KeyRing

MARK = b"recon sealed 1\n"


def seal(ring: KeyRing, content: bytes, context: str) -> tuple[str, bytes]:
    """The sealed data key, and ``content`` encrypted with it.

    ``context`` says whose content it is. It is authenticated, not stored: neither the key nor the
    content of one opens as that of another.
    """
    bound = context.encode()
    data_key, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(NONCE_BYTES)
    sealed_key = envelope.wrap_key(ring, data_key, context)
    return sealed_key, MARK + nonce + AESGCM(data_key).encrypt(nonce, content, bound)


def unseal(ring: KeyRing, sealed_key: str, sealed: bytes, context: str) -> bytes:
    """The content that :func:`seal` was given.

    Raises FinalError as :func:`.envelope.unseal` does; ``vault_format`` too for a content that is not
    sealed.
    """
    data_key = envelope.unwrap_key(ring, sealed_key, context)
    if not sealed.startswith(MARK):
        raise FinalError("vault_format")
    body = sealed[len(MARK) :]
    try:
        return AESGCM(data_key).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], context.encode())
    except (InvalidTag, ValueError) as error:
        raise FinalError("vault_key_mismatch", envelope.key_version(sealed_key)) from error
