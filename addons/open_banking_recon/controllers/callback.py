from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request


class OpenBankingCallback(http.Controller):
    """Where the bank sends the browser back after strong customer authentication."""

    @http.route("/open_banking/callback", type="http", auth="user", methods=["GET"])
    def callback(self, **parameters):
        try:
            consent = request.env["open.banking.consent"]._finish_redirect(parameters)
        except (AccessError, UserError) as error:
            # what was decided (a refused consent) is kept; only the message is shown
            return request.render(
                "open_banking_recon.callback_failed", {"message": str(error)}, status=400
            )
        return request.redirect(
            f"/odoo/action-open_banking_recon.open_banking_consent_action/{consent.id}"
        )
