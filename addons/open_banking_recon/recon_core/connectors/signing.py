"""Requests sealed with a QSEAL certificate: the headers Digest, Signature, TPP-Signature-Certificate.

Source: draft-cavage-http-signatures-12 as NextGenPSD2 XS2A 1.3, section 12, narrows it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ..errors import FinalError
from .certificates import key_pair

Sign = Callable[[Mapping[str, str], bytes], dict[str, str]]

# what is signed, of the headers that a request has
_SIGNED = ("digest", "x-request-id", "date", "psu-id", "psu-corporate-id", "tpp-redirect-uri")


def seal(certificate: str, key: str, now: datetime) -> Sign:
    """What makes the headers that seal a request of these headers and this body.

    ``certificate`` and ``key`` are PEM, ``now`` is UTC and becomes the header Date. Raises
    FinalError("certificate_invalid" | "certificate_expired"); only RSA keys are allowed.
    """
    pair = key_pair(certificate, key, now)
    private = pair.key
    if not isinstance(private, rsa.RSAPrivateKey):
        raise FinalError("certificate_invalid", "the guidelines allow signatures with RSA only")

    def sign(headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        added = {
            "Date": format_datetime(now, usegmt=True),
            "Digest": f"SHA-256={_base64(hashlib.sha256(body).digest())}",
            "TPP-Signature-Certificate": _base64(pair.certificate.public_bytes(Encoding.DER)),
        }
        known = {name.lower(): value for name, value in {**headers, **added}.items()}
        names = [name for name in _SIGNED if name in known]
        text = "\n".join(f"{name}: {known[name]}" for name in names)
        signature = private.sign(text.encode("latin-1"), padding.PKCS1v15(), hashes.SHA256())
        added["Signature"] = ",".join(
            (
                f'keyId="{_key_id(pair.certificate)}"',
                'algorithm="rsa-sha256"',
                f'headers="{" ".join(names)}"',
                f'signature="{_base64(signature)}"',
            )
        )
        return added

    return sign


def _key_id(certificate: x509.Certificate) -> str:
    """Serial number in hexadecimal and the full name of the authority, spaces encoded."""
    authority = quote(certificate.issuer.rfc4514_string(), safe="=,")
    return f"SN={certificate.serial_number:X},CA={authority}"


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
