import logging

from odoo import http
from odoo.http import request

from ..recon_core.errors import ReconError

_logger = logging.getLogger(__name__)

MAX_BYTES = 256 * 1024


class OpenBankingWebhook(http.Controller):
    """Where providers tell that there is something new: checked, stored, and done by a worker."""

    @http.route(
        "/open_banking/webhook/<string:code>/<int:provider_id>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BYTES,
    )
    def receive(self, code, provider_id, **_parameters):
        # sudo: the public user sees no provider; nothing of it is told
        provider = request.env["open.banking.provider"].sudo().browse(provider_id).exists()
        if not provider.active or provider.code != code:
            raise request.not_found()
        headers = {name.lower(): value for name, value in request.httprequest.headers.items()}
        try:
            provider._receive_sudo(headers, request.httprequest.get_data())
        except ReconError as error:
            _logger.warning("message to provider %s refused: %s", provider.id, error)
            return request.make_response("", status=401)
        return request.make_response("")
