"""A worker killed in the middle of the matching, for real: what it kept is whole, the rest comes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools import base_database, database, in_odoo

pytestmark = pytest.mark.e2e

NAME = "open_banking_kill_matching"
LINES = 600
DEADLINE_S = 60
STATES = """
    SELECT count(*) FILTER (WHERE st.match_state = 'auto'),
           count(*) FILTER (WHERE st.is_reconciled),
           (SELECT count(*) FROM account_move WHERE payment_state = 'paid'),
           (SELECT count(*) FROM account_partial_reconcile),
           (SELECT count(*) FROM recon_proposal WHERE state = 'accepted')
      FROM account_bank_statement_line AS st
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[database.Server]:
    server = database.server()
    base_database.install(server, NAME, "open_banking_recon")
    monkeypatch.setenv("EXTRA_PYTHONPATH", str(Path(__file__).parent))
    yield server


def states(server: database.Server) -> tuple[Any, ...]:
    connection = server.connect(NAME)
    try:
        with connection.cursor() as cursor:
            cursor.execute(STATES)
            found: tuple[Any, ...] = cursor.fetchone()
            return found
    finally:
        connection.close()


def test_a_killed_matching_worker_leaves_whole_chunks(server: database.Server) -> None:
    in_odoo.call(server, NAME, "many_lines:fill", str(LINES), log_name="kill-fill")
    worker = in_odoo.start(server, NAME, "many_lines:match", log_name="kill-match")
    deadline = time.monotonic() + DEADLINE_S
    while states(server)[0] == 0:
        assert time.monotonic() < deadline and worker.process.poll() is None
    worker.process.kill()
    worker.process.wait(20)

    automatic, *others = states(server)
    assert 0 < automatic < LINES, "the kill came in the middle"
    assert others == [automatic] * 4
    in_odoo.call(server, NAME, "many_lines:match", log_name="kill-match-again")
    assert states(server) == (LINES,) * 5
