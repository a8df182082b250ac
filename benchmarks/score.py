"""Compares automatic matches with what the lines really pay.

    python -m benchmarks.score --data DIR --predictions predictions.jsonl

DIR holds truth.jsonl as written by ``benchmarks.demo_books``. A match is right when it settles
exactly the documents that the line pays.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--predictions", required=True, type=Path)
    options = parser.parse_args()
    truth = {row["line_id"]: row for row in read(options.data / "truth.jsonl")}
    predictions = read(options.predictions)
    wrong = [p for p in predictions if not is_right(p, truth[p["line_id"]])]
    payable = sum(bool(row["items"]) for row in truth.values())
    right = len(predictions) - len(wrong)
    print(f"{len(truth)} lines, {payable} of them pay documents of the books")
    print(f"automatic {len(predictions)}, right {right}, wrong {len(wrong)}")
    for rule, count in Counter(p["rule"] for p in predictions).most_common():
        print(f"  {rule:28} {count:5d}")
    for prediction in wrong:
        print(f"wrong: {json.dumps(prediction)}, truth {truth[prediction['line_id']]['items']}")


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def is_right(prediction: dict[str, Any], truth: dict[str, Any]) -> bool:
    return sorted(item for item, _amount in prediction["allocations"]) == truth["items"]


if __name__ == "__main__":
    main()
