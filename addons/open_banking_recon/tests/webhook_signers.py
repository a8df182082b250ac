"""Messages as the providers sign them: ``sign_<code>(body, path, at)`` gives the headers."""

import base64
import hashlib
import hmac
import json

from authlib.jose import JsonWebToken, RSAKey
from cryptography.hazmat.primitives.asymmetric import rsa

SECRET = "a-secret-of-the-provider-of-32-bytes"
GATEWAY_SECRET = "whsec_" + base64.b64encode(b"a secret of the gateway!").decode()
APPLICATION = "application-1"
API = "https://bank.example"

_KEY = RSAKey.import_key(rsa.generate_private_key(65537, 2048))
KEY_SET = json.dumps(
    {"keys": [{**_KEY.as_dict(is_private=False), "kid": "key-1", "use": "sig"}]}
).encode()


def sign_berlin_group(body, path, at, event_id="msg_1"):
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(GATEWAY_SECRET.removeprefix("whsec_"))
    mac = hmac.digest(key, f"{event_id}.{stamp}.".encode() + body, hashlib.sha256)
    return {
        "Webhook-Id": event_id,
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def sign_qonto(body, path, at):
    stamp = int(at.timestamp())
    mac = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Qonto-Signature": f"t={stamp},v1={mac}"}


def sign_powens(body, path, at):
    date = at.isoformat()
    mac = hmac.digest(SECRET.encode(), f"POST.{path}.{date}.".encode() + body, hashlib.sha256)
    return {"BI-Signature-Date": date, "BI-Signature": base64.b64encode(mac).decode()}


def sign_bridge(body, path, at):
    mac = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest().upper()
    return {"BridgeApi-Signature": f"v1={mac}"}


def sign_ponto(body, path, at):
    seconds = int(at.timestamp())
    claims = {
        "aud": APPLICATION,
        "iss": API,
        "iat": seconds,
        "exp": seconds + 60,
        "digest": base64.b64encode(hashlib.sha512(body).digest()).decode(),
    }
    header = {"alg": "RS512", "kid": "key-1"}
    return {"Signature": JsonWebToken(["RS512"]).encode(header, claims, _KEY).decode()}


SIGNERS = {
    "berlin_group": sign_berlin_group,
    "bridge": sign_bridge,
    "ponto": sign_ponto,
    "powens": sign_powens,
    "qonto": sign_qonto,
}
SECRETS = {
    **dict.fromkeys(SIGNERS, SECRET),
    "berlin_group": GATEWAY_SECRET,
    "ponto": APPLICATION,
}


def body_of(code, at):
    """A message of the provider about the account ``res-1``."""
    bodies = {
        "berlin_group": {"type": "transactions.new"},
        "bridge": {
            "type": "item.account.updated",
            "timestamp": int(at.timestamp() * 1000),
            "content": {"account_id": "res-1", "user_uuid": "consent-1"},
        },
        "ponto": {
            "data": {
                "id": "evt-1",
                "type": "pontoConnect.account.transactionsCreated",
                "relationships": {"account": {"data": {"id": "res-1"}}},
            }
        },
        "powens": {"connection": {"id": 7, "id_user": "consent-1", "accounts": [{"id": "res-1"}]}},
        "qonto": {"id": "evt-1", "type": "v1/transactions", "data": {"bank_account_id": "res-1"}},
    }
    return json.dumps(bodies[code]).encode()


def ending_of(code, at):
    """A message of the provider that says that an access may have ended."""
    bodies = {
        "bridge": {
            "type": "item.refreshed",
            "timestamp": int(at.timestamp() * 1000),
            "content": {"status_code": 1010, "user_uuid": "consent-1"},
        },
        "ponto": {"data": {"id": "evt-2", "type": "pontoConnect.integration.accountRevoked"}},
        "powens": {"connection": {"id": 7, "id_user": "consent-1", "state": "SCARequired"}},
        "qonto": {
            "id": "evt-2",
            "type": "v1/consent-revocations",
            "data": {"client_id": "consent-1"},
        },
    }
    return json.dumps(bodies[code]).encode()
