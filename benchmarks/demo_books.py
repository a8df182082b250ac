"""Writes the demo company's books and bank lines as the CSV files that ``benchmarks.match`` reads.

    python -m benchmarks.demo_books --as-of 2026-11-23 --seed 1 --out DIR

The bank lines take the same way as in the product: JSON of the sandbox bank, then the normaliser.
DIR also gets truth.csv, what every line really pays; only ``benchmarks.score`` reads it.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "addons" / "open_banking_recon"))

from recon_core.normalisers import berlin_group as normalise
from recon_core.types import BankTransaction, TransactionStatus
from sandbox import wire
from sandbox.dataset import build, to_json
from sandbox.demo_data.model import DemoData, Document, Truth


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args()
    data = build(options.as_of, options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    people = [*data.customers, *data.vendors]
    partner_ids = {person.ref: number for number, person in enumerate(people, start=1)}
    documents = [*data.invoices, *data.credit_notes, *data.bills, *data.paper_bills]
    document_ids = {document.number: n for n, document in enumerate(documents, start=1)}
    write_csv(
        options.out / "partners.csv",
        (
            {"id": partner_ids[p.ref], "name": p.name, "ibans": p.iban, "country": p.country}
            | {"variants": ""}
            for p in people
        ),
    )
    write_csv(
        options.out / "open_items.csv",
        (item_row(document_ids[d.number], d, partner_ids[d.partner_ref]) for d in documents),
    )
    lines = dict(enumerate(booked_lines(data), start=1))
    write_csv(options.out / "statement_lines.csv", (line_row(n, t) for n, t in lines.items()))
    write_csv(
        options.out / "truth.csv",
        (truth_row(n, data.truth[t.transaction_id], document_ids) for n, t in lines.items()),
    )
    print(f"{options.out}: {len(lines)} lines, {len(documents)} documents, {len(people)} partners")


def booked_lines(data: DemoData) -> list[BankTransaction]:
    """The booked transactions of all accounts, as the connector would give them."""
    accounts = [account.iban for account in data.bank_accounts]
    found = (
        normalise.transaction(
            wire.transaction(entry), TransactionStatus.BOOKED, entry["account_iban"]
        )
        for entry in to_json(data)["transactions"]
        if entry["status"] == "booked" and entry["account_iban"] in accounts
    )
    return [line for line in found if line is not None]


def item_row(number: int, document: Document, partner_id: int) -> dict[str, object]:
    return {
        "id": number,
        "partner_id": partner_id,
        "move_type": document.kind,
        "number": document.number,  # of a bill the vendor's own, as the add-on passes it
        "currency": "EUR",
        "amount_residual": document.total,
        "amount_total": document.total,
        "invoice_date": document.invoice_date,
        "due_date": document.due_date,
        "partner_ref": document.purchase_order,
        "structured_ref": document.structured_ref,
        "payment_batch": "",
    }


def line_row(number: int, line: BankTransaction) -> dict[str, object]:
    return {
        "id": number,
        "booking_date": line.booking_date,
        "amount": line.amount,
        "currency": line.currency,
        "remittance_unstructured": line.remittance_unstructured,
        "remittance_structured": line.creditor_reference,
        "counterparty_name": line.counterparty_name,
        "counterparty_iban": line.counterparty_iban,
        "end_to_end_id": line.end_to_end_id,
        "bank_transaction_code": line.bank_tx_code,
        "instructed_amount": line.instructed_amount or "",
        "instructed_currency": line.instructed_currency,
    }


def truth_row(number: int, what: Truth, document_ids: Mapping[str, int]) -> dict[str, object]:
    parts = [[document_ids[part.number], float(part.amount)] for part in what.documents]
    return {"line_id": number, "allocations": json.dumps(parts), "class": what.kind}


def write_csv(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """``rows`` have equal keys; there is at least one."""
    rows = list(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
