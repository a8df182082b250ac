from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .desk_case import DeskCase
from .test_import import TWO, camt053


@tagged("post_install", "-at_install")
class TestClerk(DeskCase):
    """The daily work with the rights of a clerk and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env,
            "karim",
            groups="open_banking_recon.group_clerk",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.rule = cls.env["account.reconcile.model"].create(
            {
                "name": "Bank charges",
                "company_id": cls.company.id,
                "match_label": "contains",
                "match_label_param": "FRAIS",
                "line_ids": [Command.create({"account_id": cls.fee_account.id})],
            }
        )

    def setUp(self):
        super().setUp()
        self.desk = self.as_clerk("recon.desk")

    def as_clerk(self, model):
        return self.env[model].with_user(self.clerk).with_company(self.company)

    def test_a_clerk_accepts_a_proposal_and_undoes_it(self):
        st_line, invoice = self.paid_invoice()
        self.assertTrue(self.accept(st_line)["settled"])
        self.assertTrue(self.receivable(invoice).reconciled)
        self.desk.undo(st_line.id)
        self.assertFalse(self.receivable(invoice).reconciled)

    def test_a_clerk_applies_a_rule_and_changes_none(self):
        st_line = self.bank_line(-12.5, "FRAIS TENUE DE COMPTE")
        self.match()
        self.assertTrue(self.accept(st_line, rule_id=self.rule.id)["settled"])
        rule = self.rule.with_user(self.clerk)
        part = {"account_id": self.fee_account.id}
        for attempt in (
            lambda: rule.write({"match_label_param": "E"}),
            rule.action_set_auto_reconcile,
            rule.line_ids.unlink,
            lambda: rule.line_ids.write(part),
            rule.unlink,
            lambda: rule.create({"name": "mine", "line_ids": [Command.create(part)]}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_a_clerk_imports_a_statement(self):
        files = [Command.create({"name": "statement.xml", "raw": camt053(TWO)})]
        wizard = self.as_clerk("open.banking.import").create({"attachment_ids": files})
        wizard.action_import()
        self.assertEqual(len(self.feed_lines()), 2)

    def test_a_clerk_deletes_no_bank_line_and_connects_no_bank(self):
        line = self.bank_line(10.0, "VIREMENT")
        with self.assertRaises(AccessError):
            line.with_user(self.clerk).unlink()
        with self.assertRaises(AccessError):
            self.as_clerk("open.banking.connect").create({})
