from datetime import timedelta

from odoo.tests import freeze_time, new_test_user, tagged

from .common import TODAY, OpenBankingCommon


@tagged("post_install", "-at_install")
class TestJournalCard(OpenBankingCommon):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(TODAY))
        self.reader = new_test_user(
            self.env, "reader", "open_banking_recon.group_reader", company_id=self.company.id
        )

    def card(self, user=None):
        self.env.invalidate_all()
        journal = self.journal.with_user(user or self.reader).with_company(self.company)
        return journal._get_journal_dashboard_data_batched()[journal.id].get(
            "open_banking_matching"
        )

    def test_it_shows_the_share_that_nobody_touched_and_the_amounts_that_wait(self):
        for state, amount, age in [
            *(("auto", 10, 1), ("auto", 20, 29), ("accepted", 30, 3)),
            *(("exception", -45, 1), ("accepted", 50, 31)),
        ]:
            line = self.bank_line(amount, f"{state} {age}", day=TODAY - timedelta(days=age))
            line._set_match_state(state)
            if state == "exception":
                self.env["recon.exception"].create(
                    {"st_line_id": line.id, "reason": "no_candidate"}
                )
        card = self.card()
        self.assertEqual(card["rate"], "50%")
        self.assertIn("45.00", card["waiting"])

    def test_a_journal_without_lines_has_nothing_to_show(self):
        self.assertEqual(self.card(), {"rate": False, "waiting": False})

    def test_who_may_not_read_bank_data_sees_none_of_it(self):
        seller = new_test_user(
            self.env, "seller", "account.group_account_invoice", company_id=self.company.id
        )
        self.assertIsNone(self.card(seller))
