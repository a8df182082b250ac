"""The OAuth2 side of the Berlin Group connector against oidc-provider: an authorisation server that
somebody else has written and that forgives nothing."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timezone
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
import requests
from authlib.jose import JsonWebKey
from authority import Authority
from lxml import html
from node_servers import ROOT, NodeServer, needs

from recon_core.connectors.base import ProviderSettings
from recon_core.connectors.berlin_group import BerlinGroupConnector
from recon_core.connectors.registry import open_connector
from recon_core.errors import ConsentError, FinalError
from recon_core.types import ConsentRequest, ConsentStart, ConsentStatus, Grant

CALLBACK = "https://erp.example/open_banking/callback"
REQUEST = ConsentRequest(CALLBACK, "state-1", date(2027, 1, 31), "192.0.2.1", "Firefox")
MAX_PAGES = 6


def now() -> datetime:
    """The server has the clock of the machine: its tokens are judged by the same."""
    return datetime.now(timezone.utc)


class Person:
    """Somebody with a browser who goes through the pages of the server."""

    def __init__(self, trusted: str | bool = True) -> None:
        self.browser = requests.Session()
        self.browser.trust_env = False
        self.browser.verify = trusted

    def goes_to(self, url: str, *, agrees: bool = True) -> dict[str, str]:
        """What the server sends back to the application."""
        answer = self.browser.get(url, allow_redirects=False, timeout=30)
        for _ in range(MAX_PAGES):
            while answer.is_redirect:
                target = urljoin(answer.url, answer.headers["Location"])
                if target.startswith(CALLBACK):
                    return dict(parse_qsl(urlsplit(target).query))
                answer = self.browser.get(target, allow_redirects=False, timeout=30)
            assert answer.status_code == 200, answer.text
            answer = self._answers(answer, agrees)
        raise AssertionError("the pages do not lead back")

    def _answers(self, shown: requests.Response, agrees: bool) -> requests.Response:
        page = html.document_fromstring(shown.content)
        if not agrees:
            (link,) = page.xpath("//a[contains(@href, '/abort')]/@href")
            return self.browser.get(urljoin(shown.url, link), allow_redirects=False, timeout=30)
        fields = dict(page.forms[0].form_values()) | {"login": "jane", "password": "any"}
        url = urljoin(shown.url, page.forms[0].action)
        return self.browser.post(url, data=fields, allow_redirects=False, timeout=30)


class Server:
    """The server with one client, and the connector that is this client."""

    def __init__(self, url: str, settings: ProviderSettings, person: Person) -> None:
        self.settings = dataclasses.replace(settings, base_url=f"{url}/psd2")
        self.person = person
        self.connector = self.client()

    def client(self, **changes: Any) -> BerlinGroupConnector:
        settings = dataclasses.replace(self.settings, **changes)
        connector = open_connector("berlin_group", settings, now)
        assert isinstance(connector, BerlinGroupConnector)
        return connector

    def start(self, **answer: bool) -> tuple[ConsentStart, dict[str, str]]:
        started = self.connector.start_consent(REQUEST)
        return started, self.person.goes_to(started.redirect_url, **answer)

    def finish(self, started: ConsentStart, back: dict[str, str], **secrets: str) -> Grant:
        return self.connector.finish_consent(
            started.consent_ref, {**started.secrets, **secrets}, back, CALLBACK
        )

    def connect(self) -> Grant:
        return self.finish(*self.start())


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Starts a server for one client; returns its address."""
    needs("oidc-provider")
    running: list[NodeServer] = []

    def start(method: str, tls: dict[str, str] | None = None, **client: Any) -> str:
        registered = {
            "client_id": "us",
            "redirect_uris": [CALLBACK],
            "grant_types": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_method": method,
            **client,
        }
        options = {"client": registered, "auth_method": method, "tls": tls}
        script = ROOT / "tests" / "conformance" / "oidc_server.mjs"
        server = NodeServer(["node", script], "ready at", OPTIONS=json.dumps(options))
        running.append(server)
        return server.wait().split()[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture(scope="module")
def public(serve) -> Server:
    url = serve("none")
    return Server(url, ProviderSettings("", "us", oauth_scope="openid"), Person())


def test_a_consent_is_given_read_and_renewed(public):
    grant = public.connect()
    over = dataclasses.replace(grant, access_expires_at=now())
    fresh = public.connector.fresh_grant(over)

    assert grant.valid_until == date(2027, 1, 31)
    assert public.connector.consent_status(fresh)[0] is ConsentStatus.VALID
    assert fresh.access_token != grant.access_token
    assert fresh.refresh_token != grant.refresh_token


def test_a_refresh_token_that_was_used_ends_all(public):
    over = dataclasses.replace(public.connect(), access_expires_at=now())
    fresh = public.connector.fresh_grant(over)

    with pytest.raises(ConsentError, match="token_invalid"):
        public.connector.fresh_grant(over)
    with pytest.raises(ConsentError, match="token_invalid"):
        public.connector.consent_status(fresh)


def test_a_person_who_declines_is_a_rejected_consent(public):
    started, back = public.start(agrees=False)

    assert (back["error"], back["state"]) == ("access_denied", "state-1")
    with pytest.raises(ConsentError, match="consent_rejected"):
        public.finish(started, back)


def test_a_code_works_once(public):
    started, back = public.start()
    public.finish(started, back)
    with pytest.raises(FinalError, match="authorization_failed: status 400 invalid_grant"):
        public.finish(started, back)


@pytest.mark.parametrize(
    ("secrets", "back", "error"),
    [
        ({"code_verifier": "v" * 64}, {}, "authorization_failed: status 400 invalid_grant"),
        ({"nonce": "of another request"}, {}, "id_token_invalid"),
        ({}, {"iss": "https://evil.example"}, "authorization_failed: .*another issuer"),
        ({}, {"iss": ""}, "authorization_failed: .*no issuer"),
        ({}, {"code": "guess"}, "authorization_failed: status 400 invalid_grant"),
    ],
)
def test_what_does_not_belong_together_gives_no_grant(public, secrets, back, error):
    started, came = public.start()
    with pytest.raises(FinalError, match=error):
        public.finish(started, {**came, **back}, **secrets)


def test_a_code_is_for_the_address_it_was_sent_to(public):
    started, back = public.start()
    with pytest.raises(FinalError, match="authorization_failed"):
        public.connector.finish_consent(
            started.consent_ref, started.secrets, back, "https://erp.example/other"
        )


# -- who we are ---------------------------------------------------------------


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_secret_is_sent_as_the_server_wants_it(serve, method):
    secret = "a secret: with/odd+signs%20"
    server = Server(
        serve(method, client_secret=secret),
        ProviderSettings("", "us", secret, oauth_scope="openid"),
        Person(),
    )
    grant = server.connect()
    wrong = server.client(client_secret="guess")

    assert server.connector.consent_status(grant)[0] is ConsentStatus.VALID
    with pytest.raises(FinalError) as caught:
        wrong.fresh_grant(dataclasses.replace(grant, access_expires_at=now()))
    assert (type(caught.value), caught.value.code) == (FinalError, "credentials_refused")


@pytest.mark.parametrize(("kind", "size"), [("RSA", 2048), ("EC", "P-256")])
def test_a_key_proves_who_we_are(serve, kind, size):
    key, other = (JsonWebKey.generate_key(kind, size, is_private=True) for _ in range(2))
    algorithm = {"RSA": "RS256", "EC": "ES256"}[kind]
    url = serve(
        "private_key_jwt",
        jwks={"keys": [key.as_dict(is_private=False)]},
        token_endpoint_auth_signing_alg=algorithm,
    )
    pem, guess = (found.as_pem(is_private=True).decode() for found in (key, other))
    server = Server(
        url, ProviderSettings("", "us", assertion_key=pem, oauth_scope="openid"), Person()
    )
    over = dataclasses.replace(server.connect(), access_expires_at=now())

    with pytest.raises(FinalError, match="credentials_refused"):
        server.client(assertion_key=guess).fresh_grant(over)
    assert server.connector.fresh_grant(over).access_token


def test_a_certificate_proves_who_we_are(serve, tmp_path, monkeypatch):
    authority = Authority()
    shown, own = authority.issue("127.0.0.1"), authority.issue("tpp.example")
    files = {
        "key": shown.key,
        "certificate": shown.certificate,
        "authority": authority.certificate,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority"))
    tls = {name: str(tmp_path / name) for name in files}
    url = serve("tls_client_auth", tls, tls_client_auth_san_dns="tpp.example")
    settings = ProviderSettings(
        "", "us", client_certificate=own.certificate, client_key=own.key, oauth_scope="openid"
    )
    server = Server(url, settings, Person(trusted=tls["authority"]))
    grant = server.connect()
    without = server.client(client_certificate="", client_key="")

    assert server.connector.consent_status(grant)[0] is ConsentStatus.VALID
    with pytest.raises(FinalError, match="credentials_refused"):
        without.fresh_grant(dataclasses.replace(grant, access_expires_at=now()))
