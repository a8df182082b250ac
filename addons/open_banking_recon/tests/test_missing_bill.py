import base64
from datetime import date, datetime

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import OpenBankingCommon


@tagged("post_install", "-at_install")
class TestMissingBill(OpenBankingCommon):
    """Money that went out before its bill was in the books."""

    def exception(self, line):
        return self.env["recon.exception"].search([("st_line_id", "=", line.id)])

    def document(self, **values):
        fields_read = values.pop("fields_read", {})
        return self.env["recon.document"].create(
            {
                "name": "bill.pdf",
                "file": base64.b64encode(b"%PDF-1.4"),
                "company_id": self.company.id,
                "state": "read",
                "number": "F-778",
                "issue_date": date(2026, 3, 20),
                "total": 45.6,
                "field_ids": [
                    Command.create({"name": name, "value": value, "confidence": 0.95})
                    for name, value in fields_read.items()
                ],
                **values,
            }
        )

    def draft_bill(self, amount, **values):
        return self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.vendor.id,
                "ref": "F-778",
                "invoice_date": date(2026, 3, 20),
                "date": date(2026, 3, 20),
                "invoice_line_ids": [
                    Command.create({"name": "goods", "price_unit": amount, "tax_ids": []})
                ],
                **values,
            }
        )

    def test_a_payment_without_a_bill_says_so(self):
        paid = self.bank_line(-45.6, "PRLV SEPA VERRERIE DU GIER F-778")
        salary = self.bank_line(-1800.0, "VIR SALAIRE MARS DUPONT")
        own = self.bank_line(-500.0, "VIR VERS LIVRET", counterparty_iban=self.own_account())
        self.match()
        self.assertEqual(self.exception(paid).reason, "bill_missing")
        self.assertEqual(self.exception(salary).reason, "no_candidate")
        self.assertEqual(self.exception(own).reason, "no_candidate")

    def own_account(self):
        iban = "FR7630004000031234567890143"
        savings = self.env["account.journal"].create(
            {"name": "Savings", "type": "bank", "code": "SAV", "company_id": self.company.id}
        )
        savings.set_bank_account(iban)
        return iban

    def test_the_draft_that_fits_is_shown_beside_the_line(self):
        line = self.bank_line(-45.6, "PRLV SEPA VERRERIE DU GIER F-778")
        bill = self.draft_bill(45.6)
        self.draft_bill(99.0, ref="F-779")
        self.match()
        exception = self.exception(line)
        self.assertEqual(exception.bill_move_id, bill)
        self.assertGreater(exception.bill_probability, 0.9)
        [shown] = self.env["recon.desk"].lines(exception.ids)
        self.assertEqual((shown["bill"]["model"], shown["bill"]["id"]), ("account.move", bill.id))
        self.assertIn("draft bill F-778 fits", shown["bill"]["text"])

    def test_the_document_that_was_read_is_found_even_of_an_unknown_supplier(self):
        line = self.bank_line(-45.6, "CARTE 20/03 GARAGE DU PORT")
        document = self.document(fields_read={"supplier_name": "Garage du Port"})
        self.match()
        self.assertEqual(self.exception(line).bill_document_id, document)
        self.assertIn("was read and fits", self.exception(line)._bill_that_fits()["text"])

    def test_what_is_due_counts_where_something_was_paid_before(self):
        line = self.bank_line(-20.0, "PRLV F-778")
        document = self.document(fields_read={"amount_due": "20.00", "supplier_name": "Garage"})
        self.match()
        self.assertEqual(self.exception(line).bill_document_id, document)

    def test_a_receipt_says_that_nothing_is_due_any_more(self):
        line = self.bank_line(-45.6, "CARTE 20/03 GARAGE DU PORT")
        document = self.document(
            fields_read={"amount_due": "0.00", "supplier_name": "Garage du Port"}
        )
        self.match()
        self.assertEqual(self.exception(line).bill_document_id, document)

    def test_an_amount_that_is_none_stops_no_matching(self):
        line = self.bank_line(-45.6, "CARTE 20/03 GARAGE DU PORT")
        document = self.document(
            fields_read={"amount_due": "a lot", "supplier_name": "Garage du Port"}
        )
        self.match()
        self.assertEqual(self.exception(line).bill_document_id, document)

    def test_a_document_that_does_not_fit_is_not_shown(self):
        line = self.bank_line(-45.6, "CARTE 20/03 GARAGE DU PORT")
        self.document(total=45.7, fields_read={"supplier_name": "Garage du Port"})
        self.document(state="failed")
        self.match()
        self.assertFalse(self.exception(line).bill_document_id)
        self.assertFalse(self.exception(line)._bill_that_fits())

    def test_what_was_found_is_forgotten_with_the_draft(self):
        line = self.bank_line(-45.6, "PRLV SEPA VERRERIE DU GIER F-778")
        bill = self.draft_bill(45.6)
        self.match()
        bill.unlink()
        self.match()
        self.assertFalse(self.exception(line).bill_move_id)
        self.assertFalse(self.exception(line).bill_probability)

    def test_another_company_s_drafts_are_not_looked_at(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.document(company_id=other.id, fields_read={"supplier_name": "Garage"})
        line = self.bank_line(-45.6, "PRLV GARAGE F-778")
        self.match()
        self.assertFalse(self.exception(line).bill_document_id)

    def test_the_bill_is_matched_when_it_is_posted(self):
        line = self.bank_line(-45.6, "PRLV SEPA VERRERIE DU GIER F-778")
        self.match()
        cron = self.env.ref("open_banking_recon.ir_cron_match")
        before = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        with freeze_time("2026-03-31 10:07:12"):
            self.draft_bill(45.6).action_post()
            self.draft_bill(99.0, ref="F-779").action_post()
        made = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]) - before
        self.assertEqual(made.mapped("call_at"), [datetime(2026, 3, 31, 10, 10)])
        self.match()
        self.assertEqual(line.match_state, "auto")
        self.assertEqual(self.exception(line).state, "resolved")

    def test_posting_wakes_nobody_when_no_line_waits(self):
        cron = self.env.ref("open_banking_recon.ir_cron_match")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.draft_bill(45.6).action_post()
        after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.assertEqual(after, before)
