"""Certificates of ours with their private keys (QWAC, QSEAL): read and checked before they are used."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from ..errors import FinalError
from . import pem


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate, the certificates between it and its authority, and the private key."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    key: PrivateKeyTypes = field(repr=False)

    def pem(self) -> bytes:
        """Key and certificates in one text, as TLS libraries read it. As secret as the key."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        shown = (self.certificate, *self.chain)
        return key + b"".join(found.public_bytes(Encoding.PEM) for found in shown)


def key_pair(certificates: str, key: str, now: datetime) -> KeyPair:
    """The pair in PEM: ``certificates`` begins with ours, ``key`` is not encrypted.

    Raises FinalError("certificate_invalid") when one cannot be read or they do not fit together,
    FinalError("certificate_expired") outside of the time the certificate is made for.
    """
    try:
        first, *chain = x509.load_pem_x509_certificates(pem.blocks(certificates).encode())
    except ValueError as error:
        raise FinalError("certificate_invalid", "no certificate in PEM") from error
    try:
        private = load_pem_private_key(pem.blocks(key).encode(), password=None)
    except (ValueError, TypeError) as error:  # TypeError: it is encrypted
        raise FinalError("certificate_invalid", "no key in PEM without a password") from error
    if _written(first.public_key()) != _written(private.public_key()):
        raise FinalError("certificate_invalid", "the key is of another certificate")
    begin, end = _instant(first, "not_valid_before"), _instant(first, "not_valid_after")
    if not begin <= now <= end:
        raise FinalError("certificate_expired", f"valid from {begin:%Y-%m-%d} to {end:%Y-%m-%d}")
    return KeyPair(first, tuple(chain), private)


def _written(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _instant(certificate: x509.Certificate, name: str) -> datetime:
    """An end of the validity, UTC. cryptography tells the zone from version 42 on."""
    found: datetime | None = getattr(certificate, f"{name}_utc", None)
    if found is None:
        naive: datetime = getattr(certificate, name)
        found = naive.replace(tzinfo=timezone.utc)
    return found
