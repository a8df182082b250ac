"""Fills an Odoo database with many open invoices, and times the daily follow-up on them.

These functions run inside Odoo (see ``tools.in_odoo``). The invoices are copies of one that Odoo
posted itself, made by SQL: posting 100,000 of them one by one would take an hour and prove nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from time import perf_counter
from typing import Any

NOW = datetime(2026, 9, 21, 10, 0)  # noqa: DTZ001 - naive UTC, as Odoo takes it
TEMPLATE_DUE = date(2026, 9, 14)
WITHOUT_MESSAGES = {"tracking_disable": True, "mail_create_nolog": True, "mail_notrack": True}
PARTNERS_AT_ONCE = 5000
SPREAD_DAYS = 90  # due dates lie within so many days
FIRST_DUE = date(2026, 7, 18)


def fill(env: Any, customers: str, invoices: str) -> None:
    """``customers`` customers with ``invoices`` open invoices, due from July to October 2026; one
    in three of as many again is paid, most of them late."""
    env = env(context=WITHOUT_MESSAGES)
    template = template_document(env, "out_invoice", 100.0)
    partners = _partners(env, int(customers))
    copies = int(invoices)
    _copy_invoices(env, template, partners, copies)
    env.company.dunning_policy_id = env.ref("smart_dunning.policy_default")
    env.cr.commit()
    env.cr.execute("ANALYZE")


def template_document(env: Any, kind: str, amount: float) -> Any:
    """A posted invoice or credit note to be copied."""
    partner = env["res.partner"].create({"name": "Template", "is_company": True})
    line = {"name": "goods", "price_unit": amount, "tax_ids": []}
    move = env["account.move"].create(
        {
            "move_type": kind,
            "partner_id": partner.id,
            "invoice_date": "2026-08-14",
            "invoice_date_due": TEMPLATE_DUE.isoformat(),
            "invoice_payment_term_id": False,
            "invoice_line_ids": [(0, 0, line)],
        }
    )
    move.action_post()
    env.flush_all()
    return move


def _partners(env: Any, count: int) -> list[int]:
    country = env.ref("base.fr").id
    found: list[int] = []
    for start in range(0, count, PARTNERS_AT_ONCE):
        found += (
            env["res.partner"]
            .create(
                [
                    {
                        "name": f"Customer {number:06d}",
                        "is_company": True,
                        "email": f"c{number}@example.com",
                        "country_id": country,
                    }
                    for number in range(start, min(count, start + PARTNERS_AT_ONCE))
                ]
            )
            .ids
        )
    env.flush_all()
    return found


def _copy_invoices(env: Any, template: Any, partners: list[int], count: int) -> None:
    """``count`` copies of the posted ``template`` with other customers, numbers and dates."""
    copies = [
        Copy(
            number,
            partners[number % len(partners)],
            FIRST_DUE + timedelta(days=number * 7919 % SPREAD_DAYS) - timedelta(days=30),
            FIRST_DUE + timedelta(days=number * 7919 % SPREAD_DAYS),
            Decimal(1),
        )
        for number in range(count)
    ]
    copy_moves(env, template, "COPY/", copies)


@dataclass(frozen=True)
class Copy:
    """A copy of a posted entry: ``times`` its amounts, its own number, customer and dates."""

    number: int
    partner_id: int
    day: date
    due: date
    times: Decimal


_TIMES = {
    "account_move": (
        *("amount_untaxed", "amount_total", "amount_residual", "amount_untaxed_signed"),
        *("amount_untaxed_in_currency_signed", "amount_total_signed", "amount_residual_signed"),
        "amount_total_in_currency_signed",
    ),
    "account_move_line": (
        *("debit", "credit", "balance", "amount_currency", "amount_residual"),
        *("amount_residual_currency", "price_unit", "price_subtotal", "price_total"),
    ),
}


def copy_moves(env: Any, template: Any, prefix: str, copies: list[Copy]) -> None:
    """Copies of the posted entry ``template``, named ``prefix`` and their number."""
    env.flush_all()
    env.cr.execute("DROP TABLE IF EXISTS copy_of")
    env.cr.execute(
        "CREATE TEMP TABLE copy_of"
        " (number int, partner_id int, day date, due date, times numeric, move_id int)"
    )
    env.cr.execute_values(
        "INSERT INTO copy_of VALUES %s",
        [(c.number, c.partner_id, c.day, c.due, c.times) for c in copies],
        template="(%s, %s, %s, %s, %s, nextval('account_move_id_seq'))",
        page_size=len(copies),
    )
    name = f"'{prefix}' || to_char(copy_of.number, 'FM00000')"
    partner = {"partner_id": "copy_of.partner_id"}
    _copy(
        env,
        "account_move",
        f"t.id = {template.id}",
        partner
        | {
            "id": "copy_of.move_id",
            "name": name,
            "payment_reference": name,
            "sequence_number": "copy_of.number",
            "sequence_prefix": f"'{prefix}'",
            "commercial_partner_id": "copy_of.partner_id",
            "partner_shipping_id": "copy_of.partner_id",
            "invoice_date": "CASE WHEN t.invoice_date IS NULL THEN NULL ELSE copy_of.day END",
            "date": "copy_of.day",
            "invoice_date_due": "copy_of.due",
            "access_token": "NULL",
        },
    )
    _copy(
        env,
        "account_move_line",
        f"t.move_id = {template.id}",
        partner
        | {
            "id": "nextval('account_move_line_id_seq')",
            "move_id": "copy_of.move_id",
            "move_name": name,
            "date": "copy_of.day",
            "invoice_date": "CASE WHEN t.invoice_date IS NULL THEN NULL ELSE copy_of.day END",
            "date_maturity": "CASE WHEN t.date_maturity IS NULL THEN NULL ELSE copy_of.due END",
        },
    )
    env.invalidate_all()


def _copy(env: Any, table: str, condition: str, changed: dict[str, str]) -> None:
    """A copy of the rows of ``table`` for each row of copy_of, with other values in ``changed``."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table]
    )
    names = [name for (name,) in env.cr.fetchall()]
    changed = {name: f't."{name}" * copy_of.times' for name in _TIMES[table]} | changed
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changed.get(name, f't."{name}"') for name in names)
    env.cr.execute(
        f"INSERT INTO {table} ({columns}) "  # noqa: S608 - names of our own
        f"SELECT {values} FROM {table} t CROSS JOIN copy_of WHERE {condition}"
    )


