"""Odoo in the foreground on the demo's database."""

from __future__ import annotations

import os
import sys

from . import database, odoo_process
from .demo import DATABASE, ODOO_PORT


def main() -> None:
    server = database.server()
    words = odoo_process.command(server, DATABASE, [f"--http-port={ODOO_PORT}", *sys.argv[1:]])
    os.execvpe(words[0], words, odoo_process.environment(server))  # noqa: S606 - our own command


if __name__ == "__main__":
    main()
