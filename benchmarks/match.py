"""Runs the matching kernel over a data set and writes its automatic matches.

    python -m benchmarks.match --data DIR --out predictions.jsonl [--labels FILE]

DIR holds partners.csv, open_items.csv and statement_lines.csv. FILE holds what some of the lines
really pay, as rows (CSV) or objects (JSON lines) with ``line_id`` and ``allocations``: they are
learned from, taken as reconciled, and no longer matched. Nothing else is read.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "addons" / "open_banking_recon"))

from recon_core.matching import (
    Allocation,
    Decision,
    Lesson,
    LineResult,
    MoveType,
    OpenItem,
    Partner,
    StatementLine,
    learn,
    match,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--labels", type=Path, help="decided lines to learn from")
    parser.add_argument("--all", action="store_true", help="also write suggestions")
    options = parser.parse_args()
    partners = [read_partner(r) for r in rows(options.data / "partners.csv")]
    items = [read_item(r) for r in rows(options.data / "open_items.csv")]
    lines = [read_line(r) for r in rows(options.data / "statement_lines.csv")]
    lines = with_equivalents(lines, items)
    experience = None
    if options.labels:
        lessons = read_lessons(options.labels, lines)
        started = perf_counter()
        experience = learn(lessons, items, partners)
        print(f"learned from {len(lessons)} lines in {perf_counter() - started:.2f} s")
        items = settled(items, lessons)
        decided = {lesson.line.id for lesson in lessons}
        lines = [line for line in lines if line.id not in decided]
    started, worked = perf_counter(), process_time()
    results = match(lines, items, partners, experience=experience)
    seconds, worked = perf_counter() - started, process_time() - worked
    wanted = {Decision.AUTO, Decision.SUGGEST} if options.all else {Decision.AUTO}
    write(results, options.out, wanted)
    print(
        f"{len(lines)} lines, {len(items)} documents: {seconds:.2f} s ({worked:.2f} s of one core), "
        f"{len(lines) / seconds:.0f} lines/s"
    )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")
    for decision, count in Counter(r.decision.value for r in results).most_common():
        print(f"{decision:10} {count:6d}  {100 * count / len(lines):5.1f} %")
    for reason, count in Counter(r.reason.value for r in results).most_common():
        print(f"  {reason:14} {count:6d}")


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def with_equivalents(lines: list[StatementLine], items: list[OpenItem]) -> list[StatementLine]:
    """``lines`` with what they are worth in the currencies of ``items``, at the median rate of those
    lines for which the bank names both amounts: DIR holds no rates."""
    rates: dict[tuple[str, str], list[Decimal]] = {}
    for line in lines:
        if line.instructed_amount and line.instructed_currency != line.currency and line.amount:
            key = (line.currency, line.instructed_currency)
            rates.setdefault(key, []).append(abs(line.instructed_amount / line.amount))
    middle = {key: median(found) for key, found in rates.items()}
    wanted = {item.currency for item in items}
    return [
        replace(
            line,
            equivalents={
                currency: round(abs(line.amount) * rate, 2)
                for (own, currency), rate in middle.items()
                if own == line.currency and currency in wanted
            },
        )
        for line in lines
    ]


def read_lessons(path: Path, lines: list[StatementLine]) -> list[Lesson]:
    """The lines of ``path`` with what they really pay. Raises KeyError for a line not in ``lines``."""
    by_id = {line.id: line for line in lines}
    text = path.read_text("utf-8")
    if text.lstrip().startswith("{"):
        decided = [json.loads(row) for row in text.splitlines() if row.strip()]
    else:
        decided = [
            {**row, "allocations": json.loads(row["allocations"] or "[]")}
            for row in csv.DictReader(text.splitlines())
        ]
    return [
        Lesson(
            by_id[int(row["line_id"])],
            tuple(Allocation(int(item), abs(Decimal(str(a)))) for item, a in row["allocations"]),
        )
        for row in decided
    ]


def settled(items: list[OpenItem], lessons: list[Lesson]) -> list[OpenItem]:
    """``items`` with what ``lessons`` paid of them taken off."""
    paid: Counter[int] = Counter()
    for lesson in lessons:
        for part in lesson.allocations:
            paid[part.item_id] += part.amount
    return [
        replace(item, amount_residual=max(item.amount_residual - paid[item.id], Decimal(0)))
        if item.id in paid
        else item
        for item in items
    ]


def read_partner(row: dict[str, str]) -> Partner:
    return Partner(
        id=int(row["id"]),
        name=row["name"],
        aliases=tuple(filter(None, row["variants"].split("|"))),
        ibans=tuple(filter(None, row["ibans"].split("|"))),
        country=row["country"],
    )


def read_item(row: dict[str, str]) -> OpenItem:
    return OpenItem(
        id=int(row["id"]),
        partner_id=int(row["partner_id"]),
        move_type=MoveType(row["move_type"]),
        number=row["number"],
        currency=row["currency"],
        amount_residual=Decimal(row["amount_residual"]),
        amount_total=Decimal(row["amount_total"]),
        invoice_date=date.fromisoformat(row["invoice_date"]),
        due_date=date.fromisoformat(row["due_date"]),
        partner_ref=row["partner_ref"],
        structured_ref=row["structured_ref"],
        references=tuple(filter(None, [row["payment_batch"]])),
    )


def read_line(row: dict[str, str]) -> StatementLine:
    instructed = row["instructed_amount"]
    return StatementLine(
        id=int(row["id"]),
        booking_date=date.fromisoformat(row["booking_date"]),
        amount=Decimal(row["amount"]),
        currency=row["currency"],
        remittance_unstructured=row["remittance_unstructured"],
        remittance_structured=row["remittance_structured"],
        counterparty_name=row["counterparty_name"],
        counterparty_iban=row["counterparty_iban"],
        end_to_end_id=row["end_to_end_id"],
        bank_tx_code=row["bank_transaction_code"],
        instructed_amount=Decimal(instructed) if instructed else None,
        instructed_currency=row["instructed_currency"],
    )


def write(results: list[LineResult], path: Path, wanted: set[Decision]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for result in results:
            if result.decision not in wanted or not result.proposals:
                continue
            best = result.proposals[0]
            allocations = [[a.item_id, float(a.amount)] for a in best.allocations]
            prediction = {
                "line_id": result.line_id,
                "allocations": allocations,
                "confidence": round(best.probability, 6),
                "rule": best.rule,
            }
            file.write(json.dumps(prediction) + "\n")


if __name__ == "__main__":
    main()
