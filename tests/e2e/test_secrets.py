"""Secrets planted everywhere they may be, then looked for where they must not be."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.psu import authorise
from tools import in_odoo, rpc
from tools.demo import Demo

pytestmark = pytest.mark.e2e

# the sandbox bank: the other tests leave consents of other providers behind
OWN = ("provider_id.code", "=", "berlin_group")
LONG_ENOUGH = 12  # shorter texts (a flag, a year) are in every log by chance


@pytest.fixture(scope="module")
def admin(world: Demo) -> rpc.Session:
    return rpc.Session(world.url, world.database, "admin", "admin")


@pytest.fixture(scope="module")
def secrets(
    world: Demo, admin: rpc.Session, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """Plants what the add-on is given, uses it in fair weather and foul, and returns all that was
    ever secret, by what it is."""
    found = _planted(admin)
    folder = tmp_path_factory.mktemp("secrets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(in_odoo.EXTRA_PATH, str(Path(__file__).parent))
        found |= _consent(world)
        world.wait_until("SELECT count(*) > 0 FROM open_banking_sync WHERE state = 'done'")
        found |= _opened(world, folder / "before.json")
        _foul_weather(world, admin, found["webhook secret"])
        found |= _consent(world)
        found |= _opened(world, folder / "after.json")
    world.session.call("open.banking.account", "action_sync_now", _accounts(world))
    yield {name: text for name, text in found.items() if len(text) >= LONG_ENOUGH}


def _planted(admin: rpc.Session) -> dict[str, str]:
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    webhook = "whsec_" + base64.b64encode(b"planted webhook secret").decode()
    planted = {
        "private key": key.decode(),
        "own key": "planted-own-key-0123456789",
        "webhook secret": webhook,
    }
    # nobody answers there: what is sent and fails must not be told either
    nowhere = {"base_url": "http://127.0.0.1:9"}
    for code, name in (("enable_banking", "private key"), ("qonto", "own key")):
        values = {"name": name, "code": code, "client_id": name, "client_secret": planted[name]}
        [provider] = admin.call("open.banking.provider", "create", [{**values, **nowhere}])
        wizard = admin.call(
            "open.banking.connect", "create", [{"provider_id": provider, "country_id": 75}]
        )
        for action in ("action_choose_bank", "action_connect"):
            try:
                answer = admin.call("open.banking.connect", action, wizard)
                admin.http.get(answer.get("url", admin.base_url), timeout=60)
            except rpc.OdooError:
                continue
    [bank] = admin.call("open.banking.provider", "search", [("code", "=", "berlin_group")])
    admin.call("open.banking.provider", "write", [bank], {"webhook_secret": webhook})
    return {**planted, "body of the private key": key.decode().splitlines()[3]}


def _consent(world: Demo) -> dict[str, str]:
    """The person at the bank once more; returns what the browser carried."""
    consents = world.session.call("open.banking.consent", "search", [OWN])
    if consents:
        action = world.session.call("open.banking.consent", "action_authorise", consents[:1])
    else:
        wizard = world.session.call("open.banking.connect", "create", [{}])
        action = world.session.call("open.banking.connect", "action_connect", wizard)
    callback = f"{world.url}/open_banking/callback"
    main = world.data["bank_accounts"][0]["resource_id"]
    carried = authorise(action["url"], callback, accounts=[main])
    assert world.session.http.get(callback, params=carried, timeout=60).status_code == 200
    number = len(carried["code"]) + time.monotonic_ns()
    return {f"{name} of the redirect {number}": text for name, text in carried.items()}


def _opened(world: Demo, path: Path) -> dict[str, str]:
    in_odoo.call(
        world.server, world.database, "known_secrets:write", str(path), log_name="known-secrets"
    )
    texts = json.loads(path.read_text("utf-8"))
    return {f"sealed value {index} of {path.name}": text for index, text in enumerate(texts)}


def _accounts(world: Demo) -> list[int]:
    found: list[int] = world.session.call(
        "open.banking.account", "search", [OWN, ("journal_id", "!=", False)]
    )
    return found


def _foul_weather(world: Demo, admin: rpc.Session, webhook_secret: str) -> None:
    """Each failure that may quote something: the bank's, the messages', the consent's."""
    faults = f"{world.bank_url}/control/faults"
    for fault in ("error_rate", "truncate_rate", "rate_limited"):
        requests.put(faults, json={fault: 1}, timeout=30).raise_for_status()
        [(before,)] = world.query("SELECT count(*) FROM open_banking_sync WHERE state = 'failed'")
        world.session.call("open.banking.account", "action_sync_now", _accounts(world))
        world.wait_until(
            "SELECT count(*) > %s FROM open_banking_sync WHERE state = 'failed'", [before]
        )
        requests.delete(faults, timeout=30).raise_for_status()
    _messages(world, admin, webhook_secret)
    [consent] = world.session.call("open.banking.consent", "search", [OWN, ("state", "=", "valid")])
    world.session.call("open.banking.consent", "action_revoke", [consent])


