import os
from pathlib import Path

from odoo import models, tools

from ..recon_core.errors import FinalError
from ..recon_core.vault import envelope, keyfile

KEY_FILE_VARIABLE = "OPEN_BANKING_KEY_FILE"


class OpenBankingVault(models.AbstractModel):
    """Seals what must not stand in clear in the database. The key never enters the database."""

    _name = "open.banking.vault"
    _description = "Open Banking Vault"

    def _seal(self, text, context):
        return envelope.seal(self._key(), text, context)

    def _unseal(self, sealed, context):
        """Raises FinalError vault_key_missing, vault_key_invalid or vault_key_mismatch."""
        return envelope.unseal(self._key(), sealed, context)

    def _key(self):
        configured = os.environ.get(KEY_FILE_VARIABLE)
        if configured:
            return keyfile.load(Path(configured))
        path = Path(tools.config["data_dir"]) / "open_banking.key"
        try:
            return keyfile.load_or_create(path)
        except OSError as error:
            raise FinalError("vault_key_missing", path.name) from error
