from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..recon_core.errors import RetryableError
from .common import TODAY, FakeConnector, OpenBankingCommon, transaction

BODY = b'{"transactions": "planted-answer-31c7"}'


class AnswersCase(OpenBankingCommon):
    def setUp(self):
        super().setUp()
        told = FakeConnector.transactions

        def transactions(connector, *args):
            """As over a line: each page is heard as it comes."""
            for page in told(connector, *args):
                if connector.transport._listener:
                    connector.transport._listener(BODY)
                yield page

        self.startPatcher(patch.object(FakeConnector, "transactions", transactions))
        self.bank.transactions = [transaction(12, "one")]
        self.feed = self.account()
        self.officer = self.user_of("answers_officer", "group_security_officer")

    def user_of(self, login, group, **values):
        return new_test_user(
            self.env,
            login,
            f"base.group_user,open_banking_recon.{group}",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
            **values,
        )

    def fetched(self, days=7):
        self.feed.sudo().keep_answers_days = days
        self.env.flush_all()
        self.sync()
        return self.env["open.banking.answer"].sudo().search([("account_id", "=", self.feed.id)])


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestAnswers(AnswersCase):
    def test_nothing_is_kept_unless_somebody_wants_it(self):
        self.assertFalse(self.feed.sudo().keep_answers_days)
        self.assertFalse(self.fetched(days=0))
        self.assertEqual(len(self.feed_lines()), 1)

    def test_each_page_is_kept_and_the_database_does_not_show_it(self):
        self.bank.transactions = [transaction(12, f"text {number}") for number in range(101)]
        answers = self.fetched().sorted("page")
        self.assertEqual(answers.mapped("page"), [1, 2])
        self.assertEqual(answers[0].with_user(self.officer)._opened_sudo(), BODY)
        [(row,)] = self.env.execute_query(
            SQL("SELECT to_jsonb(a)::text FROM open_banking_answer a WHERE id = %s", answers[0].id)
        )
        self.assertNotIn("planted", row)
        self.assertNotIn("cGxhbnRlZC", row)

    def test_what_a_bank_said_before_it_broke_is_kept(self):
        self.bank.transactions = [transaction(12, f"text {number}") for number in range(101)]
        self.bank.dies_at_page = (1, RetryableError("bad_response"))
        self.assertEqual(len(self.fetched()), 1)
        self.assertEqual(self.feed.error_code, "bad_response")

    def test_answers_go_after_their_days(self):
        answers = self.fetched(days=7)
        old = answers.copy({"at": fields.Datetime.now() - timedelta(days=8)})
        self.env["recon.retention"]._cron_erase()
        self.assertFalse(old.exists())
        self.assertTrue(answers.exists())
        self.feed.sudo().keep_answers_days = 0
        self.assertFalse(answers.exists())

    def test_answers_go_with_the_consent(self):
        answers = self.fetched()
        self.feed.consent_id.action_revoke()
        self.assertFalse(answers.exists())

    def test_answers_go_when_a_person_asks_to_be_forgotten(self):
        answers = self.fetched()
        done = self.env["recon.personal.data"]._forget_sudo(self.customer)
        self.assertEqual(done["erased"]["bank_answers"], 1)
        self.assertFalse(answers.exists())

    def test_a_bank_manager_says_how_long_and_the_log_has_it(self):
        manager = self.user_of("answers_manager", "group_manager")
        self.feed.with_user(manager).keep_answers_days = 3
        entry = self.env["recon.audit.entry"].sudo().search([("kind", "=", "setting")], limit=1)
        self.assertEqual((entry.res_id, entry.actor_id), (self.feed.id, manager.id))
        with self.assertRaises(AccessError):
            self.feed.with_user(self.accountant).write({"keep_answers_days": 5})
        with self.assertRaises(AccessError):
            self.fetched().with_user(manager).read(["size"])

    def test_nobody_keeps_answers_for_years(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.feed.sudo().keep_answers_days = 400
            self.env.flush_all()

    def test_a_new_key_moves_answers_too(self):
        self.fetched()
        self.assertIn(
            ("open.banking.answer", "body_sealed"),
            self.env["open.banking.vault"]._sealed_fields(),
        )


@tagged("post_install", "-at_install")
class TestAnswersServed(AnswersCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.user_of("answers_served", "group_security_officer", password="answers-served")
        self.user_of("answers_reader", "group_manager", password="answers-reader")
        self.feed.sudo().keep_answers_days = 7
        self.env["open.banking.answer"]._listener_sudo(self.feed)(BODY)
        self.answer = self.env["open.banking.answer"].sudo().search([], limit=1)
        self.url = f"/open_banking/answer/{self.answer.id}"
        self.env.flush_all()

    def test_a_security_officer_downloads_it_and_the_log_says_so(self):
        self.authenticate("answers_served", "answers-served")
        answer = self.url_open(self.url)
        self.assertEqual((answer.status_code, answer.content), (200, BODY))
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        entry = self.env["recon.audit.entry"].sudo().search([("kind", "=", "access")], limit=1)
        self.assertEqual(
            (entry.res_id, '"open.banking.answer"' in entry.facts), (self.feed.id, True)
        )

    def test_nobody_else_gets_it(self):
        self.authenticate("answers_reader", "answers-reader")
        with mute_logger("odoo.http"):
            answer = self.url_open(self.url)
        self.assertNotEqual(answer.status_code, 200)
        self.assertNotIn(BODY, answer.content)
        self.authenticate(None, None)
        self.assertNotIn(BODY, self.url_open(self.url).content)
