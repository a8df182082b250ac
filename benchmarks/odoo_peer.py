"""The peer: OCA's account_reconcile_oca, as it is shipped, on the same documents and bank lines.

Its automatic mode runs inside ``create()`` of bank lines. The lines of a day come together, as an
import brings them; a day that it refuses (two lines for one document in one ``create()``) is halved
until it goes through, and only the time of what went through counts. Its wheels are taken from PyPI
into ``.data/peer``, for the benchmark alone; its database has nothing of ours.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from time import perf_counter
from typing import Any

from tools import in_odoo, odoo_process
from tools.console import run as run_command
from tools.console import step
from tools.database import Server, recreate
from tools.paths import ADDONS as OUR_ADDONS
from tools.paths import DATA

from . import odoo_databases
from .odoo_lines import journal
from .odoo_load import WITHOUT_MESSAGES, remember, rows
from .odoo_run import measured

MODULE = "account_reconcile_oca"
WHEELS = (
    "odoo-addon-account_reconcile_oca==19.0.1.1.1",
    "odoo-addon-account_statement_base==19.0.1.0.1",
)
FOLDER = DATA / "peer"
ADDONS = FOLDER / "odoo" / "addons"
# what it does with new lines: find the partner, then rules and documents; reconcile what it found
AUTOMATIC = ("_retrieve_partner", "_auto_reconcile")


def prepare(server: Server, names: odoo_databases.Names) -> None:
    """A copy of the books with the peer installed."""
    if not (ADDONS / MODULE).exists():
        with step("account_reconcile_oca from PyPI (once)"):
            words = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
            run_command([*words, "--target", FOLDER, *WHEELS], "peer-install")
    recreate(server, names.peer, template=names.books)
    odoo_databases.install(server, names.peer, "-i", MODULE, *_options(), log_name="bench-peer")
    odoo_databases.analyse(server, names.peer)


def run(server: Server, names: odoo_databases.Names, limit: int | None, result: Path) -> None:
    """Book the lines, the first ``limit`` of them; figures go to ``result``."""
    arguments = (str(names.folder), str(limit or 0), str(result))
    in_odoo.call(
        server,
        names.peer,
        "benchmarks.odoo_peer:book",
        *arguments,
        log_name="bench-peer-lines",
        options=_options(),
    )


def _options() -> Sequence[str]:
    """Our own add-ons are not on the path of its database."""
    paths = [path for path in odoo_process.addons_paths() if path != str(OUR_ADDONS)]
    return (f"--addons-path={','.join([*paths, str(ADDONS)])}",)


def book(env: Any, folder: str, limit: str, result_file: str) -> None:
    """Runs inside Odoo: create the lines, which the peer reconciles while they are created."""
    env = env(context=WITHOUT_MESSAGES)
    spent: Counter[str] = Counter()
    kind = type(env["account.bank.statement.line"])
    for method in AUTOMATIC:
        setattr(kind, method, _timed(spent, getattr(kind, method)))
    found = rows(Path(folder) / "statement_lines.csv")[: int(limit) or None]
    ids: dict[int, int] = {}

    def work() -> None:
        for _day, of_day in groupby(found, key=lambda row: row["booking_date"]):
            ids.update(_create(env, list(of_day), spent))
            env.cr.commit()
            env.invalidate_all()

    figures = measured(env, work)
    remember(env, "line", ids)
    figures |= {"lines": len(ids), "matching_seconds": spent["matching"]}
    Path(result_file).write_text(json.dumps(figures), "utf-8")


def _create(env: Any, part: list[dict[str, str]], spent: Counter[str]) -> dict[int, int]:
    """{row id: id of the bank line}."""
    # only inside Odoo
    from odoo.exceptions import UserError  # noqa: PLC0415

    before = spent["matching"]
    try:
        with env.cr.savepoint():
            lines = env["account.bank.statement.line"].create([_values(env, row) for row in part])
    except UserError:
        env.invalidate_all(flush=False)
        spent["matching"] = before
        if len(part) == 1:
            raise
        middle = len(part) // 2
        return _create(env, part[:middle], spent) | _create(env, part[middle:], spent)
    return dict(zip((int(row["id"]) for row in part), lines.ids, strict=True))


def _timed(spent: Counter[str], function: Callable[..., Any]) -> Callable[..., Any]:
    def timed(records: Any, *args: Any, **kwargs: Any) -> Any:
        records.env.flush_all()  # what creating the lines left undone is no part of it
        started = perf_counter()
        result = function(records, *args, **kwargs)
        records.env.flush_all()
        spent["matching"] += perf_counter() - started
        return result

    return timed


def _values(env: Any, row: dict[str, str]) -> dict[str, Any]:
    """Odoo's own fields of a bank line; the peer looks for its text in numbers of documents."""
    bank = journal(env, row["currency"])
    foreign = env["res.currency"].search([("name", "=", row["instructed_currency"])])
    label = row["remittance_unstructured"] or row["remittance_structured"]
    values = {
        "journal_id": bank.id,
        "date": row["booking_date"],
        "amount": float(row["amount"]),
        "payment_ref": label or row["counterparty_name"] or row["bank_transaction_code"] or "/",
        "partner_name": row["counterparty_name"],
        "account_number": row["counterparty_iban"],
        "transaction_type": row["bank_transaction_code"],
    }
    if foreign and row["instructed_amount"] and foreign != env.company.currency_id:
        sign = 1 if values["amount"] > 0 else -1
        values["foreign_currency_id"] = foreign.id
        values["amount_currency"] = sign * float(row["instructed_amount"])
    return values
