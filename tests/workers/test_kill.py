"""Odoo killed in the middle of a fetch, for real: nothing is lost and nothing is doubled."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from benchmarks.many_transactions import ManyTransactions
from tools.demo import Demo, running
from tools.odoo_process import free_port

pytestmark = pytest.mark.e2e

MANY = ManyTransactions.many


@pytest.fixture
def busy_world() -> Iterator[Demo]:
    with running(ManyTransactions(port=free_port(), name="open_banking_kill")) as demo:
        yield demo


def test_a_killed_odoo_loses_and_doubles_no_transaction(busy_world: Demo) -> None:
    count = "SELECT count(*) FROM account_bank_statement_line WHERE open_banking_ref IS NOT NULL"
    busy_world.connect_bank()
    busy_world.wait_until(f"SELECT ({count}) > 0")
    busy_world.kill_odoo(signal.SIGKILL)
    [(stored,)] = busy_world.query(count)
    assert 0 < stored < MANY, "the kill came in the middle"

    busy_world.start_odoo()
    busy_world.wait_for_transactions()
    [(lines, distinct, entries)] = busy_world.query(
        "SELECT count(*), count(DISTINCT open_banking_ref), count(DISTINCT move_id)"
        "  FROM account_bank_statement_line WHERE open_banking_ref IS NOT NULL"
    )
    assert (lines, distinct, entries) == (MANY, MANY, MANY)
