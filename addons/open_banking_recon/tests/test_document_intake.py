import base64
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models import recon_document_intake
from ..models.recon_document import ReconDocument
from .document_case import BILL, DocumentCase, pdf


@tagged("post_install", "-at_install")
class TestDocumentIntake(DocumentCase):
    def sent(self, *files, user=None):
        """Attachments as the browser makes them."""
        vals_list = [{"name": name, "datas": base64.b64encode(data)} for name, data in files]
        return self.model("ir.attachment", user).create(vals_list)

    def model(self, name, user=None):
        user = user or self.accountant
        model = self.env[name].with_user(user)
        return model.with_context(allowed_company_ids=user.company_id.ids)

    def take_in(self, attachments, line=None, user=None):
        """(documents, {file: why it was not taken})"""
        Document = self.model("recon.document", user)
        if line:
            Document = Document.with_context(default_statement_line_id=line.id)
        before = self.env["recon.document"].search([])
        answer = Document.create_document_from_attachment(attachments.ids)
        created = self.env["recon.document"].search([]) - before
        return created.with_user(self.accountant), answer["context"]["notifications"]

    def test_several_files_become_documents_that_wait_and_nothing_is_read(self):
        files = self.sent(("a.pdf", pdf(BILL)), ("b.png", b"\x89PNG"), ("c.xml", b"<a/>"))
        with patch.object(ReconDocument, "_read_file", side_effect=AssertionError):
            documents, refused = self.take_in(files)
        self.assertEqual(sorted(documents.mapped("name")), ["a.pdf", "b.png", "c.xml"])
        self.assertEqual(set(documents.mapped("state")), {"queued"})
        self.assertEqual(refused, {})
        self.assertFalse(files.exists(), "what the browser sent is not kept twice")

    def test_a_file_that_was_handed_in_is_not_taken_again(self):
        [first], _refused = self.take_in(self.sent(("a.pdf", pdf(BILL))))
        files = self.sent(("b.pdf", pdf(BILL)), ("c.pdf", b"%PDF-c"), ("d.pdf", b"%PDF-c"))
        documents, refused = self.take_in(files)
        self.assertEqual(documents.mapped("name"), ["c.pdf"])
        self.assertIn(first.name, refused["b.pdf"])

    def test_another_company_may_hand_in_the_same_file(self):
        self.take_in(self.sent(("a.pdf", pdf(BILL))))
        other = self.env["res.company"].create({"name": "Other"})
        user = self.accountant_of(other)
        document, refused = self.take_in(self.sent(("a.pdf", pdf(BILL)), user=user), user=user)
        self.assertEqual((document.sudo().company_id, refused), (other, {}))

    def test_a_bill_that_is_handed_in_on_a_bank_line_stays_with_it(self):
        line = self.bank_line(-132.24, "VERRERIE DU GIER")
        document, _refused = self.take_in(self.sent(("a.pdf", pdf(BILL))), line)
        self.assertEqual(document.statement_line_id, line)
        self.assertEqual(line.document_ids, document)

    def test_a_file_that_is_there_is_given_to_the_bank_line(self):
        document, _refused = self.take_in(self.sent(("a.pdf", pdf(BILL))))
        line = self.bank_line(-132.24, "VERRERIE DU GIER")
        _none, refused = self.take_in(self.sent(("b.pdf", pdf(BILL))), line)
        self.assertEqual(document.statement_line_id, line)
        self.assertIn("belongs to this bank line", refused["b.pdf"])

    def test_empty_and_huge_files_are_refused_in_words(self):
        with patch.object(recon_document_intake, "MAX_BYTES", 10):
            documents, refused = self.take_in(self.sent(("a.pdf", b"%PDF-" * 5), ("b.pdf", b"")))
        self.assertFalse(documents)
        self.assertIn("30 MB", refused["a.pdf"])
        self.assertIn("empty", refused["b.pdf"])

    def test_hostile_names_become_names(self):
        names = ("../../etc/passwd", "a\x00b.pdf", "x" * 500 + ".pdf", "gnp.\u202efdp", "///")
        for number, name in enumerate(names):
            with self.subTest(name=name[:20]):
                document = self.upload(b"%PDF-" + bytes([number]), name)
                self.assertLessEqual(len(document.name), 120)
                self.assertNotRegex(document.name, "[/\\\\\x00\u202e]")
                self.assertTrue(document.name)

    def test_a_file_of_a_record_is_copied_and_stays_there(self):
        kept = self.env["ir.attachment"].create(
            {
                "name": "a.pdf",
                "raw": pdf(BILL),
                "res_model": "account.journal",
                "res_id": self.journal.id,
            }
        )
        documents, _refused = self.take_in(kept)
        self.assertEqual(len(documents), 1)
        self.assertTrue(kept.exists())

    def test_nobody_hands_in_a_file_that_is_not_theirs(self):
        colleague = self.accountant_of(self.company)
        with self.assertRaises(AccessError):
            self.take_in(self.sent(("a.pdf", pdf(BILL)), user=colleague))

    def test_without_a_file_there_is_nothing_to_do(self):
        with self.assertRaisesRegex(UserError, "No file"):
            self.take_in(self.env["ir.attachment"])

    def test_nobody_hands_in_a_bill_on_a_bank_line_of_another_company(self):
        line = self.bank_line(-132.24, "VERRERIE DU GIER")
        stranger = self.accountant_of(self.env["res.company"].create({"name": "Other"}))
        files = self.sent(("a.pdf", pdf(BILL)), user=stranger)
        with self.assertRaises(AccessError):
            self.take_in(files, line, stranger)

    def test_readers_hand_in_nothing(self):
        reader = self.accountant_of(self.company, "reader")
        with self.assertRaises(AccessError):
            self.take_in(self.sent(("a.pdf", pdf(BILL)), user=reader), user=reader)

    def accountant_of(self, company, role="accountant"):
        return new_test_user(
            self.env,
            f"{role}_of_{company.id}",
            groups=f"base.group_user,open_banking_recon.group_{role}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
