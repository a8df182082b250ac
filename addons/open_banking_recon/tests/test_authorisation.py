from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..models.open_banking_authorisation import OpenBankingConsent
from ..recon_core.connectors.base import PsuContext
from ..recon_core.connectors.webhooks.base import Announcement
from ..recon_core.connectors.webhooks.standard import StandardWebhook
from ..recon_core.errors import ConsentError, RetryableError
from ..recon_core.types import ConsentStatus
from .common import IBAN, TODAY, OpenBankingCommon

PSU = PsuContext("192.0.2.1", "Browser")


@tagged("post_install", "-at_install")
class TestConfirmationElsewhere(OpenBankingCommon):
    """Consents that are confirmed in the bank's app, or that several people have to sign."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(OpenBankingConsent, "_psu", lambda consent: PSU))
        self.bank.decoupled = True

    def start(self):
        self.action = self.as_accountant("open.banking.consent")._connect(
            self.provider, self.company, psu_id="claire.m"
        )
        return self.env["open.banking.consent"].browse(self.action["res_id"])

    def test_nobody_is_sent_away_and_the_bank_s_words_are_shown(self):
        consent = self.start()
        self.assertEqual(self.action["res_model"], "open.banking.consent")
        self.assertEqual(consent.psu_message, "Confirm in your app.")
        self.assertEqual(self.bank.asked[0].psu_id, "claire.m")
        self.assertEqual(consent.state, "received")

    def test_a_confirmation_opens_the_accounts(self):
        consent = self.start()
        consent.with_user(self.accountant).action_poll()
        self.assertEqual(consent.state, "received")
        self.bank.confirmed = True
        consent.with_user(self.accountant).action_poll()
        self.assertEqual(consent.state, "valid")
        self.assertEqual(consent.account_ids.iban, IBAN)
        self.assertFalse(consent.poll_until or consent.psu_message or consent.secrets_sealed)

    def test_the_cron_asks_again_while_somebody_may_confirm(self):
        consent = self.start()
        cron = self.env.ref("open_banking_recon.ir_cron_poll")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertTrue(triggers)
        triggers.unlink()
        with self.commits_allowed() as env:
            env["open.banking.consent"]._cron_poll()
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        self.bank.confirmed = True
        with self.commits_allowed() as env:
            env["open.banking.consent"]._cron_poll()
        consent.invalidate_recordset()
        self.assertEqual(consent.state, "valid")

    def test_a_refusal_in_the_app_is_told(self):
        consent = self.start()
        self.bank.error = ConsentError("consent_rejected")
        consent._poll()
        self.assertEqual(consent.state, "rejected")
        self.assertIn("refused at Test Bank", consent.error_message)

    def test_a_bank_that_does_not_answer_is_asked_again(self):
        consent = self.start()
        self.bank.error = RetryableError("timeout")
        consent._poll()
        self.assertEqual(consent.state, "received")
        self.assertTrue(consent.poll_until)

    def test_keys_of_ours_that_cannot_be_opened_stop_no_other_consent(self):
        consent = self.start()
        self.provider.client_secret_sealed = "v1.damaged"
        consent._poll()
        self.assertEqual(consent.state, "rejected")
        self.assertIn("stored bank credentials are damaged", consent.error_message)

    def test_nobody_confirms_in_time(self):
        consent = self.start()
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            consent._poll()
        self.assertEqual(consent.state, "rejected")
        self.assertIn("Nobody confirmed", consent.error_message)

    def test_a_renewal_that_nobody_confirms_leaves_the_consent_in_force(self):
        consent = self.account().consent_id
        consent.with_user(self.accountant).action_authorise()
        self.bank.error = ConsentError("consent_rejected")
        consent._poll()
        self.assertEqual(consent.state, "valid")
        self.bank.error = None
        self.assertEqual(consent._open_sudo()[1].access_token, "access-secret")

    def test_a_second_signatory_is_waited_for(self):
        self.bank.confirmed = True
        self.bank.status = (ConsentStatus.RECEIVED, None)
        consent = self.start()
        consent._poll()
        self.assertEqual(consent.state, "received")
        self.assertFalse(consent.account_ids)
        self.assertGreater(consent.poll_until, fields.Datetime.now() + timedelta(days=20))

        self.bank.status = (ConsentStatus.VALID, TODAY + timedelta(days=90))
        consent._poll()
        self.assertEqual(consent.state, "valid")
        self.assertEqual(consent.account_ids.iban, IBAN)
        self.assertFalse(consent.waiting_sealed)

    def test_messages_find_it_by_the_access_and_by_whoever_gave_it(self):
        self.bank.confirmed = True
        self.bank.grant_ref = "connection-7"
        consent = self.start()
        consent._poll()
        self.assertEqual(consent.consent_ref, "connection-7")
        for named in ("consent-1", "connection-7", "stranger"):
            told = Announcement(consents=frozenset({named}))
            with patch.object(StandardWebhook, "announcement", lambda *_args, told=told: told):
                self.provider._announced(b"{}", named)
        checks = self.env["open.banking.event"].search([("kind", "=", "check_consent")])
        self.assertEqual(
            sorted(checks.mapped("key")),
            [f"check_consent:{consent.id}:{named}" for named in ("connection-7", "consent-1")],
        )
