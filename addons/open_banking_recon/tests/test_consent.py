import re
from datetime import date, datetime, timedelta, timezone
from urllib.parse import parse_qs, urlparse

from odoo.tests import HttpCase, freeze_time, tagged

from ..recon_core.errors import ConsentError, FinalError, RetryableError
from ..recon_core.types import ConsentStatus, Grant, TransactionStatus
from .common import IBAN, TODAY, OpenBankingCommon, transaction


@tagged("post_install", "-at_install")
class TestConsent(OpenBankingCommon, HttpCase):
    def start(self):
        """Go through the connection wizard; returns (consent, state of the redirect)."""
        self.authenticate("claire", "claire")
        wizard = self.as_accountant("open.banking.connect").create(
            {"provider_id": self.provider.id, "company_id": self.company.id}
        )
        action = self.make_jsonrpc_request(
            "/web/dataset/call_kw/open.banking.connect/action_connect",
            {
                "model": "open.banking.connect",
                "method": "action_connect",
                "args": [wizard.id],
                "kwargs": {},
            },
        )
        state = parse_qs(urlparse(action["url"]).query)["s"][0]
        return self.env["open.banking.consent"].search([], limit=1), state

    def come_back(self, **parameters):
        query = "&".join(f"{key}={value}" for key, value in parameters.items())
        return self.url_open(f"/open_banking/callback?{query}", allow_redirects=False)

    def test_a_consent_opens_its_accounts_and_links_the_journal_by_iban(self):
        consent, state = self.start()
        self.assertEqual(consent.state, "received")
        answer = self.come_back(code="c", state=state)
        self.assertEqual(answer.status_code, 303)
        consent.invalidate_recordset()
        self.assertEqual(consent.state, "valid")
        self.assertEqual(consent.valid_until, TODAY + timedelta(days=180))
        self.assertRecordValues(
            consent.account_ids, [{"iban": IBAN, "journal_id": self.journal.id}]
        )
        self.assertEqual(self.journal.bank_statements_source, "open_banking")
        event = self.env["open.banking.event"].search(
            [("account_id", "in", consent.account_ids.ids)]
        )
        self.assertTrue(event._psu(), "the first fetch is made for the person who has just agreed")

    def test_what_the_bank_granted_is_kept_whole(self):
        consent, _state = self.start()
        grant = Grant(
            consent_ref="c-1",
            access_token="access",
            access_expires_at=datetime(2027, 1, 1, 10, 30, tzinfo=timezone.utc),
            refresh_token="refresh",
            valid_until=date(2027, 5, 1),
            metadata_url="/psd2/.well-known/openid-configuration",
        )
        consent._store_grant(grant)
        self.assertEqual(consent.sudo()._stored_grant(), grant)

    def test_a_state_works_once(self):
        _consent, state = self.start()
        self.come_back(code="c", state=state)
        self.assertEqual(self.come_back(code="c", state=state).status_code, 400)

    def test_a_forged_state_is_refused(self):
        consent, _state = self.start()
        self.assertEqual(self.come_back(code="c", state="forged").status_code, 400)
        self.assertEqual(self.come_back(code="c", state="").status_code, 400)
        consent.invalidate_recordset()
        self.assertEqual(consent.state, "received")

    def test_another_users_state_is_refused(self):
        consent, state = self.start()
        self.authenticate("admin", "admin")
        self.assertEqual(self.come_back(code="c", state=state).status_code, 400)
        consent.invalidate_recordset()
        self.assertEqual(consent.state, "received")

    def test_a_refusal_at_the_bank_is_kept_and_told(self):
        consent, state = self.start()
        self.bank.error = ConsentError("consent_rejected")
        answer = self.come_back(error="access_denied", state=state)
        self.assertEqual(answer.status_code, 400)
        self.assertIn("refused at Test Bank", re.sub(r"\s+", " ", answer.text))
        consent.invalidate_recordset()
        self.assertEqual(consent.state, "rejected")

    def test_a_bank_that_does_not_answer_leaves_the_consent_to_be_tried_again(self):
        consent, state = self.start()
        self.bank.error = RetryableError("timeout")
        self.assertEqual(self.come_back(code="c", state=state).status_code, 400)
        consent.invalidate_recordset()
        self.assertEqual(consent.state, "received")

    def test_a_renewal_keeps_journal_and_cursor(self):
        account = self.account(synced_until=date(2026, 3, 20))
        consent = account.consent_id
        consent.write({"state": "expired", "user_id": self.accountant.id})
        _consent, state = self.start()
        self.come_back(code="c", state=state)
        account.invalidate_recordset()
        consent.invalidate_recordset()
        self.assertEqual(consent.state, "valid")
        self.assertEqual(account.journal_id, self.journal)
        self.assertEqual(account.synced_until, date(2026, 3, 20))
        self.assertEqual(len(self.env["open.banking.account"].search([])), 1)


