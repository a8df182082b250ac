"""The databases of ``benchmarks.odoo_match``: loaded once for each data set, then copied."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from psycopg2 import sql

from tools import base_database, in_odoo, odoo_process
from tools.console import run, step
from tools.database import Server, recreate
from tools.paths import DATA

from . import odoo_lines, odoo_load

OUR_ADDON = "open_banking_recon"
DATA_FILES = ("partners.csv", "open_items.csv", "statement_lines.csv")


class Names:
    """What the databases of a data set are called: after the content of its files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        books = [folder / name for name in DATA_FILES[:2]]
        digest = _digest([*books, Path(odoo_load.__file__)])
        self.books = f"bench_books_{digest}"
        digest = _digest([*books, folder / DATA_FILES[2], Path(odoo_lines.__file__)])
        self.lines = f"bench_lines_{digest}"
        self.ours, self.floor, self.peer = "bench_ours", "bench_floor", "bench_peer"


def _digest(paths: Iterable[Path]) -> str:
    content = hashlib.sha256()
    for path in paths:
        content.update(path.read_bytes())
    return content.hexdigest()[:12]


def line_rows(names: Names) -> list[dict[str, str]]:
    return odoo_load.rows(names.folder / DATA_FILES[2])


def ensure_books(server: Server, names: Names, fresh: bool = False) -> None:
    """A database with Odoo's accounting and the documents: no add-on of ours or anybody's."""
    if not fresh and _is_finished(server, names.books):
        return
    base_database.ensure(server)
    _marker(names.books).unlink(missing_ok=True)
    recreate(server, names.books, template=base_database.NAME)
    with step("documents into Odoo (once for this data set)"):
        folder = str(names.folder)
        log = in_odoo.call(
            server, names.books, "benchmarks.odoo_load:books", folder, log_name="bench-books"
        )
    _tell(log)
    _marker(names.books).touch()


def ensure_lines(server: Server, names: Names, fresh: bool = False) -> None:
    """The books with our add-on and all bank lines, none of them matched."""
    ensure_books(server, names, fresh)
    if not fresh and _is_finished(server, names.lines):
        return
    _marker(names.lines).unlink(missing_ok=True)
    recreate(server, names.lines, template=names.books)
    with step("our add-on and the bank lines (once for this data set)"):
        install(server, names.lines, "-i", OUR_ADDON)
        folder = str(names.folder)
        log = in_odoo.call(
            server, names.lines, "benchmarks.odoo_lines:book", folder, log_name="bench-lines"
        )
    _tell(log)
    _marker(names.lines).touch()


def copy_for_matching(server: Server, template: str, name: str) -> None:
    """A copy to be matched, with the add-on as it is in this checkout."""
    recreate(server, name, template=template)
    install(server, name, "-u", OUR_ADDON)
    analyse(server, name)


def install(server: Server, name: str, *words: str, log_name: str = "bench-install") -> None:
    words = (*words, "--stop-after-init", "--no-http")
    environment = odoo_process.environment(server)
    run(odoo_process.command(server, name, words), log_name, env=environment)


def analyse(server: Server, name: str) -> None:
    """Statistics as autovacuum leaves them in a database that has been there for a while."""
    connection = server.connect(name)
    try:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    finally:
        connection.close()


def drop(server: Server, names: Iterable[str]) -> None:
    connection = server.connect(server.maintenance_db)
    try:
        with connection.cursor() as cursor:
            for name in names:
                statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                cursor.execute(statement.format(sql.Identifier(name)))
    finally:
        connection.close()


def _marker(name: str) -> Path:
    return DATA / f"{name}.finished"


def _is_finished(server: Server, name: str) -> bool:
    """Whether database ``name`` is there and was loaded to its end."""
    connection = server.connect(server.maintenance_db)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None and _marker(name).exists()
    finally:
        connection.close()


def _tell(log: str) -> None:
    """What the functions in Odoo said about the time they took, without Odoo's own log."""
    for line in log.splitlines():
        if line.endswith((" s", " lines/s")) and " INFO " not in line:
            print(f"    {line}")
