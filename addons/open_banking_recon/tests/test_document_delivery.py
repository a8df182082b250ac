from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .document_case import BILL, DocumentCase, cii, pdf

CUSTOMER_VAT = "FR40303265045"


def note(number="BL-2026-0456", order="P00077", day="12/03/2026", **parties):
    """The lines of a delivery note."""
    seller = parties.get("seller", "Verrerie du Gier SAS")
    vat = parties.get("vat", "FR15658541925")
    lines = [
        seller,
        f"TVA intracommunautaire : {vat}",
        "BON DE LIVRAISON",
        f"Bon de livraison N° : {number}",
        f"Date de livraison : {day}",
        f"Commande N° : {order}",
        "Bouteilles 75 cl   Quantité : 1200",
    ]
    return pdf(lines)


@tagged("post_install", "-at_install")
class TestDocumentDelivery(DocumentCase):
    def sold(self, **values):
        return self.invoice_of("out_invoice", self.customer, **values)

    def bought(self, **values):
        return self.invoice_of("in_invoice", self.vendor, **values)

    def invoice_of(self, move_type, partner, **values):
        return self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": date(2026, 3, 20),
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 100.0, "tax_ids": [Command.clear()]})
                ],
                **values,
            }
        )

    def references(self, *moves):
        ids = [move.id for move in moves]
        return self.env["recon.document"]._references_of_moves(ids)

    # -- linking --------------------------------------------------------------------

    def test_a_note_is_read_and_waits_for_what_it_belongs_to(self):
        document = self.read_document(note())
        self.assertRecordValues(
            document,
            [{"kind": "delivery_note", "state": "read", "number": "BL-2026-0456"}],
        )
        self.assertEqual(str(document.issue_date), "2026-03-12")
        self.assertFalse(document.invoice_ids)
        with self.assertRaisesRegex(UserError, "not waiting for a bill"):
            document.action_create_bill()
        with self.assertRaisesRegex(UserError, "choose the order or the invoices"):
            document.action_attach()

    def test_a_note_goes_to_the_invoice_that_names_its_order(self):
        invoice = self.sold(invoice_origin="S00001, P00077")
        self.sold(invoice_origin="P000770")
        document = self.read_document(note())
        self.assertEqual((document.invoice_ids, document.state), (invoice, "done"))
        self.assertIn("BL-2026-0456", " ".join(invoice.message_ids.mapped("body")))

    def test_a_note_goes_to_the_bill_that_names_it(self):
        bought = self.bought(ref="bl 2026 456")
        self.assertEqual(self.read_document(note()).invoice_ids, bought)

    def test_a_note_that_two_partners_name_waits(self):
        self.sold(invoice_origin="P00077")
        self.bought(ref="P00077")
        document = self.read_document(note())
        self.assertEqual((document.state, document.invoice_ids.ids), ("read", []))

    def test_a_short_number_links_nothing(self):
        self.sold(invoice_origin="77")
        self.assertFalse(self.read_document(note(number="12", order="77")).invoice_ids)

    def test_an_invoice_that_comes_later_takes_the_notes_that_wait(self):
        document = self.read_document(note())
        invoice = self.sold(invoice_origin="P00077")
        invoice.action_post()
        self.assertEqual((document.invoice_ids, document.state), (invoice, "done"))

    def test_invoices_of_the_partner_around_the_day_are_proposed_and_not_forced(self):
        near, nearest, far = (
            self.bought(ref=f"A-{number}", invoice_date=date(2026, 3, 12) + timedelta(days=days))
            for number, days in enumerate((30, 3, 60))
        )
        document = self.read_document(note())
        self.assertEqual(document.proposed_invoice_ids.ids, [nearest.id, near.id])
        self.assertFalse(document.invoice_ids)
        document.action_link_proposed()
        self.assertEqual(document.invoice_ids, near | nearest)
        self.assertEqual(document.state, "done")
        self.assertNotIn(far, document.invoice_ids)

    def test_our_own_note_is_proposed_for_invoices_of_its_customer(self):
        self.company.partner_id.vat = "FR15658541925"
        self.vendor.vat = False
        self.customer.vat = CUSTOMER_VAT
        invoice = self.sold()
        document = self.read_document(note(seller=self.company.name))
        self.env["recon.document.field"].create(
            {
                "document_id": document.id,
                "name": "buyer_vat",
                "value": CUSTOMER_VAT,
                "confidence": 0.95,
            }
        )
        document.invalidate_recordset()
        self.assertEqual(document.proposed_invoice_ids, invoice)

    def test_the_links_are_chosen_by_hand_too(self):
        document, invoice = self.read_document(note()), self.sold()
        document.invoice_ids = invoice
        document.action_attach()
        self.assertEqual(document.state, "done")

    def test_invoices_of_another_company_cannot_be_linked(self):
        other = self.env["res.company"].create({"name": "Other"})
        document = self.read_document(note())
        journal = self.env["account.journal"].create(
            {"name": "Misc", "code": "MI", "type": "general", "company_id": other.id}
        )
        foreign = self.env["account.move"].create({"journal_id": journal.id})
        with self.assertRaisesRegex(UserError, "ompany"):
            document.sudo().invoice_ids = foreign

    def test_a_note_is_attached_to_its_purchase_order(self):
        if "purchase.order" not in self.env:
            self.skipTest("the app Purchase is not installed")
        order = self.env["purchase.order"].create(
            {"partner_id": self.vendor.id, "name": "P00077", "company_id": self.company.id}
        )
        document = self.read_document(note())
        self.assertEqual((document.order_ref, document.state), (order, "done"))
        self.assertIn("BL-2026-0456", " ".join(order.message_ids.mapped("body")))

    def test_without_the_apps_there_is_no_order_to_choose(self):
        models = [model for model, _name in self.env["recon.document"]._selection_orders()]
        installed = [m for m in ("purchase.order", "sale.order") if m in self.env]
        self.assertEqual(models, installed)

    # -- references -----------------------------------------------------------------

    def test_the_numbers_of_a_note_are_references_of_its_invoices(self):
        first, second = self.sold(invoice_origin="P00077"), self.sold()
        document = self.read_document(note())
        document.invoice_ids |= second
        expected = ("BL-2026-0456", "P00077")
        self.assertEqual(
            self.references(first, second), dict.fromkeys((first.id, second.id), expected)
        )

    def test_what_a_bill_says_of_orders_notes_and_payments_are_its_references(self):
        document = self.read_document(
            pdf([*BILL, "Bon de livraison N° : BL-9988", "Commande N° : P00099"])
        )
        document.action_create_bill()
        self.assertEqual(
            self.references(document.move_id)[document.move_id.id], ("BL-9988", "P00099")
        )

    def test_moves_without_documents_have_no_references(self):
        self.assertEqual(self.references(self.sold()), {})
        self.assertEqual(self.env["recon.document"]._references_of_moves([]), {})
        document = self.read_document(cii(), "a.xml")
        document.action_create_bill()
        self.assertEqual(self.references(document.move_id), {})

    def test_the_references_of_many_moves_take_one_query(self):
        moves = [self.sold(invoice_origin="P00077") for _number in range(5)]
        self.read_document(note())
        self.env.flush_all()
        for ids in ([moves[0].id], [move.id for move in moves]):
            with self.assertQueryCount(1):
                self.env["recon.document"]._references_of_moves(ids)

    def test_a_note_that_is_linked_has_the_lines_matched_again(self):
        document, invoice = self.read_document(note()), self.sold()
        cron = self.env.ref("open_banking_recon.ir_cron_match")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        document.invoice_ids = invoice
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]) - triggers)
