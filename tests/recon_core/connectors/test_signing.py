"""Sealed requests, verified from what a server received and nothing else."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from datetime import date, datetime, timezone
from io import BytesIO

import pytest
import requests
from authority import Authority, Issued
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from odd_bank import BASE, CONSENT, CONSENTS, GRANT, METADATA, NOW, REQUEST, OddBank

from recon_core.connectors import signing
from recon_core.connectors.base import ProviderSettings, PsuContext
from recon_core.connectors.berlin_group import BerlinGroupConnector
from recon_core.connectors.transport import Transport
from recon_core.errors import FinalError, RetryableError

PARAMETER = re.compile(r'([A-Za-z]+)="([^"]*)"')


@pytest.fixture(scope="module")
def seal() -> Issued:
    return Authority("QSEAL CA 1 2026").issue("TPP", serial=0x9FA1)


class Line(requests.adapters.BaseAdapter):
    """Keeps every request as it goes to the wire, and answers with an empty object."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[requests.PreparedRequest] = []

    def send(self, request, **_) -> requests.Response:
        self.sent.append(request)
        answer = requests.Response()
        answer.status_code = 200
        answer.raw = BytesIO(b'{"accounts": [], "consentId": "c-1", "access_token": "a"}')
        return answer

    def close(self):
        """Nothing is open."""


@pytest.fixture
def line() -> Line:
    return Line()


def connector(line: Line, seal: Issued) -> BerlinGroupConnector:
    session = requests.Session()
    session.mount("https://", line)
    settings = ProviderSettings(
        BASE,
        "us",
        authorize_url="https://bank.example/authorize",
        token_url="https://bank.example/token",
        seal_certificate=seal.certificate,
        seal_key=seal.key,
    )
    return BerlinGroupConnector(settings, Transport(session), lambda: NOW)


def verified(request: requests.PreparedRequest) -> dict[str, str]:
    """The parameters of the signature, after the checks of a bank."""
    body = request.body or b""
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert request.headers["Digest"] == f"SHA-256={digest}"
    found = dict(PARAMETER.findall(request.headers["Signature"]))
    lines = [f"{name}: {request.headers[name]}" for name in found["headers"].split(" ")]
    certificate = x509.load_der_x509_certificate(
        base64.b64decode(request.headers["TPP-Signature-Certificate"], validate=True)
    )
    certificate.public_key().verify(
        base64.b64decode(found["signature"]),
        "\n".join(lines).encode(),
        padding.PKCS1v15(),
        hashes.SHA256(),
    )
    assert (
        int(found["keyId"].partition(",")[0].removeprefix("SN="), 16) == certificate.serial_number
    )
    return found


def test_a_read_is_sealed(line, seal):
    connector(line, seal).accounts(GRANT, PsuContext("192.0.2.1"))

    found = verified(line.sent[0])
    assert found["headers"] == "digest x-request-id date"
    assert found["algorithm"] == "rsa-sha256"
    assert line.sent[0].headers["Date"] == "Mon, 23 Nov 2026 10:00:00 GMT"


def test_who_the_person_is_and_where_they_come_back_to_is_sealed_with_the_body(line, seal):
    connector(line, seal).start_consent(dataclasses.replace(REQUEST, psu_id="jane"))

    assert verified(line.sent[0])["headers"] == "digest x-request-id date psu-id tpp-redirect-uri"
    assert b'"validUntil"' in line.sent[0].body


def test_the_certificate_is_named_by_its_number_and_its_authority(line, seal):
    connector(line, seal).accounts(GRANT)

    assert verified(line.sent[0])["keyId"] == (
        "SN=9FA1,CA=CN=QSEAL%20CA%201%202026,O=Open%20Tests,C=FR"
    )


def test_each_call_of_the_interface_is_sealed_and_none_of_the_authorisation_server(line, seal):
    bank = connector(line, seal)
    started = bank.start_consent(REQUEST)
    with pytest.raises(RetryableError, match="consentStatus"):
        bank.finish_consent("c-1", started.secrets, {"code": "x"}, REQUEST.redirect_uri)

    sealed = {request.url: "Signature" in request.headers for request in line.sent}
    assert sealed == {CONSENTS: True, "https://bank.example/token": False, CONSENT: True}


def test_a_change_on_the_way_is_found(line, seal):
    connector(line, seal).start_consent(REQUEST)
    request = line.sent[0]
    request.headers["TPP-Redirect-URI"] = "https://evil.example/"

    with pytest.raises(InvalidSignature):
        verified(request)


def test_without_a_seal_nothing_is_signed():
    bank = OddBank().says("GET", f"{BASE}/v1/accounts", {"accounts": []})
    bank.connector.accounts(GRANT)

    assert bank.asked[0][2]["sign"] is None
    assert METADATA not in [url for _, url, _ in bank.asked]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": ""}, "certificate_invalid"),
        ({"certificate": ""}, "certificate_invalid"),
        ({"now": datetime(2100, 1, 1, tzinfo=timezone.utc)}, "certificate_expired"),
    ],
)
def test_a_seal_that_cannot_be_used_is_told(seal, changes, code):
    values = {"certificate": seal.certificate, "key": seal.key, "now": NOW, **changes}
    with pytest.raises(FinalError) as caught:
        signing.seal(**values)
    assert caught.value.code == code


def test_only_rsa_seals():
    curve = Authority().issue(key=ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(FinalError, match="certificate_invalid"):
        signing.seal(curve.certificate, curve.key, NOW)


def test_a_seal_that_has_expired_sends_nothing(line):
    over = Authority().issue(end=datetime(2025, 1, 1, tzinfo=timezone.utc))
    with pytest.raises(FinalError, match="certificate_expired"):
        list(connector(line, over).transactions(GRANT, "1", date(2026, 11, 1)))
    assert line.sent == []


def test_the_key_is_in_no_representation(seal):
    settings = ProviderSettings(BASE, "us", seal_certificate=seal.certificate, seal_key=seal.key)
    assert "BEGIN" not in repr(settings)
