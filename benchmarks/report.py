"""The figures of runs as a page of Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import score
from .match import rows
from .score import Figures, Prediction, Truth, Verdict

SHORTEST = 10  # classes with fewer lines than that are one row
MAX_WRONG = 60  # wrong matches shown


@dataclass(frozen=True)
class Run:
    """One matcher over one data set."""

    name: str
    data: Path
    truth: dict[int, Truth]
    predictions: dict[int, Prediction]
    verdicts: dict[int, Verdict]
    documents: int
    seconds: float
    peak_mib: int

    @property
    def figures(self) -> Figures:
        return score.figures(self.verdicts.values())


def page(runs: Sequence[Run]) -> str:
    return "\n".join(
        [
            "# Benchmark of the automatic matching",
            "",
            "Made by `make bench` on generated books (`benchmarks/books`). The matches are those that",
            "would be posted without a person, with default policy and nothing learned.",
            "",
            *_totals(runs),
            "",
            *_classes(runs),
            "",
            *_wrong(runs),
            "",
        ]
    )


def _table(header: Sequence[str], lines: Sequence[Sequence[object]]) -> list[str]:
    return [
        f"| {' | '.join(header)} |",
        f"|{'---|' * len(header)}",
        *(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines),
    ]


def _totals(runs: Sequence[Run]) -> list[str]:
    header = (
        *("books", "documents x lines", "pay a document", "auto-match", "precision", "95 %"),
        *("wrong", "false", "lines/s", "s", "peak MiB"),
    )
    lines = []
    for run in runs:
        found, count = run.figures, len(run.truth)
        low, high = score.wilson(found.right, found.made)
        wrong = found.counts[Verdict.WRONG] + found.counts[Verdict.AMOUNTS]
        lines.append(
            (
                *(run.name, f"{run.documents:,} x {count:,}", f"{found.payable / count:.1%}"),
                *(f"{found.auto_match:.2%}", f"{found.precision:.2%}"),
                *(f"{low:.2%} to {high:.2%}", wrong, found.counts[Verdict.FALSE]),
                *(f"{count / run.seconds:,.0f}", f"{run.seconds:.2f}", run.peak_mib),
            )
        )
    return [
        *_table(header, lines),
        "",
        "Auto-match: lines matched right by themselves, of those that pay a document. Precision: right",
        "matches of those made; right = exactly the documents paid, each with the amount paid of it.",
        "False: something was matched with a line that pays no document.",
    ]


def _classes(runs: Sequence[Run]) -> list[str]:
    truth = {(run.name, n): what for run in runs for n, what in run.truth.items()}
    verdicts = {(run.name, n): v for run in runs for n, v in run.verdicts.items()}
    classes = score.by_class(truth, verdicts)
    shown = {n: f for n, f in classes.items() if f.counts.total() >= SHORTEST}
    rest = sum((f.counts for n, f in classes.items() if n not in shown), Counter())
    if rest:
        shown[f"(classes of fewer than {SHORTEST} lines)"] = Figures(rest)
    lines = [
        (name, f.counts.total(), *(f.counts[verdict] or "" for verdict in Verdict))
        for name, f in shown.items()
    ]
    header = ("class", "lines", *(verdict.value for verdict in Verdict))
    return ["## By class, all books together", "", *_table(header, lines)]


def _wrong(runs: Sequence[Run]) -> list[str]:
    bad = (Verdict.WRONG, Verdict.AMOUNTS, Verdict.FALSE)
    lines = []
    for run in runs:
        at_fault = [number for number, verdict in run.verdicts.items() if verdict in bad]
        if not at_fault:
            continue
        texts = {int(row["id"]): row for row in rows(run.data / "statement_lines.csv")}
        numbers = {int(row["id"]): row["number"] for row in rows(run.data / "open_items.csv")}
        for number in at_fault:
            row, prediction, what = texts[number], run.predictions[number], run.truth[number]
            text = f"{row['remittance_unstructured']} {row['counterparty_name']}".strip()
            lines.append(
                (
                    *(run.name, number, what.class_name, prediction.rule, row["amount"]),
                    *(f"`{text}`", _said(prediction.parts, numbers), _said(what.parts, numbers)),
                )
            )
    header = ("books", "line", "class", "rule", "amount", "text", "matched", "pays")
    if not lines:
        return ["## Wrong matches", "", "None."]
    left = [f"... and {len(lines) - MAX_WRONG} more"] if len(lines) > MAX_WRONG else []
    return ["## Wrong matches", "", *_table(header, lines[:MAX_WRONG]), *left]


def _said(parts: score.Parts, numbers: dict[int, str]) -> str:
    return ", ".join(f"{numbers[item]}: {amount}" for item, amount in parts.items()) or "nothing"
