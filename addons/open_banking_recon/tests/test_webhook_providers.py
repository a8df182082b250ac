import json
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..models.open_banking_event import KEEP_DONE
from ..models.open_banking_provider import OpenBankingProvider
from ..recon_core.connectors import registry, webhooks
from ..recon_core.connectors.transport import Response, Transport
from ..recon_core.connectors.webhooks.bridge import AGE_LIMIT
from ..recon_core.errors import ConsentError, FinalError, RetryableError
from ..recon_core.types import ConsentStatus
from .common import TODAY, FakeConnector, OpenBankingCommon
from .webhook_signers import KEY_SET, SECRETS, SIGNERS, body_of, ending_of

NOW = datetime(2026, 3, 31, 12, tzinfo=timezone.utc)
CONTROLLER = "odoo.addons.open_banking_recon.controllers.webhook"
CODES = sorted(SIGNERS)


class WebhookProviders(OpenBankingCommon):
    """A provider of each kind that sends messages, behind the same bank."""

    def setUp(self):
        super().setUp()
        self.frozen = self.enterContext(freeze_time(NOW.replace(tzinfo=None)))
        selection = [(code, code) for code in CODES]
        self.startPatcher(patch.object(OpenBankingProvider, "_selection_code", lambda s: selection))
        self.startPatcher(patch.dict(registry._CONNECTORS, dict.fromkeys(CODES, FakeConnector)))
        self.startPatcher(patch.dict(webhooks._WEBHOOKS, {"ponto": webhooks.PontoWebhook()}))
        self.keys = Response(200, {}, KEY_SET)
        self.startPatcher(patch.object(Transport, "send", lambda *args, **options: self.keys))
        self.providers = {code: self.provider_of(code) for code in CODES}
        self.env.flush_all()

    def provider_of(self, code):
        return self.env["open.banking.provider"].create(
            {
                "name": code,
                "code": code,
                "base_url": "https://bank.example",
                "webhook_secret": SECRETS[code],
            }
        )

    def events(self, kind="webhook"):
        self.env.invalidate_all()
        return self.env["open.banking.event"].search([("kind", "=", kind)])


@tagged("post_install", "-at_install")
class TestWebhookOfEachProvider(WebhookProviders, HttpCase):
    def post(self, code, body=None, headers=None, path_of=None, at=NOW):
        body = body_of(code, at) if body is None else body
        path = self.path(path_of or code)
        headers = SIGNERS[code](body, path, at) if headers is None else headers
        headers = {"Content-Type": "application/json", **headers}
        with mute_logger(CONTROLLER):
            return self.url_open(path, data=body, headers=headers)

    def path(self, code):
        return f"/open_banking/webhook/{code}/{self.providers[code].id}"

    def each(self):
        for code in CODES:
            with self.subTest(provider=code):
                yield code
            self.events().unlink()
            self.env.flush_all()

    def assertRefused(self, answer):
        self.assertEqual((answer.status_code, answer.text), (401, ""))
        self.assertFalse(self.events())

    def test_a_genuine_message_is_stored_and_left_to_a_worker(self):
        for code in self.each():
            self.assertEqual(self.post(code).status_code, 200)
            self.assertEqual(self.events().provider_id, self.providers[code])
            self.assertEqual(self.events().state, "queued")

    def test_a_message_that_was_altered_is_refused(self):
        for code in self.each():
            body = body_of(code, NOW)
            headers = SIGNERS[code](body, self.path(code), NOW)
            self.assertRefused(self.post(code, body + b" ", headers))

    def test_a_message_that_was_caught_and_is_sent_again_is_stored_once(self):
        for code in self.each():
            for _time in range(3):
                self.assertEqual(self.post(code).status_code, 200)
            self.assertEqual(len(self.events()), 1)

    def test_a_stale_message_is_refused(self):
        for code in self.each():
            self.assertRefused(self.post(code, at=NOW - timedelta(days=8)))

    def test_a_message_of_another_provider_is_refused(self):
        for code in self.each():
            for other in set(CODES) - {code}:
                body = body_of(other, NOW)
                headers = SIGNERS[other](body, self.path(code), NOW)
                self.assertRefused(self.post(code, body, headers))

    def test_a_message_for_another_provider_of_the_same_kind_is_refused(self):
        for code in self.each():
            self.providers[code].webhook_secret = SECRETS[code][:-4] + "AAAA"
            self.env.flush_all()
            self.assertRefused(self.post(code))

    def test_a_message_that_cannot_be_checked_now_may_come_again(self):
        keys, self.keys = self.keys, Response(404, {}, b"")
        self.assertEqual(self.post("ponto").status_code, 503)
        self.assertFalse(self.events())
        self.keys = keys
        self.frozen.tick(timedelta(minutes=6))
        at = NOW + timedelta(minutes=6)
        self.assertEqual(self.post("ponto", at=at).status_code, 200)
        self.assertEqual(len(self.events()), 1)


