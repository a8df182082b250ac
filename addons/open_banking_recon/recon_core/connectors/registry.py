"""Which connectors there are: one line each."""

from __future__ import annotations

from ..errors import FinalError
from .base import Connector
from .berlin_group import BerlinGroupConnector
from .bridge import BridgeConnector
from .enable_banking import EnableBankingConnector
from .gocardless import GoCardlessConnector
from .ponto import PontoConnector
from .powens import PowensConnector
from .qonto import QontoConnector

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
