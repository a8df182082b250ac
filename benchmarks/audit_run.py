"""The part of ``benchmarks.audit`` that runs inside Odoo."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

AT_ONCE = 50_000


def measure(env: Any, entries: str, lines: str, result: str) -> None:
    figures: dict[str, Any] = _matching(env, int(lines))
    figures |= _million(env, int(entries))
    Path(result).write_text(json.dumps(figures), "utf-8")


def _matching(env: Any, count: int) -> dict[str, Any]:
    """A run over ``count`` lines that each name and pay an invoice."""
    company = env["res.company"].search([], limit=1)
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )
    partner = env["res.partner"].create({"name": "Benchmark customer", "is_company": True})
    day = date(2026, 3, 1)
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": day,
                "name": f"AUD/2026/{number:06d}",
                "invoice_line_ids": [
                    (0, 0, {"name": "goods", "price_unit": 10 + number / 100, "tax_ids": []})
                ],
            }
            for number in range(count)
        ]
    )
    moves.action_post()
    env["account.bank.statement.line"].create(
        [
            {
                "journal_id": journal.id,
                "date": date(2026, 3, 20),
                "payment_ref": f"VIR {move.name}",
                "amount": move.amount_total,
            }
            for move in moves
        ]
    )
    env.cr.commit()
    spent: list[float] = []
    model = type(env["recon.audit.entry"])
    with (
        patch.object(model, "_insert", _timed(model._insert, spent)),
        patch.object(model, "_link_after_commit", _timed(model._link_after_commit, spent)),
    ):
        started = time.perf_counter()
        done = 0
        for reconciled, _judged, _waiting in env["recon.matcher"]._match_in_chunks(company):
            done += len(reconciled)
            env.cr.commit()
        seconds = time.perf_counter() - started
    return {"run": seconds, "log": sum(spent), "reconciled": done}


def _timed(function: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    def timed(*arguments: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*arguments)
        finally:
            spent.append(time.perf_counter() - started)

    return timed


def _million(env: Any, count: int) -> dict[str, Any]:
    company = env["res.company"].search([], limit=1)
    log = env["recon.audit.entry"]
    now = env.cr.now()
    facts = json.dumps(
        {"did": "auto", "rule": "reference_exact", "evidence": [["amount_exact", 4.2]]}
    )
    written = linked = 0.0
    for start in range(0, count, AT_ONCE):
        rows = [
            (company.id, now, "match", 2, "account.bank.statement.line", start + number, facts)
            for number in range(min(AT_ONCE, count - start))
        ]
        started = time.perf_counter()
        log._insert(rows)
        middle = time.perf_counter()
        env.cr.commit()
        written += middle - started
        linked += time.perf_counter() - middle
    started = time.perf_counter()
    broken = log._first_broken(company)
    return {
        "entries": count,
        "written": written,
        "linked": linked,
        "verify": time.perf_counter() - started,
        "verified": log._head(company.id).position,
        "broken": broken and [broken.position, broken.code],
    }
