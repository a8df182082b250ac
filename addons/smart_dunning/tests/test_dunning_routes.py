from __future__ import annotations

from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.misc import hash_sign

from odoo.addons.open_banking_recon.tests.route_case import own_routes

from .test_dunning_portal import PortalCase

_PAGE = "/follow-up/<string:token>"
READ, WRITE = ("http", "public", "GET", True), ("http", "public", "POST", True)
# Whoever adds a route says here who may come in; the tests below call each with bad links.
ROUTES = {
    _PAGE: READ,
    f"{_PAGE}/invoice/<int:move_id>": READ,
    f"{_PAGE}/promise": WRITE,
    f"{_PAGE}/plan": WRITE,
    f"{_PAGE}/dispute": WRITE,
    f"{_PAGE}/paid": WRITE,
    f"{_PAGE}/pay": ("jsonrpc", "public", "any", False),
    # mail programs post without a session (RFC 8058)
    f"{_PAGE}/opt-out": ("http", "public", "GET POST", False),
}


@tagged("post_install", "-at_install")
class TestDunningRoutes(PortalCase):
    def test_each_route_lets_in_whom_the_table_says(self):
        self.assertEqual(own_routes(self.env, "smart_dunning"), ROUTES)

    def test_no_route_opens_with_a_bad_link(self):
        for what, token in self._bad_tokens().items():
            before = self._facts()
            for url, (kind, _auth, methods, _csrf) in ROUTES.items():
                path = url.replace("<string:token>", token)
                path = path.replace("<int:move_id>", str(self.older.id))
                for method in methods.split():
                    with self.subTest(token=what, route=url, method=method):
                        self._assert_shut(path, kind, method)
            self.assertEqual(self._facts(), before)

    def test_the_link_of_a_customer_opens_no_invoice_of_another(self):
        other = self._new_invoice(777, customer=self._new_customer("Stranger"))
        self.assertEqual(self._get(f"/invoice/{other.id}").status_code, 404)
        self.assertEqual(self._get(f"/invoice/{2**31 - 1}").status_code, 404)

    def test_a_form_without_its_token_is_refused(self):
        before = self._facts()
        for url, route in ROUTES.items():
            if route == WRITE:
                path = self.link + url.removeprefix(_PAGE)
                with self.subTest(route=url), mute_logger("odoo.http"):
                    answer = self.url_open(path, data={"day": "2026-09-25"})
                    self.assertEqual(answer.status_code, 400)
        self.assertEqual(self._facts(), before)

    def _bad_tokens(self):
        """Links that open nothing: {what is wrong: token}."""
        case, good = self.case, self.link.rpartition("/")[2]
        secret = case.portal_secret

        def signed(scope, values, hours=24):
            return hash_sign(case.env, scope, values, expiration_hours=hours)

        scope = "smart_dunning.portal"
        return {
            "nonsense": "abc",
            "cut": good[:-4],
            "other signature": ("A" if good[0] != "A" else "B") + good[1:],
            "other purpose": signed("smart_dunning.other", [case.id, secret]),
            "revoked": signed(scope, [case.id, "0" * 32]),
            "no secret": signed(scope, [case.id, False]),
            "other case": signed(scope, [case.id + 1000, secret]),
            "expired": signed(scope, [case.id, secret], hours=-1),
        }

    def _assert_shut(self, path, kind, method):
        if kind == "jsonrpc":
            with mute_logger("odoo.http"):
                answer = self.url_open(path, json={"params": {"amount": 400}})
            self.assertIn("error", answer.json())
        else:
            data = {"csrf_token": self.form_token} if method == "POST" else None
            answer = self.url_open(path, data=data, allow_redirects=False)
            self.assertEqual(answer.status_code, 404)
        for told in (self.customer.name, self.older.name, self.case.portal_secret):
            self.assertNotIn(told, answer.text)

    def _facts(self):
        """What a customer may change by the page."""
        self.env.invalidate_all()
        case = self.case
        return (
            case.event_ids.ids,
            case.promise_ids.ids,
            case.plan_ids.ids,
            case.dispute_ids.ids,
            case.partner_id.dunning_no_email,
            self.root["payment.transaction"].search_count([]),
        )

    def setUp(self):
        super().setUp()
        self._csrf()
