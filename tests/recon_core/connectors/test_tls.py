"""TLS against a real server: who is trusted, who is shown, and what is never spoken."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
import urllib3
from authority import BEGIN, Authority, Issued
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from recon_core.connectors import tls
from recon_core.connectors.base import ProviderSettings
from recon_core.connectors.certificates import key_pair
from recon_core.connectors.registry import open_connector
from recon_core.connectors.transport import Transport
from recon_core.errors import FinalError, ReconError
from recon_core.types import Grant

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)
LONG_OVER = datetime(2021, 1, 1, tzinfo=timezone.utc)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        peer = self.connection.getpeercert() or {}
        self.server.seen.append((self.connection.version(), peer.get("subject")))
        body = b'{"accounts": []}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    """Speaks TLS as ``context`` says and remembers the requests that came through."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.context = context
        self.seen: list[tuple[str, object]] = []
        self.url = f"https://localhost:{self.server_port}"

    def get_request(self):
        connection, address = super().get_request()
        return self.context.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False
        ), address

    def handle_error(self, connection, _address) -> None:
        """A handshake that failed, as the test wants it: the client may read why."""
        with (
            suppress(OSError),
            socket.socket(fileno=os.dup(connection.fileno())) as raw,
        ):
            raw.settimeout(5)
            while raw.recv(1024):
                continue


