from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .document_case import BILL, DocumentCase, pdf


@tagged("post_install", "-at_install")
class TestDocumentAccess(DocumentCase):
    def member(self, role, company):
        return new_test_user(
            self.env,
            f"{role}_{company.id}",
            groups=f"base.group_user,open_banking_recon.group_{role}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def as_user(self, record, user):
        return record.with_user(user).with_context(allowed_company_ids=user.company_id.ids)

    def test_a_reader_sees_documents_and_changes_nothing(self):
        document = self.read_document(pdf(BILL))
        seen = self.as_user(document, self.member("reader", self.company))
        self.assertEqual(seen.read(["number"])[0]["number"], "F2610-778")
        self.assertTrue(seen.field_ids)
        self.assertTrue(seen.file)
        for call in (
            lambda: seen.write({"number": "x"}),
            lambda: seen.copy(),
            seen.unlink,
            seen.action_create_bill,
            seen.action_read_again,
            seen.action_set_aside,
        ):
            with self.assertRaises(AccessError):
                call()

    def test_documents_their_values_and_files_are_those_of_a_company(self):
        document = self.read_document(pdf(BILL))
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.member("manager", other)
        file = self.env["ir.attachment"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
            + [("res_field", "=", "file")]
        )
        events = self.env["open.banking.event"].search([("document_id", "=", document.id)])
        for record in (document, document.field_ids, file, events):
            with self.subTest(record._name), self.assertRaises(AccessError):
                self.assertTrue(record)
                self.as_user(record, stranger).read(["display_name"])
        found = self.as_user(self.env["recon.document"], stranger).search([])
        self.assertFalse(found)

    def test_a_document_joins_nothing_of_two_companies(self):
        document = self.upload(pdf(BILL))
        other = self.env["res.company"].create({"name": "Other"})
        line = self.bank_line(-10.0, "CARTE")
        with self.assertRaisesRegex(UserError, "ompany"):
            self.env["recon.document"].create(
                {"file": document.file, "company_id": other.id, "statement_line_id": line.id}
            )

    def test_a_supplier_of_another_company_is_not_taken(self):
        self.vendor.company_id = self.env["res.company"].create({"name": "Other"})
        document = self.read_document(pdf(BILL))
        self.assertFalse(document.supplier_id)
        with self.assertRaisesRegex(UserError, "ompany"):
            document.sudo().supplier_id = self.vendor
            document.sudo().action_create_bill()

    def test_a_bill_is_made_in_the_company_of_its_document(self):
        document = self.read_document(pdf(BILL))
        other = self.env["res.company"].create({"name": "Other"})
        self.accountant.company_ids |= other
        both = document.with_context(allowed_company_ids=[other.id, self.company.id])
        both.action_create_bill()
        self.assertEqual(document.move_id.company_id, self.company)
        self.assertEqual(document.move_id.journal_id.company_id, self.company)

    def test_people_outside_see_no_document(self):
        document = self.read_document(pdf(BILL))
        portal = new_test_user(self.env, "outside", groups="base.group_portal")
        with self.assertRaises(AccessError):
            document.with_user(portal).read(["number"])
