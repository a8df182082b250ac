"""Functions that run inside Odoo for the tests of the queue's workers (see ``tools.in_odoo``)."""

from __future__ import annotations

import threading
from typing import Any
from unittest.mock import patch

EVENTS = 300


def fill(env: Any) -> None:
    """Messages of one provider."""
    provider = env["open.banking.provider"].create(
        {"name": "Bank", "code": "berlin_group", "base_url": "https://bank.example"}
    )
    for number in range(EVENTS):
        env["open.banking.event"]._enqueue_sudo(
            "webhook", f"message {number}", payload="{}", provider_id=provider.id
        )


def work(env: Any) -> None:
    """What the cron does; each message leaves a partner behind."""

    def note(event: Any) -> None:
        event.env["res.partner"].create({"name": event.key})

    with patch.object(type(env["open.banking.event"]), "_handle_webhook", note):
        env["open.banking.event"]._cron_work()


def hang(env: Any) -> None:
    """A worker that begins a message and never ends it."""

    def wait(event: Any) -> None:
        event.env["res.partner"].create({"name": event.key})
        event.env.flush_all()
        threading.Event().wait(300)

    with patch.object(type(env["open.banking.event"]), "_handle_webhook", wait):
        env["open.banking.event"]._cron_work()
