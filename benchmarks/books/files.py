"""Writes a ledger as the CSV files that the matchers read, and apart from them the truth."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from .ledger import Ledger
from .model import Item, Line

PARTNERS = ("id", "name", "variants", "ibans", "country")
ITEMS = (
    *("id", "partner_id", "move_type", "number", "partner_ref", "structured_ref"),
    *("invoice_date", "due_date", "currency", "amount_total", "amount_residual", "payment_batch"),
)
LINES = (
    *("id", "booking_date", "value_date", "amount", "currency", "remittance_unstructured"),
    *("remittance_structured", "counterparty_name", "counterparty_iban", "end_to_end_id"),
    *("bank_transaction_code", "instructed_amount", "instructed_currency"),
)
TRUTH = ("line_id", "allocations", "class", "kind", "ref_given", "alternatives")


def write(ledger: Ledger, folder: Path) -> None:
    """Four files in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    people = (
        (p.id, p.name, "|".join(p.known_variants), "|".join(p.known_ibans), p.country)
        for p in ledger.partners
    )
    _csv(folder / "partners.csv", PARTNERS, people)
    _csv(folder / "open_items.csv", ITEMS, map(_item, ledger.items))
    _csv(folder / "statement_lines.csv", LINES, map(_line, ledger.lines))
    _csv(folder / "truth.csv", TRUTH, map(_truth, ledger.lines))


def _csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _item(item: Item) -> tuple[object, ...]:
    return (
        *(item.id, item.partner.id, item.move_type, item.number, item.partner_ref),
        *(item.structured_ref, item.invoice_date, item.due_date, item.currency),
        *(item.total, item.residual, item.payment_batch),
    )


def _line(line: Line) -> tuple[object, ...]:
    shown = line.transfer
    amount, currency = shown.instructed or ("", "")
    return (
        *(line.id, line.booking_date, line.value_date, shown.amount, shown.currency),
        *(shown.text, shown.structured, shown.name, shown.iban, shown.end_to_end_id),
        *(shown.code, amount, currency),
    )


def _truth(line: Line) -> tuple[object, ...]:
    what = line.truth
    others = [_parts(parts) for parts in what.alternatives]
    return (
        *(line.id, json.dumps(_parts(what.parts)), what.class_name, what.kind),
        *(int(what.names_documents), json.dumps(others)),
    )


def _parts(parts: Sequence[tuple[Item, Decimal]]) -> list[list[float]]:
    return [[item.id, float(amount)] for item, amount in parts]
