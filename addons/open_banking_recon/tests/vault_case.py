import base64
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from ..models import open_banking_vault

KEYS = {number: base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2)}
NAMES = (
    open_banking_vault.KEY_FILE_VARIABLE,
    open_banking_vault.KEYS_VARIABLE,
    open_banking_vault.HSM_VARIABLE,
)


class VaultCase:
    """A key file of the test's own, with version 1."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.key_file = Path(folder.name) / "keys"
        self.startPatcher(patch.dict(os.environ))
        for name in NAMES:
            os.environ.pop(name, None)
        os.environ[open_banking_vault.KEY_FILE_VARIABLE] = str(self.key_file)
        self.hold(1)
        self.vault = self.env["open.banking.vault"]

    def hold(self, *versions):
        """Put these keys, and no others, into the key file."""
        self.key_file.write_text("\n".join(f"{number}:{KEYS[number]}" for number in versions))

    def rewrap(self):
        """Run the cron as a worker does, commits included."""
        with self.commits_allowed() as env:
            env["open.banking.vault"]._cron_rewrap()
        self.env.invalidate_all()