# -- timing -------------------------------------------------------------------


def daily(env: Any) -> None:
    """One day's run, each part with its seconds and queries, as one line of JSON."""
    parts: dict[str, Any] = {}
    jobs: dict[str, Callable[[], Any]] = {
        "risk": lambda: env["dunning.score"]._cron_score(NOW),
        "planning, first day": lambda: env["dunning.planner"]._cron_plan(NOW),
        "planning, run twice": lambda: env["dunning.planner"]._cron_plan(NOW),
        "planning, next day": lambda: env["dunning.planner"]._cron_plan(NOW + timedelta(days=1)),
        "figures": lambda: env["dunning.kpi.snapshot"]._cron_snapshot(NOW),
    }
    for name, job in jobs.items():
        with _timed(env) as spent:
            job()
            env.cr.commit()
        env.invalidate_all()
        parts[name] = spent
    env.cr.execute("SELECT count(*) FROM dunning_item")
    (items,) = env.cr.fetchone()
    env.cr.execute("SELECT state, count(*) FROM dunning_action GROUP BY state")
    print("RESULT " + json.dumps({"parts": parts, "items": items, "messages": env.cr.fetchall()}))


@contextmanager
def _timed(env: Any) -> Iterator[dict[str, float]]:
    spent: dict[str, float] = {}
    queries, started = env.cr.sql_log_count, perf_counter()
    yield spent
    spent["seconds"] = round(perf_counter() - started, 2)
    spent["queries"] = env.cr.sql_log_count - queries
