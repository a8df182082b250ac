"""Loads a data set of ``benchmarks.match`` into an Odoo database: partners, documents, bank lines.

These functions run inside Odoo (see ``tools.in_odoo``). Which record came from which row is kept in
the table ``benchmark_row``, which belongs to the benchmark alone.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

CHUNK = 500
# units of the currency for one euro, constant: banks' own rates in the data differ by some percent
RATES = {"USD": 1.0867, "GBP": 0.8468, "CHF": 0.9517}
FIRST_DAY = "2020-01-01"
WITHOUT_MESSAGES = {"tracking_disable": True, "mail_create_nolog": True, "mail_notrack": True}
ROW_TABLE = """
    CREATE TABLE IF NOT EXISTS benchmark_row (
        kind varchar NOT NULL, id integer NOT NULL, record_id integer NOT NULL,
        PRIMARY KEY (kind, id), UNIQUE (kind, record_id))
"""
ADD_ROWS = "INSERT INTO benchmark_row (kind, id, record_id) VALUES %s"
CUSTOMER_TYPES = ("out_invoice", "out_refund")


def rows(path: str | Path) -> list[dict[str, str]]:
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def chunks(values: list[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def books(env: Any, folder: str) -> None:
    """Partners and posted documents, paid in part where the data says so."""
    env = env(context=WITHOUT_MESSAGES)
    # numbers are the data's own: Odoo need not compare the year in them with the date
    env["ir.config_parameter"].set_param("sequence.mixin.constraint_start_date", "2999-01-01")
    items = rows(Path(folder) / "open_items.csv")
    _timed("currencies", lambda: _currencies(env, {row["currency"] for row in items}))
    partners = _timed("partners", lambda: _partners(env, rows(Path(folder) / "partners.csv")))
    documents = _timed("documents", lambda: _documents(env, items, partners))
    _timed("payments in part", lambda: _pay_in_part(env, items, documents))
    remember(env, "document", documents)
    remember(env, "partner", partners)


def _timed(what: str, work: Callable[[], Any]) -> Any:
    started = perf_counter()
    result = work()
    print(f"{what}: {perf_counter() - started:.1f} s", flush=True)
    return result


def remember(env: Any, kind: str, ids: dict[int, int]) -> None:
    """Keep {row id: record id} of ``kind`` for those who read the results."""
    env.cr.execute(ROW_TABLE)
    found = [(kind, row_id, record_id) for row_id, record_id in ids.items()]
    for part in chunks(found):
        env.cr.execute_values(ADD_ROWS, part)


def _currencies(env: Any, names: set[str]) -> None:
    foreign = sorted(names - {env.company.currency_id.name})
    currencies = env["res.currency"].with_context(active_test=False)
    found = currencies.search([("name", "in", foreign)])
    if len(found) != len(foreign) or not set(foreign) <= set(RATES):
        raise ValueError(f"no rate for one of {foreign}")
    found.active = True
    env["res.currency.rate"].create(
        [
            {"currency_id": one.id, "name": FIRST_DAY, "rate": RATES[one.name]}
            | {"company_id": env.company.id}
            for one in found
        ]
    )


def _partners(env: Any, people: list[dict[str, str]]) -> dict[int, int]:
    """{row id: partner id}; their IBANs become bank accounts."""
    countries = {country.code: country.id for country in env["res.country"].search([])}
    ids: dict[int, int] = {}
    for part in chunks(people):
        partners = env["res.partner"].create(
            [
                {"name": row["name"], "country_id": countries[row["country"]], "is_company": True}
                for row in part
            ]
        )
        ids |= zip((int(row["id"]) for row in part), partners.ids, strict=True)
    accounts = [
        {"partner_id": ids[int(row["id"])], "acc_number": iban}
        for row in people
        for iban in filter(None, row["ibans"].split("|"))
    ]
    for part in chunks(accounts):
        env["res.partner.bank"].create(part)
    return ids


def _taxes(env: Any) -> dict[str, Any]:
    """{sale or purchase: a 20 % tax that is contained in the price}, as totals are what is known."""
    found = {}
    for use in ("sale", "purchase"):
        tax = env["account.tax"].search(
            [("type_tax_use", "=", use), ("amount", "=", 20), ("amount_type", "=", "percent")],
            order="sequence, id",
            limit=1,
        )
        found[use] = tax.copy({"name": f"20 % in the price, {use}"})
        found[use].price_include_override = "tax_included"
    return found


def _documents(env: Any, items: list[dict[str, str]], partners: dict[int, int]) -> dict[int, int]:
    """{row id: id of the posted invoice, bill or refund}."""
    taxes = _taxes(env)
    currencies = {currency.name: currency.id for currency in env["res.currency"].search([])}
    ids: dict[int, int] = {}
    for part in chunks(items):
        moves = env["account.move"].create(
            [_document(row, partners, currencies, taxes) for row in part]
        )
        moves.action_post()
        ids |= zip((int(row["id"]) for row in part), moves.ids, strict=True)
        env.cr.commit()
        env.invalidate_all()
        print(f"{len(ids)} documents", flush=True)
    return ids


def _document(
    row: dict[str, str], partners: dict[int, int], currencies: dict[str, int], taxes: dict[str, Any]
) -> dict[str, Any]:
    tax = taxes["sale" if row["move_type"] in CUSTOMER_TYPES else "purchase"]
    line = {"name": "goods", "price_unit": float(row["amount_total"]), "tax_ids": [(6, 0, tax.ids)]}
    return {
        "move_type": row["move_type"],
        "name": row["number"],
        "ref": row["partner_ref"] or False,
        "payment_reference": row["structured_ref"] or False,
        "invoice_origin": row["payment_batch"] or False,
        "partner_id": partners[int(row["partner_id"])],
        "invoice_date": row["invoice_date"],
        "date": row["invoice_date"],
        "invoice_payment_term_id": False,
        "invoice_date_due": row["due_date"],
        "currency_id": currencies[row["currency"]],
        "invoice_line_ids": [(0, 0, line)],
    }


def _pay_in_part(env: Any, items: list[dict[str, str]], documents: dict[int, int]) -> None:
    """What was paid earlier, as a miscellaneous entry that is reconciled with the document."""
    paid = {
        documents[int(row["id"])]: float(
            Decimal(row["amount_total"]) - Decimal(row["amount_residual"])
        )
        for row in items
        if row["amount_total"] != row["amount_residual"]
    }
    terms = (
        env["account.move"]
        .browse(list(paid))
        .line_ids.filtered(lambda line: line.display_type == "payment_term")
    )
    journal = env["account.journal"].search([("type", "=", "general")], limit=1)
    account = env["account.account"].search([("code", "=like", "58%")], limit=1)
    entries = env["account.move"].create(
        [_payment(line, paid[line.move_id.id], journal, account) for line in terms]
    )
    entries.action_post()
    env["account.move.line"]._reconcile_plan(
        [
            line
            + entry.line_ids.filtered(lambda part, line=line: part.account_id == line.account_id)
            for line, entry in zip(terms, entries, strict=True)
        ]
    )


def _payment(line: Any, amount: float, journal: Any, account: Any) -> dict[str, Any]:
    """An entry over ``amount`` (> 0, document's currency) against ``line`` of a document."""
    signed = amount if line.balance > 0 else -amount
    balance = line.company_currency_id.round(signed * line.balance / line.amount_currency)
    sides = ((line.account_id.id, -1), (account.id, 1))
    return {
        "journal_id": journal.id,
        "date": line.date,
        "line_ids": [
            (
                0,
                0,
                {
                    "account_id": account_id,
                    "partner_id": line.partner_id.id,
                    "currency_id": line.currency_id.id,
                    "balance": sign * balance,
                    "amount_currency": sign * signed,
                },
            )
            for account_id, sign in sides
        ],
    }
