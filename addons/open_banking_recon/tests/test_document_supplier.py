from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..recon_core.documents.model import Field, Origin, ReadDocument
from .document_case import BILL, SIREN, VAT, DocumentCase, pdf

OTHER_IBAN = "FR7610107001011234567890129"


@tagged("post_install", "-at_install")
class TestDocumentSupplier(DocumentCase):
    def found(self, **values):
        """(partner, by what) for these values."""
        read = ReadDocument(
            fields={name: Field(value, 0.95, Origin.TEXT) for name, value in values.items()}
        )
        document = self.env["recon.document"].new({"company_id": self.company.id})
        found = document._find_supplier(read)
        partner = self.env["res.partner"].browse(found.get("supplier_id"))
        return partner, found.get("supplier_found_by")

    def contact(self, name, **values):
        return self.env["res.partner"].create({"name": name, "is_company": True, **values})

    def test_the_vat_number_is_found_however_it_is_written(self):
        self.vendor.with_context(no_vat_validation=True).vat = "FR 15 658 541 925"
        self.assertEqual(self.found(supplier_vat=VAT), (self.vendor, "vat"))

    def test_a_siren_is_found_in_a_siret_and_in_a_vat_number(self):
        self.assertEqual(self.found(supplier_siren=SIREN), (self.vendor, "siren"))
        self.vendor.vat = False
        self.assertEqual(self.found(supplier_siren=SIREN)[1], False)
        self.vendor.company_registry = f"{SIREN} 00011"
        self.assertEqual(self.found(supplier_siren=SIREN), (self.vendor, "siren"))

    def test_an_account_tells_its_owner(self):
        self.env["res.partner.bank"].create(
            {"acc_number": OTHER_IBAN, "partner_id": self.vendor.id}
        )
        self.assertEqual(self.found(iban=OTHER_IBAN), (self.vendor, "iban"))

    def test_a_name_is_found_as_it_is_and_nearly_as_it_is(self):
        mill = self.contact("Moulin de la Tour Carrée SARL")
        self.assertEqual(self.found(supplier_name="moulin de la tour  carrée sarl"), (mill, "name"))
        self.assertEqual(self.found(supplier_name="MOULIN DE LA TQUR CARREE"), (mill, "similar"))
        self.assertEqual(self.found(supplier_name="Moulin du Lac")[1], False)

    def test_a_name_that_two_bear_tells_nobody(self):
        self.contact("Moulin de la Tour Carrée")
        self.contact("Moulin de la Tour Carrée SAS")
        self.assertEqual(self.found(supplier_name="Moulin de la Tqur Carrée")[1], False)
        self.contact("Moulin de la Tour Carrée")
        self.assertEqual(self.found(supplier_name="Moulin de la Tour Carrée")[1], False)

    def test_signs_of_a_pattern_in_a_name_are_no_pattern(self):
        for name in ("%", "_", "M%"):
            self.assertEqual(self.found(supplier_name=name)[1], False)

    def test_we_are_never_our_own_supplier(self):
        own = self.company.partner_id
        own.vat, own.company_registry = VAT, f"{SIREN}00011"
        self.vendor.vat = False
        self.env["res.partner.bank"].create({"acc_number": OTHER_IBAN, "partner_id": own.id})
        for values in (
            {"supplier_vat": VAT},
            {"supplier_siren": SIREN},
            {"iban": OTHER_IBAN},
            {"supplier_name": own.name},
        ):
            with self.subTest(values):
                self.assertEqual(self.found(**values)[1], False)

    def test_our_number_on_the_wrong_side_leads_to_the_other_one(self):
        self.company.partner_id.vat = "FR23334175221"
        found = self.found(supplier_vat="FR23334175221", buyer_vat=VAT)
        self.assertEqual(found, (self.vendor, "vat"))

    def test_a_partner_of_another_company_is_not_found(self):
        self.vendor.company_id = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(self.found(supplier_vat=VAT)[1], False)

    def test_a_similar_name_is_marked_until_a_person_has_chosen(self):
        self.vendor.vat = False
        self.vendor.name = "Verrerie et Cristallerie du Gier"
        document = self.read_document(pdf(["Verrerie et Cristallerie du Gjer SAS", *BILL[2:]]))
        self.assertEqual(
            (document.supplier_id, document.supplier_found_by), (self.vendor, "similar")
        )
        document.supplier_id = self.vendor
        self.assertFalse(document.supplier_found_by)

    def test_what_a_person_chose_stays_when_the_file_is_read_again(self):
        self.vendor.vat = False
        self.vendor.name = "Nothing like it"
        document = self.read_document(pdf(BILL))
        document.supplier_id = self.vendor
        document.action_read_again()
        self.work()
        self.assertEqual(document.supplier_id, self.vendor)

    # -- a new one ------------------------------------------------------------------

    def unknown(self):
        self.vendor.vat = False
        self.vendor.name = "Nothing like it"
        return self.read_document(pdf([*BILL, f"IBAN {OTHER_IBAN}"]))

    def editor(self, document):
        user = new_test_user(
            self.env,
            "editor",
            groups="base.group_user,base.group_partner_manager,open_banking_recon.group_accountant",
            company_id=self.company.id,
        )
        return document.with_user(user)

    def test_an_unknown_supplier_is_made_of_what_was_read(self):
        document = self.unknown()
        self.assertFalse(document.supplier_id)
        self.editor(document).action_create_supplier()
        partner = document.supplier_id
        self.assertEqual((partner.name, partner.vat), ("Verrerie du Gier SAS", VAT))
        self.assertTrue(partner.is_company)
        self.assertEqual(partner.bank_ids.sanitized_acc_number, OTHER_IBAN)
        self.assertFalse(partner.bank_ids.allow_out_payment, "nobody has checked it")

    def test_our_own_account_is_not_given_to_a_supplier(self):
        self.env["res.partner.bank"].create(
            {"acc_number": OTHER_IBAN, "partner_id": self.company.partner_id.id}
        )
        document = self.unknown()
        self.editor(document).action_create_supplier()
        self.assertFalse(document.supplier_id.bank_ids)

    def test_who_may_not_create_contacts_is_told(self):
        with self.assertRaisesRegex(UserError, "may not create contacts"):
            self.unknown().action_create_supplier()

    def test_a_known_supplier_is_not_made_again(self):
        document = self.read_document(pdf(BILL))
        with self.assertRaisesRegex(UserError, "choose the supplier"):
            self.editor(document).action_create_supplier()
