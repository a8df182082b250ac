from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OpenBankingCommon


@tagged("post_install", "-at_install")
class TestEarlyPaymentDiscount(OpenBankingCommon):
    def invoice_with_discount(self, number, computation, day=date(2026, 3, 25)):
        """120.00 with 20 % tax, 2 % off within ten days."""
        term = self.env["account.payment.term"].create(
            {
                "name": f"2/10 {computation}",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "early_pay_discount_computation": computation,
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})
                ],
            }
        )
        tax = self.env["account.tax"].search(
            [
                ("company_id", "=", self.company.id),
                ("type_tax_use", "=", "sale"),
                ("amount", "=", 20.0),
                ("price_include", "=", False),
            ],
            limit=1,
        )
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": day,
                "date": day,
                "name": number,
                "invoice_payment_term_id": term.id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "goods", "price_unit": 100.0, "tax_ids": [Command.set(tax.ids)]}
                    )
                ],
            }
        )
        move.action_post()
        return move

    def entry(self, line):
        """{(account type, has a tax line): balance} of the bank entry beside the bank's account."""
        found = {}
        for row in line.move_id.line_ids:
            if row.account_id != self.journal.default_account_id:
                key = (row.account_id.account_type, bool(row.tax_repartition_line_id))
                found[key] = round(found.get(key, 0.0) + row.balance, 2)
        return found

    def test_a_discount_on_the_whole_reduces_the_tax(self):
        invoice = self.invoice_with_discount("FAC/2026/00012", "included")
        line = self.bank_line(117.6, "FAC/2026/00012 BOULANGERIE MARTIN")
        self.match()
        self.assertEqual((line.match_state, invoice.payment_state), ("auto", "paid"))
        entry = self.entry(line)
        self.assertEqual(entry.pop(("asset_receivable", False)), -120.0)
        self.assertEqual(sorted(entry.values()), [0.4, 2.0])
        self.assertEqual(sum(v for (_type, is_tax), v in entry.items() if is_tax), 0.4)

    def test_a_discount_on_the_net_leaves_the_tax(self):
        invoice = self.invoice_with_discount("FAC/2026/00013", "excluded")
        line = self.bank_line(118.0, "FAC/2026/00013 BOULANGERIE MARTIN")
        self.match()
        self.assertEqual((line.match_state, invoice.payment_state), ("auto", "paid"))
        entry = self.entry(line)
        self.assertEqual(entry.pop(("asset_receivable", False)), -120.0)
        self.assertEqual(list(entry.values()), [2.0])
        self.assertFalse(any(is_tax for _type, is_tax in entry))

    def test_a_discount_taken_too_late_waits_for_a_person_without_an_account(self):
        invoice = self.invoice_with_discount("FAC/2026/00014", "included", date(2026, 3, 1))
        line = self.bank_line(117.6, "FAC/2026/00014 BOULANGERIE MARTIN")
        self.match()
        self.assertEqual(line.match_state, "exception")
        self.assertEqual(invoice.amount_residual, 120.0)

    def test_undoing_gives_the_invoice_back_with_its_tax(self):
        invoice = self.invoice_with_discount("FAC/2026/00015", "included")
        line = self.bank_line(117.6, "FAC/2026/00015 BOULANGERIE MARTIN")
        self.match()
        line.with_user(self.accountant).action_undo_match()
        self.assertEqual(invoice.amount_residual, 120.0)
        self.assertEqual(list(self.entry(line).values()), [-117.6])

    def test_a_person_grants_the_discount_with_its_tax(self):
        self.env["recon.policy"].create(
            {"name": "careful", "company_id": self.company.id, "autonomy": "suggest"}
        )
        invoice = self.invoice_with_discount("FAC/2026/00016", "included")
        line = self.bank_line(117.6, "FAC/2026/00016 BOULANGERIE MARTIN")
        self.match()
        action = line.with_user(self.accountant).action_open_match_wizard()
        wizard = self.as_accountant("recon.match.wizard").browse(action["res_id"])
        self.assertEqual(wizard.rest_action, "discount")
        wizard.action_reconcile()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(sorted(self.entry(line).values()), [-120.0, 0.4, 2.0])

    def test_no_discount_is_granted_over_another_amount(self):
        self.invoice_with_discount("FAC/2026/00017", "included")
        line = self.bank_line(110.0, "FAC/2026/00017 BOULANGERIE MARTIN")
        self.match()
        action = line.with_user(self.accountant).action_open_match_wizard()
        wizard = self.as_accountant("recon.match.wizard").browse(action["res_id"])
        wizard.item_ids.amount = 120.0
        wizard.rest_action = "discount"
        with self.assertRaisesRegex(UserError, "grant no discount"):
            wizard.action_reconcile()
