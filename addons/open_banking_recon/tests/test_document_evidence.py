import base64

from odoo import Command
from odoo.tests import tagged

from .common import OpenBankingCommon

IBAN = "FR7630004000031234567890143"


@tagged("post_install", "-at_install")
class TestDocumentEvidence(OpenBankingCommon):
    """What was read on papers helps to tell which payment is whose."""

    def document(self, kind="invoice", move=None, invoices=None, confidence=0.95, **read):
        return self.env["recon.document"].create(
            {
                "name": "paper.pdf",
                "file": base64.b64encode(b"%PDF-1.4"),
                "company_id": self.company.id,
                "state": "done" if move else "read",
                "kind": kind,
                "number": read.pop("number", False),
                "move_id": move and move.id,
                "invoice_ids": [Command.set(invoices.ids)] if invoices else [],
                "field_ids": [
                    Command.create({"name": name, "value": value, "confidence": confidence})
                    for name, value in read.items()
                ],
            }
        )

    def test_the_number_of_a_delivery_note_finds_its_invoice(self):
        invoice = self.invoice("FAC/2026/00012", 120.0)
        self.invoice("FAC/2026/00013", 120.0)
        line = self.bank_line(120.0, "VIR BL-2026-4711")
        self.match()
        self.assertEqual(line.match_state, "exception")
        self.document("delivery_note", invoices=invoice, number="BL-2026-4711")
        self.match()
        self.assertEqual(line.match_state, "auto")
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_the_order_on_a_bill_finds_it(self):
        bill = self.invoice("F-1", 300.0, "in_invoice", self.vendor)
        self.invoice("F-2", 300.0, "in_invoice", self.vendor)
        self.document(move=bill, purchase_order="PO-88412")
        line = self.bank_line(-300.0, "VIR EMIS PO-88412")
        self.match()
        self.assertEqual(line.match_state, "auto")
        self.assertEqual(bill.amount_residual, 0.0)

    def test_the_account_on_a_bill_tells_whose_payment_it_is(self):
        bill = self.invoice("F-1", 300.0, "in_invoice", self.vendor)
        line = self.bank_line(-300.0, "VIR EMIS", counterparty_iban=IBAN)
        self.match()
        before = line.proposal_ids.filtered(lambda row: row.state == "proposed")[:1].probability
        self.document(move=bill, iban=IBAN)
        self.match()
        best = line.proposal_ids.filtered(lambda row: row.state in ("proposed", "accepted"))[:1]
        self.assertGreater(best.probability, before)
        self.assertIn("IBAN", best.reasons)
        self.assertFalse(self.vendor.bank_ids, "nobody is paid on what was read")

    def test_what_was_read_with_doubt_tells_nothing(self):
        bill = self.invoice("F-1", 300.0, "in_invoice", self.vendor)
        self.document(move=bill, confidence=0.4, iban=IBAN, purchase_order="PO-88412")
        documents = self.env["recon.document"]
        self.assertEqual(documents._ibans_of_partners(self.vendor.ids), {})
        self.assertEqual(documents._references_of_moves(bill.ids), {})
