import json

from odoo import fields
from odoo.tests import HttpCase

from .desk_case import DeskCase

ALL = ("kpi:read", "open_banking:read", "open_banking:write")


class ApiCase(DeskCase, HttpCase):
    """Another program, which has a key of the accountant and nothing else."""

    def setUp(self):
        super().setUp()
        self.key = self.key_for(*ALL)

    def key_for(self, *scopes, user=None, days=1):
        """A key for ``scopes``; without any an ordinary key of Odoo."""
        keys = self.env["res.users.apikeys"].with_user(user or self.accountant)
        until = fields.Datetime.add(fields.Datetime.now(), days=days)
        keys = keys.sudo()  # sudo: also keys that are out of date
        if scopes:
            return keys._generate_recon_api(scopes, "test", until)
        return keys._generate("rpc", "test", until)

    def post(self, method, key=None, **arguments):
        """The answer to a call, as it came."""
        return self.post_raw(f"recon.api/{method}", json.dumps(arguments), key)

    def post_raw(self, path, body, key=None, content_type="application/json"):
        self.env.flush_all()
        headers = {"Authorization": f"Bearer {key or self.key}", "Content-Type": content_type}
        answer = self.url_open(f"/json/2/{path}", data=body, headers=headers)
        self.env.invalidate_all()
        return answer

    def call(self, method, key=None, **arguments):
        """The value of a call that has to succeed."""
        answer = self.post(method, key, **arguments)
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()

    def refused(self, method, key=None, **arguments):
        """(status, code, argument) of a call that has to fail."""
        answer = self.post(method, key, **arguments)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json", answer.text)
        body = answer.json()
        self.assertEqual(body["status"], answer.status_code)
        return answer.status_code, body["code"], body.get("argument")
