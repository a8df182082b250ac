from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .desk_case import DeskCase


@tagged("post_install", "-at_install")
class TestDesk(DeskCase):
    def test_the_board_lists_what_waits_with_its_reasons(self):
        first, _invoice = self.paid_invoice()
        second = self.bank_line(-29.9, "FRAIS BANCAIRES")
        self.match()
        board = self.desk.board({})
        self.assertEqual(set(board["ids"]), {self.exception(first).id, self.exception(second).id})
        self.assertEqual(board["total"], 2)
        self.assertEqual(sum(board["reasons"].values()), 2)
        self.assertEqual(
            {row["text"] for row in board["rows"]}, {"FAC/2026/00012", "FRAIS BANCAIRES"}
        )

    def test_the_board_is_filtered_and_ordered(self):
        small, _invoice = self.paid_invoice(amount=20.0)
        large = self.bank_line(-500.0, "LOYER MARS")
        self.match()
        ids = {line: self.exception(line).id for line in (small, large)}
        self.assertEqual(self.desk.board({}, "amount")["ids"], [ids[large], ids[small]])
        self.assertEqual(self.desk.board({"direction": "in"})["ids"], [ids[small]])
        self.assertEqual(self.desk.board({"search": "loyer"})["ids"], [ids[large]])
        self.assertEqual(self.desk.board({"search": "500,00"})["ids"], [ids[large]])
        self.assertEqual(self.desk.board({"min_probability": 0.5})["ids"], [ids[small]])
        self.assertEqual(self.desk.board({"owner": "mine"})["ids"], [])

    def test_a_likely_proposal_is_filled_in_with_its_reasons_and_the_entry(self):
        st_line, invoice = self.paid_invoice()
        line = self.line_of(st_line)
        self.assertEqual(
            line["choice"]["documents"], [{"id": self.receivable(invoice).id, "amount": 120.0}]
        )
        reasons = [reason["text"] for reason in line["proposals"][0]["reasons"]]
        self.assertIn("Reference FAC/2026/00012 found in the text", reasons)
        self.assertTrue(line["is_settled"])
        self.assertEqual([row["credit"] for row in line["entry"]], [0.0, 120.0])

    def test_what_is_previewed_is_what_is_posted(self):
        st_line, _invoice = self.paid_invoice(paid=118.5)
        choice = {
            **self.line_of(st_line)["choice"],
            "parts": [{"kind": "fee", "account_id": self.fee_account.id, "amount": False}],
        }
        preview = self.desk.preview(self.exception(st_line).id, choice)
        self.accept(st_line, parts=choice["parts"])
        shown = sorted((row["debit"], row["credit"]) for row in preview["entry"])
        posted = sorted((row.debit, row.credit) for row in st_line.move_id.line_ids)
        self.assertEqual(shown, posted)

    def test_accepting_posts_and_brings_the_next_line(self):
        st_line, invoice = self.paid_invoice()
        other = self.bank_line(-45.0, "CARTE STATION")
        self.match()
        line = self.line_of(st_line)
        following = self.exception(other).id
        answer = self.desk.accept(line["id"], line["choice"], line["stamp"], [following])
        self.assertTrue(answer["settled"])
        self.assertEqual([row["id"] for row in answer["following"]], [following])
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(st_line.match_state, "accepted")
        self.assertEqual(self.exception(st_line).state, "resolved")

    def test_a_part_payment_leaves_the_rest_of_the_invoice_open(self):
        st_line, invoice = self.paid_invoice(amount=200.0, paid=80.0)
        self.accept(st_line, documents=[self.document(invoice, 80.0)], parts=[])
        self.assertTrue(st_line.is_reconciled)
        self.assertEqual(invoice.amount_residual, 120.0)

    def test_what_is_left_of_a_line_is_posted_later(self):
        st_line, invoice = self.paid_invoice(amount=60.0, paid=100.0)
        keep = [{"kind": "keep", "account_id": False, "amount": False}]
        answer = self.accept(st_line, documents=[self.document(invoice, 60.0)], parts=keep)
        self.assertFalse(answer["settled"])
        self.assertEqual(answer["line"]["total"], 40.0)
        other = self.invoice("FAC/2026/00013", 40.0)
        choice = {**answer["line"]["choice"], "documents": [self.document(other, 40.0)]}
        preview = self.desk.preview(answer["line"]["id"], choice)
        self.assertEqual(sorted(row["credit"] for row in preview["entry"]), [0.0, 40.0, 60.0])
        answer = self.accept(st_line, documents=[self.document(other, 40.0)], parts=[])
        self.assertTrue(answer["settled"])
        self.assertEqual((invoice | other).mapped("amount_residual"), [0.0, 0.0])
        self.desk.undo(st_line.id)
        self.assertEqual((invoice | other).mapped("amount_residual"), [60.0, 40.0])

    def test_the_matching_sees_what_is_left_of_a_line(self):
        st_line, invoice = self.paid_invoice(amount=60.0, paid=100.0)
        keep = [{"kind": "keep", "account_id": False, "amount": False}]
        self.accept(st_line, documents=[self.document(invoice, 60.0)], parts=keep)
        (line,) = self.env["recon.loader"]._lines(st_line)
        self.assertEqual(line.amount, 40)

    def test_a_rest_is_split_over_two_accounts(self):
        st_line, invoice = self.paid_invoice(amount=100.0, paid=90.0)
        other = self.env["account.account"].search(
            [("code", "=like", "709%"), ("company_ids", "in", self.company.ids)], limit=1
        )
        parts = [
            {"kind": "fee", "account_id": self.fee_account.id, "amount": -4.0},
            {"kind": "discount", "account_id": other.id, "amount": False, "label": "remise"},
        ]
        self.accept(st_line, documents=[self.document(invoice, 100.0)], parts=parts)
        booked = self.booked(st_line)
        self.assertEqual(booked[self.fee_account.code], 4.0)
        self.assertEqual(booked[other.code], 6.0)
        self.assertTrue(st_line.is_reconciled)
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_the_account_of_a_difference_is_remembered_for_the_partner(self):
        st_line, invoice = self.paid_invoice(amount=100.0, paid=99.0)
        part = {"kind": "rounding", "account_id": self.fee_account.id, "amount": False}
        self.accept(st_line, documents=[self.document(invoice, 100.0)], parts=[part])
        again, _invoice = self.paid_invoice("FAC/2026/00013", 50.0, 49.0)
        self.assertEqual(self.line_of(again)["accounts"]["rounding"]["id"], self.fee_account.id)

    def test_too_much_stays_on_the_account_of_the_partner(self):
        st_line, invoice = self.paid_invoice(amount=100.0, paid=130.0)
        self.accept(st_line, documents=[self.document(invoice, 100.0)], parts=[{"kind": "account"}])
        self.assertTrue(st_line.is_reconciled)
        left = self.receivable(st_line.move_id).filtered(lambda row: row.amount_residual)
        self.assertEqual(left.amount_residual, -30.0)
        self.assertEqual(left.partner_id, self.customer)

    def test_the_rest_stays_to_do_when_nobody_says_what_it_is(self):
        st_line, invoice = self.paid_invoice(amount=50.0, paid=70.0)
        answer = self.accept(st_line, documents=[self.document(invoice, 50.0)], parts=[])
        self.assertFalse(answer["settled"])
        self.assertEqual(answer["line"]["id"], self.exception(st_line).id)
        self.assertEqual(self.exception(st_line).state, "open")

    def test_other_documents_are_found_by_number_name_and_amount(self):
        invoice = self.invoice("FAC/2026/00077", 333.0)
        self.invoice("FAC/2026/00078", 20.0)
        st_line = self.bank_line(330.0, "VIREMENT")
        self.match()
        exception = self.exception(st_line).id
        wanted = self.receivable(invoice).id
        days = ("00077 2026-03-01", "00077 03/01/2026")
        for text in ("00077", "boulangerie 00077", "333", "333,00", *days):
            found = self.desk.documents(exception, text)["documents"]
            self.assertEqual([row["id"] for row in found], [wanted], text)
        self.assertFalse(self.desk.documents(exception, "00077 2026-03-02")["documents"])
        nearest = self.desk.documents(exception)["documents"][0]
        self.assertEqual(nearest["id"], wanted)

    def test_undo_gives_the_invoice_back_and_the_line_its_proposals(self):
        st_line, invoice = self.paid_invoice()
        self.accept(st_line)
        self.assertEqual(invoice.amount_residual, 0.0)
        exception_id = self.desk.undo(st_line.id)
        self.assertEqual(invoice.amount_residual, 120.0)
        self.assertFalse(st_line.is_reconciled)
        line = self.desk.lines([exception_id])[0]
        self.assertEqual(line["choice"]["documents"][0]["id"], self.receivable(invoice).id)
        self.accept(st_line)
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_undo_of_a_line_that_is_not_settled_is_refused_in_words(self):
        st_line, _invoice = self.paid_invoice()
        with self.assertRaisesRegex(UserError, "nothing to undo"):
            self.desk.undo(st_line.id)

    def test_a_line_is_opened_from_the_list_of_bank_lines(self):
        st_line = self.bank_line(12.0, "VIREMENT")  # not judged yet
        action = st_line.with_user(self.accountant).action_open_desk()
        line = self.desk.lines([action["params"]["exception_id"]])[0]
        self.assertEqual(line["line_id"], st_line.id)

    def test_the_partner_of_a_line_is_set(self):
        st_line = self.bank_line(12.0, "VIREMENT")
        self.match()
        line = self.desk.set_partner(self.exception(st_line).id, self.customer.id)
        self.assertEqual(line["partner"]["id"], self.customer.id)
        answer = self.desk.accept(
            line["id"],
            {"partner_id": self.customer.id, "parts": [{"kind": "account"}]},
            line["stamp"],
        )
        self.assertTrue(answer["settled"])

    def test_a_postponed_line_leaves_the_list_until_its_day(self):
        st_line, _invoice = self.paid_invoice()
        exception = self.exception(st_line)
        until = fields.Date.context_today(self.desk) + timedelta(days=3)
        self.desk.postpone([exception.id], str(until))
        self.assertEqual(self.desk.board({})["ids"], [])
        self.assertEqual(self.desk.board({"postponed": True})["ids"], exception.ids)
        with self.assertRaisesRegex(UserError, "after today"):
            self.desk.postpone([exception.id], "2001-01-01")

    def test_a_line_is_given_to_a_colleague(self):
        st_line, _invoice = self.paid_invoice()
        exception = self.exception(st_line)
        self.desk.assign([exception.id], self.accountant.id)
        self.assertEqual(self.desk.board({"owner": "mine"})["ids"], exception.ids)
