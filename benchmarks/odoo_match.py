"""Runs the automatic matching through Odoo on a data set and writes what was really reconciled.

    python -m benchmarks.odoo_match --data DIR --out predictions.jsonl [--floor] [--peer] [--keep]

DIR is a data set as ``benchmarks.match`` reads it. It is loaded into a database of its own (once for
each DIR), copied, matched by the cron's own method and checked: exit code 1 when the books are broken.

``--floor`` posts the same matches on another copy by Odoo's bare reconciliation in bulk; ``--peer``
lets the automatic reconciliation of OCA's account_reconcile_oca judge the same lines (or the first
``--peer-lines`` of them) and writes what it did beside OUT, as OUT.peer.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools import database, in_odoo

from . import odoo_books, odoo_databases, odoo_peer

Figures = dict[str, Any]


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--floor", action="store_true", help="compare with bare reconciliation")
    parser.add_argument("--peer", action="store_true", help="compare with account_reconcile_oca")
    parser.add_argument("--peer-lines", type=int, metavar="N", help="the peer judges N lines only")
    parser.add_argument("--again", action="store_true", help="run a second time")
    parser.add_argument("--fresh", action="store_true", help="load DIR again")
    parser.add_argument("--keep", action="store_true", help="keep the matched databases")
    options = parser.parse_args(words)
    server = database.server()
    names = odoo_databases.Names(options.data.resolve())
    try:
        return run(server, names, options)
    finally:
        if not options.keep:
            odoo_databases.drop(server, [names.ours, names.floor, names.peer])


def run(server: database.Server, names: odoo_databases.Names, options: argparse.Namespace) -> int:
    """Exit code: 1 when the books are broken after any of the runs."""
    odoo_databases.ensure_lines(server, names, fresh=options.fresh)
    odoo_databases.copy_for_matching(server, names.lines, names.ours)
    ours = in_process(server, names.ours, "benchmarks.odoo_run:match")
    predictions = odoo_books.matched(server, names.ours)
    write(predictions, options.out)
    lines = len(odoo_databases.line_rows(names))
    show("ours", {**ours, "lines": lines}, len(predictions))
    show_parts(ours["parts"])
    sound = check(server, names.ours, names.folder, predictions)
    if options.floor:
        sound &= run_floor(server, names, ours["seconds"], predictions)
    if options.again:
        again = in_process(server, names.ours, "benchmarks.odoo_run:match")
        more = len(odoo_books.matched(server, names.ours)) - len(predictions)
        waiting = lines - len(predictions)
        show("ours, again", {**again, "lines": waiting}, more)
        show_parts(again["parts"])
    if options.peer:
        sound &= run_peer(server, names, lines / ours["seconds"], options)
    return 0 if sound else 1


def in_process(server: database.Server, name: str, function: str, *arguments: str) -> Figures:
    """The figures that ``function`` writes when it runs in an Odoo of its own."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "figures.json"
        log = function.rpartition(":")[2] + "-" + name
        in_odoo.call(server, name, function, *arguments, str(result), log_name=log)
        figures: Figures = json.loads(result.read_text("utf-8"))
        return figures


def run_floor(
    server: database.Server,
    names: odoo_databases.Names,
    our_seconds: float,
    predictions: list[dict[str, Any]],
) -> bool:
    """Post the matches found on a copy where nothing is matched; whether the books are sound."""
    matches = odoo_books.counterparts(server, names.ours)
    odoo_databases.copy_for_matching(server, names.lines, names.floor)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "matches.json"
        file.write_text(json.dumps(matches), "utf-8")
        floor = in_process(server, names.floor, "benchmarks.odoo_floor:reconcile", str(file))
    show("floor", floor, len(matches))
    print(f"  ours reaches {floor['seconds'] / our_seconds:.0%} of the floor's speed")
    return check(server, names.floor, names.folder, predictions)


def run_peer(
    server: database.Server,
    names: odoo_databases.Names,
    our_speed: float,
    options: argparse.Namespace,
) -> bool:
    """Let the peer judge; whether the books are sound."""
    odoo_peer.prepare(server, names)
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "figures.json"
        odoo_peer.run(server, names, options.peer_lines, result)
        peer = json.loads(result.read_text("utf-8"))
    predictions = odoo_books.matched(server, names.peer, is_peer=True)
    write(predictions, options.out.with_name(options.out.name + ".peer"))
    show("peer", peer, len(predictions))
    print(
        f"  of that its automatic reconciliation, inside create(): {peer['matching_seconds']:.1f} s,"
        f" {peer['lines'] / peer['matching_seconds']:.1f} lines/s"
    )
    ratio = our_speed / (peer["lines"] / peer["matching_seconds"])
    print(f"  ours judges and posts {ratio:.1f} times the peer's lines in a second")
    return check(server, names.peer, names.folder, predictions)


def show(title: str, figures: Figures, reconciled: int) -> None:
    speed = figures["lines"] / figures["seconds"]
    print(
        f"{title}: {figures['lines']} lines in {figures['seconds']:.1f} s, {speed:.1f} lines/s;"
        f" {reconciled} reconciled with documents; CPU of Odoo {figures['cpu_seconds']:.1f} s,"
        f" peak memory {figures['peak_mib']:.0f} MiB"
    )


def show_parts(parts: dict[str, float]) -> None:
    for part, seconds in sorted(parts.items(), key=lambda found: -found[1]):
        print(f"  {part:12}{seconds:8.2f} s")


def check(
    server: database.Server, name: str, folder: Path, predictions: list[dict[str, Any]]
) -> bool:
    """Print what does not add up; True when all does."""
    found = odoo_books.faults(server, name, folder, predictions)
    for fault in found[:20]:
        print(f"  BROKEN {fault}")
    if found:
        print(f"  {len(found)} faults in the books", file=sys.stderr)
    else:
        print("  books: entries balanced, residuals and suspense account as they must be")
    return not found


def write(predictions: list[dict[str, Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(prediction) + "\n" for prediction in predictions)


if __name__ == "__main__":
    sys.exit(main())
