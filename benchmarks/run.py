"""``make bench``: generated books, the automatic matching over them, figures and a plot.

Everything is made anew in .artifacts/bench; the figures are in .artifacts/bench.md and bench.svg.
The kernel matches all books, Odoo with the add-on those of one profile as well.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from . import plot, report, score
from .books import files
from .books.make import books
from .books.profiles import PROFILES
from .report import Run

ROOT = Path(__file__).resolve().parents[1]
ARTIFACTS = ROOT / ".artifacts"
SEED = 1
SMALL, LARGE = (2000, 500), (20000, 5000)
LARGE_PROFILE = THROUGH_ODOO = "wholesale"
LIMIT_S = 1800
SECONDS = re.compile(r"\d+ lines(?:, \d+ documents:| in) ([\d.]+) s\b")
PEAK = re.compile(r"peak memory (\d+) MiB")


def main() -> None:
    sizes = {name: (name, *SMALL) for name in PROFILES}
    sizes[f"{LARGE_PROFILE}, large"] = (LARGE_PROFILE, *LARGE)
    runs, curves = [], {}
    for title, (profile, documents, lines) in sizes.items():
        folder = ARTIFACTS / "bench" / f"{profile}-{documents}"
        files.write(books(PROFILES[profile], documents, lines, SEED), folder)
        run = measured(title, folder, documents, "benchmarks.match")
        runs.append(run)
        curves[title] = curve(folder, run)
        print(f"{title}: {run.figures.auto_match:.1%} at {run.figures.precision:.2%}", flush=True)
    points = {run.name: (run.figures.auto_match, run.figures.precision) for run in runs}
    folder = ARTIFACTS / "bench" / f"{THROUGH_ODOO}-{SMALL[0]}"
    title = f"{THROUGH_ODOO}, in Odoo"
    runs.append(measured(title, folder, SMALL[0], "benchmarks.odoo_match", "--fresh"))
    (ARTIFACTS / "bench.md").write_text(report.page(runs), "utf-8")
    (ARTIFACTS / "bench.svg").write_text(plot.svg(curves, points), "utf-8")
    print(f"{ARTIFACTS / 'bench.md'}, {ARTIFACTS / 'bench.svg'}")


def measured(title: str, folder: Path, documents: int, matcher: str, *words: str) -> Run:
    """The matcher over ``folder`` in a process of its own, judged. Seconds are those it tells."""
    out = folder / f"{matcher.rpartition('.')[2]}{''.join(words)}.jsonl"
    told = subprocess.run(  # noqa: S603
        [sys.executable, "-m", matcher, "--data", str(folder), "--out", str(out), *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=LIMIT_S,
    ).stdout
    seconds, peak = SECONDS.search(told), PEAK.search(told)
    if seconds is None or peak is None:
        raise ValueError(f"{matcher} told no time or no memory: {told}")
    truth, predictions = score.read_truth(folder / "truth.csv"), score.read_predictions(out)
    verdicts = score.judge(truth, predictions)
    cost = {"seconds": float(seconds[1]), "peak_mib": int(peak[1])}
    return Run(title, folder, truth, predictions, verdicts, documents, **cost)


def curve(folder: Path, run: Run) -> list[tuple[float, float]]:
    """Auto-match rate and precision as the probability asked for falls, proposals counted too."""
    every = measured(run.name, folder, run.documents, "benchmarks.match", "--all")
    found = score.curve(every.verdicts, every.predictions)
    return [(figures.auto_match, figures.precision) for _confidence, figures in found]


if __name__ == "__main__":
    main()
