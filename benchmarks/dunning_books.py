"""Fills an Odoo database with many open invoices, and times the daily follow-up on them.

These functions run inside Odoo (see ``tools.in_odoo``). The invoices are copies of one that Odoo
posted itself, made by SQL: posting 100,000 of them one by one would take an hour and prove nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
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
    template = _template(env)
    partners = _partners(env, int(customers))
    copies = int(invoices)
    _copy_invoices(env, template, partners, copies)
    env.company.dunning_policy_id = env.ref("smart_dunning.policy_default")
    env.cr.commit()
    env.cr.execute("ANALYZE")


def _template(env: Any) -> Any:
    partner = env["res.partner"].create({"name": "Template", "is_company": True})
    line = {"name": "goods", "price_unit": 100.0, "tax_ids": []}
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
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
    """``count`` copies of the posted ``template``: other customer, number, dates and amount."""
    env.cr.execute("CREATE TEMP TABLE copy_of (number int, partner_id int, due date, move_id int)")
    env.cr.execute(
        """
        INSERT INTO copy_of
        SELECT number, (%s::int[])[1 + number %% %s], %s::date + (number * 7919 %% %s),
               nextval('account_move_id_seq')
          FROM generate_series(0, %s - 1) number
        """,
        [partners, len(partners), FIRST_DUE, SPREAD_DAYS, count],
    )
    issued = "copy_of.due - 30"
    _copy(
        env,
        "account_move",
        f"t.id = {template.id}",
        {
            "id": "copy_of.move_id",
            "name": "'COPY/' || copy_of.number",
            "payment_reference": "'COPY/' || copy_of.number",
            "sequence_number": "copy_of.number",
            "sequence_prefix": "'COPY/'",
            "partner_id": "copy_of.partner_id",
            "commercial_partner_id": "copy_of.partner_id",
            "partner_shipping_id": "copy_of.partner_id",
            "invoice_date": issued,
            "date": issued,
            "invoice_date_due": "copy_of.due",
            "access_token": "NULL",
        },
    )
    _copy(
        env,
        "account_move_line",
        f"t.move_id = {template.id}",
        {
            "id": "nextval('account_move_line_id_seq')",
            "move_id": "copy_of.move_id",
            "move_name": "'COPY/' || copy_of.number",
            "partner_id": "copy_of.partner_id",
            "date": issued,
            "invoice_date": issued,
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