@contextmanager
def serving(context: ssl.SSLContext) -> Iterator[Server]:
    server = Server(context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def own(authority: Authority) -> Issued:
    return authority.issue("client")


@pytest.fixture
def server_context(tmp_path: Path, authority: Authority) -> Callable[..., ssl.SSLContext]:
    def made(name: str = "localhost", by: Authority = authority, **more) -> ssl.SSLContext:
        issued = by.issue(name, **more)
        file = tmp_path / "server.pem"
        file.write_text(issued.key + issued.certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    return made


@pytest.fixture(autouse=True)
def trusted(tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system trusts the authority of the tests."""
    file = tmp_path / "trusted.pem"
    file.write_text(authority.certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


def asking_for_certificates(context: ssl.SSLContext, authority: Authority) -> ssl.SSLContext:
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=authority.certificate)
    return context


def showing(issued: Issued) -> Transport:
    return Transport(tls_context=lambda: tls.client_context(issued.certificate, issued.key, NOW))


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(ReconError) as caught:
        call()
    return caught.value.code


# -- whom we trust ------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "spoken"),
    [(ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")],
)
def test_the_newest_version_of_tls_is_spoken(server_context, version, spoken):
    context = server_context()
    context.maximum_version = version
    with serving(context) as server:
        Transport().send("GET", server.url)

    assert server.seen == [(spoken, None)]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_old_versions_of_tls_are_not_spoken(server_context):
    context = server_context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with serving(context) as server:
        assert code_of(lambda: Transport().send("GET", server.url)) == "tls_failed"
        assert server.seen == []
        old = tls.context()
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version = ssl.TLSVersion.TLSv1_1
        Transport(tls_context=lambda: old).send("GET", server.url)  # it is the version alone

    assert server.seen == [("TLSv1.1", None)]


@pytest.mark.parametrize(
    ("name", "known", "end"),
    [
        ("bank.example", True, None),
        ("localhost", False, None),
        ("localhost", True, LONG_OVER),
    ],
    ids=["another name", "unknown authority", "expired"],
)
def test_a_server_that_cannot_be_verified_gets_nothing(server_context, authority, name, known, end):
    by = authority if known else Authority("somebody else")
    with serving(server_context(name, by, **({"end": end} if end else {}))) as server:
        assert code_of(lambda: Transport().send("GET", server.url)) == "tls_failed"

    assert server.seen == []


def test_each_connection_proves_anew_who_is_who(server_context):
    context = server_context()
    with serving(context) as server:
        for _ in range(3):
            Transport().send("GET", server.url)
        hits = context.session_stats()["hits"]

    assert len(server.seen) == 3
    assert hits == 0


# -- who we are ---------------------------------------------------------------


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_bank_that_asks_for_it_sees_the_client_certificate(
    server_context, authority, own, version
):
    context = asking_for_certificates(server_context(), authority)
    context.maximum_version = version
    with serving(context) as server:
        showing(own).send("GET", server.url)

    assert [subject for _, subject in server.seen] == [((("commonName", "client"),),)]


@pytest.mark.parametrize(
    ("version", "expected"),
    # TLS 1.2 has no word of its own for a certificate that is missing
    [(ssl.TLSVersion.TLSv1_2, "tls_failed"), (ssl.TLSVersion.TLSv1_3, "certificate_refused")],
)
def test_without_a_certificate_a_bank_that_asks_for_it_lets_nobody_in(
    server_context, authority, version, expected
):
    context = asking_for_certificates(server_context(), authority)
    context.maximum_version = version
    with serving(context) as server:
        assert code_of(lambda: Transport().send("GET", server.url)) == expected

    assert server.seen == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("why", ["unknown authority", "expired"])
def test_a_certificate_the_bank_does_not_take_is_told_as_such(
    server_context, authority, version, why
):
    context = asking_for_certificates(server_context(), authority)
    context.maximum_version = version
    stranger = why == "unknown authority"
    shown = Authority("somebody else").issue() if stranger else authority.issue(end=LONG_OVER)
    transport = Transport(
        tls_context=lambda: tls.client_context(shown.certificate, shown.key, BEGIN)
    )
    with serving(context) as server:
        assert code_of(lambda: transport.send("GET", server.url)) == "certificate_refused"

    assert server.seen == []


def test_a_line_that_breaks_is_worth_another_try():
    class Adapter(requests.adapters.BaseAdapter):
        def send(self, *_, **__):
            reason = urllib3.exceptions.SSLError(ssl.SSLEOFError(8, "EOF occurred"))
            raise requests.exceptions.SSLError(
                urllib3.exceptions.MaxRetryError(None, "/", reason=reason)
            )

        def close(self):
            """Nothing is open."""

    session = requests.Session()
    session.mount("https://", Adapter())
    assert code_of(lambda: Transport(session).send("GET", "https://bank.example/")) == "unavailable"


def test_certificates_up_to_the_authority_are_shown_too(authority, own):
    pair = key_pair(own.certificate + authority.certificate, own.key, NOW)

    assert len(pair.chain) == 1
    assert pair.pem().count(b"BEGIN CERTIFICATE") == 2


@pytest.mark.parametrize("between", [" ", "", "\r\n"])
def test_line_breaks_that_a_form_took_away_are_put_back(authority, own, between):
    chain = (own.certificate + authority.certificate).replace("\n", between)
    pair = key_pair(chain, own.key.replace("\n", between), NOW)

    assert (pair.certificate, len(pair.chain)) == (own.x509, 1)


def encrypted(issued: Issued) -> str:
    key = load_pem_private_key(issued.key.encode(), None)
    how = BestAvailableEncryption(b"password")
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how).decode()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda pem, own: ("", own.key), "certificate_invalid"),
        (lambda pem, own: ("no PEM", own.key), "certificate_invalid"),
        (lambda pem, own: (pem, ""), "certificate_invalid"),
        (lambda pem, own: (pem, "no PEM"), "certificate_invalid"),
        (lambda pem, own: (pem, encrypted(own)), "certificate_invalid"),
        (lambda pem, own: (pem, Authority().issue().key), "certificate_invalid"),
        (lambda pem, own: (pem[:200], own.key), "certificate_invalid"),
    ],
    ids=["none", "text", "no key", "text for a key", "encrypted", "another key", "cut off"],
)
def test_a_certificate_that_cannot_be_used_is_told_before_anything_is_sent(own, change, code):
    certificate, key = change(own.certificate, own)
    with pytest.raises(FinalError) as caught:
        tls.client_context(certificate, key, NOW)

    assert caught.value.code == code
    assert "PRIVATE" not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize("now", [datetime(2019, 12, 31, tzinfo=timezone.utc), LONG_OVER])
def test_a_certificate_out_of_its_time_is_told_before_anything_is_sent(authority, now):
    short = authority.issue(end=datetime(2020, 12, 31, tzinfo=timezone.utc))
    with pytest.raises(FinalError, match="certificate_expired: valid from 2020-01-01"):
        tls.client_context(short.certificate, short.key, now)


def test_a_certificate_holds_to_its_last_second(authority):
    short = authority.issue(end=LONG_OVER)
    assert tls.client_context(short.certificate, short.key, LONG_OVER)
    assert tls.client_context(short.certificate, short.key, BEGIN)


def test_keys_on_curves_are_taken_too(authority):
    issued = authority.issue(key=ec.generate_private_key(ec.SECP256R1()))
    assert tls.client_context(issued.certificate, issued.key, NOW)


@pytest.mark.parametrize("memory", [True, False])
def test_the_key_does_not_stay_on_the_disk(own, tmp_path, monkeypatch, memory):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    seen = []
    load = ssl.SSLContext.load_cert_chain

    def watching(context, path, *rest):
        seen.append((Path(path).stat().st_mode & 0o077, len(list(tmp_path.iterdir()))))
        return load(context, path, *rest)

    before = set(tmp_path.iterdir())
    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", watching)
    if not memory:
        monkeypatch.delattr(os, "memfd_create")
    tls.client_context(own.certificate, own.key, NOW)

    assert set(tmp_path.iterdir()) == before
    assert len(seen) == 1
    assert memory or seen == [(0, len(before) + 1)]


def test_an_encoded_pair_is_in_no_representation(own):
    settings = ProviderSettings(
        "https://bank.example", "us", client_certificate=own.certificate, client_key=own.key
    )
    pair = key_pair(own.certificate, own.key, NOW)

    assert "PRIVATE" not in repr(settings)
    assert "key" not in repr(pair)


# -- from the settings of a provider ------------------------------------------


def test_a_connector_shows_the_certificate_of_its_settings(server_context, authority, own):
    context = asking_for_certificates(server_context(), authority)
    grant = Grant("c-1", "", datetime(2027, 1, 1, tzinfo=timezone.utc))
    with serving(context) as server:
        settings = ProviderSettings(
            server.url, "", client_certificate=own.certificate, client_key=own.key
        )
        accounts = open_connector("berlin_group", settings, lambda: NOW).accounts(grant)

    assert accounts == []
    assert len(server.seen) == 1


def test_a_connector_with_a_certificate_that_has_expired_sends_nothing(authority):
    short = authority.issue(end=LONG_OVER)
    settings = ProviderSettings(
        "http://127.0.0.1:9", "", client_certificate=short.certificate, client_key=short.key
    )
    connector = open_connector("berlin_group", settings, lambda: NOW)

    grant = Grant("c-1", "", datetime(2027, 1, 1, tzinfo=timezone.utc))
    assert code_of(lambda: connector.accounts(grant)) == "certificate_expired"


def test_a_key_without_its_certificate_is_not_passed_over():
    key = "-----BEGIN PRIVATE KEY-----"
    settings = ProviderSettings("http://127.0.0.1:9", "", client_key=key)
    connector = open_connector("berlin_group", settings, lambda: NOW)

    grant = Grant("c-1", "", datetime(2027, 1, 1, tzinfo=timezone.utc))
    assert code_of(lambda: connector.accounts(grant)) == "certificate_invalid"
