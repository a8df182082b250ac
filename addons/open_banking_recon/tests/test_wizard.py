from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import OpenBankingCommon


@tagged("post_install", "-at_install")
class TestWizard(OpenBankingCommon):
    def wizard(self, line):
        action = line.with_user(self.accountant).action_open_match_wizard()
        return self.as_accountant("recon.match.wizard").browse(action["res_id"])

    def unsure_line(self):
        """A line whose best proposal waits for a person."""
        self.env["recon.policy"].create(
            {"name": "careful", "company_id": self.company.id, "autonomy": "suggest"}
        )
        invoice = self.invoice("FAC/2026/00012", 120.0)
        line = self.bank_line(120.0, "FAC/2026/00012")
        self.match()
        return line, invoice

    def test_the_best_proposal_is_filled_in_and_accepted_with_one_click(self):
        line, invoice = self.unsure_line()
        wizard = self.wizard(line)
        self.assertEqual(wizard.item_ids.aml_id.move_id, invoice)
        self.assertTrue(wizard.is_settled)
        self.assertIn("Reference FAC/2026/00012", wizard.why)
        wizard.action_reconcile()
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(line.match_state, "accepted")
        self.assertEqual(line.proposal_ids.filtered("documents")[0].state, "accepted")
        exception = self.env["recon.exception"].search([("st_line_id", "=", line.id)])
        self.assertEqual(exception.state, "resolved")

    def test_reconcile_and_next_opens_the_next_line(self):
        line, _invoice = self.unsure_line()
        other = self.bank_line(-45.0, "CARTE STATION")
        self.match()
        action = self.wizard(line).action_reconcile_next()
        following = self.as_accountant("recon.match.wizard").browse(action["res_id"])
        self.assertEqual(following.st_line_id, other)

    def test_a_bank_charge_is_booked_on_an_account(self):
        line = self.bank_line(-29.9, "FRAIS BANCAIRES ABONNEMENT PRO")
        self.match()
        wizard = self.wizard(line)
        with Form(wizard) as form:
            form.rest_action = "write_off"
            form.write_off_account_id = self.fee_account
        wizard.action_reconcile()
        self.assertTrue(line.is_reconciled)
        booked = line.move_id.line_ids.filtered(lambda row: row.account_id == self.fee_account)
        self.assertEqual(booked.balance, 29.9)

    def test_a_part_payment_leaves_the_rest_of_the_invoice_open(self):
        invoice = self.invoice("FAC/2026/00013", 200.0)
        line = self.bank_line(80.0, "acompte")
        self.match()
        wizard = self.wizard(line)
        item = invoice.line_ids.filtered(lambda row: row.account_type == "asset_receivable")
        wizard.item_ids = [(5, 0, 0), (0, 0, {"aml_id": item.id, "amount": 80.0})]
        wizard.action_reconcile()
        self.assertTrue(line.is_reconciled)
        self.assertEqual(invoice.amount_residual, 120.0)

    def test_an_unexplained_rest_stays_to_do(self):
        invoice = self.invoice("FAC/2026/00014", 50.0)
        line = self.bank_line(70.0, "VIREMENT")
        self.match()
        wizard = self.wizard(line)
        item = invoice.line_ids.filtered(lambda row: row.account_type == "asset_receivable")
        wizard.write({"item_ids": [(5, 0, 0), (0, 0, {"aml_id": item.id})], "rest_action": "keep"})
        self.assertEqual(wizard.rest, 20.0)
        wizard.action_reconcile()
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertFalse(line.is_reconciled)

    def test_nothing_chosen_is_refused_in_words(self):
        line = self.bank_line(33.0, "VIREMENT")
        self.match()
        wizard = self.wizard(line)
        wizard.item_ids = [(5, 0, 0)]
        wizard.rest_action = "keep"
        with self.assertRaisesRegex(UserError, "Choose a document"):
            wizard.action_reconcile()

    def test_a_line_that_a_colleague_settled_is_refused(self):
        line, _invoice = self.unsure_line()
        mine, theirs = self.wizard(line), self.wizard(line)
        theirs.action_reconcile()
        with self.assertRaisesRegex(UserError, "reconciled already|still open"):
            mine.action_reconcile()

    def test_a_reader_cannot_match(self):
        reader = new_test_user(
            self.env,
            "reader",
            groups="base.group_user,open_banking_recon.group_reader",
            company_id=self.company.id,
        )
        line, _invoice = self.unsure_line()
        with self.assertRaises(AccessError):
            line.with_user(reader).action_open_match_wizard()
