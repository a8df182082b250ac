"""Workers of the queue that run side by side, and one that is killed: each event counts once."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import event_load
import pytest

from tools import base_database, database, in_odoo, odoo_process

pytestmark = pytest.mark.e2e

NAME = "open_banking_queue"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[database.Server]:
    server = database.server()
    base_database.install(server, NAME, "open_banking_recon")
    monkeypatch.setenv("EXTRA_PYTHONPATH", str(Path(__file__).parent))
    in_odoo.call(server, NAME, "event_load:fill", log_name="queue-fill")
    yield server


def query(server: database.Server, sql: str) -> list[tuple[Any, ...]]:
    connection = server.connect(NAME)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()
    finally:
        connection.close()


def troubles(worker: odoo_process.Background) -> list[str]:
    log = worker.log.read_text("utf-8")
    return [line for line in log.splitlines() if re.search(r" (WARNING|ERROR) ", line)]


ONCE = """
    SELECT (SELECT count(*) FROM open_banking_event WHERE state = 'done'),
           count(*), count(DISTINCT name)
      FROM res_partner WHERE name LIKE 'message %'
"""
RUNNING = "SELECT count(*) FROM open_banking_event WHERE state = 'running'"


def test_two_workers_handle_each_event_once_and_log_no_error(server: database.Server) -> None:
    workers = [
        in_odoo.start(server, NAME, "event_load:work", log_name=f"queue-work-{number}")
        for number in (1, 2)
    ]
    for worker in workers:
        assert worker.process.wait(120) == 0
        assert troubles(worker) == []
    assert query(server, ONCE) == [(event_load.EVENTS,) * 3]
    assert query(server, "SELECT sum(attempts) FROM open_banking_event") == [(event_load.EVENTS,)]


def test_the_event_of_a_killed_worker_is_taken_by_another_at_once(server: database.Server) -> None:
    doomed = in_odoo.start(server, NAME, "event_load:hang", log_name="queue-hang")
    try:
        doomed.wait_until(lambda: query(server, RUNNING) == [(1,)])
        in_odoo.call(server, NAME, "event_load:work", log_name="queue-beside")
        assert query(server, RUNNING) == [(1,)], "it is left to the worker that is alive"
    finally:
        doomed.process.send_signal(signal.SIGKILL)
        doomed.process.wait(20)
    in_odoo.call(server, NAME, "event_load:work", log_name="queue-after")
    assert query(server, ONCE) == [(event_load.EVENTS,) * 3]
    taken_twice = "SELECT count(*) FROM open_banking_event WHERE attempts = 2"
    assert query(server, taken_twice) == [(1,)]
