import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .api_case import ALL, ApiCase


@tagged("post_install", "-at_install")
class TestApiKeys(ApiCase):
    def test_a_key_opens_the_methods_of_its_scopes_and_no_other(self):
        operations = self.env["recon.api"]._operations()
        scopes = sorted(self.env["recon.api"]._scopes())
        self.assertEqual({row.scope for row in operations.values()}, set(scopes))
        for scope in scopes:
            key = self.key_for(scope)
            for name, declared in operations.items():
                # an argument that no method has: who gets in is told of it
                answer = self.post(name, key, nonsense=1).json()
                expected = "invalid_argument" if declared.scope == scope else "scope_missing"
                self.assertEqual(answer["code"], expected, (scope, name))

    def test_such_a_key_opens_no_other_model(self):
        for path in ("res.users/read", "account.bank.statement.line/search", "recon.desk/board"):
            with mute_logger("odoo.http"):
                answer = self.post_raw(path, json.dumps({}), self.key)
            self.assertEqual(answer.status_code, 401, path)

    def test_such_a_key_is_no_password_for_xmlrpc_or_jsonrpc(self):
        db, login = self.env.cr.dbname, self.accountant.login
        with mute_logger(
            "odoo.addons.rpc.controllers.xmlrpc", "odoo.addons.base.models.res_users", "odoo.http"
        ):
            self.assertFalse(self.xmlrpc_common.authenticate(db, login, self.key, {}))
            self.assertEqual(
                self.xmlrpc_common.authenticate(db, login, self.key_for(), {}), self.accountant.id
            )

    def test_such_a_key_opens_neither_the_web_client_nor_other_routes(self):
        headers = {"Authorization": f"Bearer {self.key}"}
        for path in ("/odoo", "/web/session/get_session_info", "/open_banking/callback?state=1"):
            body = b"{}" if "session" in path else None
            answer = self.url_open(
                path,
                data=body,
                headers={**headers, "Content-Type": "application/json"},
                allow_redirects=False,
            )
            is_closed = answer.status_code in (302, 303) or "Session" in answer.text
            self.assertTrue(is_closed, (path, answer.status_code))
        self.assertNotIn("session_id", self.post("health").cookies)

    def test_an_ordinary_key_has_all_rights_of_its_user(self):
        key = self.key_for()
        self.assertIn("items", self.call("lines", key))
        answer = self.post_raw("recon.exception/search", json.dumps({"domain": []}), key)
        self.assertEqual(answer.status_code, 200)

    def test_a_key_that_is_missing_wrong_removed_or_out_of_date_is_refused_alike(self):
        removed = self.key_for("kpi:read")
        self.env["res.users.apikeys"].search([("user_id", "=", self.accountant.id)]).unlink()
        for key in ("wrong", "0" * 40, removed, self.key_for("kpi:read", days=-1)):
            self.assertEqual(self.refused("kpis", key), (401, "unauthorized", None))
        answer = self.url_open("/json/2/recon.api/kpis", data=b"{}", headers={})
        self.assertNotEqual(answer.status_code, 200)

    def test_the_key_of_a_user_who_left_opens_nothing(self):
        self.accountant.active = False
        self.assertEqual(self.refused("health"), (401, "unauthorized", None))

    def test_the_session_of_a_browser_does_not_call_methods(self):
        self.authenticate("claire", "claire")
        answer = self.url_open(
            "/json/2/recon.api/health", data=b"{}", headers={"Content-Type": "application/json"}
        )
        self.assertEqual((answer.status_code, answer.json()["code"]), (401, "unauthorized"))

    def test_the_rights_of_the_user_hold_whatever_the_key_says(self):
        reader = new_test_user(
            self.env,
            "rita",
            groups="base.group_user,open_banking_recon.group_reader",
            company_id=self.company.id,
        )
        line, _invoice = self.paid_invoice()
        [proposal] = self.call("proposals", line_id=line.id)["items"]
        with mute_logger("odoo.http"):
            refusal = self.refused(
                "accept_proposal",
                self.key_for(*ALL, user=reader),
                proposal_id=proposal["id"],
                version=proposal["version"],
                idempotency_key="11111111",
            )
        self.assertEqual(refusal, (403, "forbidden", None))
        employee = new_test_user(self.env, "emil", groups="base.group_user")
        with mute_logger("odoo.http"):
            for method in ("lines", "kpis", "health"):
                refusal = self.refused(method, self.key_for(*ALL, user=employee))
                self.assertEqual(refusal, (403, "forbidden", None), method)

    def test_the_wizard_makes_a_key_for_what_is_ticked_and_the_log_knows(self):
        wizard = self.as_accountant("recon.api.key").create(
            {"name": "ERP", "may_open_banking_write": True, "duration": "1"}
        )
        action = self._made(wizard)
        key = action["context"]["default_secret"]
        self.assertEqual(
            self.env["res.users.apikeys"]._recon_api_sudo(key),
            (self.accountant.id, {"open_banking:read", "open_banking:write"}),
        )
        self.assertFalse(wizard.exists())
        entry = self.env["recon.audit.entry"].search([("kind", "=", "key")], limit=1)
        facts = json.loads(entry.facts)
        self.assertEqual((entry.actor_id, facts["did"]), (self.accountant.id, "api_key_made"))
        self.assertEqual(facts["scopes"], ["open_banking:read", "open_banking:write"])
        self.assertNotIn(key, entry.facts)
        made = self.env["res.users.apikeys"].search([("name", "=", "ERP")])
        made.with_user(self.accountant)._remove()
        entry = self.env["recon.audit.entry"].search([("kind", "=", "key")], limit=1)
        self.assertEqual(json.loads(entry.facts)["did"], "api_key_removed")

    def test_a_key_lives_no_longer_than_the_groups_of_its_user_allow(self):
        with self.assertRaises(ValidationError):
            self.as_accountant("recon.api.key").create(
                {
                    "name": "ERP",
                    "duration": "-1",
                    "expiration_date": fields.Datetime.now() + timedelta(days=4000),
                }
            )

    def test_a_key_for_nothing_or_of_a_stranger_is_not_made(self):
        nothing = self.as_accountant("recon.api.key").create(
            {"name": "ERP", "may_open_banking_read": False}
        )
        with self.assertRaises(ValidationError):
            self._made(nothing)
        employee = new_test_user(self.env, "emil", groups="base.group_user")
        wizard = self.env["recon.api.key"].create({"name": "ERP"})
        with self.assertRaises(AccessError):
            self._made(wizard.with_user(employee))

    def test_every_scope_has_a_box_in_the_wizard(self):
        for name in self.env["recon.api.key"]._scope_fields().values():
            self.assertIn(name, self.env["recon.api.key"]._fields)

    def _made(self, wizard):
        """What the button does once the password was asked for."""
        return type(wizard).make_key.__wrapped__(wizard)

    def test_the_document_is_for_those_who_may_call(self):
        path, headers = "/open_banking/openapi.json", {"Authorization": f"Bearer {self.key}"}
        document = self.url_open(path, headers=headers).json()
        self.assertIn("/json/2/recon.api/lines", document["paths"])
        self.assertEqual(self.url_open(path).status_code, 401)
        employee = new_test_user(self.env, "emil", groups="base.group_user")
        headers["Authorization"] = f"Bearer {self.key_for('kpi:read', user=employee)}"
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(path, headers=headers).status_code, 403)
