from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import OpenBankingCommon


class DeskCase(OpenBankingCommon):
    """Lines to do, and an accountant at the workplace."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # every match waits for a person
        cls.env["recon.policy"].create(
            {"name": "careful", "company_id": cls.company.id, "autonomy": "suggest"}
        )

    def setUp(self):
        super().setUp()
        self.desk = self.as_accountant("recon.desk")

    def line_of(self, st_line):
        return self.desk.lines([self.exception(st_line).id])[0]

    def exception(self, st_line):
        return self.env["recon.exception"].search(
            [("st_line_id", "=", st_line.id)], order="id desc", limit=1
        )

    def paid_invoice(self, number="FAC/2026/00012", amount=120.0, paid=None):
        """An invoice, and a bank line that names it, proposed but not posted."""
        invoice = self.invoice(number, amount)
        st_line = self.bank_line(paid or amount, number)
        self.match()
        return st_line, invoice

    def accept(self, st_line, **changes):
        line = self.line_of(st_line)
        return self.desk.accept(line["id"], {**line["choice"], **changes}, line["stamp"])

    def receivable(self, invoice):
        return invoice.line_ids.filtered(lambda row: row.account_type == "asset_receivable")

    def document(self, invoice, amount):
        return {"id": self.receivable(invoice).id, "amount": amount}

    def booked(self, st_line):
        """{account code: balance} of the entry."""
        return {row.account_id.code: row.balance for row in st_line.move_id.line_ids}


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
        for text in ("00077", "boulangerie 00077", "333", "333,00"):
            found = self.desk.documents(exception, text)["documents"]
            self.assertEqual([row["id"] for row in found], [wanted], text)
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


@tagged("post_install", "-at_install")
class TestDeskConflicts(DeskCase):
    def test_a_line_that_was_settled_meanwhile_is_refused(self):
        st_line, _invoice = self.paid_invoice()
        line = self.line_of(st_line)
        self.accept(st_line)
        with self.assertRaisesRegex(UserError, "done already"):
            self.desk.accept(line["id"], line["choice"], line["stamp"])

    def test_a_line_that_changed_meanwhile_is_refused_and_nothing_is_posted(self):
        st_line, invoice = self.paid_invoice()
        line = self.line_of(st_line)
        with self.assertRaisesRegex(UserError, "changed this line meanwhile"):
            self.desk.accept(line["id"], line["choice"], line["stamp"] + "!")
        self.assertEqual(invoice.amount_residual, 120.0)

    def test_a_document_that_another_line_took_is_refused_in_words(self):
        st_line, invoice = self.paid_invoice()
        line = self.line_of(st_line)
        other = self.bank_line(120.0, "VIREMENT")
        self.match()
        rival = self.line_of(other)
        self.desk.accept(
            rival["id"], {"documents": [self.document(invoice, 120.0)]}, rival["stamp"]
        )
        with self.assertRaisesRegex(UserError, "only .* is still open"):
            self.desk.accept(line["id"], line["choice"], line["stamp"])

    def test_a_line_that_a_colleague_works_on_is_marked_and_refused(self):
        colleague = self.colleague()
        st_line, invoice = self.paid_invoice()
        exception = self.exception(st_line)
        self.assertFalse(self.desk.with_user(colleague).claim(exception.id))
        self.assertEqual(self.desk.claim(exception.id), colleague.name)
        line = self.line_of(st_line)
        self.assertEqual(line["holder"], colleague.name)
        with self.assertRaisesRegex(UserError, "is working on this line"):
            self.desk.accept(line["id"], line["choice"], line["stamp"])
        self.assertEqual(invoice.amount_residual, 120.0)
        self.desk.with_user(colleague).release(exception.id)
        self.assertFalse(self.desk.claim(exception.id))
        self.accept(st_line)
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_hostile_choices_are_refused_in_words(self):
        st_line, invoice = self.paid_invoice()
        own = self.receivable(invoice).id
        for choice, words in (
            ({"documents": [{"id": own, "amount": float("nan")}]}, "no amount"),
            ({"documents": [{"id": own, "amount": "inf"}]}, "no amount"),
            ({"documents": [{"id": own, "amount": None}]}, "no amount"),
            ({"documents": [{"id": own, "amount": 60}, {"id": own, "amount": 60}]}, "twice"),
            ({"documents": [{"id": 0, "amount": 1}]}, "no longer there"),
            ({"documents": [{"id": own, "amount": -120.0}]}, "above zero"),
            ({"documents": [{"id": own, "amount": 121.0}]}, "still open"),
            ({"parts": [{"kind": "gift"}]}, "becomes of the rest"),
            ({"parts": [{"kind": "fee"}]}, "Choose the account"),
            ({}, "Choose a document"),
        ):
            with self.subTest(choice), self.assertRaisesRegex(UserError, words):
                line = self.line_of(st_line)
                self.desk.accept(line["id"], choice, line["stamp"])
        self.assertEqual(invoice.amount_residual, 120.0)

    def test_documents_and_accounts_of_another_company_are_refused(self):
        st_line, _invoice = self.paid_invoice()
        other = self._create_company(name="Other", country_id=self.company.country_id.id)
        data = self.collect_company_accounting_data(other)
        account = data["default_account_expense"]
        bill = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "journal_id": data["default_journal_sale"].id,
                    "invoice_date": "2026-03-01",
                    "invoice_line_ids": [
                        (
                            0,
                            0,
                            {
                                "name": "goods",
                                "price_unit": 120.0,
                                "tax_ids": [],
                                "account_id": data["default_account_revenue"].id,
                            },
                        )
                    ],
                }
            )
        )
        bill.action_post()
        item = self.receivable(bill)
        line = self.line_of(st_line)
        part = {"kind": "fee", "account_id": account.id}
        for choice in ({"documents": [{"id": item.id, "amount": 1.0}]}, {"parts": [part]}):
            with self.assertRaises(UserError):  # an access error is one
                self.desk.accept(line["id"], choice, line["stamp"])

    def test_a_reader_sees_and_cannot_change(self):
        reader = new_test_user(
            self.env,
            "auditor",
            groups="base.group_user,open_banking_recon.group_reader",
            company_id=self.company.id,
        )
        st_line, invoice = self.paid_invoice()
        desk = self.desk.with_user(reader)
        exception = self.exception(st_line).id
        self.assertFalse(desk.board({})["can_write"])
        line = desk.lines([exception])[0]
        self.assertTrue(desk.documents(exception)["documents"])
        for call in (
            lambda: desk.accept(exception, line["choice"], line["stamp"]),
            lambda: desk.claim(exception),
            lambda: desk.assign([exception], reader.id),
            lambda: desk.postpone([exception], "2999-01-01"),
            lambda: desk.set_partner(exception, self.customer.id),
            lambda: desk.undo(st_line.id),
            lambda: desk.open_line(st_line.id),
            lambda: desk.bulk_accept([exception]),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(invoice.amount_residual, 120.0)

    def test_people_without_our_groups_see_nothing(self):
        employee = new_test_user(self.env, "employee", groups="base.group_user")
        desk = self.desk.with_user(employee)
        for call in (lambda: desk.board({}), lambda: desk.rows([1]), lambda: desk.bulk_preview()):
            with self.assertRaises(AccessError):
                call()

    def colleague(self):
        return new_test_user(
            self.env,
            "paul",
            groups="base.group_user,open_banking_recon.group_accountant",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )


@tagged("post_install", "-at_install")
class TestDeskBulk(DeskCase):
    def test_the_likely_ones_are_previewed_and_posted_together(self):
        lines = [self.paid_invoice(f"FAC/2026/0010{number}", 100.0 + number) for number in range(4)]
        unlikely = self.bank_line(-45.0, "CARTE STATION")
        self.match()
        preview = self.desk.bulk_preview({}, 0.9)
        self.assertEqual(preview["count"], 4)
        self.assertEqual(preview["totals"][0]["amount"], 406.0)
        answer = self.desk.bulk_accept(preview["ids"])
        self.assertEqual(len(answer["done"]), 4)
        self.assertEqual(answer["refused"], [])
        self.assertEqual([invoice.amount_residual for _line, invoice in lines], [0.0] * 4)
        self.assertEqual({line.match_state for line, _invoice in lines}, {"accepted"})
        self.assertEqual(self.desk.board({})["ids"], self.exception(unlikely).ids)

    def test_of_two_lines_for_one_document_one_is_left_out(self):
        self.invoice("FAC/2026/00012", 120.0)
        first, second = (self.bank_line(120.0, f"FAC/2026/00012 {word}") for word in ("a", "b"))
        self.match()
        best = self.exception(first).best_proposal_id
        for line in (first, second):
            exception = self.exception(line)
            exception.best_proposal_id = best.copy(
                {
                    "st_line_id": line.id,
                    "probability": 0.99,
                    "line_ids": [
                        (0, 0, {"aml_id": row.aml_id.id, "amount": row.amount})
                        for row in best.line_ids
                    ],
                }
            )
            exception.reason = "unsure"
        preview = self.desk.bulk_preview({}, 0.9)
        self.assertEqual(preview["count"], 1)
        self.assertEqual(list(preview["left_out"].values()), [1])
        answer = self.desk.bulk_accept([self.exception(line).id for line in (first, second)])
        self.assertEqual((len(answer["done"]), len(answer["refused"])), (1, 1))

    def test_a_difference_that_nobody_explained_is_left_out(self):
        self.paid_invoice(amount=200.0, paid=198.0)
        preview = self.desk.bulk_preview({}, 0.01)
        self.assertEqual(preview["count"], 0)
        self.assertEqual(
            list(preview["left_out"]), ["nobody has said what becomes of the difference"]
        )
