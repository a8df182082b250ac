"""How fast new transactions become bank lines, beside a bare create() of the same lines.

    python -m benchmarks.odoo_sync [--transactions 10000] [--pages 1 10 40] [--keep]

In one database and one process, in turns: pages of transactions go the way of a fetch (recognised,
then stored in chunks that are committed), and the same lines are created by Odoo's batched create()
alone, with the same chunks and commits. Prints both rates, their ratio, and how many queries it takes
to recognise a read of so many pages. Exit code 1 below 70 %.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools import base_database, database, in_odoo
from tools.console import step

NAME = "bench_sync"
LEAST = 0.7


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--transactions", type=int, default=10_000)
    parser.add_argument("--pages", type=int, nargs="+", default=[1, 10, 40], metavar="N")
    parser.add_argument("--keep", action="store_true", help="go on with the database that is there")
    options = parser.parse_args(words)
    server = database.server()
    if not options.keep:
        with step("Odoo with our add-on"):
            base_database.install(server, NAME, "open_banking_recon")
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "figures.json"
        in_odoo.call(
            server,
            NAME,
            "benchmarks.odoo_sync_run:measure",
            *(str(options.transactions), json.dumps(options.pages), str(result)),
            log_name="bench-sync-run",
            timeout_s=3600,
        )
        figures: dict[str, Any] = json.loads(result.read_text("utf-8"))
    return show(options.transactions, figures)


def show(count: int, figures: dict[str, Any]) -> int:
    for name in ("ours", "bare"):
        seconds = figures[name]
        print(f"{name}: {count} lines in {seconds:.1f} s, {count / seconds:.1f} lines/s")
    known = figures["known"]
    print(f"ours, all known already: {known:.1f} s, {count / known:.1f} transactions/s")
    ratio = figures["bare"] / figures["ours"]
    print(f"ours reaches {ratio:.0%} of the rate of a bare create() (at least {LEAST:.0%})")
    for pages, queries in figures["queries"]:
        print(f"  {queries} queries to recognise a read of {pages} pages of 100")
    return 0 if ratio >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
