from __future__ import annotations

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import DunningCommon

RETURNED_ON = "2026-09-21"


@tagged("post_install", "-at_install")
@freeze_time(RETURNED_ON)
class TestDunningReturns(DunningCommon):
    """The bank sends a collection back on Monday 21 September 2026."""

    def setUp(self):
        super().setUp()
        self._new_invoice()
        self._plan()
        self.case = self._case()
        self.case.user_id = self.controller

    def _return(self, code, amount=-100.0, iban="FR7630006000011234567890189", day=None):
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": day or RETURNED_ON,
                "payment_ref": "collection returned",
                "partner_id": self.customer.id,
                "amount": amount,
                "return_reason": code,
                "account_number": iban,
            }
        )
        return self.root["recon.exception"].create(
            {"reason": "returned", "partner_id": self.customer.id, "st_line_id": line.id}
        )

    def _activities(self):
        return self.case.activity_ids.sorted("id")

    def test_no_funds_is_a_date_to_collect_again_and_no_hold(self):
        self._return("AM04")
        self.assertRecordValues(
            self._activities(),
            [
                {
                    "summary": "Returned for lack of funds: collect again on 2026-09-28 at the "
                    "earliest",
                    "user_id": self.controller.id,
                    "date_deadline": date(2026, 9, 21),
                }
            ],
        )
        self.assertIn("AM04", self._activities().note)
        self.assertFalse(self.case.hold_ids)

    def test_what_the_bank_writes_is_text_in_the_activity(self):
        self._return("<b>X</b>")
        self.assertIn("&lt;B&gt;X", self._activities().note)

    def test_a_closed_account_is_a_question_to_the_customer_and_no_date(self):
        self._return("AC04")
        self.assertIn("account wrong or closed", self._activities().summary)
        self.assertFalse(self.case.hold_ids)

    def test_a_death_stops_every_message(self):
        self._return("MD07")
        self.assertIn("deceased", self._activities().summary)
        self.assertEqual(self.case.hold_ids.mapped("reason"), ["deceased"])
        self.assertFalse(self.case.hold_ids.date_to)
        self.assertFalse(self._send())

    def test_a_missing_mandate_holds_until_a_person_decides(self):
        self._return("MD01")
        self.assertIn("no valid mandate", self._activities().summary)
        self.assertEqual(self.case.hold_ids.mapped("reason"), ["manual"])

    def test_a_refusal_is_a_dispute(self):
        self._return("MS02")
        self.assertIn("call and ask why", self._activities().summary)
        self.assertEqual(self.case.hold_ids.mapped("reason"), ["dispute"])

    def test_our_own_error_is_no_reason_to_write_to_the_customer(self):
        clerk = new_test_user(
            self.env,
            "clerk",
            groups="open_banking_recon.group_reader,smart_dunning.group_credit_controller",
            company_id=self.company.id,
        )
        line = self._new_bank_line(-100, self.customer)
        line.return_reason = "AM05"
        self.root["recon.exception"].create(
            {
                "reason": "returned",
                "partner_id": self.customer.id,
                "st_line_id": line.id,
                "user_id": clerk.id,
            }
        )
        self.assertEqual(self._activities().user_id, clerk)
        self.assertIn("not at fault", self._activities().summary)
        self.assertFalse(self._send())

    def test_a_code_that_nobody_knows_goes_to_a_person(self):
        self._return("ZZ99")
        self.assertIn("decide what to do", self._activities().summary)

    def test_no_reason_given_depends_on_the_country_of_the_account(self):
        self._return("MS03")
        self._return("MS03", iban="DE02120300000000202051")
        french, german = self._activities().mapped("summary")
        self.assertIn("unknown reason", french)
        self.assertIn("collect again", german)

    def test_after_three_returns_nothing_is_collected_again(self):
        for day in (date(2026, 9, 7), date(2026, 9, 14), None):
            self._return("AM04", day=day)
        self.assertIn("not to be collected again", self._activities()[-1].summary)

    def test_a_debt_that_once_had_no_mandate_is_never_collected_again(self):
        self._return("MD01", day=date(2026, 3, 2))
        self._return("AM04")
        self.assertIn("not to be collected again", self._activities()[-1].summary)

    def test_returns_of_another_amount_are_those_of_another_debt(self):
        for amount, day in ((-40, date(2026, 9, 7)), (-40, date(2026, 9, 14)), (-100, None)):
            self._return("AM04", amount=amount, day=day)
        self.assertIn("collect again", self._activities()[-1].summary)

    def test_a_return_that_is_told_twice_is_handled_once(self):
        exception = self._return("MD07")
        exception.write({"reason": "returned"})
        self.assertEqual(len(self._activities()), 1)
        self.assertEqual(len(self.case.hold_ids), 1)

    def test_two_deaths_are_one_hold(self):
        self._return("MD07")
        self._return("MD07")
        self.assertEqual(len(self.case.hold_ids), 1)

    def test_a_row_of_the_company_comes_before_the_shared_one(self):
        self.root["dunning.return.rule"].create(
            {
                "code": "AC04",
                "name": "Account closed",
                "return_class": "refused",
                "company_id": self.company.id,
            }
        )
        self._return("AC04")
        self.assertEqual(self.case.hold_ids.mapped("reason"), ["dispute"])

    def test_a_row_of_another_company_is_not_looked_at(self):
        other = self._create_company(name="Other company")
        self.root["dunning.return.rule"].create(
            {
                "code": "AC04",
                "name": "Account closed",
                "return_class": "deceased",
                "company_id": other.id,
            }
        )
        self._return("AC04")
        self.assertFalse(self.case.hold_ids)

    def test_a_return_that_came_before_the_payment_was_taken_back_still_counts(self):
        payment = self._register_payment(self.case.item_ids.move_id)
        self.assertEqual(self.case.stage, "closed")
        self._return("MD07")
        self.assertFalse(self.case.hold_ids)
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertEqual(self.case.stage, "due")
        self.assertEqual(self.case.hold_ids.mapped("reason"), ["deceased"])

    def test_without_a_responsible_a_manager_is_told(self):
        self.case.user_id = False
        manager = new_test_user(
            self.env,
            "manager",
            groups="smart_dunning.group_dunning_manager",
            company_id=self.company.id,
        )
        self.root.ref("smart_dunning.group_dunning_manager").user_ids = manager
        self._return("AC04")
        self.assertEqual(self._activities().user_id, manager)

    def test_a_controller_reads_the_rules_and_changes_none(self):
        rule = self.root.ref("smart_dunning.return_rule_am04").with_user(self.controller)
        self.assertEqual(rule.return_class, "retry_funds")
        with self.assertRaises(AccessError):
            rule.return_class = "unknown"

    def test_the_history_of_twenty_returns_takes_as_many_queries_as_that_of_one(self):
        exceptions = self.root["recon.exception"].browse()
        for number in range(20):
            exceptions += self._return("AM04", amount=-100 - number)
        returns = self.root["dunning.return"]
        counts = []
        for some in (exceptions[:1], exceptions[:1], exceptions):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            returns._history(some)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1])
