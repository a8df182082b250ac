"""Counts how often each category of matches is right, and writes it into the matching.

    python -m benchmarks.calibrate [--seeds 101,102,103,104,105,106] [--documents 8000] [--lines 2000]

Books of all profiles (``benchmarks.books``) are made and matched; the best proposal of each line is
compared with what the line really pays. The counts become ``recon_core/matching/measured.py``: the
precision that rules are admitted with, the probabilities that are stated, and the usual frequency of
each sign. Seeds below 100 are left for measuring.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "addons" / "open_banking_recon"))

from recon_core.matching import LineResult, match, measured
from recon_core.matching.learning import Lesson, signs_of, tally_of

from .books.files import write
from .books.make import books
from .books.profiles import PROFILES
from .match import read_item, read_lessons, read_line, read_partner, rows, with_equivalents

MEASURED = Path(measured.__file__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="101,102,103,104,105,106")
    parser.add_argument("--documents", type=int, default=8000)
    parser.add_argument("--lines", type=int, default=2000)
    options = parser.parse_args()
    right: Counter[str] = Counter()
    made: Counter[str] = Counter()
    signs: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    with tempfile.TemporaryDirectory() as folder:
        for name in sorted(PROFILES):
            for seed in options.seeds.split(","):
                out = Path(folder) / f"{name}-{seed}"
                write(books(PROFILES[name], options.documents, options.lines, int(seed)), out)
                lessons, results = matched(out)
                for lesson, result in zip(lessons, results, strict=True):
                    for category, tally in tally_of(result, lesson.allocations).items():
                        right[category] += tally.right
                        made[category] += tally.made
                    for is_right, codes in signs_of(result, lesson.allocations):
                        signs[is_right].update(codes)
                print(f"{name} {seed}: {sum(made.values())} proposals counted so far")
    MEASURED.write_text(as_module(right, made, signs), "utf-8")


def matched(folder: Path) -> tuple[list[Lesson], list[LineResult]]:
    """The truth and the result of each line of ``folder``, in one order."""
    found = [read_line(row) for row in rows(folder / "statement_lines.csv")]
    items = [read_item(row) for row in rows(folder / "open_items.csv")]
    partners = [read_partner(row) for row in rows(folder / "partners.csv")]
    lines = with_equivalents(found, items)
    lessons = read_lessons(folder / "truth.csv", lines)
    by_line = {result.line_id: result for result in match(lines, items, partners)}
    return lessons, [by_line[lesson.line.id] for lesson in lessons]


def as_module(right: Counter[str], made: Counter[str], signs: dict[bool, Counter[str]]) -> str:
    counted = "".join(f'    "{c}": ({right[c]}, {made[c]}),\n' for c in sorted(made))
    tables = {
        name: "".join(f'    "{code}": {count},\n' for code, count in sorted(found.items()))
        for name, found in (("RIGHT_SIGNS", signs[True]), ("WRONG_SIGNS", signs[False]))
    }
    return (
        '"""What was counted over generated books with known truth: written by ``benchmarks.calibrate``."""\n\n'
        "# (right, made) of each category of matches (matching.calibration).\n"
        f"CATEGORIES: dict[str, tuple[int, int]] = {{\n{counted}}}\n"
        "# How often right and wrong proposals showed each sign.\n"
        + "".join(f"{name}: dict[str, int] = {{\n{table}}}\n" for name, table in tables.items())
    )


if __name__ == "__main__":
    main()
