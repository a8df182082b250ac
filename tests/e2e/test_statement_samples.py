"""Statements of real banks, made by others, imported by the accountant as she would."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from tools import rpc
from tools.demo import Demo

pytestmark = pytest.mark.e2e

COUNTS = re.compile(r"(\d+) new bank lines, (\d+) already there")


@pytest.fixture(scope="module")
def samples(corpora: Path) -> list[Path]:
    found = sorted((corpora / "statements" / "camt").glob("*camt053*.xml"))
    if not found:
        pytest.skip(f"no camt.053 sample in {corpora}")
    return found


@pytest.fixture(scope="module")
def journal(world: Demo) -> int:
    admin = rpc.Session(world.url, world.database, "admin", "admin")
    values = {"name": "Statements of other banks", "type": "bank", "code": "OTHER"}
    [identity] = admin.call("account.journal", "create", [values])
    return int(identity)


def upload(world: Demo, journal: int, path: Path) -> tuple[int, int] | str:
    """(new lines, known lines), or the message the accountant reads."""
    values = {
        "file": base64.b64encode(path.read_bytes()).decode(),
        "filename": path.name,
        "journal_id": journal,
    }
    wizard = world.session.call("open.banking.import", "create", [values])
    try:
        answer = world.session.call("open.banking.import", "action_import", wizard)
    except rpc.OdooError as error:
        return str(error)
    new, known = COUNTS.search(answer["params"]["message"]).groups()
    return int(new), int(known)


def test_each_sample_is_booked_once_or_refused_in_words(
    world: Demo, journal: int, samples: list[Path]
) -> None:
    first = {path.name: upload(world, journal, path) for path in samples}
    second = {path.name: upload(world, journal, path) for path in samples}
    booked = {name: result for name, result in first.items() if not isinstance(result, str)}
    assert booked, first
    for name, (new, known) in booked.items():
        assert second[name] == (0, new + known), name
    for name, message in first.items():
        if isinstance(message, str):
            assert "Nothing was imported." in message, name
            assert second[name] == message
    [(lines,)] = world.query(
        "SELECT count(*) FROM account_bank_statement_line WHERE journal_id = %s", [journal]
    )
    assert lines == sum(new for new, _known in booked.values())
