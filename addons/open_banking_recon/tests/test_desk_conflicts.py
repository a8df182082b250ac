from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .desk_case import DeskCase


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
        rule = self.env["account.reconcile.model"].create(
            {
                "name": "Theirs",
                "company_id": other.id,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": account.id,
                            "amount_type": "percentage",
                            "amount_string": "100",
                        },
                    )
                ],
            }
        )
        # also for somebody who works in both companies
        self.accountant.company_ids |= other
        self.desk = self.desk.with_context(allowed_company_ids=(self.company | other).ids)
        for choice in (
            {"documents": [{"id": item.id, "amount": 1.0}]},
            {"parts": [part]},
            {"rule_id": rule.id},
        ):
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
