"""The measurements of ``benchmarks.odoo_sync``. Runs inside Odoo (see ``tools.in_odoo``)."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

from .odoo_load import chunks

CHUNK = 250  # as the synchronisation does
PAGE = 100
TURNS = 4  # parts measured in turns: what the machine does meanwhile meets both
FIRST, LAST = date(2026, 8, 1), date(2026, 10, 29)


def measure(env: Any, count: str, pages: str, result_file: str) -> None:
    transactions = _transactions(int(count))
    runs = [_run(env, _journal(env, name)) for name in ("Ours", "Bare")]
    ours = bare = 0.0
    for number in range(TURNS):
        # whole days: what else the window holds would count as not told any more
        part = transactions[number * len(transactions) // TURNS :][: len(transactions) // TURNS]
        runs[0].write({"date_from": part[0].booking_date, "date_to": part[-1].booking_date})
        turn = [lambda part=part: _ours(runs[0], part), lambda part=part: _bare(runs[1], part)]
        if number % 2:
            bare += _seconds(env, turn[1])
            ours += _seconds(env, turn[0])
        else:
            ours += _seconds(env, turn[0])
            bare += _seconds(env, turn[1])
    runs[0].write({"date_from": FIRST, "date_to": LAST})
    figures = {
        "ours": ours,
        "bare": bare,
        "known": _seconds(env, lambda: _ours(runs[0], transactions)),
        "queries": [
            (number, _queries(runs[0], transactions[: number * PAGE]))
            for number in json.loads(pages)
        ],
    }
    Path(result_file).write_text(json.dumps(figures), "utf-8")


def _ours(run: Any, transactions: Sequence[Any]) -> None:
    run._store_window(run.journal_id, transactions, "v1")


def _bare(run: Any, transactions: Sequence[Any]) -> None:
    """The same lines with the same values; no question whether they are there."""
    Line = run.env["account.bank.statement.line"].with_context(tracking_disable=True)
    values = [
        Line._vals_from_transaction(run.journal_id, f"bare:{entry.transaction_id}", entry)
        for entry in transactions
    ]
    for part in chunks(values, CHUNK):
        Line.create(part)
        run.env.cr.commit()


def _seconds(env: Any, work: Callable[[], None]) -> float:
    env.invalidate_all()
    started = perf_counter()
    work()
    env.cr.commit()
    return perf_counter() - started


def _queries(run: Any, transactions: Sequence[Any]) -> int:
    run.env.flush_all()
    run.env.invalidate_all()
    before = run.env.cr.sql_log_count
    run.env["open.banking.identity"]._recognise(run.journal_id, transactions, (FIRST, LAST))
    count: int = run.env.cr.sql_log_count - before
    return count


def _journal(env: Any, name: str) -> Any:
    return env["account.journal"].create({"name": name, "type": "bank"})


def _run(env: Any, journal: Any) -> Any:
    """A fetch into ``journal`` that has read everything."""
    provider = env["open.banking.provider"].create(
        {"name": journal.name, "code": "berlin_group", "base_url": "https://bank.example"}
    )
    account = env["open.banking.account"].create(
        {
            "name": journal.name,
            "consent_id": env["open.banking.consent"].create({"provider_id": provider.id}).id,
            "company_id": journal.company_id.id,
            "currency_id": journal.company_id.currency_id.id,
            "journal_id": journal.id,
        }
    )
    return env["open.banking.sync"].create(
        {
            "account_id": account.id,
            "journal_id": journal.id,
            "started_at": "2026-10-30 00:00:00",
            "date_from": FIRST,
            "date_to": LAST,
        }
    )


def _transactions(count: int) -> list[Any]:
    # only inside Odoo, where the add-on is a package
    from odoo.addons.open_banking_recon.recon_core.types import (  # noqa: PLC0415
        BankTransaction,
        TransactionStatus,
    )

    rng = random.Random(1)
    days = (LAST - FIRST).days + 1
    return [
        BankTransaction(
            amount=Decimal(rng.randrange(-500_000, 500_000) or 1) / 100,
            currency="EUR",
            status=TransactionStatus.BOOKED,
            booking_date=day,
            value_date=day,
            transaction_id=f"T{number}",
            end_to_end_id=f"E2E{number}",
            counterparty_name=f"Customer {number % 300}",
            counterparty_iban=f"FR76300060000112345{number % 300:08d}",
            remittance_unstructured=f"VIR SEPA RECU FACTURE FAC/2026/{number:05d}",
            bank_tx_code="PMNT-RCDT-ESCT",
        )
        for number in range(count)
        for day in (FIRST + timedelta(days=number * TURNS // count * days // TURNS),)
    ]
