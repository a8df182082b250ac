import os
from unittest.mock import patch

from odoo.tests import tagged

from ..models import open_banking_vault
from ..recon_core.errors import FinalError
from ..recon_core.vault import envelope
from .common import OpenBankingCommon
from .vault_case import KEYS, VaultCase


@tagged("post_install", "-at_install")
class TestVault(VaultCase, OpenBankingCommon):
    def sync(self):
        with self.commits_allowed() as env:
            env["open.banking.account"]._cron_sync()
            env["open.banking.event"]._cron_work()
        self.env.invalidate_all()

    def test_every_sealed_field_moves_to_the_newest_key_and_opens_with_it_alone(self):
        self.provider.client_secret = "planted-secret"
        consent = self.account().consent_id
        payload = consent.grant_sealed.rpartition(".")[2]
        self.hold(1, 2)
        self.rewrap()
        self.assertEqual(self.vault._key_usage(), {"2": 2})
        self.assertEqual(consent.grant_sealed.rpartition(".")[2], payload)
        self.hold(2)
        self.assertEqual(consent._stored_grant().access_token, "access-secret")
        self.assertEqual(self.provider._connector_sudo().settings.client_secret, "planted-secret")

    def test_an_archived_provider_is_not_forgotten(self):
        self.provider.write({"client_secret": "planted-secret", "active": False})
        self.hold(1, 2)
        self.rewrap()
        self.assertEqual(self.vault._key_usage(), {"2": 1})

    def test_more_values_than_a_batch_are_all_rewrapped(self):
        self.provider.client_secret = "planted-secret"
        for _number in range(4):
            self.provider.copy().client_secret = "another"
        self.hold(1, 2)
        with patch.object(open_banking_vault, "BATCH", 2):
            self.rewrap()
        self.assertEqual(self.vault._key_usage(), {"2": 5})

    def test_a_value_whose_key_is_lost_is_told_and_does_not_stop_the_others(self):
        self.hold(2)
        self.provider.client_secret = "planted-secret"
        self.hold(1)
        other = self.provider.copy()
        other.client_secret = "another"
        self.env.flush_all()
        path = "odoo.addons.open_banking_recon.models.open_banking_vault"
        os.environ[open_banking_vault.KEYS_VARIABLE] = f"1:{KEYS[1]},3:{KEYS[2]}"
        del os.environ[open_banking_vault.KEY_FILE_VARIABLE]
        with self.assertLogs(path, "ERROR") as logs:
            self.rewrap()
        self.assertIn("vault_key_version_missing: 2", logs.output[0])
        self.assertEqual(self.vault._key_usage(), {"2": 1, "3": 1})

    def test_a_failed_fetch_names_the_version_of_the_lost_key(self):
        account = self.account()
        self.hold(2)
        self.sync()
        self.assertEqual(account.error_code, "vault_key_version_missing")
        self.assertIn("version 1 of the key", account.error_message)

    def test_two_sources_of_keys_are_refused(self):
        os.environ[open_banking_vault.KEYS_VARIABLE] = KEYS[1]
        with self.assertRaisesRegex(FinalError, "vault_key_invalid"):
            self.vault._seal("text", "context")

    def test_keys_may_stand_in_the_environment(self):
        del os.environ[open_banking_vault.KEY_FILE_VARIABLE]
        os.environ[open_banking_vault.KEYS_VARIABLE] = f"1:{KEYS[1]},2:{KEYS[2]}"
        self.assertEqual(envelope.key_version(self.vault._seal("text", "context")), "2")

    def test_a_security_module_that_cannot_be_reached_is_an_error_in_words(self):
        account = self.account()
        del os.environ[open_banking_vault.KEY_FILE_VARIABLE]
        os.environ[open_banking_vault.HSM_VARIABLE] = "pkcs11:token=bank"
        self.sync()
        self.assertEqual(account.error_code, "vault_hsm_address")
        self.assertIn("security module", account.error_message)
