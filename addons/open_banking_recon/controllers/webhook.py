import logging

from odoo import http
from odoo.http import request

from ..recon_core.connectors.webhooks.base import WebhookMessage
from ..recon_core.errors import ReconError, RetryableError

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
        http_request = request.httprequest
        message = WebhookMessage(
            headers={name.lower(): value for name, value in http_request.headers.items()},
            body=http_request.get_data(),
            path=http_request.path,
            method=http_request.method,
        )
        try:
            provider._receive_sudo(message)
        except ReconError as error:
            _logger.warning("message to provider %s refused: %s", provider.id, error)
            # what cannot be checked now is not believed, and may be sent again
            return request.make_response(
                "", status=503 if isinstance(error, RetryableError) else 401
            )
        return request.make_response("")
