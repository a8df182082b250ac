from odoo import api, models


class OpenBankingMessages(models.AbstractModel):
    """What is said of an encrypted file that does not open."""

    _inherit = "open.banking.messages"

    @api.model
    def _file_sentence(self, code, version=""):
        """What happened to the file and what to do next. ``version``: of the key, where it is known."""
        sentences = {
            "vault_key_missing": self.env._(
                "The file is stored encrypted, and the key cannot be read. Ask your administrator to"
                " restore the key file, then try again."
            ),
            "vault_key_invalid": self.env._(
                "The file is stored encrypted, and the key is damaged. Ask your administrator to"
                " restore the key file, then try again."
            ),
            "vault_key_version_missing": self.env._(
                "The file is stored encrypted with an older key%s that is not there any more. Ask your"
                " administrator to put it back, or hand in the file again.",
                f" ({version})" if version else "",
            ),
            "vault_key_mismatch": self.env._(
                "The file was encrypted with another key, or was altered. Ask your administrator to"
                " restore the keys that belong to this database, or hand in the file again."
            ),
            "vault_format": self.env._(
                "The encrypted file is damaged. Ask your administrator to restore it from a backup, or"
                " hand in the file again."
            ),
            "vault_hsm_unavailable": self.env._(
                "The security module that keeps the key of the encrypted file does not answer. Try"
                " again in a moment."
            ),
        }
        return sentences.get(code) or self.env._(
            "The security module that keeps the key of the encrypted file cannot be used. Ask your"
            " administrator to check its address, library and PIN."
        )
