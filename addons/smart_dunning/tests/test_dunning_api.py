from __future__ import annotations

import json

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import BEFORE_DUE, DunningCommon

FAR = "2999-01-01"


@tagged("post_install", "-at_install")
class TestDunningApi(DunningCommon, HttpCase):
    """Another program that works on the follow-up, with a key of the credit controller."""

    def setUp(self):
        super().setUp()
        self.policy.autonomy = "suggest"
        self._new_invoice()
        self._plan()
        self.case = self._case()

    def key_for(self, *scopes, user=None):
        keys = self.env["res.users.apikeys"].with_user(user or self.controller).sudo()
        until = fields.Datetime.add(fields.Datetime.now(), days=1)
        return keys._generate_recon_api(scopes, "test", until)

    def post(self, method, key=None, **arguments):
        key = key or self.key_for("dunning:read", "dunning:write", "kpi:read")
        self.env.flush_all()
        answer = self.url_open(
            f"/json/2/recon.api/{method}",
            data=json.dumps(arguments),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )
        self.env.invalidate_all()
        return answer.status_code, answer.json()

    def call(self, method, **arguments):
        status, body = self.post(method, **arguments)
        self.assertEqual(status, 200, body)
        return body

    def test_a_case_tells_what_is_owed_and_where_it_stands(self):
        [told] = self.call("dunning_cases", partner_id=self.customer.id)["items"]
        self.assertEqual((told["id"], told["stage"]), (self.case.id, self.case.stage))
        self.assertEqual(told["amount_open"], {"amount": "100.00", "currency": "EUR"})
        self.assertEqual(told["move_ids"], self.case.item_ids.move_id.ids)

    def test_a_case_that_moved_was_changed(self):
        self.env.cr.execute("UPDATE dunning_case SET write_date = '2020-01-01'")
        since = {"changed_since": "2026-01-01T00:00:00Z", "company_id": self.company.id}
        self.assertEqual(self.call("dunning_cases", **since)["items"], [])
        self.case._set_stages_sudo({self.case: type("S", (), {"value": "escalated"})()})
        [told] = self.call("dunning_cases", **since)["items"]
        self.assertEqual(told["stage"], "escalated")

    def test_a_message_is_approved_once_and_tells_no_text_or_address(self):
        [told] = self.call("dunning_actions", case_id=self.case.id, state="planned")["items"]
        self.assertEqual(told["amount"], {"amount": "100.00", "currency": "EUR"})
        self.assertNotIn("martin@example.com", json.dumps(told))
        call = {"action_id": told["id"], "idempotency_key": "approve-1"}
        first = self.call("approve_dunning_action", **call)
        self.assertEqual(first["state"], "approved")
        action = self.root["dunning.action"].browse(told["id"])
        self.assertEqual(action.approved_by_id, self.controller)
        action.sudo()._set_state("cancelled")
        self.assertEqual(self.call("approve_dunning_action", **call), first)
        self.assertEqual(action.state, "cancelled")

    def test_a_message_is_cancelled(self):
        [told] = self.call("dunning_actions", case_id=self.case.id)["items"]
        told = self.call("cancel_dunning_action", action_id=told["id"], idempotency_key="cancel-01")
        self.assertEqual((told["state"], told["cancel_reason"]), ("cancelled", "manual"))
        status, body = self.post(
            "approve_dunning_action", action_id=told["id"], idempotency_key="approve-1"
        )
        self.assertEqual((status, body["code"]), (422, "refused"))

    def test_a_promise_is_noted_and_taken_back(self):
        told = self.call(
            "note_dunning_promise",
            case_id=self.case.id,
            promised_for=FAR,
            amount="40.00",
            idempotency_key="promise-1",
        )
        self.assertEqual(told["amount"], {"amount": "40.00", "currency": "EUR"})
        self.assertEqual((told["promised_for"], told["origin"]), (FAR, "staff"))
        self.assertEqual(self.call("dunning_promises", case_id=self.case.id)["items"], [told])
        told = self.call(
            "cancel_dunning_promise", promise_id=told["id"], idempotency_key="promise-2"
        )
        self.assertEqual(told["state"], "cancelled")

    def test_a_promise_that_cannot_be_is_refused(self):
        call = {"case_id": self.case.id, "idempotency_key": "promise-1"}
        for values, code in (
            ({"promised_for": "2020-01-01"}, "refused"),
            ({"promised_for": FAR, "amount": "0.00"}, "invalid_argument"),
            ({"promised_for": FAR, "amount": 40}, "invalid_argument"),
        ):
            status, body = self.post("note_dunning_promise", **call, **values)
            self.assertEqual((status, body["code"]), (422, code), values)

    def test_a_plan_tells_its_instalments(self):
        plan = self.root["dunning.plan"]._propose_sudo(self.case, 2)
        [told] = self.call("dunning_plans", case_id=self.case.id)["items"]
        self.assertEqual((told["id"], told["state"]), (plan.id, "proposed"))
        self.assertEqual(
            [part["amount"]["amount"] for part in told["instalments"]], ["50.00", "50.00"]
        )
        self.assertEqual(told["instalments"][0]["creditor_reference"], plan.line_ids[0].reference)

    def test_figures_are_those_of_the_snapshot(self):
        day = BEFORE_DUE.date()
        self.root["dunning.kpi.snapshot"]._refresh(self.company, day)
        snapshot = self.root["dunning.kpi.snapshot"].search(
            [("company_id", "=", self.company.id), ("as_of", "=", day)]
        )
        [told] = self.call("receivables_kpis", as_of_from=str(day), as_of_to=str(day))["items"]
        self.assertEqual(told["receivables"]["amount"], f"{snapshot.receivables:.2f}")
        self.assertEqual(told["dso"], round(snapshot.dso_simple, 4))

    def test_a_page_costs_the_same_queries_however_long_it_is(self):
        for number in range(12):
            self._new_invoice(customer=self._new_customer(f"Customer {number}"))
        self._plan()
        api = self.env["recon.api"].with_user(self.controller)
        for method in ("dunning_cases", "dunning_actions"):
            counts = []
            for limit in (3, 12):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                page = getattr(api, method)(limit=limit, company_id=self.company.id)
                counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(page["items"]), 12, method)
            self.assertLessEqual(counts[1], counts[0] + 1, (method, counts))

    def test_each_scope_opens_its_own_methods_alone(self):
        operations = self.env["recon.api"]._operations()
        for scope in self.env["recon.api"]._scopes():
            key = self.key_for(scope)
            for name, declared in operations.items():
                _status, body = self.post(name, key, nonsense=1)
                expected = "invalid_argument" if declared.scope == scope else "scope_missing"
                self.assertEqual(body["code"], expected, (scope, name))
        for name in self.env["recon.api.key"]._scope_fields().values():
            self.assertIn(name, self.env["recon.api.key"]._fields)

    def test_who_sees_no_follow_up_gets_none(self):
        accountant = new_test_user(
            self.env,
            "claire",
            groups="base.group_user,open_banking_recon.group_accountant",
            company_id=self.company.id,
        )
        key = self.key_for("dunning:read", "dunning:write", user=accountant)
        with mute_logger("odoo.http"):
            for method in ("dunning_cases", "dunning_actions", "dunning_promises", "dunning_plans"):
                status, body = self.post(method, key)
                self.assertEqual((status, body["code"]), (403, "forbidden"), method)
