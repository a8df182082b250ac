"""Which connectors there are: one line each."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import datetime

from ..errors import FinalError
from . import tls
from .base import Connector, ProviderSettings
from .berlin_group import BerlinGroupConnector
from .bridge import BridgeConnector
from .enable_banking import EnableBankingConnector
from .gocardless import GoCardlessConnector
from .ponto import PontoConnector
from .powens import PowensConnector
from .qonto import QontoConnector
from .transport import Transport

_CONNECTORS: dict[str, type[Connector]] = {
    connector.code: connector
    for connector in (
        BerlinGroupConnector,
        BridgeConnector,
        EnableBankingConnector,
        GoCardlessConnector,
        PontoConnector,
        PowensConnector,
        QontoConnector,
    )
}


def codes() -> list[str]:
    """The codes of all connectors, in alphabetic order."""
    return sorted(_CONNECTORS)


def connector_class(code: str) -> type[Connector]:
    """The connector behind ``code``. Raises FinalError("unknown_provider")."""
    try:
        return _CONNECTORS[code]
    except KeyError as error:
        raise FinalError("unknown_provider", code) from error


def open_connector(
    code: str, settings: ProviderSettings, clock: Callable[[], datetime]
) -> Connector:
    """The connector behind ``code`` with a line of its own, which shows the client certificate of
    the settings where there is one.

    Raises FinalError("unknown_provider"). A certificate that cannot be used is told by the first
    call of the connector, before anything is sent.
    """

    def context() -> ssl.SSLContext:
        if not settings.client_certificate and not settings.client_key:
            return tls.context()
        return tls.client_context(settings.client_certificate, settings.client_key, clock())

    return connector_class(code)(settings, Transport(tls_context=context), clock)
