"""Signed statements about where a chain ended on a day: kept elsewhere, they bind the database.

Ed25519 (RFC 8032). Who holds the public key and an anchor can tell later whether the chain still
leads through it, without trusting the database or its administrators.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ..errors import FinalError


@dataclass(frozen=True, slots=True)
class Anchor:
    """On ``day`` the chain ``chain`` of the database ``database`` ended at ``position`` with ``link``."""

    database: str
    chain: int
    day: date
    position: int
    link: str


def new_key() -> tuple[str, str]:
    """(private key as PKCS#8 PEM, public key as PEM)"""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode("ascii"), public.decode("ascii")


def sign(anchor: Anchor, private_pem: str) -> str:
    """The signature in base64. Raises FinalError("audit_key_invalid")."""
    try:
        key = serialization.load_pem_private_key(private_pem.encode("ascii"), password=None)
    except ValueError as error:
        raise FinalError("audit_key_invalid") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise FinalError("audit_key_invalid")
    return base64.b64encode(key.sign(_said(anchor))).decode("ascii")


def is_signed(anchor: Anchor, signature: str, public_pem: str) -> bool:
    """Whether ``signature`` is that of the key's owner under ``anchor``."""
    try:
        key = serialization.load_pem_public_key(public_pem.encode("ascii"))
        if not isinstance(key, Ed25519PublicKey):
            return False
        key.verify(base64.b64decode(signature, validate=True), _said(anchor))
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def _said(anchor: Anchor) -> bytes:
    said = {
        "chain": anchor.chain,
        "database": anchor.database,
        "day": anchor.day.isoformat(),
        "link": anchor.link,
        "position": anchor.position,
        "type": "open_banking_recon audit anchor 1",
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")
