"""Which providers send messages: one line each, under the code of their connector."""

from __future__ import annotations

from ...errors import FinalError
from .base import Webhook
from .standard import StandardWebhook

_WEBHOOKS: dict[str, Webhook] = {
    # NextGenPSD2 has no signed messages: those of a gateway in front of the bank
    "berlin_group": StandardWebhook(),
}


def webhook(code: str) -> Webhook:
    """The messages of the provider ``code``. Raises FinalError ``webhook_unknown``."""
    try:
        return _WEBHOOKS[code]
    except KeyError as error:
        raise FinalError("webhook_unknown", code) from error
