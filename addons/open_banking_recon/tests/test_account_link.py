from datetime import date
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..recon_core.types import BankAccount
from .common import IBAN, TODAY, OpenBankingCommon

OTHER_IBAN = "FR1420041010050500013M02606"


@tagged("post_install", "-at_install")
class TestAccountLink(OpenBankingCommon):
    def link(self, consent, *accounts):
        self.env["open.banking.account"]._link_sudo(consent, list(accounts))

    def test_a_new_handle_keeps_journal_cursor_and_row(self):
        account = self.account(synced_until=date(2026, 3, 20))
        self.link(account.consent_id, BankAccount("res-new", IBAN, "EUR", stable_ref="hash"))
        self.assertRecordValues(
            account,
            [
                {
                    "resource_ref": "res-new",
                    "stable_ref": "hash",
                    "journal_id": self.journal.id,
                    "synced_until": date(2026, 3, 20),
                }
            ],
        )

    def test_an_account_moves_to_the_newer_consent_with_its_journal(self):
        account = self.account()
        other = account.consent_id.copy({"state": "valid"})
        self.link(other, BankAccount("res-2", IBAN, "EUR"))
        self.assertEqual(account.consent_id, other)
        self.assertEqual(account.journal_id, self.journal)

    def test_an_account_that_a_renewal_leaves_out_says_so_and_is_not_read(self):
        account = self.account()
        self.link(account.consent_id, BankAccount("res-2", OTHER_IBAN, "EUR"))
        self.assertEqual(account.error_code, "account_not_shared")
        self.assertIsNone(account._fetch_if_due())
        self.assertFalse(account.sync_ids)
        self.link(account.consent_id, BankAccount("res-3", IBAN, "EUR"))
        self.assertFalse(account.error_code)
        self.assertTrue(account.next_sync_at)

    def test_the_only_free_journal_is_suggested_and_gets_the_account_number(self):
        self.env["account.journal"].search([("type", "=", "bank")]).bank_account_id = False
        account = self.account(journal_id=False)
        self.assertEqual(account.suggested_journal_id, self.journal)
        account.with_user(self.accountant).action_use_suggested_journal()
        self.assertEqual(account.journal_id, self.journal)
        self.assertEqual(self.journal.bank_account_id.sanitized_acc_number, IBAN)
        self.assertEqual(self.journal.bank_statements_source, "open_banking")
        self.assertFalse(account.suggested_journal_id)

    def test_a_journal_in_another_currency_is_refused_in_words(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        account = self.account(journal_id=False, currency_id=dollar.id)
        with self.assertRaisesRegex(UserError, "is in USD, the journal .* is not"):
            account.with_user(self.accountant).journal_id = self.journal

    def test_choosing_a_journal_queues_a_fetch(self):
        account = self.account(journal_id=False)
        account.with_user(self.accountant).journal_id = self.journal
        event = self.env["open.banking.event"].search([("account_id", "=", account.id)])
        self.assertEqual(event.state, "queued")


@tagged("post_install", "-at_install")
class TestJournalCard(OpenBankingCommon):
    def card(self):
        journal = self.journal.with_user(self.accountant)
        return journal._get_journal_dashboard_data_batched()[journal.id]["open_banking"]

    def test_it_shows_the_last_fetch_and_the_days_left(self):
        account = self.account(last_sync_at="2026-03-31 08:00:00")
        card = self.card()
        self.assertTrue(card["last"].endswith("ago"))
        self.assertEqual(card["days_left"], account.consent_id.days_left)
        self.assertFalse(card["error"])
        self.assertFalse(card["remedy"])

    def test_it_offers_what_mends_the_trouble(self):
        account = self.account(error_code="timeout")
        self.assertEqual(self.card()["remedy"], "fetch")
        account.error_code = "credentials_refused"
        self.assertEqual(self.card()["remedy"], "administer")
        account.consent_id._set_state("expired")
        card = self.card()
        self.assertEqual(card["remedy"], "renew")
        self.assertFalse(card["has_end"])
        self.assertIn("has expired", card["error"])

    def test_it_says_that_the_balance_does_not_add_up(self):
        account = self.account()
        account._set_balance_gap(Decimal(5), TODAY)
        self.assertIn("differ by", self.card()["gap"])

    def test_somebody_without_our_groups_sees_the_card_of_odoo(self):
        self.account()
        self.accountant.group_ids = self.env.ref("base.group_user") + self.env.ref(
            "account.group_account_basic"
        )
        journal = self.journal.with_user(self.accountant)
        data = journal._get_journal_dashboard_data_batched()[journal.id]
        self.assertNotIn("open_banking", data)
