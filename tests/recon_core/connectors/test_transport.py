"""The transport refuses what is not safe and gives every failure its code."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
import requests
from werkzeug.serving import make_server
from werkzeug.wrappers import Request
from werkzeug.wrappers import Response as Answer

from recon_core.connectors.transport import (
    Response,
    Transport,
    origin,
    own_link,
    require_safe_url,
)
from recon_core.errors import FinalError, ReconError, RetryableError


class Server:
    """Answers every request with ``answer`` and remembers the last one."""

    def __init__(self) -> None:
        self.answer = Answer("{}", content_type="application/json")
        self.seen: list[Request] = []
        self.released = threading.Event()
        self.released.set()
        self.url = ""

    def __call__(self, environ, start_response):
        request = Request(environ)
        request.get_data()
        self.seen.append(request)
        self.released.wait(10)
        return self.answer(environ, start_response)


@contextmanager
def serving(app: Server) -> Iterator[Server]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    app.url = f"http://127.0.0.1:{server.server_port}/path"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield app
    finally:
        app.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server()) as app:
        yield app


def failure(transport: Transport, url: str, **more) -> ReconError:
    with pytest.raises(ReconError) as caught:
        transport.send("GET", url, **more)
    return caught.value


def test_every_request_carries_an_id_of_its_own(server):
    transport = Transport()
    transport.send("GET", server.url)
    transport.send("POST", server.url, json_body={"a": 1})

    first, second = (request.headers["X-Request-ID"] for request in server.seen)
    assert len(first) == 36
    assert first != second
    assert server.seen[1].get_json() == {"a": 1}


def test_numbers_with_a_point_are_read_exactly(server):
    server.answer = Answer('{"amount": 0.1}')

    assert Transport().send("GET", server.url).json() == {"amount": Decimal("0.1")}


@pytest.mark.parametrize("body", [b'{"a": ', b"[1]", b"", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_a_bad_response(body):
    with pytest.raises(RetryableError) as caught:
        Response(200, {}, body).json()
    assert caught.value.code == "bad_response"


@pytest.mark.parametrize(
    "url",
    [
        "http://bank.example/",
        "http://127.0.0.1.evil.example/",
        "ftp://localhost/",
        "file:///etc/passwd",
        "https://user:secret@bank.example/",
        "//bank.example/",
        "https://[bank.example/",
        "https://bank.example:port/",
        "",
    ],
)
def test_an_address_that_is_not_safe_is_refused_before_anything_is_sent(url):
    error = failure(Transport(), url)

    assert isinstance(error, FinalError)
    assert error.code == "insecure_url"
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    "url",
    ["https://bank.example/", "http://localhost:1/", "http://127.0.0.1/", "http://[::1]:8180/"],
)
def test_https_and_this_very_machine_are_safe(url):
    require_safe_url(url)


def test_redirects_are_not_followed(server):
    server.answer = Answer(status=302, headers={"Location": "http://127.0.0.1:1/"})

    error = failure(Transport(), server.url)
    assert (type(error), error.code) == (FinalError, "unexpected_redirect")
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("90", 90),
        ("", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("-5", None),
        ("1" * 40, None),
    ],
)
def test_rate_limiting_says_how_long_to_wait(server, header, seconds):
    server.answer = Answer(status=429, headers={"Retry-After": header} if header else {})

    error = failure(Transport(), server.url)
    assert isinstance(error, RetryableError)
    assert (error.code, error.retry_after_s) == ("rate_limited", seconds)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_broken_server_is_worth_another_try(server, status):
    server.answer = Answer(status=status)

    error = failure(Transport(), server.url)
    assert (type(error), error.code) == (RetryableError, "unavailable")


@pytest.mark.parametrize("status", [200, 201, 204, 400, 401, 403, 404])
def test_what_the_provider_says_is_given_to_the_connector(server, status):
    server.answer = Answer(status=status)

    assert Transport().send("GET", server.url).status == status


def test_a_server_that_does_not_answer_is_a_time_out(server):
    server.released.clear()

    error = failure(Transport(read_timeout_s=0.1), server.url)
    assert (type(error), error.code) == (RetryableError, "timeout")


def test_an_answer_that_drips_for_ever_is_a_time_out(server):
    server.answer = Answer(b"x" * 65536 for _ in range(50))
    ticks = iter(range(0, 100_000, 10))

    error = failure(Transport(monotonic=lambda: next(ticks)), server.url)
    assert (type(error), error.code) == (RetryableError, "timeout")


def test_nobody_listening_is_worth_another_try():
    error = failure(Transport(), "http://127.0.0.1:9/")
    assert (type(error), error.code) == (RetryableError, "unavailable")


def test_an_answer_beyond_the_cap_is_refused(server):
    server.answer = Answer(b"x" * 5000)

    error = failure(Transport(max_bytes=4999), server.url)
    assert (type(error), error.code) == (FinalError, "response_too_large")
    assert Transport(max_bytes=5000).send("GET", server.url).status == 200


def test_a_certificate_that_does_not_hold_is_final():
    class Adapter(requests.adapters.BaseAdapter):
        def send(self, *_, **__):
            raise requests.exceptions.SSLError("certificate verify failed")

        def close(self):
            """Nothing is open."""

    session = requests.Session()
    session.mount("https://", Adapter())

    error = failure(Transport(session), "https://bank.example/")
    assert (type(error), error.code) == (FinalError, "tls_failed")


def test_certificates_are_checked_and_proxies_of_the_environment_unused(monkeypatch):
    asked = {}

    class Adapter(requests.adapters.BaseAdapter):
        def send(self, request, **options):
            asked.update(options)
            raise requests.exceptions.ConnectionError("stop here")

        def close(self):
            """Nothing is open."""

    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    session = requests.Session()
    session.mount("https://", Adapter())
    failure(Transport(session), "https://bank.example/")

    assert asked["verify"] is True
    assert not asked["proxies"]
    assert None not in asked["timeout"]


def test_the_log_holds_neither_credentials_nor_the_query(server, caplog):
    with caplog.at_level(logging.DEBUG, logger="recon_core"):
        Transport().send(
            "POST",
            server.url,
            headers={"Authorization": "Bearer top-secret"},
            params={"code": "one-time"},
            form={"refresh_token": "long-lived"},
        )

    ours = " ".join(r.getMessage() for r in caplog.records if r.name.startswith("recon_core"))
    assert "/path -> 200" in ours
    assert not [word for word in ("top-secret", "one-time", "long-lived") if word in ours]


def test_of_the_handles_in_an_address_the_log_holds_the_end_only(server, caplog):
    with caplog.at_level(logging.DEBUG, logger="recon_core"):
        Transport().send("GET", f"{server.url}/accounts/FR7630006000011234567890189/balances")

    [told] = [r.getMessage() for r in caplog.records if r.name.startswith("recon_core")]
    assert "/path/accounts/...0189/balances -> 200" in told


def test_cookies_are_not_kept(server):
    server.answer = Answer("{}", headers={"Set-Cookie": "session=of-somebody; Path=/"})
    transport = Transport()
    transport.send("GET", server.url)
    transport.send("GET", server.url)

    assert "Cookie" not in server.seen[1].headers


def test_an_origin_is_scheme_host_and_port():
    assert origin("https://bank.example/a") == origin("https://BANK.example:443/b")
    assert origin("https://bank.example/") != origin("https://bank.example:444/")
    assert origin("https://bank.example/") != origin("http://bank.example/")


@pytest.mark.parametrize(
    "link", ["//[", "https://bank.example:port/", "https://bank.example:99999/"]
)
def test_a_link_that_is_no_address_leads_nowhere(link):
    with pytest.raises(FinalError, match="foreign_link"):
        own_link("https://bank.example/", "https://bank.example/a", link)


def test_what_is_read_is_heard_as_it_came_and_what_is_posted_is_not(server):
    transport, heard = Transport(), []
    server.answer = Answer('{"a": 1.10}', content_type="application/json")
    with transport.heard_by(heard.append):
        transport.send("GET", server.url)
        transport.send("POST", server.url, form={"grant_type": "refresh_token"})
    transport.send("GET", server.url)
    assert heard == [b'{"a": 1.10}']
