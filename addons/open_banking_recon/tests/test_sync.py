from datetime import timedelta
from unittest.mock import patch

from psycopg2 import errors as pg_errors

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..models import open_banking_sync
from ..recon_core.errors import ConsentError, RetryableError
from ..recon_core.types import TransactionStatus
from .common import IBAN, TODAY, OpenBankingCommon, transaction


class Killed(BaseException):
    """The worker dies here: nothing may catch it."""


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestSync(OpenBankingCommon):
    def lines(self):
        return self.env["account.bank.statement.line"].search(
            [("journal_id", "=", self.journal.id), ("open_banking_ref", "!=", False)]
        )

    def due_again(self, account):
        account.next_sync_at = fields.Datetime.now()
        self.env.flush_all()

    def fill(self, count):
        self.bank.transactions = [
            transaction(10 + number, f"payment {number}", TODAY - timedelta(days=number % 60))
            for number in range(count)
        ]

    def test_the_account_itself_is_nobodys_counterparty(self):
        rows = [
            transaction(5, "both sides", counterparty_iban=IBAN, counterparty_name="We ourselves")
        ]
        self.env["open.banking.sync"]._store(self.journal, rows)
        line = self.env["account.bank.statement.line"].search([("payment_ref", "=", "both sides")])
        self.assertFalse(line.partner_id or line.account_number or line.partner_name)

    def test_transactions_become_lines_with_what_the_bank_said(self):
        account = self.account()
        self.bank.transactions = [
            transaction(
                120.0,
                "FAC/2026/00012",
                counterparty_name="MARTIN",
                counterparty_iban="FR7612345678901234567890123",
                end_to_end_id="E2E-1",
                bank_tx_code="PMNT-RCDT-ESCT",
            )
        ]
        self.sync()
        self.assertRecordValues(
            self.lines(),
            [
                {
                    "amount": 120.0,
                    "payment_ref": "FAC/2026/00012",
                    "partner_name": "MARTIN",
                    "account_number": "FR7612345678901234567890123",
                    "end_to_end_id": "E2E-1",
                    "bank_tx_code": "PMNT-RCDT-ESCT",
                    "booking_date": TODAY,
                }
            ],
        )
        self.assertEqual(account.synced_until, TODAY)
        self.assertEqual(account.balance, 1000.0)

    def test_fetching_twice_books_nothing_twice(self):
        account = self.account()
        self.fill(30)
        self.sync()
        self.due_again(account)
        self.sync()
        self.assertEqual(len(self.lines()), 30)
        self.assertEqual(account.sync_ids.sorted("id")[-1].created, 0)

    def test_two_equal_payments_of_one_day_are_both_booked(self):
        self.account()
        self.bank.transactions = [transaction(50.0, "loyer"), transaction(50.0, "loyer")]
        self.sync()
        self.assertEqual(len(self.lines()), 2)

    def test_ids_that_the_bank_changes_make_no_duplicate(self):
        account = self.account()
        self.bank.transactions = [
            transaction(10.0, "a", transaction_id="1", entry_reference="x1"),
            transaction(20.0, "b", transaction_id="2", entry_reference="x2"),
        ]
        self.sync()
        self.bank.transactions = [
            transaction(20.0, "b", transaction_id="1", entry_reference="y1"),
            transaction(10.0, "a", transaction_id="9", entry_reference="y9"),
        ]
        self.due_again(account)
        self.sync()
        self.assertEqual(len(self.lines()), 2)

    def test_a_late_booking_inside_the_overlap_is_added(self):
        account = self.account()
        self.fill(5)
        self.sync()
        self.bank.transactions.append(transaction(77.0, "late", TODAY - timedelta(days=6)))
        self.due_again(account)
        self.sync()
        self.assertEqual(len(self.lines()), 6)

    def test_a_killed_worker_loses_and_doubles_nothing(self):
        for survived in (0, 1, 2):
            with self.subTest(chunks_before_the_end=survived):
                self.env["open.banking.account"].search([]).unlink()
                self.lines().unlink()
                self.env["open.banking.identity"].search([]).unlink()
                account = self.account()
                self.fill(25)
                self._sync_and_die(survived)
                self.assertFalse(account.synced_until)
                self.due_again(account)
                self.sync()
                self.assertEqual(len(self.lines()), 25)
                self.assertEqual(len(set(self.lines().mapped("open_banking_ref"))), 25)

    def _sync_and_die(self, survived):
        store = type(self.env["open.banking.sync"])._store_chunk
        left = iter(range(survived))

        def dying(model, journal, chunk):
            store(model, journal, chunk)
            if next(left, None) is None:
                raise Killed

        with (
            patch.object(open_banking_sync, "CHUNK", 10),
            patch.object(type(self.env["open.banking.sync"]), "_store_chunk", dying),
            self.assertRaises(Killed),
        ):
            self.sync()
        self.env.invalidate_all()

    def test_a_failed_fetch_keeps_the_cursor_and_says_why(self):
        account = self.account(synced_until=TODAY - timedelta(days=5))
        self.bank.error = RetryableError("rate_limited", retry_after_s=7200)
        self.sync()
        self.assertEqual(account.synced_until, TODAY - timedelta(days=5))
        self.assertEqual((account.error_code, account.error_count), ("rate_limited", 1))
        self.assertIn("Test Bank", account.error_message)
        self.assertGreaterEqual(account.next_sync_at, fields.Datetime.now() + timedelta(hours=2))
        self.assertEqual(account.sync_ids.state, "failed")

    def test_a_consent_that_the_bank_ended_is_shown_as_ended(self):
        account = self.account()
        self.bank.error = ConsentError("consent_revoked")
        self.sync()
        self.assertEqual(account.consent_id.state, "revoked")

    def test_a_pending_transaction_is_kept_apart_and_never_booked(self):
        account = self.account()
        self.bank.transactions = [
            transaction(99.0, "FAC/2026/00001", None, status=TransactionStatus.PENDING)
        ]
        self.sync()
        self.assertFalse(self.lines())
        self.assertEqual(account.pending_count, 1)
        self.bank.transactions = [transaction(99.0, "FAC/2026/00001")]
        self.due_again(account)
        self.sync()
        self.assertEqual(len(self.lines()), 1)
        account.invalidate_recordset()
        self.assertEqual(account.pending_count, 0)

    def test_a_fetch_that_meets_another_worker_stores_what_it_read_and_does_not_read_again(self):
        account = self.account()
        self.fill(3)
        Pending = type(self.env["open.banking.pending"])
        replace, collisions = Pending._replace, [pg_errors.SerializationFailure()]

        def collide_once(pending, *arguments):
            if collisions:
                raise collisions.pop()
            return replace(pending, *arguments)

        with patch.object(Pending, "_replace", collide_once):
            self.sync()
        self.assertFalse(collisions)
        self.assertEqual(len(self.lines()), 3)
        self.assertRecordValues(
            account.sync_ids, [{"state": "done", "created": 3, "duplicate": 0, "error_code": False}]
        )
        reads = self.env["open.banking.read"].search(
            [("account_id", "=", account.id), ("endpoint", "=", "transactions")]
        )
        self.assertEqual(reads.mapped("outcome"), ["ok"])

    def test_a_failing_balance_does_not_stop_the_transactions(self):
        account = self.account()
        self.fill(3)
        self.bank.balance_error = RetryableError("unavailable")
        self.sync()
        self.assertEqual(len(self.lines()), 3)
        self.assertFalse(account.error_code)

    def test_one_account_that_fails_does_not_stop_the_others(self):
        self.account(resource_ref="broken")
        other_journal = self.journal.copy({"name": "Second", "code": "BNK9"})
        self.account(
            iban="FR7610107001011234567890129",
            journal_id=other_journal.id,
            next_sync_at=fields.Datetime.to_datetime("2026-01-02"),
        )
        self.fill(2)
        original = open_banking_sync.OpenBankingSync._fetch

        def fetch(run, *arguments):
            if run.account_id.sudo().resource_ref == "broken":
                raise RetryableError("timeout")
            return original(run, *arguments)

        with patch.object(type(self.env["open.banking.sync"]), "_fetch", fetch):
            self.sync()
        lines = self.env["account.bank.statement.line"].search(
            [("journal_id", "=", other_journal.id)]
        )
        self.assertEqual(len(lines), 2)

    def test_the_payer_is_found_by_iban_before_the_line_is_made(self):
        self.env["res.partner.bank"].create(
            {"partner_id": self.customer.id, "acc_number": "FR76 1234 5678 9012 3456 7890 123"}
        )
        self.account()
        self.bank.transactions = [
            transaction(5.0, "merci", counterparty_iban="FR7612345678901234567890123")
        ]
        self.sync()
        self.assertEqual(self.lines().partner_id, self.customer)

    def test_the_banks_date_stays_when_the_period_is_locked(self):
        self.company.fiscalyear_lock_date = TODAY - timedelta(days=20)
        self.account()
        day = TODAY - timedelta(days=31)
        self.bank.transactions = [transaction(5.0, "old", day)]
        self.sync()
        self.assertEqual(self.lines().booking_date, day)
        self.assertGreater(self.lines().date, day)
