from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import OpenBankingCommon
from .route_case import own_routes

# Whoever adds a route says here who may come in, and tests what a stranger gets.
ROUTES = {
    "/open_banking/callback": ("http", "user", "GET", True),
    # a key in the header, never a session: no page of another site can send it
    "/json/2/recon.api/<string:method>": ("recon_api", "recon_api", "POST", False),
    "/open_banking/openapi.json": ("recon_api", "recon_api", "GET", False),
    "/open_banking/answer/<int:answer_id>": ("http", "user", "GET", True),
    "/open_banking_recon/figures.xlsx": ("http", "user", "GET", True),
    # no session, so no csrf token: the signature of the provider is the right to post
    "/open_banking/webhook/<string:code>/<int:provider_id>": ("http", "public", "POST", False),
}
CONTROLLER = "odoo.addons.open_banking_recon.controllers.webhook"


@tagged("post_install", "-at_install")
class TestRoutes(OpenBankingCommon, HttpCase):
    def test_each_route_lets_in_whom_the_table_says(self):
        self.assertEqual(own_routes(self.env, "open_banking_recon"), ROUTES)

    def test_a_stranger_tells_no_provider_from_one_that_does_not_exist(self):
        self.provider.name = "Planted name"
        self.env.flush_all()
        unknown = self.provider.id + 1000
        answers = [
            self._post(f"/open_banking/webhook/{path}")
            for path in (f"mollie/{self.provider.id}", f"berlin_group/{unknown}", f"x/{unknown}")
        ]
        self.assertEqual([answer.status_code for answer in answers], [404] * 3)
        self.assertEqual(len({answer.text for answer in answers}), 1)
        self.assertNotIn("Planted name", answers[0].text)

    def test_an_unsigned_message_is_refused_and_leaves_nothing(self):
        path = f"/open_banking/webhook/berlin_group/{self.provider.id}"
        before = self.env["open.banking.event"].search_count([])
        with mute_logger(CONTROLLER):
            answer = self._post(path)
        self.assertIn(answer.status_code, (401, 503))
        self.assertFalse(answer.text)
        self.assertEqual(self.env["open.banking.event"].search_count([]), before)

    def test_without_a_login_the_way_back_from_the_bank_leads_to_the_login(self):
        answer = self.url_open("/open_banking/callback?state=forged&code=1", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])

    def _post(self, path):
        return self.url_open(path, data=b"{}", headers={"Content-Type": "application/json"})
