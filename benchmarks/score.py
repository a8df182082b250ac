"""Compares automatic matches with what the lines really pay.

    python -m benchmarks.score --data DIR --predictions predictions.jsonl

DIR holds truth.csv as ``benchmarks.books`` and ``benchmarks.demo_books`` write it. A match is right
when it settles exactly the documents that the line pays, each with the amount that it pays of it.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from math import sqrt
from pathlib import Path
from typing import TypeVar

Line = TypeVar("Line", bound=Hashable)
CENT = Decimal("0.005")
Parts = dict[int, Decimal]  # by document


class Verdict(str, Enum):
    RIGHT = "right"
    AMOUNTS = "amounts"  # the right documents, another amount of one of them
    WRONG = "wrong"  # other documents
    FALSE = "false"  # documents for a line that pays none
    MISSED = "missed"  # left to a person
    QUIET = "quiet"  # rightly left alone


MADE = (Verdict.RIGHT, Verdict.AMOUNTS, Verdict.WRONG, Verdict.FALSE)
PAYING = (Verdict.RIGHT, Verdict.AMOUNTS, Verdict.WRONG, Verdict.MISSED)


@dataclass(frozen=True)
class Truth:
    """What a line pays; ``parts`` is empty if it pays no document of the books."""

    parts: Parts
    class_name: str


@dataclass(frozen=True)
class Prediction:
    line_id: int
    parts: Parts
    confidence: float
    rule: str


@dataclass(frozen=True)
class Figures:
    """Counts of verdicts and what follows from them, as fractions."""

    counts: Counter[Verdict]

    @property
    def payable(self) -> int:
        return sum(self.counts[v] for v in PAYING)

    @property
    def made(self) -> int:
        return sum(self.counts[v] for v in MADE)

    @property
    def right(self) -> int:
        return self.counts[Verdict.RIGHT]

    @property
    def auto_match(self) -> float:
        """Right matches among the lines that pay a document."""
        return self.right / self.payable if self.payable else 0.0

    @property
    def precision(self) -> float:
        """Right matches among those made; 1 if none was made."""
        return self.right / self.made if self.made else 1.0


def wilson(right: int, made: int, z: float = 1.96) -> tuple[float, float]:
    """The interval of a share, at 95 % for ``z`` = 1.96. (0, 1) if nothing was made.

    Source: Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    if not made:
        return 0.0, 1.0
    share, square = right / made, z * z
    middle = share + square / (2 * made)
    spread = z * sqrt(share * (1 - share) / made + square / (4 * made * made))
    whole = 1 + square / made
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def read_truth(path: Path) -> dict[int, Truth]:
    with path.open(newline="", encoding="utf-8") as file:
        return {
            int(row["line_id"]): Truth(_parts(json.loads(row["allocations"])), row["class"])
            for row in csv.DictReader(file)
        }


def read_predictions(path: Path) -> dict[int, Prediction]:
    """By line. Raises ValueError for a line that is predicted twice."""
    found: dict[int, Prediction] = {}
    for text in path.read_text("utf-8").splitlines():
        row = json.loads(text)
        line_id = int(row["line_id"])
        if line_id in found:
            raise ValueError(f"line {line_id} is predicted twice")
        parts = _parts(row["allocations"])
        confidence = float(row.get("confidence", 1.0))
        found[line_id] = Prediction(line_id, parts, confidence, row.get("rule", ""))
    return found


def _parts(allocations: Iterable[tuple[int, float]]) -> Parts:
    parts: Counter[int] = Counter()
    for item, amount in allocations:
        parts[int(item)] += abs(Decimal(str(amount)))
    return dict(parts)


def judge(truth: Mapping[int, Truth], predictions: Mapping[int, Prediction]) -> dict[int, Verdict]:
    """By line of the truth. Raises KeyError for a prediction of an unknown line."""
    verdicts = {
        number: Verdict.MISSED if what.parts else Verdict.QUIET for number, what in truth.items()
    }
    for number, prediction in predictions.items():
        verdicts[number] = _verdict(truth[number].parts, prediction.parts)
    return verdicts


def _verdict(paid: Parts, matched: Parts) -> Verdict:
    if not paid:
        return Verdict.FALSE
    if paid.keys() != matched.keys():
        return Verdict.WRONG
    equal = all(abs(paid[item] - matched[item]) <= CENT for item in paid)
    return Verdict.RIGHT if equal else Verdict.AMOUNTS


def figures(verdicts: Iterable[Verdict]) -> Figures:
    return Figures(Counter(verdicts))


def by_class(truth: Mapping[Line, Truth], verdicts: Mapping[Line, Verdict]) -> dict[str, Figures]:
    """In the order of names; the keys of both name a line."""
    counts: dict[str, Counter[Verdict]] = {}
    for number, verdict in verdicts.items():
        counts.setdefault(truth[number].class_name, Counter())[verdict] += 1
    return {name: Figures(counts[name]) for name in sorted(counts)}


def curve(
    verdicts: Mapping[int, Verdict], predictions: Mapping[int, Prediction]
) -> list[tuple[float, Figures]]:
    """The figures if only matches of at least that confidence were posted, highest first."""
    payable = sum(verdict in PAYING for verdict in verdicts.values())
    counts: Counter[Verdict] = Counter({Verdict.MISSED: payable})
    points: list[tuple[float, Figures]] = []
    ordered = sorted(predictions.values(), key=lambda p: -p.confidence)
    for place, prediction in enumerate(ordered):
        verdict = verdicts[prediction.line_id]
        counts[verdict] += 1
        counts[Verdict.MISSED] -= verdict in PAYING
        last = place + 1 == len(ordered)
        if last or ordered[place + 1].confidence < prediction.confidence:
            points.append((prediction.confidence, Figures(counts.copy())))
    return points


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--predictions", required=True, type=Path)
    options = parser.parse_args()
    truth = read_truth(options.data / "truth.csv")
    predictions = read_predictions(options.predictions)
    verdicts = judge(truth, predictions)
    total = figures(verdicts.values())
    low, high = wilson(total.right, total.made)
    print(f"{len(truth)} lines, {total.payable} of them pay documents of the books")
    print(f"automatic {total.made}, right {total.right}, wrong {total.made - total.right}")
    print(f"auto-match rate {total.auto_match:.2%}")
    print(f"precision {total.precision:.2%} (95 %: {low:.2%} to {high:.2%})")
    for rule, count in Counter(p.rule for p in predictions.values()).most_common():
        print(f"  {rule:28} {count:5d}")
    for number, prediction in predictions.items():
        if verdicts[number] is not Verdict.RIGHT:
            print(f"wrong: {prediction}, truth {truth[number]}")


if __name__ == "__main__":
    main()
