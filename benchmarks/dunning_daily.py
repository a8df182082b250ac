"""Times the daily run of the customer follow-up on a generated book of open invoices.

    python -m benchmarks.dunning_daily [--invoices 10000] [--customers 2000] [--keep]

Prints seconds and queries of each part: late payment risk, planning (the first day, run twice, the
next day) and the receivables figures.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from tools import base_database, database, in_odoo

from . import odoo_databases

NAME = "bench_dunning_daily"
MODULES = "open_banking_recon,smart_dunning"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--invoices", type=int, default=10_000)
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--keep", action="store_true", help="keep the database")
    options = parser.parse_args(words)
    server = database.server()
    base_database.ensure(server)
    base_database.copy(server, NAME)
    try:
        odoo_databases.install(server, NAME, "-i", MODULES)
        sizes = (str(options.customers), str(options.invoices))
        in_odoo.call(server, NAME, "benchmarks.dunning_books:fill", *sizes, log_name="bench-fill")
        found = run(server, "daily")
        show(found, options.invoices)
    finally:
        if not options.keep:
            odoo_databases.drop(server, [NAME])
    return 0


def run(server: database.Server, function: str) -> dict[str, Any]:
    """What ``function`` of dunning_books printed as its result."""
    log = in_odoo.call(
        server, NAME, f"benchmarks.dunning_books:{function}", log_name="bench-daily", timeout_s=1800
    )
    line = next(line for line in log.splitlines() if line.startswith("RESULT "))
    found: dict[str, Any] = json.loads(line.removeprefix("RESULT "))
    return found


def show(found: dict[str, Any], invoices: int) -> None:
    print(f"{invoices} open invoices, {found['items']} followed up, messages {found['messages']}")
    for name, spent in found["parts"].items():
        print(f"  {name:24} {spent['seconds']:9.2f} s {spent['queries']:8d} queries")
    total = sum(spent["seconds"] for spent in found["parts"].values())
    print(f"  {'all':24} {total:9.2f} s")


if __name__ == "__main__":
    raise SystemExit(main())
