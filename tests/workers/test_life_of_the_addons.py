"""Installed, used, upgraded and uninstalled: no warning in the log, and the books stay whole.

One database goes through it: three companies, English and French, without demo data. A second one has
Odoo's demo data, a third comes from the version before.
"""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from psycopg2 import sql

from tools import base_database, database, in_odoo, odoo_process, run_tests
from tools.console import run
from tools.database import Server
from tools.paths import DATA, ROOT

pytestmark = pytest.mark.e2e

NAME = "open_banking_life"
OURS = "open_banking_recon,smart_dunning"
# the last commit of the version before: its add-ons are taken from the history of the repository
VERSION_BEFORE = "82b2950d9943d74dbbc33e4c9fa5e081f3b5a2ce"
BOOKS = (
    "account_move",
    "account_move_line",
    "account_bank_statement_line",
    "account_partial_reconcile",
    "account_full_reconcile",
    "account_payment",
    "account_reconcile_model",
    "res_partner",
    "res_partner_bank",
)


@pytest.fixture(scope="module")
def server() -> Server:
    server = database.server()
    base_database.ensure(server)
    base_database.copy(server, NAME)
    return server


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EXTRA_PYTHONPATH", str(Path(__file__).parent))
    yield


def odoo(server: Server, name: str, *words: str) -> None:
    """One run of Odoo's command line on ``name``; what it warned of fails the test."""
    command = odoo_process.command(server, name, [*words, "--stop-after-init", "--no-http"])
    text = run(command, f"{name}-life", env=odoo_process.environment(server), timeout_s=900)
    assert run_tests.trouble(text) == []


def query(server: Server, name: str, statement: str | sql.Composed, *values: object) -> list:
    with closing(server.connect(name)) as link, link.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def columns(server: Server, name: str, table: str) -> list[str]:
    statement = (
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY 1"
    )
    return [column for (column,) in query(server, name, statement, table)]


def books(server: Server, name: str) -> dict[str, tuple[int, str]]:
    """{table: (rows, hash of all that stock Odoo keeps in them)}."""
    found = {}
    for table in BOOKS:
        stock = set(columns(server, base_database.NAME, table)) - {"write_date", "write_uid"}
        row = sql.SQL(", ").join(map(sql.Identifier, sorted(stock)))
        statement = sql.SQL(
            "SELECT count(*), md5(string_agg(ROW({row})::text, '|' ORDER BY id)) FROM {table}"
        ).format(row=row, table=sql.Identifier(table))
        (found[table],) = query(server, name, statement)
    return found


def test_installing_beside_three_companies_warns_of_nothing(server):
    in_odoo.call(server, NAME, "life_books:three_companies", log_name="life-companies")
    odoo(server, NAME, "-i", OURS)
    (names,) = query(
        server,
        NAME,
        "SELECT label->>'en_US', label->>'fr_FR' FROM ("
        "SELECT name AS label FROM ir_ui_menu WHERE id = (SELECT res_id FROM ir_model_data"
        " WHERE module = 'open_banking_recon' AND model = 'ir.ui.menu' ORDER BY id LIMIT 1)) AS m",
    )
    assert None not in names
    assert names[0] != names[1]


def test_upgrading_what_is_in_use_changes_nothing(server):
    in_odoo.call(server, NAME, "life_books:use", log_name="life-use")
    before = books(server, NAME)
    assert all(
        rows for rows, _hash in (before["account_move"], before["account_partial_reconcile"])
    )
    odoo(server, NAME, "-u", OURS)
    assert books(server, NAME) == before


def test_uninstalling_leaves_the_books_and_nothing_else(server):
    before = books(server, NAME)
    words = ["module", "uninstall", *OURS.split(",")]
    env = odoo_process.environment(server)
    command = odoo_process.command(server, NAME)
    configuration = DATA / "life.conf"
    configuration.write_text(settings(command))
    paths = f"--addons-path={','.join(odoo_process.addons_paths())}"
    text = run(
        [*command[:3], paths, *words, "-c", str(configuration), "-d", NAME],
        "life-uninstall",
        env=env,
    )
    assert run_tests.trouble(text) == []
    assert books(server, NAME) == before
    left = query(
        server,
        NAME,
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        " AND table_name ~ '^(open_banking|recon|dunning)_'"
        " UNION ALL SELECT model FROM ir_model WHERE model ~ '^(open_banking|open.banking|recon|dunning)\\.'"
        " UNION ALL SELECT name FROM ir_model_data WHERE module IN ('open_banking_recon', 'smart_dunning')"
        " UNION ALL SELECT cron_name FROM ir_cron WHERE cron_name ~ '^(Open Banking|Follow-up):'"
        " UNION ALL SELECT proname FROM pg_proc WHERE proname ~ '^(open_banking|recon|dunning)_'"
        " UNION ALL SELECT key FROM ir_config_parameter WHERE key ~ '^(open_banking|smart_dunning)'",
    )
    assert left == []
    stock = {table: columns(server, base_database.NAME, table) for table in BOOKS}
    assert {table: columns(server, NAME, table) for table in BOOKS} == stock


def settings(command: list[str]) -> str:
    """The words of a command line as a configuration file: odoo's sub-commands take nothing else."""
    pairs = [word[2:].split("=", 1) for word in command if word.startswith("--") and "=" in word]
    keys = {"addons-path", "data-dir", "db_host", "db_port", "db_user", "db_password"}
    rows = [f"{key.replace('-', '_')} = {value}" for key, value in pairs if key in keys]
    return "\n".join(["[options]", "without_demo = True", *rows, ""])


def test_what_was_uninstalled_is_installed_again(server):
    odoo(server, NAME, "-i", OURS)


def test_installing_with_odoo_s_demo_data_warns_of_nothing(server):
    name = f"{NAME}_demo"
    database.recreate(server, name)
    command = [f"account,{OURS}", "--with-demo"]
    odoo(server, name, "-i", *command)
    assert query(server, name, "SELECT demo FROM ir_module_module WHERE name = 'account'") == [
        (True,)
    ]


def addons_before(folder: Path) -> Path:
    """The add-ons of the version before, from git."""
    words = ["git", "archive", VERSION_BEFORE, "addons"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this copy of the repository is without its history")
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder / "addons"


def test_the_version_before_is_upgraded_with_its_data(server, tmp_path):
    name = f"{NAME}_before"
    before = addons_before(tmp_path)
    base_database.copy(server, name)
    *stock, _ours = odoo_process.addons_paths()
    paths = f"--addons-path={','.join([*stock, str(before)])}"
    odoo(server, name, paths, "-i", OURS)
    in_odoo.call(server, name, "life_books:use", log_name="life-before", options=[paths])
    kept = books(server, name)
    records = ("SELECT count(*) FROM recon_proposal", "SELECT count(*) FROM dunning_action")
    counts = [query(server, name, statement) for statement in records]
    assert [(0,)] not in counts
    odoo(server, name, "-u", OURS)
    assert books(server, name) == kept
    assert [query(server, name, statement) for statement in records] == counts
