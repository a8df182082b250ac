"""``odoo open_banking_keys``: bring all sealed secrets under the newest key.

Odoo loads this file by its path and not as a part of the add-on: it imports nothing of ours.
"""

import sys
from pathlib import Path

from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.cli.command import Command
from odoo.modules.registry import Registry
from odoo.tools import config


class OpenBankingKeys(Command):
    """Bring all sealed bank credentials under the newest key, while Odoo runs."""

    name = Path(__file__).stem

    def run(self, args):
        self.parser.parse_known_args(args)  # --help
        config.parse_config(args, setup_logging=True)
        names = config["db_name"]
        if len(names) != 1:
            sys.exit("Name one database: -d DATABASE")
        with Registry(names[0]).cursor() as cursor:
            vault = Environment(cursor, SUPERUSER_ID, {})["open.banking.vault"]
            failed = vault._rewrap_all()
            for version, count in sorted(vault._key_usage().items()):
                sys.stdout.write(f"key {version}: {count} values\n")
        if failed:
            sys.exit(f"{failed} values cannot be opened: the log names their keys")
