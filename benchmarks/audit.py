"""What the audit log costs: a million entries linked and verified, and its share of a matching run.

    python -m benchmarks.audit [--entries 1000000] [--lines 2000] [--keep]

Prints entries per second, the time verify takes, and which part of the time of a reconciliation run
is spent on the log (written and linked). Exit code 1 when verify finds a break or takes two minutes,
or when the log takes 5 % of a run.
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

NAME = "bench_audit"
MOST_SECONDS = 120.0
MOST_SHARE = 0.05


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--lines", type=int, default=2_000)
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
            "benchmarks.audit_run:measure",
            *(str(options.entries), str(options.lines), str(result)),
            log_name="bench-audit-run",
            timeout_s=3600,
        )
        figures: dict[str, Any] = json.loads(result.read_text("utf-8"))
    return show(figures)


def show(figures: dict[str, Any]) -> int:
    run_s, log_s = figures["run"], figures["log"]
    print(f"matching run: {figures['reconciled']} lines reconciled in {run_s:.1f} s")
    print(f"  of that the audit log: {log_s:.2f} s, {100 * log_s / run_s:.2f} %")
    written, linked = figures["written"], figures["linked"]
    count = figures["entries"]
    print(f"{count} entries written in {written:.1f} s and linked in {linked:.1f} s")
    print(f"verify: {figures['verify']:.1f} s for {figures['verified']} entries")
    print(f"  broken: {figures['broken'] or 'nothing'}")
    slow = figures["verify"] >= MOST_SECONDS or log_s >= MOST_SHARE * run_s
    return 1 if figures["broken"] or slow else 0


if __name__ == "__main__":
    sys.exit(main())
