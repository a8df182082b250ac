from datetime import datetime, timezone

from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .common import OpenBankingCommon
from .webhook_signers import GATEWAY_SECRET, sign_berlin_group

NOW = datetime(2026, 3, 31, 12, tzinfo=timezone.utc)
BODY = b'{"type": "transactions.new"}'
CONTROLLER = "odoo.addons.open_banking_recon.controllers.webhook"


def signed(body=BODY, at=NOW):
    """Headers of a genuine message."""
    return {"Content-Type": "application/json", **sign_berlin_group(body, "", at)}


@tagged("post_install", "-at_install")
@freeze_time(NOW.replace(tzinfo=None))
class TestWebhook(OpenBankingCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.provider.webhook_secret = GATEWAY_SECRET
        self.env.flush_all()

    def post(self, body=BODY, headers=None, path=None):
        path = path or f"/open_banking/webhook/berlin_group/{self.provider.id}"
        with mute_logger(CONTROLLER):
            return self.url_open(path, data=body, headers=headers or signed(body))

    def events(self):
        self.env.invalidate_all()
        return self.env["open.banking.event"].search([("kind", "=", "webhook")])

    def assertRefused(self, answer, status):
        self.assertEqual(answer.status_code, status)
        self.assertFalse(self.events())
        self.assertNotIn("webhook_", answer.text)

    def test_a_genuine_message_is_stored_and_left_to_a_worker(self):
        account = self.account()
        answer = self.post()
        self.assertEqual((answer.status_code, answer.text), (200, ""))
        event = self.events()
        self.assertEqual((event.state, event.provider_id), ("queued", self.provider))
        self.assertNotIn("transactions", event.payload_sealed)
        self.assertFalse(account.sync_ids)
        self.assertNotIn("session_id", answer.cookies)

    def test_the_address_that_is_shown_is_the_one_that_works(self):
        path = self.provider.webhook_url.removeprefix(self.provider.get_base_url())
        self.assertEqual(self.post(path=path).status_code, 200)

    def test_a_repeated_message_is_accepted_and_stored_once(self):
        for _time in range(3):
            self.assertEqual(self.post().status_code, 200)
        self.assertEqual(len(self.events()), 1)

    def test_an_unsigned_message_is_refused_without_a_word(self):
        answer = self.post(headers={"Content-Type": "application/json"})
        self.assertRefused(answer, 401)
        self.assertEqual(answer.text, "")

    def test_a_message_that_was_altered_is_refused(self):
        self.assertRefused(self.post(body=b"{}", headers=signed()), 401)

    def test_an_old_message_is_refused(self):
        self.assertRefused(self.post(headers=signed(at=NOW.replace(hour=11))), 401)

    def test_a_provider_without_a_secret_takes_no_message(self):
        self.provider.webhook_secret = False
        self.env.flush_all()
        self.assertRefused(self.post(), 401)

    def test_an_unknown_provider_is_not_told_apart_from_a_wrong_address(self):
        for path in (
            "/open_banking/webhook/berlin_group/999999",
            f"/open_banking/webhook/another/{self.provider.id}",
        ):
            with self.subTest(path=path):
                self.assertRefused(self.post(path=path), 404)

    def test_an_archived_provider_takes_no_message(self):
        self.provider.active = False
        self.env.flush_all()
        self.assertRefused(self.post(), 404)

    def test_a_huge_message_is_refused(self):
        body = b"x" * (256 * 1024 + 1)
        self.assertRefused(self.post(body=body, headers=signed(body)), 413)

    def test_a_form_is_no_message(self):
        headers = {**signed(), "Content-Type": "application/x-www-form-urlencoded"}
        self.assertRefused(self.post(headers=headers), 401)

    def test_nobody_reads_the_address_with_a_browser(self):
        path = f"/open_banking/webhook/berlin_group/{self.provider.id}"
        self.assertEqual(self.url_open(path).status_code, 405)

    def test_a_bodys_bytes_arrive_as_they_came(self):
        body = bytes(range(256))
        self.assertEqual(self.post(body=body, headers=signed(body)).status_code, 200)
        self.assertEqual(len(self.events()), 1)
