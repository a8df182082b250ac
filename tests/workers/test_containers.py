"""What docker/ runs, run here without docker: the same commands, configuration and proxy."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import container_set
import pytest

from tools import base_database, database

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not container_set.has_nginx(), reason="nginx is not installed"),
]

NAME = "open_banking_containers"


@pytest.fixture(scope="module")
def server() -> database.Server:
    server = database.server()
    base_database.install(server, NAME)
    return server


@pytest.fixture(scope="module")
def served(
    server: database.Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[container_set.Served]:
    with container_set.running(server, NAME, tmp_path_factory.mktemp("containers")) as served:
        yield served


def connection(served: container_set.Served) -> http.client.HTTPSConnection:
    trust = ssl.create_default_context(cafile=str(served.folder / "tls.crt"))
    return http.client.HTTPSConnection("localhost", served.https, context=trust, timeout=60)


def ask(served, path, method="GET", body=None, **headers):
    """(status, headers, body) of one request through the proxy."""
    with closing(connection(served)) as link:
        link.request(method, path, body, headers)
        answer = link.getresponse()
        return answer.status, answer.headers, answer.read()


def test_the_proxy_speaks_tls_1_3_and_nothing_older(served):
    trust = ssl.create_default_context(cafile=str(served.folder / "tls.crt"))
    with (
        socket.create_connection(("localhost", served.https), 30) as raw,
        trust.wrap_socket(raw, server_hostname="localhost") as link,
    ):
        assert link.version() == "TLSv1.3"
    trust.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection(("localhost", served.https), 30) as raw,
        pytest.raises(ssl.SSLError),
    ):
        trust.wrap_socket(raw, server_hostname="localhost")


def test_plain_http_is_sent_to_https(served):
    with closing(http.client.HTTPConnection("localhost", served.http, timeout=30)) as link:
        link.request("GET", "/web/login?a=b")
        answer = link.getresponse()
        answer.read()
    assert answer.status == 301
    assert answer.headers["Location"] == "https://localhost/web/login?a=b"


def test_each_answer_has_the_headers_that_protect_it_once(served):
    for path in ("/web/login", "/web/health", "/nothing/here"):
        _status, headers, _body = ask(served, path)
        for name, part in {
            "Strict-Transport-Security": "max-age=31536000",
            "Content-Security-Policy": "base-uri 'self'",
            "X-Frame-Options": "SAMEORIGIN",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        }.items():
            found = [value for value in headers.get_all(name, []) if part in value]
            assert len(found) == 1, (path, name, headers.get_all(name))


def test_the_session_is_sent_over_https_only_and_not_with_forms_of_others(served):
    _status, headers, _body = ask(served, "/web/login")
    (cookie,) = (c for c in headers.get_all("Set-Cookie") if c.startswith("session_id="))
    flags = {word.strip().lower() for word in cookie.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax"} <= flags


def test_odoo_knows_that_people_come_over_https(served):
    status, headers, _body = ask(served, "/odoo")
    assert status == 303
    assert headers["Location"].startswith(("/", "https://"))


def test_the_websocket_reaches_its_own_process(served):
    with closing(connection(served)) as link:
        link.request(
            "GET",
            "/websocket?version=0",
            headers={
                "Upgrade": "websocket",
                "Connection": "Upgrade",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
                "Origin": "https://localhost",
            },
        )
        assert link.getresponse().status == 101


def test_databases_are_not_managed_from_outside(served):
    for path in ("/web/database/manager", "/web/database/selector", "/web/database/backup"):
        assert ask(served, path)[0] == 404


def test_a_message_of_a_provider_is_small(served):
    status, _headers, _body = ask(served, "/open_banking/webhook/1", "POST", b"x" * 300_000)
    assert status == 413


def test_passwords_cannot_be_tried_as_fast_as_one_likes(served):
    answers = [ask(served, "/web/login", "POST", b"login=a")[0] for _try in range(14)]
    assert 429 not in answers[:8]
    assert 429 in answers
    assert ask(served, "/web/login")[0] == 200, "to look at the page is no attempt"


def has_run(cursor):
    """Whether the action that links the audit log has run."""
    cursor.execute(
        "SELECT count(*) FROM ir_cron"
        " WHERE cron_name = 'Open Banking: link the audit log' AND lastcall IS NOT NULL"
    )
    return cursor.fetchone() == (1,)


def test_scheduled_actions_run_in_their_own_processes_only(server, served):
    with closing(server.connect(NAME)) as link, link.cursor() as cursor:
        cursor.execute(
            "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC', lastcall = NULL"
            " WHERE cron_name = 'Open Banking: link the audit log'"
        )
        assert cursor.rowcount == 1
        # where Odoo's scheduled actions listen
        with closing(server.connect("postgres")) as listened, listened.cursor() as bell:
            bell.execute("NOTIFY cron_trigger, %s", [NAME])
        served.cron.wait_until(partial(has_run, cursor), 120)
    assert "link the audit log" in served.cron.log.read_text("utf-8")
    assert "link the audit log" not in served.odoo.log.read_text("utf-8")


def test_neither_log_of_the_proxy_keeps_what_a_bank_sends_back(served):
    path = "/open_banking/callback"
    ask(served, f"{path}?code=S3CRETCODE&state=S3CRETSTATE", Referer="https://localhost/S3CRETREF")
    served.odoo.stop()  # and then an error of the proxy itself
    status, _headers, _body = ask(served, f"{path}?code=S3CRETCODE&state=S3CRETSTATE")
    assert status == 502
    logs = [Path(served.folder / name).read_text("utf-8") for name in ("access.log", "error.log")]
    assert path in logs[0]
    assert not re.search("S3CRET", "".join(logs))


def test_nothing_odd_stood_in_the_logs_of_odoo(served):
    text = served.odoo.log.read_text("utf-8") + served.cron.log.read_text("utf-8")
    odd = re.findall(r" (?:WARNING|ERROR|CRITICAL) .*", text)
    # what libraries say of each other, and forms of the test above that came without their token
    expected = (" py.warnings: ", "No CSRF validation token provided for path '/web/login'")
    assert [line for line in odd if not any(part in line for part in expected)] == []
