"""The only door to the network: one ``send`` that is safe by default and fails with codes."""

from __future__ import annotations

import ipaddress
import json
import logging
import ssl
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from http.cookiejar import DefaultCookiePolicy
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPSConnectionPool

from ..errors import FinalError, ReconError, RetryableError
from . import tls
from .public_addresses import PublicHTTPSConnection

_logger = logging.getLogger(__name__)

_CHUNK_BYTES = 64 * 1024
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: ``body`` is complete and within the size cap; header names as received."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        """The body as a JSON object, numbers with a point as Decimal.

        Raises RetryableError("bad_response") for anything else: a body cut on its way heals.
        """
        value = self._value()
        if not isinstance(value, dict):
            raise RetryableError("bad_response", f"JSON {type(value).__name__}, not an object")
        return value

    def json_list(self) -> list[object]:
        """The body as a JSON array, else as ``json``."""
        value = self._value()
        if not isinstance(value, list):
            raise RetryableError("bad_response", f"JSON {type(value).__name__}, not an array")
        return value

    def _value(self) -> object:
        try:
            return json.loads(self.body, parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            raise RetryableError("bad_response", f"not JSON, {len(self.body)} bytes") from error


class Transport:
    """Sends one request and maps every failure of the network to a code of ``recon_core.errors``.

    No redirect is followed, TLS is verified, plain http is for loopback hosts only, and an answer
    may not be larger than ``max_bytes`` nor take longer than ``total_timeout_s``. Nothing is
    retried here: the queue that called knows how often a bank may be asked.

    ``tls_context`` makes the settings of TLS when the first request is sent; its errors are those of
    ``send``. A ``session`` brings its own. With ``public_only`` https leads to the public internet
    alone, else FinalError("private_address").
    """

    def __init__(
        self,
        session: requests.Session | None = None,
        *,
        tls_context: Callable[[], ssl.SSLContext] = tls.context,
        connect_timeout_s: float = 5,
        read_timeout_s: float = 30,
        total_timeout_s: float = 60,
        max_bytes: int = 10_000_000,
        public_only: bool = False,
        new_request_id: Callable[[], str] = lambda: str(uuid.uuid4()),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._tls_context = tls_context
        self._timeout = (connect_timeout_s, read_timeout_s)
        self._total_timeout_s = total_timeout_s
        self._max_bytes = max_bytes
        self._public_only = public_only
        self._new_request_id = new_request_id
        self._monotonic = monotonic
        self._listener: Callable[[bytes], None] | None = None

    @contextmanager
    def heard_by(self, listener: Callable[[bytes], None] | None) -> Iterator[None]:
        """While the block runs, ``listener`` is given the body of whatever is read, as it came,
        refusals included. Only of GET: tokens are posted for."""
        self._listener = listener
        try:
            yield
        finally:
            self._listener = None

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] = _NO_HEADERS,
        params: Mapping[str, str] | None = None,
        json_body: Mapping[str, object] | None = None,
        form: Mapping[str, str] | None = None,
        sign: Callable[[Mapping[str, str], bytes], Mapping[str, str]] | None = None,
        wait_s: Callable[[Mapping[str, str]], int | None] | None = None,
    ) -> Response:
        """The answer, whatever its 2xx or 4xx status says, except the failures that are the same
        for every provider.

        Raises FinalError("insecure_url" | "tls_failed" | "certificate_refused" |
        "unexpected_redirect" | "response_too_large" | "private_address") and RetryableError("timeout" | "unavailable" | "rate_limited").
        ``sign`` gives more headers, made of those and the body that are about to be sent. ``wait_s``
        reads from the headers of a refusal how long to wait, Retry-After by default.
        """
        require_safe_url(url)
        where = _where(method, url)
        named = {"Accept": "application/json", **headers, "X-Request-ID": self._new_request_id()}
        request = requests.Request(
            method, url, headers=named, params=params, json=json_body, data=form
        )
        started = self._monotonic()
        response = self._exchange(request, sign, where, started)
        if self._listener is not None and method == "GET":
            self._listener(response.body)
        _logger.info(
            "%s -> %s, %d bytes in %.2f s, request %s",
            where,
            response.status,
            len(response.body),
            self._monotonic() - started,
            named["X-Request-ID"],
        )
        _refuse_failures(response, where, wait_s or retry_after_s)
        return response

    def _exchange(
        self,
        request: requests.Request,
        sign: Callable[[Mapping[str, str], bytes], Mapping[str, str]] | None,
        where: str,
        started: float,
    ) -> Response:
        """Sends and reads, with the errors of the library turned into codes."""
        session = self._open_session()
        try:
            prepared = session.prepare_request(request)
            if sign:
                body = prepared.body or b""
                body = body.encode() if isinstance(body, str) else body
                prepared.headers.update(sign(prepared.headers, body))
            with session.send(
                prepared, timeout=self._timeout, allow_redirects=False, verify=True, stream=True
            ) as answer:
                return Response(answer.status_code, answer.headers, self._read(answer, started))
        except requests.exceptions.SSLError as error:
            raise _tls_error(error, where) from error
        except requests.exceptions.Timeout as error:
            raise RetryableError("timeout", where) from error
        except requests.exceptions.RequestException as error:
            raise RetryableError("unavailable", f"{where} {type(error).__name__}") from error

    def _open_session(self) -> requests.Session:
        if self._session is None:
            self._session = requests.Session()
            adapter = _TlsAdapter(self._tls_context(), self._public_only)
            self._session.mount("https://", adapter)
        self._session.trust_env = False  # a .netrc or proxy variable must not see bank credentials
        # two consents may share a session: nothing of one may travel with the other
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return self._session

    def _read(self, answer: requests.Response, started: float) -> bytes:
        body = bytearray()
        for chunk in answer.iter_content(_CHUNK_BYTES):
            body += chunk
            if len(body) > self._max_bytes:
                raise FinalError("response_too_large", f"over {self._max_bytes} bytes")
            if self._monotonic() - started > self._total_timeout_s:
                raise RetryableError("timeout", f"over {self._total_timeout_s} s")
        return bytes(body)


class _TlsAdapter(HTTPAdapter):
    """Connections with the TLS settings of ``context``, to the public internet only if asked for."""

    def __init__(self, context: ssl.SSLContext, public_only: bool) -> None:
        self._context = context
        self._public_only = public_only
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **options)
        if self._public_only:
            pools = dict(self.poolmanager.pool_classes_by_scheme)
            self.poolmanager.pool_classes_by_scheme = {**pools, "https": _PublicPool}


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = PublicHTTPSConnection


def _tls_error(error: Exception, where: str) -> ReconError:
    """Whether the line broke, the server does not trust us, or we do not trust it."""
    cause: object = error
    while isinstance(cause, Exception) and not isinstance(cause, ssl.SSLError):
        cause = getattr(cause, "reason", None) or next(iter(cause.args), None)
    if isinstance(cause, ssl.SSLEOFError):
        return RetryableError("unavailable", f"{where} cut off")
    reason = str(getattr(cause, "reason", None) or "")
    if "ALERT" in reason and ("CERTIFICATE" in reason or "UNKNOWN_CA" in reason):
        return FinalError("certificate_refused", f"{where} {reason}")
    return FinalError("tls_failed", f"{where} {reason}".rstrip())


def require_safe_url(url: str) -> None:
    """Raises FinalError("insecure_url") unless ``url`` is https, or http to this very machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise FinalError("insecure_url", "no address") from error
    if parts.username or parts.password:
        raise FinalError("insecure_url", "credentials in the address")
    if parts.scheme == "https" and host:
        return
    if parts.scheme == "http" and _is_loopback(host):
        return
    raise FinalError("insecure_url", f"{parts.scheme}://{host}")


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address: two addresses with equal origins are one server."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, parts.hostname or "", port


