"""The API as other programs meet it: an Odoo of its own, the document, the pages of the docs."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as openapi_checks

from tools import base_database, database, in_odoo, odoo_process, openapi
from tools.paths import LOGS, ROOT

pytestmark = pytest.mark.e2e

NAME = "open_banking_api"
DOCUMENT = json.loads(openapi.TARGET.read_text("utf-8"))
METHODS = sorted(path.rpartition("/")[2] for path in DOCUMENT["paths"])
PATH = next(iter(DOCUMENT["paths"])).rpartition("/")[0] + "/"
CHECKS = [
    not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
]


def schema() -> Any:
    """The document without keys: what is made up is the body, the key is ours."""
    bare = json.loads(openapi.TARGET.read_text("utf-8"))
    del bare["security"], bare["components"]["securitySchemes"]
    for path in bare["paths"].values():
        del path["post"]["security"]
    return schemathesis.openapi.from_dict(bare)


SCHEMA = schema()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """{url, key, reader}: an Odoo with books, and keys for it."""
    server = database.server()
    base_database.install(server, NAME)
    out = tmp_path_factory.mktemp("api") / "keys.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(in_odoo.EXTRA_PATH, str(Path(__file__).parent))
        in_odoo.call(server, NAME, "api_world:fill", str(out), log_name="api-fill")
    with odoo_process.serving(server, NAME) as url:
        yield {"url": url, **json.loads(out.read_text("utf-8"))}


def client(world: dict[str, str], key: str = "key") -> Any:
    """The client of the docs."""
    spec = importlib.util.spec_from_file_location("client", ROOT / "docs/examples/client.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Client(world["url"], world[key])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_whatever_is_sent_the_answer_is_one_of_the_document(
    world: dict[str, str], method: str, mode: str
) -> None:
    operation = SCHEMA[f"{PATH}{method}"]["POST"]
    kind = schemathesis.GenerationMode(mode)
    headers = {"Authorization": f"Bearer {world['key']}"}

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=kind))
    def call(case: Any) -> None:
        case.call_and_validate(base_url=world["url"], headers=headers, checks=CHECKS)

    call()


def test_a_write_that_the_document_allows_is_done(world: dict[str, str]) -> None:
    ours = client(world)
    proposal = next(ours.every("proposals", state="proposed"))
    told = ours.do("accept_proposal", proposal_id=proposal["id"], version=proposal["version"])
    assert (told["settled"], told["proposal_state"]) == (True, "accepted")
    told = ours.do("undo_match", line_id=told["line_id"])
    assert told["line_state"] == "exception"


def test_the_client_of_the_docs_reads_all_pages_and_tells_refusals(world: dict[str, str]) -> None:
    ours = client(world)
    ids = [line["id"] for line in ours.every("lines", limit=7)]
    assert len(ids) == len(set(ids)) == 30
    with pytest.raises(Exception, match="invalid_argument: one of") as refusal:
        ours.call("lines", state="blue")
    assert (refusal.value.code, refusal.value.argument) == ("invalid_argument", "state")
    with pytest.raises(Exception, match="forbidden"):
        list(client(world, "reader").every("dunning_cases"))


def test_of_many_at_the_same_time_one_writes_and_all_get_its_answer(world: dict[str, str]) -> None:
    proposal = next(client(world).every("proposals", state="proposed"))
    call = {
        "proposal_id": proposal["id"],
        "version": proposal["version"],
        "idempotency_key": "the-very-same",
    }
    answers: list[dict[str, Any]] = []
    together = threading.Barrier(4)

    def accept() -> None:
        ours = client(world)
        together.wait()
        answers.append(ours.call("accept_proposal", **call))

    threads = [threading.Thread(target=accept) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 4
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["settled"] is True
    connection = database.server().connect(NAME)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM recon_api_call WHERE key = 'the-very-same'")
            assert cursor.fetchone() == (1,)
            cursor.execute(
                "SELECT count(*) FROM recon_audit_entry WHERE kind = 'match' AND res_id = %s"
                " AND facts LIKE '%%accepted%%'",
                [proposal["line_id"]],
            )
            assert cursor.fetchone() == (1,)
    finally:
        connection.close()


def test_the_commands_of_the_page_work_as_they_stand(world: dict[str, str]) -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    blocks = re.findall(r"(?:^    .*\n)+", page, re.MULTILINE)
    commands = [block for block in blocks if "curl" in block]
    assert len(commands) == 3
    proposal = next(client(world).every("proposals", state="proposed"))
    env = {
        "ODOO": world["url"],
        "KEY": world["key"],
        "PROPOSAL": str(proposal["id"]),
        "VERSION": proposal["version"],
        "PATH": "/usr/bin:/bin",
    }
    for command in commands:
        told = subprocess.run(
            ["bash", "-ec", command],
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout
        assert '"items"' in told or '"checks"' in told
    assert '"settled": true' in told


def test_the_served_document_is_that_of_the_docs(world: dict[str, str]) -> None:
    answer = requests.get(
        f"{world['url']}/open_banking/openapi.json",
        headers={"Authorization": f"Bearer {world['reader']}"},
        timeout=30,
    )
    assert answer.json() == DOCUMENT


def test_nothing_went_wrong_on_the_way(world: dict[str, str]) -> None:
    log = (LOGS / f"{NAME}-http.log").read_text("utf-8")
    assert [line for line in log.splitlines() if re.search(r" (ERROR|CRITICAL) ", line)] == []
    assert world["key"] not in log
