import json

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.recon_apply import Match
from .desk_case import DeskCase

ACCOUNTANT = "open_banking_recon.group_accountant"
WHY = "The customer has shown the cheque."


@tagged("post_install", "-at_install")
class TestWriteOffLimit(DeskCase):
    """Above an amount a second person has to approve what is given up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["recon.policy"].search([("company_id", "=", cls.company.id)])
        cls.policy.write({"write_off_limit": 100.0, "clerk_write_off_limit": 20.0})
        cls.second = cls._person("sophie", ACCOUNTANT)
        cls.clerk = cls._person("karim", "open_banking_recon.group_clerk")

    @classmethod
    def _person(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=f"base.group_user,{groups}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def of(self, request, user):
        return request.with_user(user).with_company(self.company)

    def underpaid(self, missing, number="FAC/2026/00077", amount=1000.0):
        """A bank line that pays all of an invoice but ``missing``."""
        invoice = self.invoice(number, amount)
        st_line = self.bank_line(amount - missing, f"VIREMENT {number}")
        self.match()
        return st_line, invoice

    def choice(self, invoice, amount=1000.0, reason=WHY):
        return {
            "documents": [self.document(invoice, amount)],
            "parts": [{"kind": "other", "account_id": self.fee_account.id}],
            "reason": reason,
        }

    def ask(self, missing=350.0, user=None, **values):
        """(bank line, invoice, the request) of an accountant, or of ``user``."""
        st_line, invoice = self.underpaid(missing, **values)
        if user:
            self.desk = self.env["recon.desk"].with_user(user).with_company(self.company)
        answer = self.accept(st_line, **self.choice(invoice))
        self.assertFalse(answer["settled"])
        request = self.env["recon.write.off.request"].browse(answer["requested"])
        self.assertTrue(request)
        return st_line, invoice, request

    # -- asking ------------------------------------------------------------------

    def test_up_to_the_limit_one_person_is_enough(self):
        st_line, invoice = self.underpaid(100.0)
        self.assertTrue(self.accept(st_line, **self.choice(invoice))["settled"])

    def test_above_it_nothing_is_booked_and_the_request_says_what_would_be(self):
        st_line, invoice, request = self.ask()
        self.assertFalse(st_line.is_reconciled)
        self.assertEqual(self.receivable(invoice).amount_residual, 1000.0)
        self.assertEqual(
            (request.amount, request.requested_by_id, request.reason, request.state),
            (350.0, self.accountant, WHY, "waiting"),
        )
        booked = {row["account_id"]: row["balance"] for row in request.entry}
        self.assertEqual(booked[self.fee_account.id], 350.0)
        self.assertIn(self.fee_account.code, request.entry_table)

    def test_the_screen_says_it_before_anything_is_asked(self):
        st_line, invoice = self.underpaid(350.0)
        shown = self.desk.preview(self.exception(st_line).id, self.choice(invoice))
        self.assertIn("350", shown["approval"])
        self.assertIn("second person", shown["approval"])

    def test_who_asks_says_why(self):
        st_line, invoice = self.underpaid(350.0)
        with self.assertRaisesRegex(UserError, "Say why"):
            self.accept(st_line, **self.choice(invoice, reason=" "))

    def test_a_line_that_waits_is_not_on_the_list_but_under_to_approve(self):
        st_line, _invoice, _request = self.ask()
        identity = self.exception(st_line).id
        board = self.desk.board()
        self.assertNotIn(identity, board["ids"])
        self.assertEqual(board["to_approve"], 1)
        self.assertEqual(self.desk.board({"approval": True})["ids"], [identity])

    def test_a_line_that_waits_shows_what_was_asked_for(self):
        st_line, invoice, _request = self.ask()
        line = self.line_of(st_line)
        self.assertEqual(line["request"]["reason"], WHY)
        [document] = line["choice"]["documents"]
        self.assertEqual((document["name"], document["amount"]), (invoice.name, 1000.0))
        self.assertIn(350.0, [row["debit"] for row in line["entry"]])

    def test_a_line_that_waits_is_decided_by_nobody_else(self):
        st_line, invoice, _request = self.ask()
        with self.assertRaisesRegex(UserError, "waits for an approval"):
            self.accept(st_line, **self.choice(invoice))

    def test_a_clerk_has_a_lower_limit(self):
        _line, _invoice, request = self.ask(50.0, self.clerk)
        self.assertEqual(request.requested_by_id, self.clerk)
        with self.assertRaisesRegex(UserError, "role"):
            self.of(request, self._person("kim", "open_banking_recon.group_clerk")).action_approve()
        self.assertTrue(self.of(request, self.accountant).action_approve())

    def test_somebody_is_told(self):
        _line, _invoice, request = self.ask()
        activity = request.activity_ids
        self.assertNotEqual(activity.user_id, self.accountant)
        self.assertTrue(activity.user_id.has_group(ACCOUNTANT))
        self.of(request, self.second).action_approve()
        self.assertFalse(request.activity_ids)

    # -- every way in which a difference is booked ---------------------------------------

    def test_nothing_goes_past_the_place_where_all_is_booked(self):
        st_line, _invoice = self.underpaid(350.0)
        write_off = {"account_id": self.fee_account.id, "amount_currency": -650.0, "name": "x"}
        with self.assertRaisesRegex(UserError, "second person"):
            self.env["recon.apply"]._apply([Match(st_line, [], [write_off])])

    def test_halves_count_together_and_signs_do_not_hide_them(self):
        st_line, invoice = self.underpaid(80.0)
        account = self.fee_account.id
        parts = [
            {"kind": "other", "amount": 120.0, "account_id": account},
            {"kind": "fee", "account_id": account},
        ]
        answer = self.accept(st_line, **{**self.choice(invoice), "parts": parts})
        self.assertTrue(answer["requested"])

    def test_what_stays_on_the_partners_account_is_not_given_up(self):
        st_line = self.bank_line(5000.0, "ACOMPTE")
        self.match()
        values = {"documents": [], "parts": [{"kind": "account"}], "partner_id": self.customer.id}
        self.assertTrue(self.accept(st_line, **values)["settled"])

    def test_a_rule_that_a_person_applies_has_the_limit(self):
        rule = self.env["account.reconcile.model"].create(
            {
                "name": "Rent",
                "company_id": self.company.id,
                "line_ids": [Command.create({"account_id": self.fee_account.id})],
            }
        )
        st_line = self.bank_line(-900.0, "LOYER")
        self.match()
        answer = self.accept(st_line, documents=[], parts=[], rule_id=rule.id, reason=WHY)
        request = self.env["recon.write.off.request"].browse(answer["requested"])
        self.assertEqual(request.amount, 900.0)
        self.of(request, self.second).action_approve()
        self.assertTrue(st_line.is_reconciled)

    def test_no_rule_and_no_match_books_above_it_by_itself(self):
        self.policy.write({"autonomy": "automatic", "discount_account_id": self.fee_account.id})
        self.env["account.reconcile.model"].create(
            {
                "name": "Rent",
                "company_id": self.company.id,
                "trigger": "auto_reconcile",
                "match_label": "contains",
                "match_label_param": "LOYER",
                "line_ids": [Command.create({"account_id": self.fee_account.id})],
            }
        )
        rent, small = self.bank_line(-900.0, "LOYER MARS"), self.bank_line(-90.0, "LOYER BOX")
        self.match()
        self.assertEqual((rent.match_state, small.match_state), ("exception", "auto"))

    def test_a_likely_deduction_is_left_out_where_several_are_accepted(self):
        self.policy.discount_account_id = self.fee_account
        st_line, _invoice = self.underpaid(150.0, amount=9000.0)
        exception = self.exception(st_line)
        self.assertTrue(exception.best_proposal_id.line_ids)
        answer = self.desk.bulk_accept(exception.ids)
        self.assertIn("second person", answer["refused"][0]["why"])
        self.assertFalse(st_line.is_reconciled)

    def test_the_match_dialog_asks_too(self):
        st_line, invoice = self.underpaid(350.0)
        wizard = self.as_accountant("recon.match.wizard").create(
            {
                "st_line_id": st_line.id,
                "item_ids": [Command.create({"aml_id": self.receivable(invoice).id})],
                "rest_action": "write_off",
                "write_off_account_id": self.fee_account.id,
                "approval_reason": WHY,
            }
        )
        self.assertIn("second person", wizard.approval)
        wizard.action_reconcile()
        self.assertFalse(st_line.is_reconciled)
        self.assertEqual(self.exception(st_line).request_id.reason, WHY)

    # -- deciding --------------------------------------------------------------------

    def test_a_second_person_books_exactly_what_was_asked_for(self):
        st_line, invoice, request = self.ask()
        self.of(request, self.second).action_approve()
        self.assertTrue(self.receivable(invoice).reconciled)
        self.assertEqual(self.booked(st_line)[self.fee_account.code], 350.0)
        self.assertEqual((request.state, request.decided_by_id), ("approved", self.second))
        self.assertEqual(self.exception(st_line).state, "resolved")
        self.assertEqual(st_line.match_state, "accepted")

    def test_nobody_approves_their_own_not_even_with_all_rights(self):
        _line, _invoice, request = self.ask()
        self.accountant.group_ids |= self.env.ref("base.group_system") | self.env.ref(
            "open_banking_recon.group_manager"
        )
        own = self.of(request, self.accountant)
        for user_request in (own, own.sudo()):
            with self.assertRaisesRegex(UserError, "second person"):
                user_request.action_approve()
        with self.assertRaisesRegex(UserError, "role"):
            request.action_approve()  # the system itself is no person
        self.assertEqual(request.state, "waiting")

    def test_a_reader_and_a_stranger_approve_nothing(self):
        _line, _invoice, request = self.ask()
        reader = self._person("rita", "open_banking_recon.group_reader")
        with self.assertRaises(UserError):
            self.of(request, reader).action_approve()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups=f"base.group_user,{ACCOUNTANT}",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            request.with_user(stranger).with_company(other).action_approve()

    def test_nobody_writes_a_request(self):
        _line, _invoice, request = self.ask()
        for user in (self.accountant, self.second):
            with self.assertRaises(AccessError):
                self.of(request, user).write({"state": "approved"})

    def test_a_document_that_was_paid_meanwhile_is_told(self):
        _line, invoice, request = self.ask()
        other = self.bank_line(400.0, "ACOMPTE")
        self.env["recon.apply"]._apply([Match(other, [(self.receivable(invoice), 400.0)])])
        with self.assertRaisesRegex(UserError, "paid or changed"):
            self.of(request, self.second).action_approve()
        self.assertEqual(request.state, "waiting")

    def test_an_entry_that_would_be_another_is_told(self):
        st_line, _invoice, request = self.ask()
        st_line.payment_ref = "something else"
        with self.assertRaisesRegex(UserError, "not be the one"):
            self.of(request, self.second).action_approve()

    def test_a_line_that_was_settled_in_another_way_needs_no_approval(self):
        st_line, invoice, request = self.ask()
        self.env["recon.decision"]._post(
            st_line,
            self.env["recon.decision"]._read(
                st_line, {"documents": [self.document(invoice, 650.0)]}
            ),
        )
        self.assertEqual(request.state, "outdated")
        with self.assertRaisesRegex(UserError, "decided already"):
            self.of(request, self.second).action_approve()

    def test_a_refusal_says_why_and_the_line_waits_again(self):
        st_line, _invoice, request = self.ask()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.of(request, self.second)._refuse(" ")
        action = self.of(request, self.second).action_refuse()
        wizard = (
            self.env["recon.refusal"]
            .with_user(self.second)
            .with_context(**action["context"])
            .create({"answer": "No cheque in the file."})
        )
        wizard.action_refuse()
        self.assertEqual((request.state, request.answer), ("refused", "No cheque in the file."))
        self.assertIn(self.exception(st_line).id, self.desk.board()["ids"])

    def test_who_asked_can_withdraw_and_nobody_else(self):
        st_line, _invoice, request = self.ask()
        with self.assertRaises(UserError):
            self.of(request, self.second).action_withdraw()
        self.of(request, self.accountant).action_withdraw()
        self.assertEqual(request.state, "withdrawn")
        self.assertIn(self.exception(st_line).id, self.desk.board()["ids"])

    def test_what_was_approved_can_be_undone(self):
        st_line, invoice, request = self.ask()
        self.of(request, self.second).action_approve()
        self.desk.undo(st_line.id)
        self.assertEqual(self.receivable(invoice).amount_residual, 1000.0)

    def test_the_audit_log_tells_who_asked_and_who_approved(self):
        _line, _invoice, request = self.ask()
        self.of(request, self.second).action_approve()
        entries = self.env["recon.audit.entry"].search(
            [("kind", "=", "approval"), ("res_id", "=", request.id)], order="id"
        )
        self.assertEqual(entries.mapped("actor_id"), [self.accountant.id, self.second.id])
        self.assertEqual(
            [json.loads(row.facts)["did"] for row in entries], ["requested", "approved"]
        )
        self.assertNotIn(WHY, "".join(entries.mapped("facts")))
        self.assertEqual(request.requested_at.date(), fields.Date.today())
