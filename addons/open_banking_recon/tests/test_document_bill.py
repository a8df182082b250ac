from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.recon_document_bill import ReconDocument
from .document_case import BILL, VAT, DocumentCase, bill, cii, pdf

CRON_MATCH = "open_banking_recon.ir_cron_match"


@tagged("post_install", "-at_install")
class TestDocumentBill(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax_20 = cls.env["account.tax"].search(
            [
                ("type_tax_use", "=", "purchase"),
                ("amount", "=", 20.0),
                ("company_id", "=", cls.company.id),
            ],
            limit=1,
        )

    def by_hand(self, **values):
        """A bill that somebody typed."""
        return self.env["account.move"].create(
            {"move_type": "in_invoice", "partner_id": self.vendor.id, **values}
        )

    def policy(self, **values):
        self.env["recon.policy"].search([("journal_id", "=", False)]).active = False
        return self.env["recon.policy"].create({"company_id": self.company.id, **values})

    # -- its values ---------------------------------------------------------------

    def test_the_bill_has_what_was_read_and_the_file(self):
        document = self.read_document(pdf(BILL))
        document.action_create_bill()
        move = document.move_id
        self.assertEqual((move.ref, str(move.invoice_date)), ("F2610-778", "2026-02-11"))
        self.assertEqual(str(move.invoice_date_due), "2026-03-13")
        self.assertEqual((move.amount_untaxed, move.amount_total), (110.2, 132.24))
        self.assertEqual(move.invoice_line_ids.tax_ids.amount, 20.0)
        self.assertEqual(move.message_main_attachment_id.raw, pdf(BILL))
        self.assertEqual((document.state, document.total_difference), ("done", 0))

    def test_a_tax_that_was_rounded_by_cents_is_as_on_the_paper(self):
        lines = [*BILL[:7], "TVA 20 % : 22,05 EUR", "Total TTC : 132,25 EUR"]
        document = self.read_document(pdf(lines))
        self.assertEqual(document.total, 132.25)
        document.action_create_bill()
        self.assertEqual(document.move_id.amount_total, 132.25)
        self.assertEqual(document.move_id.amount_untaxed, 110.2)

    def test_a_bill_that_does_not_come_to_what_was_read_is_flagged(self):
        lines = [*BILL[:7], "TVA 17 % : 18,73 EUR", "Total TTC : 128,93 EUR"]
        document = self.read_document(pdf(lines))
        document.action_create_bill()
        self.assertEqual(document.total_difference, 18.73)
        said = " ".join(document.move_id.message_ids.mapped("body"))
        self.assertIn("comes to", said)

    def test_odoo_builds_the_lines_of_an_electronic_invoice(self):
        document = self.read_document(cii(), "a.xml")
        self.assertEqual((document.state, document.source), ("read", "xml"))
        document.action_create_bill()
        move = document.move_id
        self.assertIn("Bottles", move.invoice_line_ids.name)
        self.assertEqual((move.ref, move.amount_total), ("F2610-778", 132.24))
        self.assertEqual((move.partner_id, document.total_difference), (self.vendor, 0))
        self.assertEqual(len(move.invoice_line_ids), 1)

    def test_lines_that_do_not_come_to_the_total_of_the_invoice_are_flagged(self):
        document = self.read_document(cii(line="100.00"), "a.xml")
        document.action_create_bill()
        self.assertEqual(document.move_id.amount_total, 120.0)
        self.assertEqual(document.total_difference, 12.24)
        self.assertIn("comes to", " ".join(document.move_id.message_ids.mapped("body")))

    def test_what_odoo_leaves_empty_is_filled_in(self):
        """Type codes that it does not know, and profiles without lines."""
        for number, data in enumerate((cii("384"), cii("389"), cii(lines=False))):
            with self.subTest(number=number):
                data = data.replace(b"F2610-778", f"F2610-{number}".encode())
                document = self.read_document(data, "a.xml")
                document.action_create_bill()
                move = document.move_id
                self.assertEqual((move.ref, move.amount_total), (f"F2610-{number}", 132.24))
                self.assertEqual(str(move.invoice_date), "2026-02-11")

    def test_without_lines_there_is_one_for_each_tax_rate(self):
        group = (
            b"<ram:ApplicableTradeTax><ram:CalculatedAmount>%s</ram:CalculatedAmount>"
            b"<ram:BasisAmount>%s</ram:BasisAmount>"
            b"<ram:RateApplicablePercent>%s</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
        )
        data = cii(lines=False, net="200.00", tax="25.50", total="225.50")
        head, _one, rest = data.partition(b"<ram:ApplicableTradeTax>")
        _one, _end, rest = rest.partition(b"</ram:ApplicableTradeTax>")
        groups = group % (b"20.00", b"100.00", b"20") + group % (b"5.50", b"100.00", b"5.5")
        document = self.read_document(head + groups + rest, "a.xml")
        document.action_create_bill()
        lines = document.move_id.invoice_line_ids
        self.assertEqual(lines.mapped("price_unit"), [100.0, 100.0])
        self.assertEqual(lines.mapped("tax_ids.amount"), [20.0, 5.5])
        self.assertEqual(document.move_id.amount_total, 225.5)

    def test_amounts_that_a_person_put_right_go_before_the_rates_that_were_told(self):
        document = self.read_document(cii(lines=False), "a.xml")
        document.write({"net": 50.0, "tax": 10.0, "total": 60.0})
        document.action_create_bill()
        self.assertEqual(document.move_id.amount_total, 60.0)

    def test_an_import_of_odoo_that_breaks_leaves_nothing_and_ours_goes_on(self):
        document = self.read_document(cii(), "a.xml")
        model = type(self.env["account.edi.xml.cii"])
        with patch.object(model, "_import_fill_invoice", side_effect=ZeroDivisionError):
            document.action_create_bill()
        self.assertEqual(document.move_id.amount_total, 132.24)
        self.assertNotIn("Bottles", document.move_id.invoice_line_ids.name)

    def test_the_supplier_that_was_chosen_stays_and_no_second_one_is_made(self):
        self.vendor.vat = False
        document = self.read_document(cii(name="Quite another name"), "a.xml")
        document.supplier_id = self.vendor
        before = self.env["res.partner"].search_count([])
        document.action_create_bill()
        self.assertEqual(document.move_id.partner_id, self.vendor)
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_a_credit_note_is_one(self):
        document = self.read_document(cii("381"), "a.xml")
        document.action_create_bill()
        self.assertEqual(document.move_id.move_type, "in_refund")
        self.assertEqual(document.move_id.amount_total, 132.24)

    # -- once ---------------------------------------------------------------------

    def test_a_bill_that_was_typed_by_hand_is_not_made_again(self):
        typed = self.by_hand(ref="f2610 0778")
        document = self.read_document(pdf(BILL))
        self.assertEqual(document.duplicate_move_id, typed)
        with self.assertRaisesRegex(UserError, "in the books already"):
            document.action_create_bill()

    def test_the_same_number_of_another_supplier_or_company_is_another_bill(self):
        other = self.env["res.partner"].create({"name": "Other", "supplier_rank": 1})
        self.by_hand(ref="F2610-778", partner_id=other.id)
        self.by_hand(ref="F2610-779")
        document = self.read_document(pdf(BILL))
        self.assertFalse(document.duplicate_move_id)
        document.action_create_bill()

    def test_a_cancelled_bill_may_be_entered_again(self):
        self.by_hand(ref="F2610-778").button_cancel()
        self.read_document(pdf(BILL)).action_create_bill()

    def test_the_file_of_a_bill_is_known_whatever_its_number(self):
        typed = self.by_hand(ref="typed wrongly")
        self.env["ir.attachment"].create(
            {
                "name": "scan.pdf",
                "raw": pdf(BILL),
                "res_model": "account.move",
                "res_id": typed.id,
            }
        )
        document = self.read_document(pdf(BILL))
        self.assertEqual(document.duplicate_move_id, typed)
        with self.assertRaisesRegex(UserError, "in the books already"):
            document.action_create_bill()

    def test_a_draft_that_is_deleted_gives_its_document_back(self):
        document = self.read_document(pdf(BILL))
        document.action_create_bill()
        document.move_id.unlink()
        self.assertEqual((document.state, document.move_id.id), ("read", False))
        document.action_create_bill()
        self.assertEqual(document.state, "done")

    # -- by hand ------------------------------------------------------------------

    def test_a_file_that_cannot_be_read_becomes_a_bill_that_is_typed(self):
        document = self.read_document(b"\x00garbage")
        self.assertEqual(document.state, "failed")
        action = document.action_enter_by_hand()
        move = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((move.state, move.move_type), ("draft", "in_invoice"))
        self.assertEqual(move.attachment_ids.raw, b"\x00garbage")
        self.assertEqual(document.state, "done")
        move.unlink()
        self.assertEqual(document.state, "failed")

    def test_the_same_unreadable_file_is_not_typed_twice(self):
        self.read_document(b"\x00garbage").action_enter_by_hand()
        with self.assertRaisesRegex(UserError, "in the books already"):
            self.read_document(b"\x00garbage").action_enter_by_hand()

    def test_a_copy_or_a_reminder_is_set_aside(self):
        self.by_hand(ref="F2610-778")
        copy, waiting = self.read_document(pdf(BILL)), self.upload(pdf(BILL[:4]))
        (copy | waiting).action_set_aside()
        self.assertEqual((copy.state, copy.move_id.id), ("done", False))
        self.assertEqual(waiting.state, "queued", "it is not known yet what it is")

    def test_a_document_that_waits_to_be_read_makes_no_bill(self):
        document = self.upload(pdf(BILL))
        for action in (document.action_create_bill, document.action_enter_by_hand):
            with self.assertRaisesRegex(UserError, "not waiting"):
                action()

    # -- by themselves --------------------------------------------------------------

    def test_bills_wait_for_a_person_unless_the_company_says_otherwise(self):
        self.assertEqual(self.read_document(cii(), "a.xml").state, "read")

    def test_what_is_sure_becomes_a_draft_by_itself(self):
        self.policy(bills="sure")
        document = self.read_document(cii(), "a.xml")
        self.assertEqual((document.state, document.move_id.state), ("done", "draft"))
        self.assertEqual(document.move_id.amount_total, 132.24)

    def test_what_is_not_sure_waits(self):
        self.policy(bills="sure")
        own = self.company.vat = "FR23334175221"
        self.assertTrue(own)
        doubtful = {
            "unknown supplier": cii(vat="FR40303265045", name="Nobody knows them"),
            "made out to another": cii(number="F1").replace(
                b"<ram:Name>Customer</ram:Name>",
                b"<ram:Name>Customer</ram:Name><ram:SpecifiedTaxRegistration>"
                b'<ram:ID schemeID="VA">FR83404833048</ram:ID></ram:SpecifiedTaxRegistration>',
            ),
            "unknown currency": cii(number="F2").replace(b">EUR<", b">XQQ<"),
            "no date": cii(number="F3").replace(b"20260211", b"soon"),
        }
        for what, data in doubtful.items():
            with self.subTest(what):
                self.assertEqual(self.read_document(data, "a.xml").state, "read")

    def test_a_value_under_ninety_percent_waits(self):
        self.policy(bills="sure")
        document = self.read_document(cii(), "a.xml")
        document.move_id.unlink()
        self.assertTrue(document._is_sure())
        document.field_ids.filtered(lambda field: field.name == "total").confidence = 0.89
        self.assertFalse(document._is_sure())

    def test_what_is_in_the_books_waits_for_a_person(self):
        self.policy(bills="sure")
        self.by_hand(ref="F2610-778")
        document = self.read_document(cii(), "a.xml")
        self.assertEqual((document.state, document.duplicate_move_id.ref), ("read", "F2610-778"))

    def test_a_bill_that_cannot_be_made_leaves_what_was_read(self):
        self.policy(bills="sure")
        with patch.object(ReconDocument, "_new_bill", side_effect=UserError("No journal here.")):
            document = self.read_document(cii(), "a.xml")
        self.assertEqual((document.state, document.number), ("read", "F2610-778"))
        self.assertIn("No journal here.", " ".join(document.message_ids.mapped("body")))

    # -- the payment ----------------------------------------------------------------

    def test_the_bank_line_is_matched_again_when_its_bill_is_posted(self):
        line = self.bank_line(-132.24, "CARTE VERRERIE DU GIER F2610-778")
        document = self.read_document(pdf(BILL), statement_line_id=line.id)
        document.action_create_bill()
        cron = self.env.ref(CRON_MATCH)
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        document.move_id.action_post()
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]) - triggers)
        self.match()
        self.assertTrue(line.is_reconciled)

    def test_the_supplier_is_known_by_the_vat_number_alone(self):
        document = self.read_document(pdf(bill(name="Illegible")))
        self.assertEqual((document.supplier_id, document.supplier_found_by), (self.vendor, "vat"))
        self.assertEqual(self.vendor.vat, VAT)
