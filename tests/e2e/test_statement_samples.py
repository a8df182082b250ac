"""Statements of real banks, made by others, imported by the accountant as she would."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recon_core.errors import FileFormatError
from recon_core.statements import read_statement
from recon_core.types import StatementFile
from tools import rpc
from tools.demo import Demo

pytestmark = pytest.mark.e2e

FOLDERS = ("camt", "cfonb120", "mt940", "ofx", "qif")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def samples(corpora: Path) -> dict[Path, list[StatementFile]]:
    """{sample: what is in it}, empty for those that are no statement."""
    paths = [
        path for folder in FOLDERS for path in sorted((corpora / "statements" / folder).glob("*"))
    ]
    if not paths:
        pytest.skip(f"no sample of a statement in {corpora}")
    return {path: _read(path) for path in paths}


def _read(path: Path) -> list[StatementFile]:
    try:
        return read_statement(path.read_bytes(), path.name)
    except FileFormatError:
        return []


@pytest.fixture(scope="module")
def new_journal(world: Demo) -> Callable[[str, int], int]:
    """A bank journal in a currency that no other sample was imported into."""
    admin = rpc.Session(world.url, world.database, "admin", "admin")

    def make(currency: str, number: int) -> int:
        context = {"active_test": False}
        [found] = admin.call(
            "res.currency", "search", [("name", "=", currency or "EUR")], context=context
        ) or [False]
        if found:
            admin.call("res.currency", "write", [found], {"active": True})
        values = {"name": f"Sample {number}", "type": "bank", "code": f"S{number:03d}"}
        [journal] = admin.call("account.journal", "create", [{**values, "currency_id": found}])
        return int(journal)

    return make


def upload(world: Demo, journal: int, path: Path) -> list[Row]:
    """The rows of the report."""
    content = base64.b64encode(path.read_bytes()).decode()
    values = {
        "attachment_ids": [[0, 0, {"name": path.name, "datas": content}]],
        "journal_id": journal,
    }
    wizard = world.session.call("open.banking.import", "create", [values])
    world.session.call("open.banking.import", "action_import", wizard)
    fields = [
        "is_refused",
        "message",
        "read_count",
        "new_count",
        "known_count",
        "opening",
        "closing",
    ]
    return world.session.call(
        "open.banking.import.result", "search_read", [("import_id", "in", wizard)], fields
    )


def adds_up(statement: StatementFile) -> bool:
    if not statement.opening or not statement.closing:
        return True
    booked = sum(entry.amount for entry in statement.transactions if entry.booking_date)
    return statement.opening.amount + booked == statement.closing.amount


def test_each_sample_is_booked_once_as_it_is_or_refused_in_words(
    world: Demo,
    samples: dict[Path, list[StatementFile]],
    new_journal: Callable[[str, int], int],
) -> None:
    booked = 0
    for number, (path, statements) in enumerate(samples.items()):
        currencies = {entry.currency for one in statements for entry in one.transactions}
        currencies |= {one.currency for one in statements}
        journal = new_journal(min(currencies - {""}, default=""), number)
        report = upload(world, journal, path)
        whole = statements and all(map(adds_up, statements)) and len(currencies - {""}) < 2
        assert [row["is_refused"] for row in report] == [not whole] * len(report), path.name
        if not whole:
            assert "Nothing was imported." in report[0]["message"], path.name
            assert lines_of(world, journal) == Counter(), path.name
            continue
        assert lines_of(world, journal) == told_by(statements), path.name
        assert [row["opening"] for row in report] == [
            float(one.opening.amount) if one.opening else 0 for one in dict.fromkeys(statements)
        ], path.name
        again = upload(world, journal, path)
        assert sum(row["new_count"] for row in again) == 0, path.name
        assert lines_of(world, journal) == told_by(statements), path.name
        booked += 1
    assert booked > len(samples) / 3


def lines_of(world: Demo, journal: int) -> Counter[tuple[object, ...]]:
    rows = world.query(
        "SELECT booking_date, value_date, amount, partner_name, account_number"
        " FROM account_bank_statement_line WHERE journal_id = %s",
        [journal],
    )
    return Counter(
        (booked, valued, round(float(amount), 2), name or "", account or "")
        for booked, valued, amount, name, account in rows
    )


def told_by(statements: list[StatementFile]) -> Counter[tuple[object, ...]]:
    return Counter(
        (
            *(entry.booking_date, entry.value_date, round(float(entry.amount), 2)),
            *(entry.counterparty_name, entry.counterparty_iban),
        )
        for statement in dict.fromkeys(statements)
        for entry in statement.transactions
        if entry.booking_date
    )
