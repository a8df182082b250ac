from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..models import open_banking_sync
from ..models.account_bank_statement_line import AccountBankStatementLine
from ..models.open_banking_sync import OpenBankingSync
from ..recon_core.errors import ConsentError
from .common import TODAY, OpenBankingCommon, transaction

YESTERDAY = TODAY - timedelta(days=1)


class Refused(UserError):
    """Odoo does not take a line."""


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestSyncIdentity(OpenBankingCommon):
    def rewrite(self, index=0, **changes):
        self.bank.transactions[index] = replace(self.bank.transactions[index], **changes)

    def refs(self):
        return self.feed_lines().mapped("open_banking_ref")

    # -- changed bookings -----------------------------------------------------

    def test_a_booking_whose_text_changes_stays_one_line_for_ever(self):
        account = self.account()
        self.bank.transactions = [transaction(50, "CB SHOP", YESTERDAY, transaction_id="T1")]
        self.sync()
        ref = self.refs()
        before = self.bank.transactions[0]
        self.rewrite(remittance_unstructured="PAIEMENT CARTE SHOP", end_to_end_id="E1")
        self.sync_again(account)
        self.assertEqual(self.refs(), ref)
        run = account.sync_ids.sorted("id")[-1]
        self.assertEqual((run.created, run.duplicate, run.changed, run.missing), (0, 1, 1, 0))
        line = self.feed_lines()
        self.assertEqual((line.payment_ref, line.end_to_end_id), ("PAIEMENT CARTE SHOP", "E1"))
        for told in (self.bank.transactions[0], before, self.bank.transactions[0]):
            self.bank.transactions = [replace(told, transaction_id="", end_to_end_id="E1")]
            self.sync_again(account)
            self.bank.transactions = [told]
            self.sync_again(account)
        self.assertEqual(self.refs(), ref)

    def test_a_new_payment_that_says_what_a_changed_one_used_to_say_is_booked(self):
        account = self.account()
        old = transaction(50, "loyer", YESTERDAY, transaction_id="T1")
        self.bank.transactions = [old]
        self.sync()
        self.rewrite(remittance_unstructured="virement loyer de mars")
        self.sync_again(account)
        self.bank.transactions.append(replace(old, transaction_id="T2"))
        self.sync_again(account)
        self.sync_again(account)
        self.assertEqual(len(self.feed_lines()), 2)

    def test_a_reconciled_line_keeps_what_it_was_matched_by(self):
        account = self.account()
        invoice = self.invoice("FAC/2026/00001", 120)
        self.bank.transactions = [
            transaction(120, "FAC/2026/00001", YESTERDAY, transaction_id="T1")
        ]
        self.sync()
        self.match()
        line = self.feed_lines()
        self.assertTrue(line.is_reconciled)
        entry = line.move_id.line_ids.ids
        self.rewrite(remittance_unstructured="other words", mandate_id="M1")
        self.sync_again(account)
        self.assertEqual(self.feed_lines(), line)
        self.assertEqual((line.payment_ref, line.mandate_id), ("FAC/2026/00001", "M1"))
        self.assertEqual(line.move_id.line_ids.ids, entry)
        self.assertEqual(invoice.payment_state, "paid")

    def test_a_changed_amount_is_another_payment_and_the_old_line_is_told_as_missing(self):
        account = self.account()
        self.bank.transactions = [transaction(50, "a", YESTERDAY, transaction_id="T1")]
        self.sync()
        self.rewrite(amount=Decimal(51))
        self.sync_again(account)
        run = account.sync_ids.sorted("id")[-1]
        self.assertEqual((run.created, run.changed, run.missing), (1, 0, 1))
        self.assertEqual(self.feed_lines().mapped("amount"), [50, 51])

    def test_a_booking_that_moves_to_another_day_stays_one_line(self):
        account = self.account()
        self.bank.transactions = [
            transaction(50, "a", YESTERDAY, value_date=YESTERDAY, counterparty_name="Shop")
        ]
        self.sync()
        self.rewrite(booking_date=TODAY)
        self.sync_again(account)
        self.sync_again(account)
        self.assertEqual(len(self.feed_lines()), 1)
        self.assertEqual(self.feed_lines().booking_date, YESTERDAY)

    def test_numbers_that_shift_when_a_late_entry_arrives_do_no_harm(self):
        account = self.account()
        self.bank.transactions = [
            transaction(2500, "Salary", YESTERDAY, entry_reference="2026-03-30-1"),
            transaction(-4, "Recurring transfer", YESTERDAY, entry_reference="2026-03-30-2"),
        ]
        self.sync()
        first = self.refs()
        self.bank.transactions = [
            transaction(-85, "Card purchase", YESTERDAY, entry_reference="2026-03-30-1"),
            transaction(2500, "Salary", YESTERDAY, entry_reference="2026-03-30-2"),
            transaction(-4, "Recurring transfer", YESTERDAY, entry_reference="2026-03-30-3"),
        ]
        self.sync_again(account)
        self.assertEqual(self.refs()[:2], first)
        self.assertEqual(self.feed_lines().mapped("amount"), [2500, -4, -85])

    def test_pages_that_overlap_book_an_entry_once_and_twins_twice(self):
        self.account()
        same = transaction(10, "a", YESTERDAY, transaction_id="T1")
        twin = replace(same, transaction_id="T2")
        filler = [
            transaction(1000 + number, "x", YESTERDAY, transaction_id=f"F{number}")
            for number in range(99)
        ]
        self.bank.transactions = [same, *filler, same, twin]
        self.sync()
        self.assertEqual(len(self.feed_lines()), 101)

    # -- deleted lines --------------------------------------------------------

    def test_a_line_that_a_person_deleted_does_not_come_back(self):
        account = self.account()
        self.bank.transactions = [transaction(50, "twin"), transaction(50, "twin")]
        self.sync()
        self.feed_lines()[0].unlink()
        self.sync_again(account)
        self.assertEqual(len(self.feed_lines()), 1)
        self.bank.transactions.append(transaction(50, "twin"))
        self.sync_again(account)
        self.assertEqual(len(self.feed_lines()), 2, "a third one is a new payment")

    def test_a_line_deleted_with_its_entry_does_not_come_back(self):
        account = self.account()
        self.bank.transactions = [transaction(50, "a")]
        self.sync()
        move = self.feed_lines().move_id
        move.button_draft()
        move.unlink()
        self.sync_again(account)
        self.assertFalse(self.feed_lines())

    def test_a_deleted_line_comes_back_when_its_trace_is_deleted(self):
        account = self.account()
        self.bank.transactions = [transaction(50, "a")]
        self.sync()
        self.feed_lines().unlink()
        self.env["open.banking.identity"].search([("is_deleted", "=", True)]).unlink()
        self.sync_again(account)
        self.assertEqual(len(self.feed_lines()), 1)

    # -- journals, companies, currencies --------------------------------------

    def test_a_change_of_the_journal_books_nothing_twice(self):
        account = self.account()
        self.bank.transactions = [transaction(50, "a", YESTERDAY), transaction(60, "b", YESTERDAY)]
        self.sync()
        self.feed_lines()[0].unlink()
        other = self.journal.copy({"name": "Second", "code": "BNK9"})
        account.journal_id = other
        self.assertFalse(account.synced_until)
        self.bank.transactions.append(transaction(70, "c"))
        self.sync_again(account)
        self.assertEqual(self.feed_lines(self.journal).mapped("amount"), [60])
        self.assertEqual(self.feed_lines(other).mapped("amount"), [50, 70])

    def test_a_journal_chosen_in_the_middle_of_a_fetch_books_nothing_twice(self):
        account = self.account()
        other = self.journal.copy({"name": "Second", "code": "BNK9"})
        self.bank.transactions = [transaction(10 + number, f"a{number}") for number in range(30)]
        store = OpenBankingSync._store_chunk

        def choosing(model, journal, chunk):
            store(model, journal, chunk)
            account.with_env(model.env).journal_id = other.with_env(model.env)

        with (
            patch.object(open_banking_sync, "CHUNK", 10),
            patch.object(OpenBankingSync, "_store_chunk", choosing),
        ):
            self.sync()
        self.assertEqual((account.journal_id, len(self.feed_lines())), (other, 30))
        self.bank.transactions.append(transaction(99, "new"))
        self.sync_again(account)
        self.assertEqual(len(self.feed_lines()), 30)
        self.assertEqual(self.feed_lines(other).mapped("amount"), [99])

    def test_an_account_of_another_company_is_booked_there(self):
        company = self._create_company(name="Other company")
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
        )
        everywhere = self.env.companies + company
        account = self.account(journal_id=False).with_context(allowed_company_ids=everywhere.ids)
        account.consent_id.company_id = company
        account.company_id = company
        account.currency_id = journal.currency_id or company.currency_id
        account.journal_id = journal
        self.bank.transactions = [replace(transaction(5, "a"), currency=account.currency_id.name)]
        self.sync()
        self.assertEqual(account.error_code, False)
        self.assertEqual(self.feed_lines(journal).company_id, company)
        self.assertEqual(account.sync_ids.company_id, company)

    def test_an_entry_in_another_currency_is_held_back_and_counted(self):
        account = self.account()
        self.bank.transactions = [
            transaction(5, "a"),
            replace(transaction(7, "b"), currency="USD"),
        ]
        self.sync()
        self.assertEqual(self.feed_lines().mapped("amount"), [5])
        self.assertEqual(account.sync_ids.foreign, 1)

    def test_a_journal_in_another_currency_gets_nothing(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        account = self.account(currency_id=usd.id)
        self.bank.transactions = [replace(transaction(7, "b"), currency="USD")]
        self.sync()
        self.assertEqual(account.error_code, "currency_mismatch")
        self.assertIn("currencies", account.error_message)
        self.assertFalse(self.feed_lines())

    def test_an_entry_over_nothing_is_one_line(self):
        account = self.account()
        self.bank.transactions = [
            transaction(
                "0.00", "frais offerts", instructed_amount=Decimal(5), instructed_currency="USD"
            )
        ]
        self.env.ref("base.USD").active = True
        self.sync()
        self.sync_again(account)
        self.assertEqual(self.feed_lines().mapped("amount"), [0])

    # -- refusals -------------------------------------------------------------

    def test_a_line_that_odoo_refuses_stops_only_itself(self):
        account = self.account()
        self.bank.transactions = [transaction(number, f"a{number}") for number in range(1, 8)]
        create = AccountBankStatementLine._create_from_transactions

        def refusing(model, journal, keyed):
            lines = create(model, journal, keyed)
            if any(entry.amount == 3 for _key, entry in keyed):
                raise Refused("no")
            return lines

        self.patch(AccountBankStatementLine, "_create_from_transactions", refusing)
        self.sync()
        self.assertEqual(self.feed_lines().mapped("amount"), [1, 2, 4, 5, 6, 7])
        self.assertEqual((account.error_code, account.error_detail), ("booking_refused", "no"))
        self.assertFalse(account.synced_until)
        self.assertEqual(account.sync_ids.created, 6)

    def test_a_consent_withdrawn_between_two_pages_stores_nothing_and_moves_nothing(self):
        account = self.account(synced_until=TODAY - timedelta(days=3))
        self.bank.transactions = [transaction(number, f"a{number}") for number in range(1, 151)]
        self.bank.dies_at_page = (1, ConsentError("consent_revoked"))
        self.sync()
        self.assertEqual(account.consent_state, "revoked")
        self.assertEqual(account.synced_until, TODAY - timedelta(days=3))
        self.assertFalse(self.feed_lines())
        self.bank.dies_at_page = None
        account.consent_id._set_state("valid")
        self.sync_again(account)
        self.assertEqual(len(self.feed_lines()), 150)

    # -- cost -----------------------------------------------------------------

    def test_recognising_costs_the_same_queries_for_one_entry_and_for_many(self):
        self.account()
        many = [transaction(10 + number, f"p{number}", YESTERDAY) for number in range(100)]
        Identity = self.env["open.banking.identity"]
        window = (YESTERDAY, TODAY)

        def queries(entries):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = Identity._recognise(self.journal, entries, window)
            return self.env.cr.sql_log_count - before, found.known, len(found.fresh)

        self.assertEqual(queries(many[:1]), (2, 0, 1))
        self.assertEqual(queries(many), (2, 0, 100))
        self.env["open.banking.sync"]._store(self.journal, many[:1])
        self.assertEqual(queries(many[:1]), (2, 1, 0))
        self.env["open.banking.sync"]._store(self.journal, many)
        self.assertEqual(queries(many), (2, 100, 0))
