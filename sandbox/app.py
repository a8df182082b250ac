"""Which address leads where, and how refusals become answers."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from . import accounts, consents, control, faults, oauth, pages, phone, sca
from .bank import API, Bank
from .errors import ControlError, OAuthError, PageError, TppError
from .replies import json_reply, page

_logger = logging.getLogger(__name__)

Handler = Callable[..., Response]
_MAX_BODY_BYTES = 1_000_000

_ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/", pages.home),
    ("GET", "/pay", pages.pay_form),
    ("POST", "/pay", pages.pay),
    ("GET", "/app", phone.show),
    ("POST", "/app/<consent_id>", phone.answer),
    ("POST", "/permissions/<consent_id>/revoke", pages.revoke),
    ("GET", "/.well-known/oauth-authorization-server", oauth.metadata),
    ("GET", "/oauth/authorize", oauth.authorize),
    ("POST", "/oauth/token", oauth.token),
    ("GET", "/sca/<session_id>", sca.show),
    ("POST", "/sca/<session_id>", sca.submit),
    ("POST", f"{API}/consents", consents.create),
    ("GET", f"{API}/consents/<consent_id>", consents.show),
    ("DELETE", f"{API}/consents/<consent_id>", consents.delete),
    ("GET", f"{API}/consents/<consent_id>/status", consents.status),
    ("POST", f"{API}/consents/<consent_id>/authorisations", consents.start_authorisation),
    (
        "GET",
        f"{API}/consents/<consent_id>/authorisations/<authorisation_id>",
        consents.show_authorisation,
    ),
    ("GET", f"{API}/accounts", accounts.index),
    ("GET", f"{API}/accounts/<resource_id>", accounts.details),
    ("GET", f"{API}/accounts/<resource_id>/balances", accounts.balances),
    ("GET", f"{API}/accounts/<resource_id>/transactions", accounts.transactions),
    ("GET", f"{API}/accounts/<resource_id>/transactions/download", accounts.download),
    ("GET", "/control/state", control.state),
    ("GET", "/control/consents", control.list_consents),
    ("POST", "/control/consents/<consent_id>/revoke", control.revoke_consent),
    ("POST", "/control/consents/<consent_id>/confirm", control.confirm_consent),
    ("POST", "/control/consents/<consent_id>/decline", control.decline_consent),
    ("POST", "/control/transactions", control.add_transaction),
    ("POST", "/control/transactions/<identity>/book", control.book_transaction),
    ("PUT", "/control/faults", control.set_faults),
    ("PUT", "/control/options", control.set_options),
    ("DELETE", "/control/faults", control.clear_faults),
    ("POST", "/control/clock", control.advance),
    ("POST", "/control/clients", control.register_client),
    ("POST", "/control/reset", control.reset),
)
_URLS = Map([Rule(path, methods=[method], endpoint=handler) for method, path, handler in _ROUTES])


class Application:
    """The WSGI application around one ``bank``."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = _MAX_BODY_BYTES
        request.max_form_memory_size = _MAX_BODY_BYTES
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        is_api = request.path.startswith(API)
        try:
            handler: Handler
            handler, arguments = _URLS.bind_to_environ(request.environ).match()
            if not is_api:
                return handler(self.bank, request, **arguments)
            request_id = _request_id(request)
            faults.before(self.bank)
            response = faults.after(self.bank, handler(self.bank, request, **arguments))
            response.headers["X-Request-ID"] = request_id
        except TppError as error:
            return _tpp_reply(request, error)
        except OAuthError as error:
            body = {"error": error.error, "error_description": error.description}
            return json_reply(body, error.status)
        except ControlError as error:
            return json_reply({"error": error.text}, error.status)
        except PageError as error:
            return page(request, "error.html", error.status, problem=error.text)
        except HTTPException as error:
            if is_api and error.code == 404:
                return _tpp_reply(request, TppError(404, "RESOURCE_UNKNOWN", "Unknown address."))
            return error.get_response(request.environ)
        return response


def _request_id(request: Request) -> str:
    try:
        return str(uuid.UUID(request.headers.get("X-Request-ID", "")))
    except ValueError as error:
        raise TppError(400, "FORMAT_ERROR", "X-Request-ID is missing or not a UUID.") from error


def _tpp_reply(request: Request, error: TppError) -> Response:
    message = {"category": "ERROR", "code": error.code, "text": error.text}
    reply = json_reply({"tppMessages": [message]}, error.status)
    reply.headers["X-Request-ID"] = request.headers.get("X-Request-ID", "")
    if error.retry_after_s is not None:
        reply.headers["Retry-After"] = str(error.retry_after_s)
    _logger.info("%s %s -> %s %s", request.method, request.path, error.status, error.code)
    return reply
