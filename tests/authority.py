"""A certificate authority of the tests: its certificates hold far beyond any clock."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

BEGIN = datetime(2020, 1, 1, tzinfo=timezone.utc)
END = datetime(2099, 1, 1, tzinfo=timezone.utc)


def private_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@dataclass(frozen=True)
class Issued:
    """A certificate and its key, each in PEM."""

    x509: x509.Certificate
    certificate: str
    key: str


class Authority:
    def __init__(self, name: str = "Authority of the tests") -> None:
        self._key = private_key()
        self._name = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Open Tests"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        usage = x509.BasicConstraints(ca=True, path_length=0)
        self._own = self._signed(self._name, self._key.public_key(), usage, END)
        self.certificate = _pem(self._own)

    def issue(
        self,
        name: str = "client",
        *,
        end: datetime = END,
        serial: int | None = None,
        key: object = None,
    ) -> Issued:
        """A certificate for ``name``, as a server also for the address 127.0.0.1."""
        key = key or private_key()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = x509.BasicConstraints(ca=False, path_length=None)
        found = self._signed(subject, key.public_key(), usage, end, serial, name)
        written = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return Issued(found, _pem(found), written)

    def _signed(self, subject, public_key, usage, end, serial=None, host="") -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public_key)
            .serial_number(serial or x509.random_serial_number())
            .not_valid_before(BEGIN)
            .not_valid_after(end)
            .add_extension(usage, critical=True)
        )
        if host == "127.0.0.1":
            names = [x509.IPAddress(ipaddress.ip_address(host))]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        elif host:
            names = [x509.DNSName(host)]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()
