"""The link by which a customer ends reminders by e-mail."""

from __future__ import annotations

from odoo import http
from odoo.http import request


class DunningOptOut(http.Controller):
    # csrf: mail programs post without a session (RFC 8058); the signed link is the right to do it.
    @http.route(
        "/follow-up/<string:token>/opt-out",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        sitemap=False,
    )
    def opt_out(self, token, **_post):
        """GET asks, POST ends the e-mails; 404 for a link that opens nothing."""
        case = request.env["dunning.case"]._from_portal_token_sudo(token)
        if not case:
            raise request.not_found()
        asked = request.httprequest.method == "POST"
        if asked:
            case._opt_out_sudo()
        response = request.render(
            "smart_dunning.opt_out", {"company": case.company_id, "done": asked}
        )
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
