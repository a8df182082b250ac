"""Two workers that match the same bank lines at the same moment: one winner and no error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import many_lines
import pytest

from tools import base_database, database, in_odoo

pytestmark = pytest.mark.e2e

NAME = "open_banking_race"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[database.Server]:
    server = database.server()
    base_database.install(server, NAME, "open_banking_recon")
    monkeypatch.setenv("EXTRA_PYTHONPATH", str(Path(__file__).parent))
    yield server


def test_two_workers_reconcile_each_line_once_and_log_no_error(server: database.Server) -> None:
    in_odoo.call(server, NAME, "many_lines:fill", log_name="race-fill")
    workers = [
        in_odoo.start(server, NAME, "many_lines:match", log_name=f"race-match-{number}")
        for number in (1, 2)
    ]
    for worker in workers:
        assert worker.process.wait(120) == 0
        log = worker.log.read_text("utf-8")
        assert [line for line in log.splitlines() if re.search(r" (WARNING|ERROR) ", line)] == []
    connection = server.connect(NAME)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FILTER (WHERE is_reconciled AND match_state = 'auto'),"
                "       (SELECT count(*) FROM account_move WHERE payment_state = 'paid'),"
                "       (SELECT count(*) FROM account_partial_reconcile)"
                "  FROM account_bank_statement_line"
            )
            assert cursor.fetchone() == (many_lines.LINES,) * 3
    finally:
        connection.close()
