"""The examples of docs/integrator.md that need no Odoo work as they stand there."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import docs_blocks
import pytest
from provider_fakes.base import OWN_IBAN, Answer, Asked, Clock, FakeProvider, says

from recon_core import statements
from recon_core.connectors import registry
from recon_core.connectors.base import ProviderSettings
from recon_core.errors import ConsentError, FileFormatError
from recon_core.statements import StatementFormat
from recon_core.types import ConsentStatus, TransactionStatus

PAGE = "docs/integrator.md"


class PocketBank(FakeProvider):
    """What the page says of the bank."""

    code = "pocket_bank"
    settings = ProviderSettings("https://api.pocket-bank.example", "atelier", "pocket-secret")

    def answer(self, asked: Asked) -> Answer:
        if asked.bearer != "pocket-secret":
            return says({"error": "key"}, 401)
        if asked.path == "/accounts":
            account = {"id": "1", "iban": OWN_IBAN, "currency": "EUR", "label": "Main"}
            return says({"accounts": [{**account, "balance": 12.5}]})
        assert asked.query == {"account": "1", "from": "2026-11-01", "to": "2026-11-23"}
        entry = {"amount": 1200.5, "currency": "EUR", "who": "Client A", "text": "INV/1"}
        booked = {**entry, "id": "a", "state": "booked", "day": "2026-11-20"}
        return says({"transactions": [booked, {**entry, "id": "b", "state": "announced"}]})


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """The kernel's files of the page, loaded under the names that they have there."""
    docs_blocks.write(PAGE, tmp_path, "recon_core/")
    loaded = {}
    for path in docs_blocks.files(PAGE):
        if not path.startswith("recon_core/"):
            continue
        name = path.removesuffix(".py").replace("/", ".")
        spec = importlib.util.spec_from_file_location(name, tmp_path / path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        package, _, last = name.rpartition(".")
        monkeypatch.setattr(sys.modules[package], last, module, raising=False)
        spec.loader.exec_module(module)
        loaded[last + ":" + package] = module
    yield loaded


@pytest.fixture
def bank(modules: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch) -> PocketBank:
    connector = modules["pocket_bank:recon_core.connectors"].PocketBankConnector
    monkeypatch.setitem(registry._CONNECTORS, connector.code, connector)
    return PocketBank(Clock())


def test_the_connector_of_the_page_reads_accounts_balances_and_transactions(
    bank: PocketBank,
) -> None:
    connector, grant = bank.connect()
    [account] = connector.accounts(grant)
    assert (account.iban, account.currency) == (OWN_IBAN, "EUR")
    [balance] = connector.balances(grant, account.resource_ref)
    assert balance.amount == Decimal("12.5")
    [page] = connector.transactions(grant, "1", date(2026, 11, 1), date(2026, 11, 23))
    booked, pending = page.transactions
    assert (booked.amount, booked.booking_date) == (Decimal("1200.5"), date(2026, 11, 20))
    assert (pending.status, pending.booking_date) == (TransactionStatus.PENDING, None)
    assert connector.consent_status(grant) == (ConsentStatus.VALID, None)
    bank.clock.advance(days=30)
    assert connector.is_fresh(connector.fresh_grant(grant))
    connector.revoke_consent(grant)


def test_the_connector_of_the_page_tells_a_wrong_key_at_once(bank: PocketBank) -> None:
    bank.settings = ProviderSettings(bank.settings.base_url, "atelier", "another")
    with pytest.raises(ConsentError, match="token_invalid"):
        bank.connect()


@pytest.fixture
def formats(modules: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch) -> None:
    """The line of the page stands in the table of formats."""
    text = (docs_blocks.ROOT / PAGE).read_text("utf-8")
    [line] = re.findall(r"^```python\n(StatementFormat\(.*\))\n```$", text, re.MULTILINE)
    names: dict[str, Any] = {**vars(modules["pocket_text:recon_core.statements"])}
    entry = eval(line, {**names, "StatementFormat": StatementFormat})  # noqa: S307 - of our own page
    monkeypatch.setattr(statements, "FORMATS", (*statements.FORMATS, entry))


@pytest.mark.usefixtures("formats")
def test_the_format_of_the_page_is_found_and_read() -> None:
    data = f"POCKET BANK {OWN_IBAN}\n2026-11-20;1200.50;EUR;Client A;INV/1\n".encode()
    [statement] = statements.read_statement(data)
    [entry] = statement.transactions
    assert (statement.iban, statement.currency) == (OWN_IBAN, "EUR")
    assert (entry.booking_date, entry.amount) == (date(2026, 11, 20), Decimal("1200.50"))
    assert (entry.counterparty_name, entry.remittance_unstructured) == ("Client A", "INV/1")


@pytest.mark.usefixtures("formats")
@pytest.mark.parametrize(
    ("line", "code"),
    [("yesterday;1;EUR", "bad_date"), (";1;EUR", "bad_date"), ("2026-11-20;x;EUR", "bad_amount")],
)
def test_the_format_of_the_page_says_where_it_cannot_read(line: str, code: str) -> None:
    with pytest.raises(FileFormatError) as caught:
        statements.read_statement(f"POCKET BANK {OWN_IBAN}\n{line}\n".encode())
    assert (caught.value.code, caught.value.line) == (code, 2)
