"""The demo data set: a French company with its documents and what its bank tells.

``python -m sandbox.dataset --as-of 2026-11-23 --out demo.json`` writes it as JSON. The same date
and seed give the same bytes: nothing here looks at a clock.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from .demo_data import documents, identifiers, parties
from .demo_data import history as past
from .demo_data.customer_payments import Desk, customer_movements
from .demo_data.model import Account, Company, DemoData, Document, Transaction, Truth
from .demo_data.movement import Movement, Period
from .demo_data.other_movements import other_movements, vendor_payments

_FORMAT_VERSION = 1


def build(as_of: date, seed: int = 1) -> DemoData:
    """The data set as of a day: documents of five months, bank movements of the last 75 days."""
    period = Period(as_of)
    company = parties.company(_rng(seed, "company"))
    customers = parties.customers(_rng(seed, "customers"))
    vendors = parties.vendors(_rng(seed, "vendors"))
    invoices = documents.invoices(_rng(seed, "invoices"), as_of, customers)
    credit_notes = documents.credit_notes(_rng(seed, "credit notes"), as_of, invoices)
    bills, paper_bills = documents.bills(_rng(seed, "bills"), as_of, vendors)
    main, second = accounts = _accounts(_rng(seed, "accounts"), company, period)
    desk = Desk(_rng(seed, "payments"), period, accounts, invoices, customers)
    movements = [
        *customer_movements(desk, credit_notes),
        *vendor_payments(_rng(seed, "vendor payments"), period, main, vendors, bills, paper_bills),
        *other_movements(_rng(seed, "others"), period, main, second),
    ]
    transactions, truth = _numbered(movements)
    return DemoData(
        as_of=as_of,
        seed=seed,
        company=company,
        customers=customers,
        vendors=vendors,
        invoices=invoices,
        credit_notes=credit_notes,
        bills=bills,
        history=past.history(_rng(seed, "history"), as_of, customers),
        paper_bills=paper_bills,
        bank_accounts=accounts,
        transactions=transactions,
        truth=truth,
    )


def to_json(data: DemoData) -> dict[str, Any]:
    """The data set in JSON types: amounts and dates as text, documents with their totals."""
    plain: dict[str, Any] = {"version": _FORMAT_VERSION, **_plain(asdict(data))}
    for name in ("invoices", "credit_notes", "bills", "paper_bills"):
        items: Sequence[Document] = getattr(data, name)
        for entry, item in zip(plain[name], items, strict=True):
            totals = {"untaxed": item.untaxed, "tax": item.tax, "total": item.total}
            entry.update(_plain(totals))
    return plain


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.dataset", description=__doc__)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    data = build(options.as_of, options.seed)
    options.out.write_text(json.dumps(to_json(data), ensure_ascii=False, indent=1), "utf-8")
    print(
        f"{options.out}: {len(data.customers)} customers, {len(data.invoices)} invoices, "
        f"{len(data.bills)} bills, {len(data.transactions)} transactions"
    )
    return 0


def _rng(seed: int, purpose: str) -> random.Random:
    """A generator of its own for every purpose: more customers must not change the bills."""
    return random.Random(f"{seed}:{purpose}")


def _accounts(rng: random.Random, company: Company, period: Period) -> tuple[Account, Account]:
    main_iban, main_bic = identifiers.french_iban(rng, "30004")
    second_iban, second_bic = identifiers.french_iban(rng, "16958")
    return (
        Account(
            "acc-main", main_iban, main_bic, "Compte courant", "Compte professionnel",
            company.name, Decimal("64250.18"), period.start,
        ),
        Account(
            "acc-second", second_iban, second_bic, "Compte boutique en ligne", "Compte pro web",
            company.name, Decimal("5230.40"), period.start,
        ),
    )  # fmt: skip


def _numbered(
    movements: list[Movement],
) -> tuple[tuple[Transaction, ...], dict[str, Truth]]:
    """Transactions in the order of the bank, numbered, with their truth by number."""
    ordered = sorted(
        movements,
        key=lambda pair: (pair[0].booking_date or date.max, pair[0].account_iban, pair[0].amount),
    )
    transactions = []
    truth = {}
    for index, (transaction, what) in enumerate(ordered, start=1):
        identity = f"{transaction.value_date:%Y%m%d}{index:06d}"
        transactions.append(replace(transaction, id=identity))
        truth[identity] = what
    return tuple(transactions), truth


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
