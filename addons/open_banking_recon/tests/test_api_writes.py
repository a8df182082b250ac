import json

from odoo.tests import tagged

from .api_case import ApiCase


@tagged("post_install", "-at_install")
class TestApiWrites(ApiCase):
    def proposal_of(self, line):
        [told] = self.call("proposals", line_id=line.id, state="proposed")["items"]
        return {"proposal_id": told["id"], "version": told["version"]}

    def test_an_accepted_proposal_pays_the_invoice_and_is_in_the_audit_log(self):
        line, invoice = self.paid_invoice()
        proposal = self.proposal_of(line)
        told = self.call("accept_proposal", **proposal, idempotency_key="accept-1")
        self.assertEqual(
            told,
            {
                "line_id": line.id,
                "line_state": "accepted",
                "settled": True,
                "request_id": None,
                "proposal_id": proposal["proposal_id"],
                "proposal_state": "accepted",
            },
        )
        self.assertEqual(
            invoice.payment_state, self.env["account.move"]._get_invoice_in_payment_state()
        )
        entry = self.env["recon.audit.entry"].search(
            [("kind", "=", "match"), ("res_id", "=", line.id)], limit=1
        )
        self.assertEqual(entry.actor_id, self.accountant.id)
        self.assertEqual(json.loads(entry.facts)["proposal"], proposal["proposal_id"])

    def test_what_needs_a_second_person_is_asked_for_and_not_booked(self):
        self.accountant.copy({"login": "sophie", "name": "Sophie"})  # who may approve it
        policy = self.env["recon.policy"].search([("company_id", "=", self.company.id)])
        policy.write({"fee_account_id": self.fee_account.id, "write_off_limit": 1.0})
        line, _invoice = self.paid_invoice(paid=118.0)
        proposal = self.proposal_of(line)
        refusal = self.refused("accept_proposal", **proposal, idempotency_key="accept-0")
        self.assertEqual(refusal[:2], (422, "refused"))
        told = self.call("accept_proposal", **proposal, reason="small", idempotency_key="accept-1")
        self.assertFalse(told["settled"])
        request = self.env["recon.write.off.request"].browse(told["request_id"])
        self.assertEqual((request.state, request.requested_by_id), ("waiting", self.accountant))
        self.assertEqual(request.reason, "small")
        self.assertFalse(line.is_reconciled)

    def test_the_same_key_gives_the_first_answer_and_does_nothing(self):
        line, _invoice = self.paid_invoice()
        proposal = self.proposal_of(line)
        first = self.call("accept_proposal", **proposal, idempotency_key="accept-1")
        line.with_user(self.accountant).action_undo_match()
        again = self.call("accept_proposal", idempotency_key="accept-1", **proposal)
        self.assertEqual(again, first)
        self.assertFalse(line.is_reconciled)

    def test_the_same_key_for_another_call_is_refused(self):
        line, _invoice = self.paid_invoice()
        other, _invoice = self.paid_invoice("FAC/2026/00013", 77.0)
        self.call("accept_proposal", **self.proposal_of(line), idempotency_key="accept-1")
        reused = (409, "idempotency_key_reused", "idempotency_key")
        refusal = self.refused(
            "accept_proposal", **self.proposal_of(other), idempotency_key="accept-1"
        )
        self.assertEqual(refusal, reused)
        refusal = self.refused("undo_match", line_id=line.id, idempotency_key="accept-1")
        self.assertEqual(refusal, reused)
        self.assertFalse(other.is_reconciled)

    def test_keys_of_two_users_are_apart(self):
        line, _invoice = self.paid_invoice()
        self.call("accept_proposal", **self.proposal_of(line), idempotency_key="accept-1")
        colleague = self.accountant.copy({"login": "carl", "name": "Carl"})
        told = self.call(
            "undo_match",
            self.key_for("open_banking:write", user=colleague),
            line_id=line.id,
            idempotency_key="accept-1",
        )
        self.assertEqual(told["line_state"], "exception")

    def test_a_call_that_failed_leaves_its_key_free(self):
        line, _invoice = self.paid_invoice()
        proposal = self.proposal_of(line)
        refusal = self.refused(
            "accept_proposal",
            **{**proposal, "version": "2020-01-01"},
            idempotency_key="accept-1",
        )
        self.assertEqual(refusal[:2], (422, "refused"))
        self.assertFalse(line.is_reconciled)
        told = self.call("accept_proposal", **proposal, idempotency_key="accept-1")
        self.assertTrue(told["settled"])

    def test_a_write_without_a_key_is_refused(self):
        line, _invoice = self.paid_invoice()
        refusal = self.refused("accept_proposal", **self.proposal_of(line))
        self.assertEqual(refusal, (422, "invalid_argument", "idempotency_key"))

    def test_a_rejected_proposal_is_not_made_again(self):
        line, invoice = self.paid_invoice()
        told = self.call("reject_proposal", **self.proposal_of(line), idempotency_key="reject-1")
        self.assertEqual((told["proposal_state"], told["settled"]), ("rejected", False))
        self.match()
        self.assertEqual(self.call("proposals", line_id=line.id, state="proposed")["items"], [])
        self.assertFalse(line.is_reconciled)
        [waiting] = self.call("exceptions", line_id=line.id, state="open")["items"]
        self.assertIsNone(waiting["best_proposal_id"])
        # another document for the same line is
        invoice.button_cancel()
        self.invoice("FAC/2026/00099", 120.0)
        self.match()

    def test_a_rejected_proposal_does_not_come_back_with_an_undo(self):
        line, _invoice = self.paid_invoice()
        refused = self.proposal_of(line)
        self.call("reject_proposal", **refused, idempotency_key="reject-1")
        self.accept(line, documents=[], parts=[{"kind": "account"}], partner_id=self.customer.id)
        self.assertTrue(line.is_reconciled)
        self.call("undo_match", line_id=line.id, idempotency_key="undo-0001")
        self.match()
        self.assertEqual(self.call("proposals", line_id=line.id, state="proposed")["items"], [])

    def test_what_is_decided_is_not_decided_again(self):
        line, _invoice = self.paid_invoice()
        proposal = self.proposal_of(line)
        self.call("accept_proposal", **proposal, idempotency_key="accept-1")
        for method in ("accept_proposal", "reject_proposal"):
            refusal = self.refused(method, **proposal, idempotency_key=f"{method}-2")
            self.assertEqual(refusal, (422, "refused", "proposal_id"))

    def test_a_line_on_which_somebody_works_is_left_to_them(self):
        line, _invoice = self.paid_invoice()
        proposal = self.proposal_of(line)
        colleague = self.accountant.copy({"login": "carl", "name": "Carl"})
        desk = self.env["recon.desk"].with_user(colleague).with_company(self.company)
        desk.claim(self.exception(line).id)
        refusal = self.refused("accept_proposal", **proposal, idempotency_key="accept-1")
        self.assertEqual(refusal[:2], (422, "refused"))
        self.assertFalse(line.is_reconciled)

    def test_records_of_other_companies_are_not_found(self):
        line, _invoice = self.paid_invoice()
        proposal = self.proposal_of(line)
        other = self.env["res.company"].create({"name": "Other"})
        self.accountant.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        refusal = self.refused("accept_proposal", **proposal, idempotency_key="accept-1")
        self.assertEqual(refusal, (404, "not_found", "proposal_id"))
        refusal = self.refused("undo_match", line_id=line.id, idempotency_key="undo-0001")
        self.assertEqual(refusal, (404, "not_found", "line_id"))

    def test_a_fetch_that_is_asked_for_is_queued(self):
        account = self.account()
        told = self.call("fetch_account", account_id=account.id, idempotency_key="fetch-01")
        self.assertEqual(told["account_id"], account.id)
        event = self.env["open.banking.event"].search([("account_id", "=", account.id)])
        self.assertEqual((event.kind, event.state), ("sync_account", "queued"))

    def test_answers_are_kept_for_a_day(self):
        line, _invoice = self.paid_invoice()
        self.call("accept_proposal", **self.proposal_of(line), idempotency_key="accept-1")
        calls = self.env["recon.api.call"]
        calls._gc_answered()
        call = calls.search([("key", "=", "accept-1")])
        self.assertEqual(call.user_id, self.accountant)
        call.called_at = "2026-01-01 00:00:00"
        calls._gc_answered()
        self.assertFalse(call.exists())
