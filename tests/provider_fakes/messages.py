"""Messages as the providers send them: signed in the way that each of them documents."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timezone
from typing import Any, ClassVar

import requests
from authlib.jose import JsonWebToken, RSAKey

from recon_core.connectors.transport import Transport
from recon_core.connectors.webhooks.base import Sender, WebhookMessage

from .base import Answer, Asked, FakeProvider, says
from .enable_banking import key_pair

SENT = datetime(2026, 3, 31, 12, tzinfo=timezone.utc)


class Signer:
    """A provider that sends messages. ``names_messages``: a message has an id of its own, which is
    the same when it is signed anew."""

    code: ClassVar[str]
    secret = "a-secret-of-the-provider-of-32-bytes"
    base_url = "https://api.example"
    body: bytes = b'{"id": "evt-1"}'
    names_messages = True

    def sender(self, secret: str | None = None) -> Sender:
        wanted = self.secret if secret is None else secret
        return Sender(wanted, self.base_url, Transport(requests.Session()))

    def message(
        self, body: bytes | None = None, at: datetime = SENT, secret: str | None = None
    ) -> WebhookMessage:
        raise NotImplementedError


class StandardSigner(Signer):
    code = "berlin_group"
    secret = "whsec_" + base64.b64encode(b"a secret of the gateway!").decode()

    def message(self, body=None, at=SENT, secret=None):
        body = self.body if body is None else body
        stamp = str(int(at.timestamp()))
        key = base64.b64decode((secret or self.secret).removeprefix("whsec_"))
        signed = hmac.digest(key, f"msg_1.{stamp}.".encode() + body, hashlib.sha256)
        headers = {
            "webhook-id": "msg_1",
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
        }
        return WebhookMessage(headers, body)


class QontoSigner(Signer):
    code = "qonto"
    body = b'{"id": "evt-1", "type": "v1/transactions", "data": {"bank_account_id": "acc-1"}}'

    def message(self, body=None, at=SENT, secret=None):
        body = self.body if body is None else body
        stamp = int(at.timestamp())
        key = (self.secret if secret is None else secret).encode()
        mac = hmac.new(key, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        return WebhookMessage({"x-qonto-signature": f"t={stamp},v1={mac}"}, body)


class PowensSigner(Signer):
    code = "powens"
    body = b'{"connection": {"id": 7, "id_user": 3, "accounts": [{"id": 11}]}}'
    path = "/open_banking/webhook/powens/3"
    names_messages = False

    def message(self, body=None, at=SENT, secret=None):
        body = self.body if body is None else body
        date = f"{at:%Y-%m-%dT%H:%M:%S}.250000+00:00"
        key = (self.secret if secret is None else secret).encode()
        mac = hmac.digest(key, f"POST.{self.path}.{date}.".encode() + body, hashlib.sha256)
        headers = {"bi-signature-date": date, "bi-signature": base64.b64encode(mac).decode()}
        return WebhookMessage(headers, body, self.path)


class BridgeSigner(Signer):
    code = "bridge"

    @property
    def body(self) -> bytes:
        return self.event(SENT)

    def event(self, at: datetime) -> bytes:
        """Bridge writes the time into the body, in milliseconds."""
        return (
            b'{"content": {"account_id": 11, "item_id": 7, "user_uuid": "u-1"}, "timestamp": %d,'
            b' "type": "item.account.updated"}' % (at.timestamp() * 1000)
        )

    def message(self, body=None, at=SENT, secret=None):
        body = self.event(at) if body is None else body
        key = (self.secret if secret is None else secret).encode()
        mac = hmac.new(key, body, hashlib.sha256).hexdigest().upper()
        return WebhookMessage({"bridgeapi-signature": f"v1={mac}"}, body)


class PontoSigner(Signer):
    code = "ponto"
    secret = "application-1"
    base_url = "https://api.myponto.com"
    body = b'{"data": {"id": "evt-1", "type": "pontoConnect.account.transactionsCreated"}}'

    def __init__(self) -> None:
        self.server = KeyServer()

    def sender(self, secret=None):
        session = requests.Session()
        session.mount("https://", self.server)
        wanted = self.secret if secret is None else secret
        return Sender(wanted, self.base_url, Transport(session))

    def message(self, body=None, at=SENT, secret=None):
        return self.token(body=body, at=at, aud=self.secret if secret is None else secret)

    def token(
        self,
        body: bytes | None = None,
        at: datetime = SENT,
        header: dict[str, Any] | None = None,
        **claims: Any,
    ) -> WebhookMessage:
        body = self.body if body is None else body
        seconds = int(at.timestamp())
        content = {
            "aud": self.secret,
            "iss": self.base_url,
            "iat": seconds,
            "exp": seconds + 60,
            "digest": base64.b64encode(hashlib.sha512(body).digest()).decode(),
            **claims,
        }
        full = {"alg": "RS512", "kid": "key-1", **(header or {})}
        signed = JsonWebToken([full["alg"]]).encode(full, content, PRIVATE_KEY).decode()
        return WebhookMessage({"signature": signed}, body)


PRIVATE_KEY = RSAKey.import_key(key_pair()[0])


class KeyServer(FakeProvider):
    """Where Ponto publishes its keys; ``keys`` may be changed by the test."""

    def __init__(self) -> None:
        super().__init__(lambda: SENT)  # type: ignore[arg-type]
        public = PRIVATE_KEY.as_dict(is_private=False)
        self.keys: object = [{**public, "kid": "key-1", "use": "sig", "status": "ACTIVE"}]
        self.status = 200

    def answer(self, asked: Asked) -> Answer:
        assert (asked.host, asked.path) == ("api.myponto.com", "/webhooks/keys")
        return says({"keys": self.keys}, self.status)


SIGNERS = (StandardSigner, QontoSigner, PontoSigner, PowensSigner, BridgeSigner)
