import base64
import os
from io import BytesIO
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..recon_core.documents import bounded
from .common import OpenBankingCommon

VAT = "FR15658541925"
IBAN_VENDOR = "FR7630006000011234567890189"


def pdf(lines):
    """A one-page PDF with the given lines of text."""
    from reportlab.pdfgen import canvas  # noqa: PLC0415 - Odoo has it, the add-on does not need it

    out = BytesIO()
    page = canvas.Canvas(out)
    for position, line in enumerate(lines):
        page.drawString(60, 800 - 18 * position, line)
    page.save()
    return out.getvalue()


BILL = (
    "Verrerie du Gier SAS",
    f"TVA intracommunautaire : {VAT}",
    "FACTURE",
    "Facture N° : F2610-778",
    "Date de facture : 11/02/2026",
    "Date d'échéance : 13/03/2026",
    "Total HT : 110,20 EUR",
    "TVA 20 % : 22,04 EUR",
    "Total TTC : 132,24 EUR",
)


@tagged("post_install", "-at_install")
class TestDocument(OpenBankingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.vat = VAT

    def document(self, data, name="bill.pdf"):
        document = self.as_accountant("recon.document").create(
            {"name": name, "file": base64.b64encode(data)}
        )
        document.sudo()._read_file()
        return document

    def test_a_bill_is_read_and_its_supplier_found(self):
        document = self.document(pdf(BILL))
        self.assertRecordValues(
            document,
            [
                {
                    "state": "read",
                    "source": "text",
                    "number": "F2610-778",
                    "total": 132.24,
                    "tax": 22.04,
                    "supplier_id": self.vendor.id,
                }
            ],
        )

    def test_the_draft_bill_has_the_totals_of_the_paper(self):
        document = self.document(pdf(BILL))
        document.action_create_bill()
        bill = document.move_id
        self.assertEqual((bill.state, bill.ref), ("draft", "F2610-778"))
        self.assertEqual((bill.amount_untaxed, bill.amount_total), (110.2, 132.24))
        self.assertEqual(bill.partner_id, self.vendor)

    def test_the_same_bill_is_not_booked_twice(self):
        self.document(pdf(BILL)).action_create_bill()
        again = self.document(pdf(BILL))
        with self.assertRaisesRegex(UserError, "in the books already"):
            again.action_create_bill()

    def test_bad_files_are_refused_in_words(self):
        cases = [
            (b"\x00\x01garbage", "no PDF, image or electronic invoice"),
            (pdf(BILL)[:300], "damaged"),
            (b"<?xml version='1.0'?><note/>", "cannot be read|no PDF"),
            (pdf(["hello world"]), "Nothing that looks like an invoice"),
        ]
        for data, said in cases:
            with self.subTest(said=said):
                document = self.document(data)
                self.assertEqual(document.state, "failed")
                self.assertRegex(document.error_message, said)

    def test_without_tesseract_the_user_is_told(self):
        from PIL import Image  # noqa: PLC0415

        out = BytesIO()
        Image.new("RGB", (200, 100), "white").save(out, "PNG")
        with patch.dict(os.environ, {"PATH": "/nowhere"}):
            document = self.document(out.getvalue(), "scan.png")
        self.assertEqual(document.state, "failed")
        self.assertIn("Tesseract is not installed", document.error_message)

    def test_a_file_that_harms_its_reader_is_failed_in_words_and_the_next_is_read(self):
        cases = [
            ("signal.alarm(1)\n    while True: pass", "document_too_slow", "took too long"),
            ("bytearray(2_000_000_000)", "document_too_heavy", "too much memory"),
            ("ctypes.string_at(0)", "document_crashed", "the reader gave up"),
        ]
        before, run, after = bounded._START.rpartition("reader_process.main")
        for harm, code, said in cases:
            double = (
                f"import ctypes, signal\ndef double(data, filename):\n    {harm}\n"
                "reader_process.read_document = double\n"
            )
            with self.subTest(harm=harm):
                with patch.object(bounded, "_START", f"{before}{double}{run}{after}"):
                    document = self.document(pdf(BILL))
                self.assertEqual((document.state, document.error_code), ("failed", code))
                self.assertIn(said, document.error_message)
                self.assertEqual(self.document(pdf(BILL)).state, "read")
