"""Two people make bills of the same papers, two workers read, one is killed: each bill is there once."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import document_books
import pytest

from tools import base_database, database, in_odoo, odoo_process

pytestmark = pytest.mark.e2e

NAME = "open_banking_papers"
BILLS = (
    "SELECT count(*), count(DISTINCT amount_total) FROM account_move WHERE move_type = 'in_invoice'"
)
STATES = "SELECT state, count(*) FROM recon_document GROUP BY 1 ORDER BY 1"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[database.Server]:
    server = database.server()
    base_database.install(server, NAME, "open_banking_recon")
    monkeypatch.setenv("EXTRA_PYTHONPATH", str(Path(__file__).parent))
    yield server


def query(server: database.Server, sql: str) -> list[tuple[Any, ...]]:
    connection = server.connect(NAME)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())
    finally:
        connection.close()


def start(server: database.Server, function: str, *words: str) -> odoo_process.Background:
    name = f"papers-{function}-{'-'.join(words) or 'it'}"
    return in_odoo.start(server, NAME, f"document_books:{function}", *words, log_name=name)


def troubles(worker: odoo_process.Background) -> list[str]:
    log = worker.log.read_text("utf-8")
    return [line for line in log.splitlines() if re.search(r" (WARNING|ERROR) ", line)]


def test_two_people_at_once_make_one_bill_of_each_paper(server: database.Server) -> None:
    in_odoo.call(server, NAME, "document_books:pairs", log_name="papers-pairs")
    people = [start(server, "make_bills", copy) for copy in ("a", "b")]
    for person in people:
        assert person.process.wait(180) == 0
        assert troubles(person) == []
    pairs = document_books.PAIRS
    assert query(server, BILLS) == [(pairs, pairs)]
    assert query(server, STATES) == [("done", pairs), ("read", pairs)]


def test_two_workers_read_each_document_once_and_one_may_be_killed(
    server: database.Server,
) -> None:
    in_odoo.call(server, NAME, "document_books:papers", log_name="papers-fill")
    doomed = start(server, "hang")
    try:
        doomed.wait_until(lambda: ("reading", 1) in query(server, STATES))
        workers = [start(server, "work", str(number)) for number in (1, 2)]
        for worker in workers:
            assert worker.process.wait(180) == 0
            assert troubles(worker) == []
        assert query(server, STATES) == [("done", document_books.PAIRS - 1), ("reading", 1)]
    finally:
        doomed.process.send_signal(signal.SIGKILL)
        doomed.process.wait(20)
    in_odoo.call(server, NAME, "document_books:work", log_name="papers-after")
    assert query(server, STATES) == [("done", document_books.PAIRS)]
    assert query(server, BILLS)[0][0] == document_books.PAIRS
    assert query(server, "SELECT sum(attempts) FROM open_banking_event") == [
        (document_books.PAIRS + 1,)
    ]
