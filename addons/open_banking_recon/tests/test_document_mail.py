import base64
from email.message import EmailMessage
from io import BytesIO
from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models import account_move_document
from ..models.recon_document import ReconDocument
from .document_case import BILL, DocumentCase, bill, cii, pdf

MAIL_LOGGER = "odoo.addons.mail.models.mail_thread"


def picture(size=400, colour="white"):
    """A PNG with noise, so that it is as large as a scan."""
    from PIL import Image  # noqa: PLC0415

    out = BytesIO()
    image = Image.effect_noise((size, size), 80)
    if colour != "white":
        image = image.rotate(90)
    image.save(out, "PNG")
    return out.getvalue()


@tagged("post_install", "-at_install")
class TestDocumentMail(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.purchases = cls.env["account.journal"].search(
            [("type", "=", "purchase"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.env["mail.alias.domain"].create({"name": "bills.example"})
        cls.purchases.alias_name = "bills"
        cls.purchases.alias_id.alias_contact = "everyone"
        # who posts in a chatter as an ordinary user of Invoicing
        cls.clerk = new_test_user(
            cls.env,
            "clerk",
            groups="base.group_user,account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def mail(self, *files, body="Please find attached"):
        """The draft bills that a mail to the alias of the purchases makes."""
        message = EmailMessage()
        message["From"], message["To"] = "billing@verrerie.example", self.purchases.alias_email
        message["Subject"], message["Message-Id"] = "Bill", f"<{len(files)}@verrerie.example>"
        message.set_content(body, subtype="html")
        for name, data, kind in files:
            main, _slash, sub = kind.partition("/")
            message.add_attachment(data, maintype=main, subtype=sub, filename=name)
        before = self.env["account.move"].search([])
        with mute_logger(MAIL_LOGGER):
            self.env["mail.thread"].message_process("account.move", message.as_bytes())
        return self.env["account.move"].search([], order="id") - before

    def post(self, move, *files, user=None):
        """Files posted in the chatter of a bill by a person."""
        attachments = (
            self.env["ir.attachment"]
            .with_user(user or self.clerk)
            .create([{"name": name, "datas": base64.b64encode(data)} for name, data in files])
        )
        move.with_user(user or self.clerk).message_post(
            body="the file",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            attachment_ids=attachments.ids,
        )
        self.env.flush_all()

    def draft(self, **values):
        return self.env["account.move"].create({"move_type": "in_invoice", **values})

    # -- by mail --------------------------------------------------------------------

    def test_a_mailed_bill_is_read_by_the_queue_and_filled_in(self):
        with patch.object(ReconDocument, "_read_file", side_effect=AssertionError):
            move = self.mail(("bill.pdf", pdf(BILL), "application/pdf"))
        self.assertEqual(
            (move.state, move.ref, move.document_ids.state), ("draft", False, "queued")
        )
        self.work()
        self.assertEqual((move.ref, move.amount_total), ("F2610-778", 132.24))
        self.assertEqual((move.partner_id, move.document_ids.state), (self.vendor, "done"))
        self.assertEqual(str(move.invoice_date_due), "2026-03-13")

    def test_a_mailed_picture_stays_with_its_bill_and_is_read(self):
        [move] = self.mail(("scan.png", picture(), "image/png"))
        self.assertEqual(move.attachment_ids.mapped("name"), ["scan.png"])
        self.assertEqual(move.document_ids.state, "queued")

    def test_two_pictures_are_two_bills_and_a_logo_is_none(self):
        moves = self.mail(
            ("one.png", picture(), "image/png"),
            ("two.png", picture(401), "image/png"),
            ("logo.png", picture(40), "image/png"),
        )
        self.assertEqual(sorted(moves.document_ids.mapped("name")), ["one.png", "two.png"])
        self.assertEqual(len(moves), 2)

    def test_a_picture_in_the_text_of_a_mail_is_no_bill(self):
        message = EmailMessage()
        message["From"], message["To"] = "billing@verrerie.example", self.purchases.alias_email
        message["Subject"], message["Message-Id"] = "Bill", "<inline@verrerie.example>"
        message.set_content('<p>Hello <img src="cid:photo"></p>', subtype="html")
        message.add_related(picture(), maintype="image", subtype="png", cid="<photo>")
        message.add_attachment(
            pdf(BILL), maintype="application", subtype="pdf", filename="bill.pdf"
        )
        with mute_logger(MAIL_LOGGER):
            self.env["mail.thread"].message_process("account.move", message.as_bytes())
        documents = self.env["recon.document"].search([])
        self.assertEqual(documents.mapped("name"), ["bill.pdf"])

    def test_odoo_reads_an_electronic_invoice_first_and_ours_compares(self):
        move = self.mail(("bill.xml", cii(line="100.00"), "text/xml"))
        self.assertIn("Bottles", move.invoice_line_ids.name)
        self.work()
        self.assertEqual(move.amount_total, 120.0)
        self.assertEqual(move.document_ids.total_difference, 12.24)
        self.assertIn("comes to", " ".join(move.message_ids.mapped("body")))

    def test_an_electronic_invoice_that_odoo_leaves_empty_is_filled_in(self):
        move = self.mail(("bill.xml", cii("384"), "text/xml"))
        self.assertFalse(move.invoice_line_ids)
        self.work()
        self.assertEqual((move.ref, move.amount_total), ("F2610-778", 132.24))

    def test_a_mailed_credit_note_becomes_one(self):
        lines = ["Verrerie du Gier SAS", BILL[1], "AVOIR", "Avoir N° : A2610-12", *BILL[4:]]
        move = self.mail(("avoir.pdf", pdf(lines), "application/pdf"))
        self.work()
        self.assertEqual((move.move_type, move.amount_total), ("in_refund", 132.24))

    def test_the_same_bill_mailed_twice_is_filled_in_once(self):
        first = self.mail(("bill.pdf", pdf(BILL), "application/pdf"))
        second = self.mail(("a.pdf", pdf(BILL), "application/pdf"), ("b.csv", b"a;b", "text/csv"))
        self.work()
        self.assertEqual((first.ref, second.ref), ("F2610-778", False))
        self.assertIn("in the books already", " ".join(second.message_ids.mapped("body")))
        self.assertEqual(second.document_ids.state, "read")
        self.assertEqual(second.document_ids.duplicate_move_id, first)

    @mute_logger("pypdf._reader")
    def test_a_file_that_cannot_be_read_stays_with_its_draft_and_its_reason(self):
        move = self.mail(("bill.pdf", pdf(BILL)[:200], "application/pdf"))
        self.work()
        self.assertEqual((move.state, move.document_ids.state), ("draft", "failed"))
        self.assertIn("damaged", " ".join(move.message_ids.mapped("body")))

    def test_fifty_attachments_are_queued_and_none_is_read(self):
        files = [
            (f"{number}.pdf", pdf(bill(number=f"F-{number}")), "application/pdf")
            for number in range(50)
        ]
        with patch.object(ReconDocument, "_read_file", side_effect=AssertionError):
            moves = self.mail(*files)
        self.assertEqual(len(moves.document_ids), 50)
        self.assertEqual(set(moves.document_ids.mapped("state")), {"queued"})

    def test_a_huge_attachment_is_refused_in_words(self):
        with patch.object(account_move_document, "MAX_BYTES", 100):
            move = self.mail(("bill.pdf", pdf(BILL), "application/pdf"))
        self.assertFalse(move.document_ids)
        self.assertIn("larger than 30 MB", " ".join(move.message_ids.mapped("body")))

    # -- in the chatter -------------------------------------------------------------

    def test_a_file_in_the_chatter_fills_in_what_is_empty_and_nothing_else(self):
        move = self.draft(
            partner_id=self.vendor.id,
            ref="TYPED",
            invoice_date="2026-01-05",
            invoice_date_due="2026-01-20",
            invoice_line_ids=[
                Command.create({"name": "typed", "price_unit": 5.0, "tax_ids": [Command.clear()]})
            ],
        )
        self.post(move, ("bill.pdf", pdf(BILL)))
        self.assertEqual(move.document_ids.state, "queued")
        self.work()
        self.assertEqual((move.ref, str(move.invoice_date)), ("TYPED", "2026-01-05"))
        self.assertEqual((str(move.invoice_date_due), move.amount_total), ("2026-01-20", 5.0))
        self.assertEqual(move.invoice_line_ids.name, "typed")
        self.assertIn("comes to", " ".join(move.message_ids.mapped("body")))

    def test_a_picture_in_the_chatter_stays_with_the_bill_and_is_read(self):
        move = self.draft()
        self.post(move, ("scan.png", picture()))
        self.assertEqual(move.attachment_ids.mapped("name"), ["scan.png"])
        self.assertEqual(move.document_ids.state, "queued")

    def test_a_file_from_another_supplier_is_told(self):
        other = self.env["res.partner"].create({"name": "Other", "supplier_rank": 1})
        move = self.draft(partner_id=other.id)
        self.post(move, ("bill.pdf", pdf(BILL)))
        self.work()
        self.assertEqual(move.partner_id, other)
        said = " ".join(move.message_ids.mapped("body"))
        self.assertIn(f"seems to come from {self.vendor.name}", said)

    def test_a_supplier_that_is_only_similar_is_asked_for(self):
        self.vendor.vat = False
        self.vendor.name = "Verrerie et Cristallerie du Gier"
        move = self.draft()
        self.post(move, ("bill.pdf", pdf(["Verrerie et Cristallerie du Gjer SAS", *BILL[2:]])))
        self.work()
        self.assertFalse(move.partner_id)
        self.assertIn("may be Verrerie", " ".join(move.message_ids.mapped("body")))
        self.assertEqual(move.amount_total, 132.24)

    def test_the_same_file_twice_is_read_once(self):
        move = self.draft()
        self.post(move, ("bill.pdf", pdf(BILL)))
        self.post(move, ("again.pdf", pdf(BILL)))
        self.assertEqual(len(move.document_ids), 1)

    def test_files_on_what_is_no_draft_bill_are_left_alone(self):
        posted = self.draft(
            partner_id=self.vendor.id,
            invoice_date="2026-01-05",
            invoice_line_ids=[Command.create({"name": "x", "price_unit": 5.0})],
        )
        posted.action_post()
        sale = self.env["account.move"].create({"move_type": "out_invoice"})
        for move in (posted, sale):
            self.post(move, ("bill.pdf", pdf(BILL)), ("scan.png", picture()))
            self.assertFalse(move.document_ids)

    def test_a_bill_that_was_posted_meanwhile_is_left_as_it_is(self):
        move = self.draft(
            partner_id=self.vendor.id,
            invoice_date="2026-01-05",
            invoice_line_ids=[Command.create({"name": "x", "price_unit": 5.0})],
        )
        self.post(move, ("bill.pdf", pdf(BILL)))
        move.action_post()
        self.work()
        self.assertEqual((move.ref, move.document_ids.state), (False, "done"))

    def test_files_uploaded_on_the_journal_are_queued_too(self):
        files = self.env["ir.attachment"].create(
            [
                {"name": "bill.pdf", "raw": pdf(BILL)},
                {"name": "scan.png", "raw": picture()},
            ]
        )
        with patch.object(ReconDocument, "_read_file", side_effect=AssertionError):
            uploader = self.purchases.with_context(default_move_type="in_invoice")
            action = uploader.create_document_from_attachment(files.ids)
        moves = self.env["account.move"].search(action["domain"])
        self.assertEqual(sorted(moves.document_ids.mapped("name")), ["bill.pdf", "scan.png"])
