"""An Odoo database with French accounting and nothing else, made once and copied for each use."""

from __future__ import annotations

import hashlib

from . import demo_load, in_odoo, odoo_process, odoo_source
from .console import run, step
from .database import Server, copy_filestore, recreate
from .paths import DATA

NAME = "open_banking_base"
MODULES = "account,l10n_fr_account,mail,account_payment,account_qr_code_sepa,sms"


def _stamp() -> str:
    home = odoo_source.find()
    parts = (str(home), MODULES, demo_load.prepare.__doc__ or "", "1")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _exists(server: Server) -> bool:
    connection = server.connect(server.maintenance_db)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            return cursor.fetchone() is not None
    finally:
        connection.close()


def ensure(server: Server) -> None:
    """Make the base database unless it is there for this very Odoo."""
    marker = DATA / "base-database"
    if marker.exists() and marker.read_text() == _stamp() and _exists(server):
        return
    with step("Odoo database with French accounting (once)"):
        marker.unlink(missing_ok=True)  # a half-made base must not pass for a whole one
        recreate(server, NAME)
        words = odoo_process.command(
            server, NAME, ["-i", MODULES, "--stop-after-init", "--no-http"]
        )
        run(words, "base-database", env=odoo_process.environment(server))
        in_odoo.call(server, NAME, "tools.demo_load:prepare", log_name="base-company")
        marker.write_text(_stamp())


def copy(server: Server, name: str) -> None:
    """A fresh database ``name`` as a copy of the base."""
    recreate(server, name, template=NAME)
    copy_filestore(NAME, name)


def install(server: Server, name: str, *modules: str) -> str:
    """A fresh database ``name`` as a copy of the base with ``modules``, ours if none are named; what
    Odoo logged meanwhile."""
    ensure(server)
    copy(server, name)
    names = ",".join(modules or odoo_process.modules())
    words = odoo_process.command(server, name, ["-i", names, "--stop-after-init", "--no-http"])
    return run(words, f"{name}-install", env=odoo_process.environment(server))