def own_link(server_url: str, base: str, link: str) -> str:
    """``link``, relative to ``base``, as an address of the server at ``server_url``.

    Raises FinalError("foreign_link") when it leads to another server: tokens go nowhere else.
    """
    try:
        url = urljoin(base, link)
        is_own = origin(url) == origin(server_url)
    except ValueError as error:  # brackets or a port that are none
        raise FinalError("foreign_link", "the answer links to no address") from error
    if not is_own:
        raise FinalError("foreign_link", "the answer links to another server")
    return url


def page_link(base: str, link: str) -> str:
    """``link``, relative to ``base``, as the address of a page for a browser: of any server, and never
    ``javascript:`` or plain http. Raises FinalError("insecure_url")."""
    try:
        url = urljoin(base, link)
    except ValueError as error:
        raise FinalError("insecure_url", "no address") from error
    require_safe_url(url)
    return url


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _where(method: str, url: str) -> str:
    """Method, host and path for the log. The query stays out: it may hold a code or a name. Of the
    handles in the path only the end is told: a consent's opens accounts, an account's may be its
    IBAN."""
    parts = urlsplit(url)
    path = "/".join(map(_shortened, parts.path.split("/")))
    return f"{method} {parts.netloc}{path}"


def _shortened(segment: str) -> str:
    is_handle = len(segment) > 8 and any(char.isdigit() for char in segment)
    return f"...{segment[-4:]}" if is_handle else segment


def _refuse_failures(
    response: Response, where: str, wait_s: Callable[[Mapping[str, str]], int | None]
) -> None:
    status = response.status
    if 300 <= status < 400:
        raise FinalError("unexpected_redirect", f"{where} {status}")
    if status == 429:
        raise RetryableError("rate_limited", where, retry_after_s=wait_s(response.headers))
    if status >= 500:
        raise RetryableError(
            "unavailable", f"{where} {status}", retry_after_s=wait_s(response.headers)
        )


def retry_after_s(headers: Mapping[str, str]) -> int | None:
    """Seconds of Retry-After (RFC 9110 10.2.3). Its date form is not used by any bank seen."""
    return header_seconds(headers, "Retry-After")


def header_seconds(headers: Mapping[str, str], name: str) -> int | None:
    """The whole number of seconds in the header ``name``, None when it holds none."""
    value = headers.get(name, "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else None