@tagged("post_install", "-at_install")
class TestConsentLife(OpenBankingCommon):
    def test_withdrawing_tells_the_bank_and_forgets_the_tokens(self):
        consent = self.account().consent_id
        consent.with_user(self.accountant).action_revoke()
        self.assertEqual(self.bank.revoked, ["consent-1"])
        self.assertEqual(consent.state, "terminated")
        self.assertFalse(consent.grant_sealed)

    def test_a_bank_that_cannot_be_told_now_is_told_later_and_nothing_is_read_meanwhile(self):
        account = self.account()
        consent = account.consent_id
        self.bank.revoke_error = RetryableError("unavailable")
        consent.with_user(self.accountant).action_revoke()
        self.assertEqual(consent.state, "terminated")
        self.assertIsNone(account._fetch_if_due())
        self.assertFalse(account.sync_ids)

        event = self.env["open.banking.event"].search([("kind", "=", "revoke_consent")])
        self.assertEqual(event.consent_id, consent)
        self.bank.revoke_error = None
        event._handle_revoke_consent()
        self.assertEqual(self.bank.revoked, ["consent-1"])
        self.assertFalse(consent.grant_sealed)

    def test_what_was_announced_is_forgotten_with_the_consent(self):
        account = self.account()
        self.env["open.banking.pending"]._replace(
            account, [transaction(12, "soon", status=TransactionStatus.PENDING)]
        )
        self.assertEqual(account.pending_count, 1)
        account.consent_id.with_user(self.accountant).action_revoke()
        account.invalidate_recordset()
        self.assertEqual(account.pending_count, 0)

    def test_a_consent_given_again_is_not_withdrawn_by_the_queue(self):
        consent = self.account().consent_id
        self.bank.revoke_error = RetryableError("unavailable")
        consent.action_revoke()
        self.bank.revoke_error = None
        consent._set_state("valid")
        self.env["open.banking.event"].search(
            [("kind", "=", "revoke_consent")]
        )._handle_revoke_consent()
        self.assertEqual(self.bank.revoked, [])

    def test_a_withdrawal_that_the_bank_refuses_forgets_the_tokens_and_says_so(self):
        consent = self.account().consent_id
        self.bank.revoke_error = FinalError("request_refused")
        consent.with_user(self.accountant).action_revoke()
        self.assertEqual(consent.state, "terminated")
        self.assertFalse(consent.grant_sealed)
        self.assertIn("Withdraw it at the bank", consent.message_ids[0].body)

    def test_the_owner_is_reminded_before_the_end(self):
        consent = self.account().consent_id
        self.bank.status = (ConsentStatus.VALID, TODAY + timedelta(days=180))
        end = TODAY + timedelta(days=180)
        seen = []
        for days_before in (30, 13, 12, 6, 1):
            day = end - timedelta(days=days_before)
            with freeze_time(day), self.commits_allowed() as env:
                env["open.banking.consent"]._cron_watch()
            consent.invalidate_recordset()
            seen.append(len(consent.activity_ids))
        self.assertEqual(seen, [0, 1, 1, 2, 3])
        self.assertEqual(consent.activity_ids.user_id, self.accountant)
