"""Odoo killed in the middle of a fetch, for real: nothing is lost and nothing is doubled."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.demo import Demo, running
from tools.odoo_process import free_port

pytestmark = pytest.mark.e2e

MANY = 1500


class ManyTransactions(Demo):
    """A demo world whose bank holds many transactions, and whose books hold no documents."""

    def make_data(self) -> None:
        super().make_data()
        sample = next(
            row
            for row in self.data["transactions"]
            if row["status"] == "booked"
            and row["account_iban"] == self.data["bank_accounts"][0]["iban"]
        )
        self.data["transactions"] = [
            {
                **sample,
                "id": f"2026{number:08d}",
                "amount": f"{1 + number / 100:.2f}",
                "remittance": [f"VIREMENT {number}"],
            }
            for number in range(MANY)
        ]
        for name in ("invoices", "credit_notes", "bills", "history"):
            self.data[name] = []
        path: Path = self.folder / "data.json"
        path.write_text(json.dumps(self.data), "utf-8")


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
