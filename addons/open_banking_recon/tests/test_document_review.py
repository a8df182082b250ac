import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .document_case import BILL, VAT, DocumentCase, bill, pdf

# labels that only this supplier uses
ODD = (
    "Garage de l'Étang",
    f"TVA intracommunautaire : {VAT}",
    "Véhicule rendu le 03/01/2026",
    "FACTURE",
    "Main d'oeuvre selon devis D-4711",
    "Pneus et équilibrage",
    "Dossier atelier : {number}",
    "Total TTC : {total} EUR",
)


def odd(number, total="132,24"):
    return pdf([line.format(number=number, total=total) for line in ODD])


class ReviewCase(DocumentCase):
    def values(self, document):
        return {field["name"]: field for field in document.review()["fields"]}

    def pick(self, document, name, *texts):
        page = document.page_ids
        words = [word[0] for word in page.content["words"]]
        return document.pick_read_value(name, page.id, [words.index(text) for text in texts])


@tagged("post_install", "-at_install")
class TestDocumentReview(ReviewCase):
    def test_the_review_shows_the_paper_with_its_words_and_what_was_read(self):
        document = self.read_document(pdf(BILL))
        review = document.review()
        [page] = review["pages"]
        self.assertTrue(page["has_picture"])
        self.assertTrue(base64.b64decode(document.page_ids.picture).startswith(b"\xff\xd8"))
        number = self.values(document)["number"]
        self.assertEqual((number["value"], number["state"]), ("F2610-778", "sure"))
        box = next(word[1:5] for word in page["words"] if word[0] == "F2610-778")
        self.assertEqual((number["page"], number["box"]), (1, box))
        self.assertEqual(self.values(document)["iban"]["state"], "empty")
        self.assertEqual(
            [check["text"] for check in review["checks"]],
            [
                "Net and tax add up to the total.",
                "Issue date and due date are in order.",
                "The key of the VAT number is right.",
            ],
        )

    def test_what_a_person_points_at_fills_the_field(self):
        document = self.read_document(pdf([*BILL, "Vos réf. BC-99 du 3 mars 2026"]))
        self.pick(document, "purchase_order", "BC-99")
        self.pick(document, "issue_date", "mars")
        self.assertEqual(str(document.issue_date), "2026-03-03")
        shown = self.values(document)
        self.assertEqual(
            (shown["purchase_order"]["value"], shown["issue_date"]["value"]),
            ("BC-99", "2026-03-03"),
        )
        self.assertEqual(
            (shown["issue_date"]["state"], shown["issue_date"]["was"]), ("corrected", "2026-02-11")
        )
        self.assertTrue(shown["purchase_order"]["box"])

    def test_what_a_person_types_is_read_as_people_write(self):
        document = self.read_document(pdf(BILL))
        review = document.set_read_value("total", "1.132,24 €")
        self.assertEqual(document.total, 1132.24)
        self.assertIn(
            "Net and tax make",
            [check["text"] for check in review["checks"] if not check["right"]][0],
        )
        self.assertEqual(self.values(document)["amount_due"]["value"], "1132.24")
        self.env.ref("base.CHF").active = True
        document.set_read_value("currency", "chf")
        self.assertEqual(document.currency_id.name, "CHF")
        self.env.ref("base.JPY").active = False
        self.assertIn("Activate", document.set_read_value("currency", "JPY")["refused"])
        document.set_read_value("due_date", "")
        self.assertFalse(document.due_date)

    def test_what_is_no_such_value_is_refused_in_words(self):
        document = self.read_document(pdf(BILL))
        self.assertIn("check digits", document.set_read_value("iban", "FR00 1234")["refused"])
        self.assertIn("no date", self.pick(document, "issue_date", "FACTURE")["refused"])
        self.assertIn("no amount", document.set_read_value("total", "viel")["refused"])
        self.assertEqual(document.total, 132.24)
        self.assertFalse(document.field_ids.filtered("corrected"))

    def test_a_value_set_back_to_what_was_read_is_no_correction(self):
        document = self.read_document(pdf(BILL))
        document.set_read_value("number", "F-1")
        document.set_read_value("number", "F2610-778")
        self.assertFalse(document.field_ids.filtered("corrected"))

    def test_a_corrected_vat_number_finds_the_supplier(self):
        document = self.read_document(pdf([line for line in BILL if "TVA intra" not in line][1:]))
        self.assertFalse(document.supplier_id)
        document.set_read_value("supplier_vat", VAT)
        self.assertEqual(document.supplier_id, self.vendor)

    def test_accepting_leads_to_the_next_one(self):
        first = self.read_document(pdf(BILL))
        second = self.read_document(pdf(bill(number="F2610-779")))
        self.assertEqual(first.review()["waiting"], 1)
        self.assertEqual(first.accept_and_next(), second.id)
        self.assertTrue(first.move_id)
        self.assertFalse(second.accept_and_next())
        with self.assertRaisesRegex(UserError, "not waiting for a review"):
            second.set_read_value("number", "F-1")

    def test_a_page_on_which_nothing_was_found_can_be_pointed_at(self):
        document = self.read_document(
            pdf(["Une page sans rien de ce que porte une pièce comptable, ref X-12"])
        )
        self.assertEqual(document.state, "failed")
        self.pick(document, "number", "X-12")
        self.assertEqual((document.number, document.state), ("X-12", "read"))
        self.assertFalse(document.error_message)

    def test_pages_and_pictures_go_with_the_document(self):
        document = self.read_document(pdf(BILL))
        page = document.page_ids
        pictures = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", "recon.document.page"), ("res_field", "=", "picture")])
        )
        self.assertIn(page.id, pictures.mapped("res_id"))
        document.unlink()
        self.assertFalse(page.exists())
        self.assertFalse(pictures.exists().filtered(lambda picture: picture.res_id == page.id))

    def test_read_again_a_document_has_its_pages_once(self):
        document = self.read_document(pdf(BILL))
        document.action_read_again()
        self.work()
        self.assertEqual(len(document.page_ids), 1)

    def test_an_electronic_invoice_is_reviewed_without_paper(self):
        xml = (
            b"<Invoice xmlns='urn:x'><ID>F-7</ID><IssueDate>2026-02-11</IssueDate>"
            b"<LegalMonetaryTotal><TaxInclusiveAmount currencyID='EUR'>120.00</TaxInclusiveAmount>"
            b"</LegalMonetaryTotal></Invoice>"
        )
        document = self.read_document(xml, "bill.xml")
        self.assertEqual(document.review()["pages"], [])
        self.assertEqual(self.values(document)["number"]["value"], "F-7")

    def test_who_only_reads_and_who_works_elsewhere_changes_nothing(self):
        document = self.read_document(pdf(BILL))
        reader = new_test_user(
            self.env,
            "review_reader",
            groups="base.group_user,open_banking_recon.group_reader",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertFalse(document.with_user(reader).review()["can_edit"])
        with self.assertRaises(AccessError):
            document.with_user(reader).set_read_value("number", "F-1")
        other = self.env["res.company"].sudo().create({"name": "Other company"})
        stranger = new_test_user(
            self.env,
            "review_stranger",
            groups="base.group_user,open_banking_recon.group_accountant",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for records in (document.page_ids, document.field_ids):
            with self.assertRaises(AccessError):
                records.with_user(stranger).read()


@tagged("post_install", "-at_install")
class TestDocumentLearning(ReviewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.name = "Garage de l'Étang"

    def corrected(self, number="AT-5521"):
        document = self.read_document(odd(number))
        self.assertNotEqual(document.number, number)
        self.pick(document, "number", number)
        document.action_create_bill()
        return document

    def layouts(self):
        return self.env["recon.document.layout"].search([("partner_id", "=", self.vendor.id)])

    def test_one_correction_makes_the_next_three_bills_right(self):
        self.corrected()
        for number in ("AT-5607", "AT-5700", "AT-6001"):
            document = self.read_document(odd(number))
            self.assertEqual(document.number, number)
            self.assertTrue(self.values(document)["number"]["learned"])
            document.action_create_bill()
        self.assertEqual(self.layouts().mapped("times_right"), [3])
        self.assertEqual(self.values(self.read_document(odd("AT-7000")))["number"]["state"], "sure")

    def test_what_was_typed_teaches_as_well(self):
        document = self.read_document(odd("AT-5521"))
        document.set_read_value("number", "AT-5521")
        document.action_create_bill()
        self.assertEqual(self.read_document(odd("AT-5607")).number, "AT-5607")

    def test_a_wrong_lesson_is_unlearned_when_it_failed(self):
        first = self.read_document(odd("AT-5521"))
        self.pick(first, "number", "D-4711")
        first.action_create_bill()
        second = self.read_document(odd("AT-5607"))
        self.assertEqual(second.number, "D-4711")
        self.pick(second, "number", "AT-5607")
        second.action_create_bill()
        self.assertEqual(self.read_document(odd("AT-5700")).number, "AT-5700")

    def test_a_supplier_without_any_number_is_known_by_its_name(self):
        self.corrected()
        lines = [line.format(number="AT-5607", total="90,00") for line in ODD if "TVA" not in line]
        document = self.read_document(pdf(lines))
        self.assertEqual((document.supplier_id, document.number), (self.vendor, "AT-5607"))

    def test_nothing_is_learned_for_another_company(self):
        self.corrected()
        self.assertEqual(self.layouts().company_id, self.company)

    def test_what_a_worker_does_by_itself_teaches_nothing(self):
        self.corrected()
        document = self.read_document(odd("AT-5607"))
        document.sudo().action_create_bill()
        self.assertEqual(self.layouts().mapped("times_right"), [0])