@tagged("post_install", "-at_install")
class TestWhatMessagesAreAbout(WebhookProviders):
    def account_of(self, code, **values):
        account = self.account(**values)
        account.consent_id.write(
            {"provider_id": self.providers[code].id, "consent_ref": "consent-1"}
        )
        return account

    def free_journal(self):
        self.env["open.banking.account"].search([]).journal_id = False
        self.env.flush_all()

    def receive(self, code, body):
        self.env["open.banking.event"]._enqueue_sudo(
            "webhook",
            f"webhook:{code}",
            payload=json.dumps({"body": body.decode()}),
            provider_id=self.providers[code].id,
        )
        self.env.flush_all()
        self.work()

    def work(self):
        with self.commits_allowed() as env:
            env["open.banking.event"]._cron_work()
        self.env.invalidate_all()

    def test_news_have_the_account_fetched(self):
        for code in CODES:
            with self.subTest(provider=code):
                account = self.account_of(code)
                self.receive(code, body_of(code, NOW))
                self.assertEqual(account.sync_ids.mapped("state"), ["done"])
                self.assertFalse(self.events("check_consent"))
                self.free_journal()

    def test_news_of_another_account_have_nothing_fetched(self):
        account = self.account_of("qonto", resource_ref="res-2")
        self.receive("qonto", body_of("qonto", NOW))
        self.assertFalse(account.sync_ids)

    def test_a_genuine_message_about_nothing_that_we_do_is_done(self):
        account = self.account_of("qonto")
        self.receive("qonto", b'{"id": "evt-3", "type": "v1/cards", "data": {}}')
        self.assertEqual(self.events().state, "done")
        self.assertFalse(account.sync_ids)
        self.assertFalse(self.events("check_consent"))

    def test_an_access_that_ended_at_the_provider_ends_here(self):
        for code in set(CODES) - {"berlin_group"}:
            with self.subTest(provider=code):
                consent = self.account_of(code).consent_id
                self.bank.status = (ConsentStatus.REVOKED, None)
                self.receive(code, ending_of(code, NOW))
                self.assertEqual(consent.state, "revoked")
                self.free_journal()

    def test_a_message_is_believed_to_be_a_hint_only(self):
        consent = self.account_of("bridge").consent_id
        self.bank.status = (ConsentStatus.VALID, TODAY + timedelta(days=90))
        self.receive("bridge", ending_of("bridge", NOW))
        self.assertEqual(
            (consent.state, consent.valid_until), ("valid", TODAY + timedelta(days=90))
        )

    def test_a_bank_that_cannot_be_asked_now_is_asked_again(self):
        consent = self.account_of("bridge").consent_id
        self.bank.error = RetryableError("unavailable")
        self.receive("bridge", ending_of("bridge", NOW))
        check = self.events("check_consent")
        self.assertEqual(
            (check.state, check.consent_id, consent.state), ("failed", consent, "valid")
        )
        self.assertEqual(check.company_id, self.company)
        self.bank.error = ConsentError("consent_revoked")
        self.frozen.tick(timedelta(minutes=5))
        self.work()
        self.assertEqual((check.state, consent.state), ("done", "revoked"))

    def test_a_check_that_will_never_work_is_given_up_and_told(self):
        self.account_of("bridge")
        self.bank.error = FinalError("tls_failed")
        self.receive("bridge", ending_of("bridge", NOW))
        check = self.events("check_consent")
        self.assertEqual((check.state, check.error_code), ("dead", "tls_failed"))

    def test_a_consent_of_another_user_is_left_alone(self):
        consent = self.account_of("bridge").consent_id
        consent.consent_ref = "consent-2"
        self.receive("bridge", ending_of("bridge", NOW))
        self.assertFalse(self.events("check_consent"))

    def test_a_consent_that_has_ended_meanwhile_is_not_asked_about(self):
        consent = self.account_of("bridge").consent_id
        self.env["open.banking.event"]._enqueue_checks_sudo(consent, "test")
        consent._set_state("revoked")
        self.env.flush_all()
        self.work()
        self.assertEqual((self.events("check_consent").state, consent.state), ("done", "revoked"))

    def test_events_are_known_for_longer_than_a_message_without_a_time_is_believed(self):
        self.assertGreater(KEEP_DONE, 2 * AGE_LIMIT)
