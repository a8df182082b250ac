"""Measures how the time and memory of the matching grow with the books.

    python -m benchmarks.scaling [--sizes 2000,20000,200000] [--repeat 1]

For each size it makes books of so many documents and a quarter as many bank lines, always the same
ones, and matches them in a process of its own. The last column is seconds / (n log n), n being
documents and lines, as a multiple of that of the first size: 1 or less means that the time grows no
faster than n log n.
"""

from __future__ import annotations

import argparse
import resource
import sys
from math import log
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "addons" / "open_banking_recon"))

from benchmarks.random_books import make_books
from recon_core.matching import Decision, match

_LINES_SHARE = 4


class Measure(NamedTuple):
    """``seconds`` are those of one core in ``match``, the best of all runs; ``peak_mib`` is the
    largest size of the process, the books included."""

    documents: int
    lines: int
    automatic: int
    seconds: float
    peak_mib: float

    @property
    def n_log_n(self) -> float:
        n = self.documents + self.lines
        return n * log(n)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="2000,20000,200000", help="documents, by commas")
    parser.add_argument("--repeat", type=int, default=1, help="runs of which the best counts")
    options = parser.parse_args()
    first: Measure | None = None
    print("documents    lines  automatic   seconds   lines/s   peak MiB   relative to n log n")
    for size in map(int, options.sizes.split(",")):
        with get_context("spawn").Pool(1) as pool:
            found = pool.apply(measure, (size, options.repeat))
        first = first or found
        relative = found.seconds / found.n_log_n * first.n_log_n / first.seconds
        print(
            f"{found.documents:9} {found.lines:8} {100 * found.automatic / found.lines:8.1f} %"
            f" {found.seconds:9.2f} {found.lines / found.seconds:9.0f} {found.peak_mib:10.0f}"
            f" {relative:21.2f}",
            flush=True,
        )


def measure(documents: int, repeat: int) -> Measure:
    """One size, measured in this process."""
    books = make_books(documents, documents // _LINES_SHARE)
    times = []
    for _ in range(repeat):
        started = process_time()
        results = match(books.lines, books.items, books.partners)
        times.append(process_time() - started)
    return Measure(
        documents=documents,
        lines=len(books.lines),
        automatic=sum(result.decision is Decision.AUTO for result in results),
        seconds=min(times),
        peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


if __name__ == "__main__":
    main()
