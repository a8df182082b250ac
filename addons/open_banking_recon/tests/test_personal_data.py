import base64
import json
from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import OpenBankingCommon


@tagged("post_install", "-at_install")
class TestPersonalData(OpenBankingCommon):
    """What is known of a person: told, and forgotten as far as the books allow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(
            cls.env,
            "olga",
            groups="base.group_user,open_banking_recon.group_security_officer",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.invoice("FAC/2026/00012", 120.0)
        self.line = self.bank_line(
            120.0,
            "FAC/2026/00012 MERCI",
            counterparty_name="Boulangerie Martin",
            creditor_reference="RF18539007547034",
        )
        self.line.narration = "called Mrs Martin"
        self.match()
        self.env["recon.partner.alias"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "kind": "name",
                "value": "MARTIN PERE",
            }
        )

    def request(self, user=None, partner=None):
        return (
            self.env["recon.privacy.request"]
            .with_user(user or self.officer)
            .with_company(self.company)
            .create({"partner_id": (partner or self.customer).id})
        )

    def document(self, **values):
        return self.env["recon.document"].create(
            {
                "name": "bill.pdf",
                "file": base64.b64encode(b"%PDF-1.4"),
                "company_id": self.company.id,
                "supplier_id": self.customer.id,
                **values,
            }
        )

    def test_everything_is_told_in_one_file(self):
        self.document(number="F-1")
        request = self.request()
        request.action_export()
        data = json.loads(base64.b64decode(request.file))
        [line] = data["bank_lines"]
        self.assertEqual((line["amount"], line["partner_name"]), (120.0, "Boulangerie Martin"))
        self.assertIn("MARTIN PERE", [row["value"] for row in data["learned_payers"]])
        self.assertEqual([row["number"] for row in data["documents"]], ["F-1"])
        self.assertEqual(data["partner"][0]["name"], self.customer.name)

    def test_nothing_of_anybody_else_is_told(self):
        request = self.request(partner=self.vendor)
        request.action_export()
        data = json.loads(base64.b64decode(request.file))
        self.assertFalse(any(rows for section, rows in data.items() if section != "partner"))

    def test_what_no_law_keeps_is_erased_and_the_books_stay(self):
        unused, used = self.document(), self.document(move_id=self.invoice("F-2", 9.0).id)
        request = self.request()
        request.action_erase()
        self.assertFalse(unused.exists())
        self.assertTrue(used.exists())
        self.assertFalse(
            self.env["recon.partner.alias"].search([("partner_id", "=", self.customer.id)])
        )
        self.assertEqual(self.line.partner_name, "Boulangerie Martin")
        self.assertIn("bank lines: 1", request.outcome)

    def test_both_are_in_the_audit_log_without_the_person_s_data(self):
        request = self.request()
        request.action_export()
        request.action_erase()
        entries = self.env["recon.audit.entry"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.customer.id)], order="id"
        )
        self.assertEqual(entries.mapped("kind"), ["export", "erasure"])
        self.assertNotIn("Martin", " ".join(entries.mapped("facts")))

    def test_only_a_security_officer_answers(self):
        with self.assertRaises(AccessError):
            self.request(user=self.accountant).action_export()

    def test_old_texts_are_emptied_and_amounts_stay(self):
        young = self.bank_line(
            120.0, "FAC/2026/00077", date(2026, 4, 20), counterparty_name="Boulangerie Martin"
        )
        retention = self.env["recon.retention"]
        retention._cron_erase(date(2036, 4, 5))
        self.assertEqual(self.line.partner_name, "Boulangerie Martin", "0 keeps them")
        self.company.recon_keep_bank_texts = 120
        retention._cron_erase(date(2036, 4, 5))
        self.assertEqual((self.line.payment_ref, self.line.partner_name), ("-", False))
        self.assertEqual((self.line.amount, self.line.is_reconciled), (120.0, True))
        self.assertNotIn("MERCI", " ".join(self.line.move_id.line_ids.mapped("name")))
        self.assertFalse(any(self.line.proposal_ids.mapped("evidence")), "reasons quote texts")
        self.assertFalse(self.line.creditor_reference)
        self.assertFalse(self.line.narration)
        self.assertEqual(young.partner_name, "Boulangerie Martin")

    def test_files_that_came_to_no_bill_are_deleted_in_time(self):
        unused, used = self.document(), self.document(move_id=self.invoice("F-2", 9.0).id)
        self.env.cr.execute(
            "UPDATE recon_document SET create_date = '2020-01-01' WHERE id IN %s",
            [(unused + used)._ids],
        )
        self.env["recon.retention"]._cron_erase(date(2026, 4, 1))
        self.assertFalse(unused.exists())
        self.assertTrue(used.exists())
