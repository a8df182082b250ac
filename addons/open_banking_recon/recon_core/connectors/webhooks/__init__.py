"""Which providers send messages: one line each, under the code of their connector."""

from __future__ import annotations

from ...errors import FinalError
from .base import Webhook
from .bridge import BridgeWebhook
from .ponto import PontoWebhook
from .powens import PowensWebhook
from .qonto import QontoWebhook
from .standard import StandardWebhook

_WEBHOOKS: dict[str, Webhook] = {
    # NextGenPSD2 has no signed messages: those of a gateway in front of the bank
    "berlin_group": StandardWebhook(),
    "bridge": BridgeWebhook(),
    "ponto": PontoWebhook(),
    "powens": PowensWebhook(),
    "qonto": QontoWebhook(),
}


def codes() -> frozenset[str]:
    """The codes of the connectors whose providers send messages."""
    return frozenset(_WEBHOOKS)


def webhook(code: str) -> Webhook:
    """The messages of the provider ``code``. Raises FinalError ``webhook_unknown``."""
    try:
        return _WEBHOOKS[code]
    except KeyError as error:
        raise FinalError("webhook_unknown", code) from error
