"""``odoo open_banking_audit``: verify the audit log, or archive what is old.

Odoo loads this file by its path and not as a part of the add-on: it imports nothing of ours.
"""

import sys
from datetime import datetime
from pathlib import Path

from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.cli.command import Command
from odoo.modules.registry import Registry
from odoo.tools import config


class OpenBankingAudit(Command):
    """Verify the audit log of bank data; --archive-before DAY makes files of older entries."""

    name = Path(__file__).stem

    def run(self, args):
        self.parser.add_argument("--archive-before", metavar="YYYY-MM-DD")
        own, rest = self.parser.parse_known_args(args)
        config.parse_config(rest, setup_logging=True)
        names = config["db_name"]
        if len(names) != 1:
            sys.exit("Name one database: -d DATABASE")
        with Registry(names[0]).cursor() as cursor:
            env = Environment(cursor, SUPERUSER_ID, {})
            companies = [
                env["res.company"],
                *env["res.company"].with_context(active_test=False).search([]),
            ]
            if own.archive_before:
                _archive(env, companies, datetime.fromisoformat(own.archive_before))
            broken = env["recon.audit.entry"]._broken_chains(companies)
        for company, found in broken:
            sys.stdout.write(
                f"{company.name or 'all companies'}: broken at entry {found.position}"
                f" ({found.code})\n"
            )
        if broken:
            sys.exit(1)
        sys.stdout.write("all entries are there and unchanged\n")


def _archive(env, companies, before):
    for company in companies:
        archive = env["recon.audit.archive"]._make(company, before, missing_ok=True)
        for row in archive:
            sys.stdout.write(f"{row.file_name}: up to entry {row.position}\n")
