"""How much faster more processes are: the same work for 1, 2 and 4 workers of the queue.

    python -m benchmarks.scale_out [--workers 1 2 4] [--accounts 8] [--transactions 250]

A sandbox bank with ``accounts`` accounts; the workers fetch them from the queue side by side, each in a
process of its own, and store every transaction as a bank line. A further run with one worker first warms
the machine. Prints lines a second for each number of workers and the ratio to the first. Exit code 1 when a line
is missing or there twice.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from sandbox.bank import Rules
from sandbox.dataset import build, to_json
from sandbox.demo_data.identifiers import french_iban
from sandbox.local import LocalBank, running_bank
from tools import base_database, database

from . import odoo_databases
from .worker_farm import Farm, Job, farm

NAME = "bench_scale_out"
MODULE = "benchmarks.scale_out_run"
TODAY = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)
DAYS = 60


@dataclass(frozen=True)
class Figure:
    """What ``workers`` needed for ``lines`` of ``expected``; ``distinct`` of them."""

    workers: int
    seconds: float
    lines: int
    distinct: int
    expected: int

    @property
    def lines_a_second(self) -> float:
        return self.lines / self.seconds

    @property
    def is_right(self) -> bool:
        return self.lines == self.distinct == self.expected


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--accounts", type=int, default=8)
    parser.add_argument("--transactions", type=int, default=250, help="of each account")
    options = parser.parse_args(words)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # no line for every request
    figures = measure(NAME, options.workers, options.accounts, options.transactions)
    print(f"{os.cpu_count()} cores, {options.accounts} accounts of {options.transactions}")
    for figure in figures:
        ratio = figure.lines_a_second / figures[0].lines_a_second
        print(
            f"  {figure.workers} workers {figure.seconds:7.1f} s"
            f" {figure.lines_a_second:7.0f} lines/s  x {ratio:.2f}"
        )
    return 0 if all(figure.is_right for figure in figures) else 1


def measure(name: str, workers: Sequence[int], accounts: int, transactions: int) -> list[Figure]:
    """A Figure for each number of workers, on one database ``name`` that is dropped at the end."""
    server = database.server()
    base_database.install(server, name, "open_banking_recon")
    try:
        with farm(server, name, MODULE) as odoo:
            _run(odoo, 0, 1, accounts, transactions)
            return [
                _run(odoo, number, count, accounts, transactions)
                for number, count in enumerate(workers, 1)
            ]
    finally:
        odoo_databases.drop(server, [name])


def _run(odoo: Farm, number: int, workers: int, accounts: int, transactions: int) -> Figure:
    with _bank(number, accounts, transactions) as bank:
        provider = odoo.ask(TODAY, "connect", bank.api_url)
        started = time.monotonic()
        results = odoo.work(TODAY, *[Job("work") for _worker in range(workers)])
        seconds = time.monotonic() - started
    for result in results:
        if result.outcome != "done":
            raise RuntimeError(f"{result.outcome}: {result.value}")
    [(lines, distinct)] = odoo.query(
        "SELECT count(*), count(DISTINCT line.payment_ref) FROM account_bank_statement_line line"
        "  JOIN open_banking_account account ON account.journal_id = line.journal_id"
        "  JOIN open_banking_consent consent ON consent.id = account.consent_id"
        " WHERE consent.provider_id = %s",
        provider,
    )
    return Figure(workers, seconds, lines, distinct, accounts * transactions)


@contextmanager
def _bank(seed: int, accounts: int, transactions: int) -> Iterator[LocalBank]:
    """A bank with books of its own: no two of one database may have the same account."""
    rng = random.Random(seed)
    data = to_json(build(TODAY.date(), 1))
    sample = next(row for row in data["transactions"] if row["status"] == "booked")
    opened = data["bank_accounts"][0]
    data["bank_accounts"] = [
        {**opened, "iban": french_iban(rng)[0], "resource_id": f"account-{number}"}
        for number in range(accounts)
    ]
    data["transactions"] = [
        _transaction(sample, account["iban"], seed, position, number)
        for position, account in enumerate(data["bank_accounts"])
        for number in range(transactions)
    ]
    with running_bank(data, lambda: TODAY, rules=Rules(page_size=500)) as local:
        yield local


def _transaction(
    sample: dict[str, Any], iban: str, seed: int, account: int, number: int
) -> dict[str, Any]:
    day = (TODAY - timedelta(days=number % DAYS)).date().isoformat()
    return {
        **sample,
        "id": f"{seed:02}{account:04}{number:08}",
        "account_iban": iban,
        "booking_date": day,
        "value_date": day,
        "amount": f"{1 + number / 100:.2f}",
        "remittance": [f"VIREMENT {seed} {account} {number}"],
    }


if __name__ == "__main__":
    sys.exit(main())
