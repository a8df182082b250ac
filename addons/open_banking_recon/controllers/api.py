"""The API for other programs: Odoo's JSON-2 with one form of refusals, and keys with scopes."""

import json
import logging
from http import HTTPStatus

from werkzeug.exceptions import BadRequest, HTTPException, UnsupportedMediaType

from odoo import http
from odoo.exceptions import AccessDenied, AccessError, LockError, MissingError, UserError
from odoo.http import Response, SessionExpiredException, request
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..models.recon_api_operation import RefusedCall
from ..recon_core.api.openapi import PATH
from ..recon_core.api.problems import MEDIA_TYPE, code_of, problem

MAX_BYTES = 64 * 1024
# the first that fits: what is refused by Odoo itself, and whether its words may be told
_CODES = (
    (SessionExpiredException, "unauthorized", False),
    (AccessDenied, "unauthorized", False),
    (AccessError, "forbidden", True),
    (MissingError, "not_found", True),
    (LockError, "conflict", True),
    (UserError, "refused", True),
    (PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, "conflict", False),
)


class ReconApiDispatcher(http.Json2Dispatcher):
    """JSON-2 whose every answer is JSON of ours, never a trace of the server."""

    routing_type = "recon_api"

    @classmethod
    def is_compatible_with(cls, request):
        return True  # another content type is refused in our form, see ``dispatch``

    def dispatch(self, endpoint, args):
        self.request.params = {**args, "body": self._body()}
        try:
            result = self.request.registry["ir.http"]._dispatch(endpoint)
        except AccessError:
            raise
        except UserError as error:
            error.loglevel = logging.INFO  # the caller's matter, who is told
            raise
        if isinstance(result, Response):
            return result
        return self.request.make_json_response(result)

    def _body(self):
        """The named arguments that were sent; none without a body."""
        sent = self.request.httprequest
        if not sent.get_data():
            return {}
        if sent.mimetype != "application/json":
            raise UnsupportedMediaType()
        try:
            body = json.loads(sent.get_data(), parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise BadRequest() from error
        if not isinstance(body, dict):
            raise BadRequest()
        return body

    def handle_error(self, exc):
        code, detail, argument = _told(exc)
        body = problem(code, detail, argument)
        headers = [("Content-Type", MEDIA_TYPE)]
        if body["status"] == HTTPStatus.UNAUTHORIZED:
            headers.append(("WWW-Authenticate", "Bearer"))
        return self.request.make_json_response(body, headers=headers, status=body["status"])


def _told(exc):
    """(code, detail, argument) of an error, without what is the server's business."""
    if isinstance(exc, RefusedCall):
        return exc.code, str(exc) if str(exc) != exc.code else "", exc.argument
    for kind, code, is_told in _CODES:
        if isinstance(exc, kind):
            return code, str(exc) if is_told else "", ""
    if isinstance(exc, HTTPException):
        return code_of(exc.code or HTTPStatus.INTERNAL_SERVER_ERROR), "", ""
    return "internal_error", "", ""


def _no_number(text):
    raise ValueError(f"{text} is no JSON")


class ReconApi(http.Controller):
    @http.route(
        f"{PATH}<string:method>",
        type="recon_api",
        auth="recon_api",
        methods=["POST"],
        save_session=False,
        max_content_length=MAX_BYTES,
    )
    def call(self, method, body):
        return request.env["recon.api"]._call(method, body, request.recon_api_scopes)

    @http.route(
        "/open_banking/openapi.json",
        type="recon_api",
        auth="recon_api",
        methods=["GET"],
        save_session=False,
    )
    def document(self, body):
        # whoever may call a method may read how
        request.env["open.banking.account"].check_access("read")
        return request.env["recon.api"]._document()