def _messages(world: Demo, admin: rpc.Session, secret: str) -> None:
    [provider] = admin.search_read(
        "open.banking.provider", [("code", "=", "berlin_group")], ["webhook_url"]
    )
    body = json.dumps({"account": "planted payload of a message"})
    stamp = str(int(time.time()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.digest(key, f"msg-1.{stamp}.{body}".encode(), hashlib.sha256)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": "msg-1",
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }
    forged = {**headers, "webhook-signature": "v1," + base64.b64encode(bytes(32)).decode()}
    url = world.url + "/open_banking" + provider["webhook_url"].partition("/open_banking")[2]
    answers = [
        requests.post(url, data=body, headers=sent, timeout=30).status_code
        for sent in (headers, headers, forged)
    ]
    assert answers == [200, 200, 401]


def test_enough_was_planted(secrets: dict[str, str]) -> None:
    kinds = {re.sub(r"[0-9].*", "", name).strip() for name in secrets}
    assert kinds >= {
        "private key",
        "own key",
        "webhook secret",
        "code of the redirect",
        "state of the redirect",
        "sealed value",
    }
    assert len(secrets) >= 10


def test_no_secret_is_in_the_log(world: Demo, secrets: dict[str, str]) -> None:
    log = world.odoo.log.read_text("utf-8", errors="replace")
    assert "open_banking" in log
    assert [name for name, text in secrets.items() if text in log] == []


def test_no_account_number_and_no_payload_is_in_the_log(world: Demo, secrets: object) -> None:
    log = world.odoo.log.read_text("utf-8", errors="replace")
    rows = world.query(
        "SELECT iban FROM open_banking_account UNION"
        " SELECT account_number FROM account_bank_statement_line WHERE account_number > ''"
    )
    ibans = {iban for (iban,) in rows if iban}
    texts = {
        text
        for row in world.query(
            "SELECT payment_ref, end_to_end_id FROM account_bank_statement_line"
            " WHERE open_banking_ref IS NOT NULL"
        )
        for text in row
        if text and len(text) >= LONG_ENOUGH
    }
    assert len(ibans) > 10
    assert len(texts) > 100
    assert [text for text in ibans | texts if text in log] == []
    assert "planted payload" not in log


def test_no_secret_is_in_the_chatter_or_in_an_error_that_people_read(
    world: Demo, secrets: dict[str, str]
) -> None:
    told = world.query(
        "SELECT concat_ws(' ', subject, body) FROM mail_message"
        " UNION ALL SELECT concat_ws(' ', summary, note) FROM mail_activity"
        " UNION ALL SELECT concat_ws(' ', error_code, error_detail) FROM open_banking_sync"
        " UNION ALL SELECT concat_ws(' ', error_code, error_detail) FROM open_banking_event"
        " UNION ALL SELECT concat_ws(' ', error_code, error_detail) FROM open_banking_account"
    )
    words = "\n".join(text for (text,) in told)
    assert len(words) > 1000
    assert [name for name, text in secrets.items() if text in words] == []


def test_no_secret_is_in_clear_in_a_dump_of_the_database(
    world: Demo, secrets: dict[str, str]
) -> None:
    command = ["pg_dump", "--no-owner", world.database]
    dump = subprocess.run(
        command,
        env=dict(world.server.environment()),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=True,
    ).stdout.decode("utf-8", errors="replace")
    assert "COPY public.open_banking_consent" in dump
    # a dump writes line breaks as two characters
    written = {name: text.replace("\n", "\\n") for name, text in secrets.items()}
    assert [name for name, text in written.items() if text in dump] == []
